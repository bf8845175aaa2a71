// The icon of a service's pages: the set, as a browser shows it in a tab.

/** An SVG: the main cardioid and the circle to the left of it, light, as the plane around them is dark in the pictures. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="6" fill="#22304a"/>
<g fill="#f4c95d"><polygon points="26.8,16 26.9,16 27.3,16.3 27.9,16.9 28.3,17.9 28.3,19.3 27.9,20.9 26.8,22.5 25,23.7 22.7,24.4 20.2,24.3 17.7,23.2 15.6,21.4 14.2,18.9
13.8,16 14.2,13.1 15.6,10.6 17.7,8.8 20.2,7.7 22.7,7.6 25,8.3 26.8,9.5 27.9,11.1 28.3,12.7 28.3,14.1 27.9,15.1 27.3,15.7 26.9,16"/>
<circle cx="10.5" cy="16" r="3.4"/><circle cx="6.5" cy="16" r="1"/></g>
</svg>
`;

/** Where it is: browsers ask for this by themselves, too. */
export const ICON_PATH = '/favicon.ico';

/** What a page has in its head. */
export const iconLink = `<link rel="icon" type="image/svg+xml" href="${ICON_PATH}">`;
