// Pages: mandelweb's start page, a picture with links, without a script; and the icon of all pages of a service.

import { escaped } from '../lib/markup.js';
import { scenes } from '../mandelbrot/index.js';
import { modes } from '../modes/index.js';

/** The icon as SVG: the main cardioid and the circle to its left, light on dark. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="6" fill="#22304a"/>
<g fill="#f4c95d"><polygon points="26.8,16 26.9,16 27.3,16.3 27.9,16.9 28.3,17.9 28.3,19.3 27.9,20.9 26.8,22.5 25,23.7 22.7,24.4 20.2,24.3 17.7,23.2 15.6,21.4 14.2,18.9
13.8,16 14.2,13.1 15.6,10.6 17.7,8.8 20.2,7.7 22.7,7.6 25,8.3 26.8,9.5 27.9,11.1 28.3,12.7 28.3,14.1 27.9,15.1 27.3,15.7 26.9,16"/>
<circle cx="10.5" cy="16" r="3.4"/><circle cx="6.5" cy="16" r="1"/></g>
</svg>
`;

/** The path of the icon, which browsers also request without being told. */
export const ICON_PATH = '/favicon.ico';

/** The element that a page has in its head. */
export const iconLink = `<link rel="icon" type="image/svg+xml" href="${ICON_PATH}">`;

const style = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 2rem; align-items: start; }
img { width: 100%; height: auto; aspect-ratio: 1; background: #888; border-radius: 6px; }
h1 { font-size: 1.75rem; margin: 0 0 1rem; }
h2 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
ul { margin: 0; padding-left: 1.25rem; }
code { font: .875em ui-monospace, monospace; }
`;

const link = (href: string, text: string, about: string) =>
  `<li><a href="${escaped(href)}"><code>${text}</code></a> ${about}</li>`;

const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>mandelweb</title>
${iconLink}
<style>${style}</style>
<h1>mandelweb</h1>
<main>
<a href="/mandelbrot"><img src="/mandelbrot?kernel=fast" width="512" height="512" alt="The Mandelbrot set in grey"></a>
<div>
<p>Every request is a goroutine, and so is every row of a picture.</p>
<h2>How the work is handed out</h2>
<ul>
${modes.map(({ name, about }) => link(`/mandelbrot?mode=${name}`, name, about)).join('\n')}
</ul>
<h2>What is painted</h2>
<ul>
${scenes.map(({ name, about, w, h }) => link(`/mandelbrot?scene=${name}&w=${w}&h=${h}&kernel=fast`, name, about)).join('\n')}
</ul>
<h2>What it does meanwhile</h2>
<ul>
${link('/debug/pprof/', '/debug/pprof/', 'profiles and traces')}
${link('/metrics', '/metrics', 'counts and times, for Prometheus')}
${link('/healthz', '/healthz', 'whether it takes requests')}
</ul>
</div>
</main>
</html>
`;

/** A page of HTML, and its style, which the policy must allow. */
export interface Page {
  readonly html: string;
  readonly style: string;
}

export const startPage: Page = { html, style };
