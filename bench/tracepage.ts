// Benchmark of the page of a trace (`mandel trace -http`) in Chromium and Firefox.
//
//   node dist/bench/tracepage.js [-n ROUNDS] [-only REGEX] [-json] [-ours CMD]
//
// The command serves the trace, and a browser that has been started before shows it, 1920 x 1080 pixels. Reading is measured in
// each round, from the navigation on; then the rows of goroutines are opened, and a tour goes through the picture twice: first for
// the times, then with looks at the pixels, which take time of their own. MANDEL_TRACE names a file for the case `given`.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { type BrowserName, browserPaths, hasBrowser, launchBrowser } from '../test/programs/lib/browsers.js';
import { bodiesTrace, spansTrace } from '../test/programs/lib/largetraces.js';
import { pxTrace } from '../test/programs/lib/pxtrace.js';
import { type Asked, verdict } from './asked.js';
import { interleave, type Spread, spread } from './measure.js';
import { type Probe, probeCode, type Tour, tourCode } from './pagetour.js';
import { goVersion } from './peers/go.js';
import { run } from './process.js';
import { scratch } from './scratch.js';
import { alone, type Conditions, type Row, type Section } from './section.js';
import { goProgram, type Maker } from './tracetools.js';

const SIZE = { width: 1920, height: 1080 };
const TOUR_SECONDS = 10;
const LOOK_EVERY = 10;
/** Milliseconds in which a browser that has opened an empty page comes to rest. */
const REST_MS = 1500;

/** What is asked of the time to the first picture and to the last event, in seconds, by browser. */
interface Limits {
  readonly first?: readonly [number, number];
  readonly all?: readonly [number, number];
}

const made = (bytes: () => Uint8Array): Maker => {
  return (file) => writeFileSync(file, bytes());
};

/** Mode px with a picture of this size: three events for each pixel. */
const px = (width: number, height: number): Maker => {
  return async (file, ours) => {
    const flags = ['-w', String(width), '-h', String(height), '-quiet', '-o', join(scratch, 'px.png'), '-trace', file];
    await run([...ours, '-mode', 'px', '-workers', '4', ...flags]);
  };
};

/** By name: what writes the trace, and how soon it must be there in Chromium and in Firefox. */
const traces: Readonly<Record<string, { readonly make: Maker } & Limits>> = {
  px: {
    make: px(1024, 1024),
    first: [1, 1.5],
    all: [3, 6],
  },
  '5 M events': { make: px(1320, 1264), all: [5, 10] },
  'Go, 100 MB': { make: goProgram('channels', 4, '-values 8000000'), first: [2, 3], all: [15, 30] },
  '5,000 bodies': { make: made(() => bodiesTrace(5000, 60)) },
  '64 Ps': { make: made(() => pxTrace(700_000, 64)) },
  'one goroutine of 5 M spans': { make: made(() => spansTrace(5_000_000)) },
  given: { make: () => {} },
};

/** What is asked of every trace, in Chromium and in Firefox. */
const asked = {
  pauseMs: [50, 100],
  within25: [95, 90],
  worstMs: [50, 100],
  scriptMs: [8, 12],
  columns: [32, 32],
  indexes: [16, 16],
} as const;

interface Reading {
  readonly firstMs: number;
  readonly allMs: number;
  readonly pauseMs: number;
  readonly read: Read;
}

/** What the page says that it has read: see Progress in protocol.ts of the page. */
interface Read {
  readonly events: number;
  readonly goroutines: number;
  readonly durationNs: number;
  readonly columnBytes: number;
  readonly tableBytes: number;
  readonly indexBytes: number;
}

interface PageRow extends Row {
  readonly browser: BrowserName;
  readonly events: number;
  readonly first: Spread;
  readonly all: Spread;
  readonly pause: Spread;
  /** Bytes of an event. */
  readonly columns: number;
  readonly tables: number;
  readonly indexes: number;
  readonly tour: TourFigures;
}

interface TourFigures {
  readonly frames: number;
  readonly pictures: number;
  /** Percent of the frames that came within 25 ms. */
  readonly within25: number;
  readonly p95Ms: number;
  readonly worstMs: number;
  readonly scriptMs: number;
  readonly stillMs: number;
  readonly looked: number;
  readonly blank: readonly string[];
}

