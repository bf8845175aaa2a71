// The start page: a picture, and where to go from here. It needs no script.

import { escapeMarkup } from '../lib/characters.js';
import { scenes } from '../mandelbrot/index.js';
import { modes } from '../modes/index.js';
import { iconLink } from './icon.js';

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
  `<li><a href="${escapeMarkup(href)}"><code>${text}</code></a> ${about}</li>`;

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

/** A page of HTML, and the style in it, which the page's policy has to allow. */
export interface Page {
  readonly html: string;
  readonly style: string;
}

export const startPage: Page = { html, style };
