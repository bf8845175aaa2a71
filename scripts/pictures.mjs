// Makes the pictures of docs/trace.md: runs the modes in the simulator, opens their traces in Chromium, and saves what its page shows.
// The simulator's runs are the same each time. To be run by hand after a change of the pictures: node scripts/pictures.mjs

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import puppeteer from 'puppeteer-core';
import { serve } from '../dist/src/viewer/server/server.js';
import { traceInFile, traceRoutes } from '../dist/src/viewer/server/trace.js';

const to = 'docs/pictures';
/** Width of the window in which the page is, in pixels; and how long one waits for a file. */
const WIDTH = 1240;
const PATIENCE_MS = 30_000;

const few = 'hide=runtime,threads,statistics,bodies,objects';
/** By file: flags of the run, the view as an address has it, and the height of the window. */
const pictures = {
  px: [['-mode', 'px', '-workers', '4'], 'r=30000000,30006000&hide=runtime,threads,goroutines,objects', 470],
  row: [['-mode', 'row', '-workers', '4'], 'r=0,1000000&hide=runtime,threads,goroutines,objects', 460],
  workers: [['-mode', 'workers', '-procs', '4'], `r=400000000,400030000&open=goroutines&${few}`, 320],
  'workers-4': [
    ['-mode', 'workers', '-workers', '4', '-procs', '4'],
    `r=400000000,500000000&open=goroutines&${few}`,
    390,
  ],
  'buffered-4': [['-mode', 'buffered', '-workers', '4', '-procs', '5'], `open=goroutines&${few}`, 410],
};

/** Runs a mode. @returns the file of its trace */
function traceOf(flags, folder) {
  const trace = join(folder, 'trace.out');
  const output = ['-quiet', '-o', join(folder, 'p.png'), '-trace', trace];
  execFileSync(process.execPath, ['dist/src/cli.js', ...flags, '-engine', 'sim', ...output], { stdio: 'inherit' });
  return trace;
}

/** Has a page save its picture. @returns the file */
async function saved(browser, trace, view, height, folder) {
  const serving = await serve({ host: '127.0.0.1', port: 0 }, traceRoutes(traceInFile(trace, statSync(trace).size)));
  const page = await browser.newPage();
  const session = await page.createCDPSession();
  await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
  await page.setViewport({ width: WIDTH, height });
  await page.goto(`${serving.url}#v=1&${view}`);
  await page.waitForFunction("performance.getEntriesByName('all-read').length > 0", { timeout: PATIENCE_MS });
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  await page.locator('button ::-p-text(PNG)').click();
  const file = join(folder, 'trace.out.png');
  for (let ms = 0; !existsSync(file) && ms < PATIENCE_MS; ms += 50) await pause(50);
  await page.close();
  await serving.close();
  return file;
}

mkdirSync(to, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'mandel-pictures-'));
const browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const [name, [flags, view, height]] of Object.entries(pictures)) {
  const file = await saved(browser, traceOf(flags, folder), view, height, folder);
  renameSync(file, `${to}/${name}.png`);
}
await browser.close();
rmSync(folder, { recursive: true });