/** The file of a trace, which is made once. */
async function traceFile(name: string, ours: readonly string[]): Promise<string> {
  if (name === 'given') return process.env.MANDEL_TRACE!;
  const file = join(scratch, `${name.replace(/\W+/g, '-')}.trace`);
  if (!existsSync(file)) await traces[name]!.make(file, ours);
  return file;
}

async function measure(title: string, { rounds, ours }: Conditions): Promise<PageRow> {
  const [name, browserName] = title.split(' in ') as [string, BrowserName];
  if (!hasBrowser(browserName)) return { ...nothing, case: title, skipped: `it takes ${browserPaths[browserName]}` };
  if (name === 'given' && !process.env.MANDEL_TRACE)
    return { ...nothing, case: title, skipped: 'it takes MANDEL_TRACE' };
  if (name.startsWith('Go') && goVersion() === null) return { ...nothing, case: title, skipped: 'it takes Go' };
  const server = await serveFile(await traceFile(name, ours), ours);
  const browser = await launchBrowser(browserName, { 'privacy.reduceTimerPrecision': false });
  try {
    const empty = await browser.newPage();
    await sleep(REST_MS);
    const [readings = []] = await interleave(rounds, [() => reading(browser, server.url)]);
    // The rows of goroutines have indexes of their own, which are made when they are in the picture.
    const { page, read } = await openRead(browser, `${server.url}/#v=1&open=goroutines&order=goroutines`);
    await page.close();
    const opened = await openRead(browser, `${server.url}/#v=1&open=goroutines`);
    const tour = await toured(opened.page, opened.read);
    await empty.close();
    const figure = (what: 'firstMs' | 'allMs' | 'pauseMs') => spread(readings.map((each) => each[what]));
    const { events, columnBytes, tableBytes, indexBytes } = read;
    return {
      case: title,
      browser: browserName,
      events,
      first: figure('firstMs'),
      all: figure('allMs'),
      pause: figure('pauseMs'),
      columns: columnBytes / events,
      tables: tableBytes / events,
      indexes: indexBytes / events,
      tour,
    };
  } finally {
    await browser.close();
    server.close();
  }
}

const nothing = { browser: 'chromium', events: 0, columns: 0, tables: 0, indexes: 0 } as unknown as PageRow;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts the command, and waits for its address. @throws Error with what it says if it ends */
async function serveFile(file: string, [program, ...args]: readonly string[]): Promise<{ url: string; close(): void }> {
  const child = spawn(program!, [...args, 'trace', '-http', 'localhost:0', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  for (;;) {
    const url = /http:\/\/\S+/.exec(said)?.[0];
    if (url !== undefined) return { url: url.replace(/\/$/, ''), close: () => child.kill('SIGINT') };
    await Promise.race([once(child.stderr, 'data'), once(child, 'close')]);
    if (child.exitCode !== null) throw new Error(`${file}: ${said.trim()}`);
  }
}

/** Opens a page, and waits until all is read. @throws Error if the page says that something is wrong */
async function openRead(browser: Browser, url: string): Promise<{ readonly page: Page; readonly read: Read }> {
  const page = await browser.newPage();
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.setDefaultTimeout(0);
  await page.setViewport(SIZE);
  await page.evaluateOnNewDocument(probeCode);
  await page.goto(url);
  await page.waitForFunction(
    `performance.getEntriesByName('all-read').length > 0 || document.querySelector('#error')?.hidden === false`,
  );
  const error = await page.evaluate(`document.querySelector('#error').textContent`);
  if (error !== '' || wrong.length > 0) throw new Error(`the page says: ${[error, ...wrong].join(' ')}`);
  return { page, read: (await page.evaluate(`performance.getEntriesByName('all-read')[0].detail`)) as Read };
}

async function reading(browser: Browser, url: string): Promise<Reading> {
  const { page, read } = await openRead(browser, url);
  const mark = (name: string) =>
    page.evaluate(`performance.getEntriesByName('${name}')[0].startTime`) as Promise<number>;
  const [firstMs, allMs] = [await mark('first-picture'), await mark('all-read')];
  const { readingMs, pauses } = (await page.evaluate('probe')) as Probe;
  await page.close();
  const during = pauses.filter(([from, ms]) => from + ms > readingMs && from < allMs);
  return { firstMs, allMs, pauseMs: Math.max(0, ...during.map(([, ms]) => ms)), read };
}

async function toured(page: Page, { durationNs, goroutines }: Read): Promise<TourFigures> {
  await page.bringToFront();
  await sleep(REST_MS);
  const walk = async (lookEvery: number) =>
    (await page.evaluate(tourCode({ seconds: TOUR_SECONDS, durationNs, goroutines, lookEvery }))) as Tour;
  const { frames, scripts, pictures, stillMs } = await walk(0);
  const { looked, blank } = await walk(LOOK_EVERY);
  const share = (values: readonly number[], part: number) =>
    [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))]!;
  return {
    frames: frames.length,
    pictures,
    within25: (100 * frames.filter((ms) => ms <= 25).length) / frames.length,
    p95Ms: share(frames, 0.95),
    worstMs: share(frames, 1),
    scriptMs: share(scripts, 0.95),
    stillMs,
    looked,
    blank: [...new Set(blank)],
  };
}

