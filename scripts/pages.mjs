// Builds the pages of src/viewer/page: the scripts of each, with the packages they use, as one module, and its other files beside
// it. A page then needs nothing but what its server has.

import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';

const from = 'src/viewer/page';
const to = 'dist/src/viewer/page';
/** The pages: the scripts of each, the page's own first; its title; and what to do where scripts are off. */
const pages = {
  profile: {
    scripts: ['profile.tsx'],
    title: 'mandel pprof',
    without: '<code>mandel pprof -flame</code> makes a picture that needs none',
  },
  trace: {
    scripts: ['trace.tsx', 'worker.ts'],
    title: 'mandel trace',
    without: '<code>mandel trace FILE</code> prints what is in a trace',
  },
};

/** What a browser loads first. */
const html = (page, { title, without }) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="icon.svg">
<link rel="stylesheet" href="page.css">
<link rel="stylesheet" href="${page}.css">
<script type="module" src="${page}.js"></script>
</head>
<body>
<noscript><p>This page is drawn by scripts, which are off. ${without}.</p></noscript>
</body>
</html>
`;

/** Copies what the browser loads as it is. */
function copyAssets(folder, page) {
  for (const file of readdirSync(`${from}/${folder}`)) {
    if (/\.(css|svg)$/.test(file)) copyFileSync(`${from}/${folder}/${file}`, `${to}/${page}/${file}`);
  }
}

/** Writes a script and all that it imports as one module. */
async function bundle(page, script) {
  const made = await rolldown({
    input: `${from}/${page}/${script}`,
    platform: 'browser',
    tsconfig: `${from}/tsconfig.json`,
    resolve: { extensionAlias: { '.js': ['.ts', '.tsx', '.js'] } },
    logLevel: 'warn',
  });
  await made.write({ file: `${to}/${page}/${script.replace(/\.tsx?$/, '.js')}`, codeSplitting: false, minify: true });
  await made.close();
}

for (const [page, about] of Object.entries(pages)) {
  mkdirSync(`${to}/${page}`, { recursive: true });
  for (const script of about.scripts) await bundle(page, script);
  writeFileSync(`${to}/${page}/${page}.html`, html(page, about));
  copyAssets('shared', page);
  copyAssets(page, page);
  // The licences of what is in the modules, which they ask to come with them.
  copyFileSync('node_modules/preact/LICENSE', `${to}/${page}/preact.LICENSE`);
  if (page === 'trace') {
    copyFileSync('node_modules/@preact/signals/LICENSE', `${to}/${page}/signals.LICENSE`);
    copyFileSync('node_modules/@preact/signals-core/LICENSE', `${to}/${page}/signals-core.LICENSE`);
  }
}
