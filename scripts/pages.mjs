// Builds the pages of src/viewer/page: the scripts of each, with the packages they use, as one module, and its other files beside
// it. A page then needs nothing but what its server has.

import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { rolldown } from 'rolldown';

const from = 'src/viewer/page';
const to = 'dist/src/viewer/page';
const pages = ['profile'];

/** Copies what the browser loads as it is. */
function copyAssets(folder, page) {
  for (const file of readdirSync(`${from}/${folder}`)) {
    if (/\.(html|css|svg)$/.test(file)) copyFileSync(`${from}/${folder}/${file}`, `${to}/${page}/${file}`);
  }
}

for (const page of pages) {
  mkdirSync(`${to}/${page}`, { recursive: true });
  const bundle = await rolldown({
    input: `${from}/${page}/${page}.tsx`,
    platform: 'browser',
    tsconfig: `${from}/tsconfig.json`,
    resolve: { extensionAlias: { '.js': ['.ts', '.tsx', '.js'] } },
    logLevel: 'warn',
  });
  await bundle.write({ file: `${to}/${page}/${page}.js`, codeSplitting: false, minify: true });
  await bundle.close();
  copyAssets('shared', page);
  copyAssets(page, page);
  // The licence of what is in the module, which it asks to come with it.
  copyFileSync('node_modules/preact/LICENSE', `${to}/${page}/preact.LICENSE`);
}