function lines(row: PageRow): string[][] {
  const k = row.browser === 'chromium' ? 0 : 1;
  const { first, all } = traces[row.case.split(' in ')[0]!]!;
  const { tour } = row;
  const most = (limits?: readonly [number, number]): Asked | undefined => limits && { most: limits[k] };
  const exact = (n: number): Spread => ({ median: n, min: n, max: n });
  const seconds = ({ median, min, max }: Spread): Spread => ({ median: median / 1e3, min: min / 1e3, max: max / 1e3 });
  const line = (what: string, figure: string, value?: Spread, limit?: Asked) => [
    '',
    what,
    figure,
    value === undefined ? '' : verdict(limit, value),
  ];
  const range = ({ median, min, max }: Spread, digits: number) =>
    `${median.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`;
  const figures = [
    line('first picture, s', range(seconds(row.first), 2), seconds(row.first), most(first)),
    line('all read, s', range(seconds(row.all), 2), seconds(row.all), most(all)),
    line('longest pause while reading, ms', range(row.pause, 0), row.pause, most(asked.pauseMs)),
    line('columns, bytes per event', row.columns.toFixed(1), exact(row.columns), most(asked.columns)),
    line('tables, bytes per event', row.tables.toFixed(1)),
    line('indexes, bytes per event', row.indexes.toFixed(1), exact(row.indexes), most(asked.indexes)),
    line('frames, with a new picture', `${tour.frames}, ${tour.pictures}`),
    line('frames within 25 ms, %', tour.within25.toFixed(1), exact(tour.within25), { least: asked.within25[k]! }),
    line('frame, 95%, ms', tour.p95Ms.toFixed(1)),
    line('frame, worst, ms', tour.worstMs.toFixed(1), exact(tour.worstMs), most(asked.worstMs)),
    line('scripts of a frame, 95%, ms', tour.scriptMs.toFixed(1), exact(tour.scriptMs), most(asked.scriptMs)),
    line('longest without a new picture, ms', tour.stillMs.toFixed(0)),
    line(
      'blank, of frames looked at',
      `${tour.blank.length} of ${tour.looked} ${tour.blank.slice(0, 2)}`.trim(),
      exact(tour.blank.length),
      { most: 0 },
    ),
  ];
  figures[0]![0] = `${row.case}, ${(row.events / 1e6).toFixed(2)} M events`;
  return figures;
}

export const tracePage: Section<PageRow> = {
  name: 'trace page',
  title: 'how soon does the page of a trace show it, and how smoothly?',
  about:
    `Seconds from the navigation. Then a tour of ${TOUR_SECONDS} s with the rows of goroutines open: zooming from all to 1 us and back,\n` +
    'panning, scrolling through all rows. Bytes are those that the page counts, with the rows of goroutines open.',
  cases: Object.keys(traces).flatMap((name) => Object.keys(browserPaths).map((browser) => `${name} in ${browser}`)),
  head: ['trace', 'figure', 'measured', 'asked'],
  measure,
  lines,
};

await alone(import.meta.url, tracePage);
