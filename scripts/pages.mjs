// Builds the pages of src/viewer/page: the scripts of each, with the packages they use, as one module, and its other files beside
// it. A page then needs nothing but what its server has.

import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { rolldown } from 'rolldown';

const from = 'src/viewer/page';
const to = 'dist/src/viewer/page';
/** The pages, and the scripts of each: the page's own, and its worker's. */
const pages = { profile: ['profile.tsx'], trace: ['trace.tsx', 'worker.ts'] };

/** Copies what the browser loads as it is. */
function copyAssets(folder, page) {
  for (const file of readdirSync(`${from}/${folder}`)) {
    if (/\.(html|css|svg)$/.test(file)) copyFileSync(`${from}/${folder}/${file}`, `${to}/${page}/${file}`);
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

for (const [page, scripts] of Object.entries(pages)) {
  mkdirSync(`${to}/${page}`, { recursive: true });
  for (const script of scripts) await bundle(page, script);
  copyAssets('shared', page);
  copyAssets(page, page);
  // The licences of what is in the modules, which they ask to come with them.
  copyFileSync('node_modules/preact/LICENSE', `${to}/${page}/preact.LICENSE`);
  if (page === 'trace') {
    copyFileSync('node_modules/@preact/signals/LICENSE', `${to}/${page}/signals.LICENSE`);
    copyFileSync('node_modules/@preact/signals-core/LICENSE', `${to}/${page}/signals-core.LICENSE`);
  }
}
