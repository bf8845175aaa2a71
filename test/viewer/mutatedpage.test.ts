// Damaged files in the page: its worker answers with a picture, or with one line that says what is wrong. Nothing it is handed stops it.
//
// MUTATIONS=10000 npx vitest run test/viewer/mutatedpage.test.ts   a campaign; 300 of them else

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'puppeteer-core';
import { afterAll, describe, expect, onTestFinished, type TestContext, test } from 'vitest';
import { Rng } from '#src/lib/rng.js';
import { TraceFile } from '../programs/lib/tracefile.js';
import * as v1 from '../programs/lib/tracefuzz.js';
import * as v2 from '../programs/lib/tracefuzz2.js';
import { goProgramTrace } from '../programs/lib/tracesv2.js';
import { type BrowserName, browserNames, closeBrowser, openPage, textOf } from '../support/browser.js';
import { modeTraceFile } from '../support/modetraces.js';
import { story } from '../support/story.js';
import { tempDir } from '../support/tempdir.js';
import { servedTrace } from '../support/tracepage.js';

const mutations = Number(process.env.MUTATIONS ?? 300);
/** Files that the page is handed at a time. */
const AT_ONCE = 25;

/** What became of a file. */
interface Outcome {
  /** What the worker said of the file; '' if it opened. */
  readonly error: string;
  /** What is missing in the trace that is shown; '' for nothing. */
  readonly warning: string;
  /** Number of events in the picture, -1 if there is none. */
  readonly events: number;
  /** Sum of all pixels, to tell pictures apart. */
  readonly sum: number;
  /** What went as it must not. */
  readonly harm: readonly string[];
}

/**
 * The page's side of the worker, as text: `lookAt(base64)` opens a file, asks for pictures of it, and all other questions once, and tells
 * what became of it. A question without an answer after 20 s is harm, as is every error but that of opening the file.
 */
const lookAt = `
  const worker = new Worker('worker.js', { type: 'module' });
  const waiting = new Map();
  let lastId = 0;
  let progress;
  let harm = [];
  worker.onerror = (event) => harm.push('uncaught: ' + event.message);
  worker.onmessageerror = () => harm.push('a message that cannot be read');
  worker.onmessage = ({ data }) => {
    if ('progress' in data) progress = data.progress;
    else waiting.get(data.id)(data);
  };
  async function ask(question, ...args) {
    const id = ++lastId;
    const answered = new Promise((resolve) => waiting.set(id, resolve));
    worker.postMessage({ id, question, args });
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, 20_000, { error: 'no answer: ' + question })));
    const told = await Promise.race([answered, late]);
    clearTimeout(timer);
    waiting.delete(id);
    if ('error' in told && question !== 'open') harm.push(question + ': ' + told.error);
    return told;
  }
  const size = { width: 300, height: 700, ratio: 1 };
  const chosen = { pinned: [], hidden: [], order: [], selected: -1, query: '', sort: '', find: '', onlyMatches: false, showsPath: false };
  const views = (durationNs) => {
    const margin = Math.max(durationNs, 20) * 0.02;
    const all = { fromNs: -margin, toNs: Math.max(durationNs, 20) + margin };
    const part = { fromNs: durationNs * 0.4, toNs: durationNs * 0.4 + Math.max(20, durationNs * 0.01) };
    const view = { ...size, ...chosen, isDark: false, scrollTop: 0, toggled: [], range: all };
    return [
      view,
      { ...view, toggled: ['statistics', 'runtime', 'procs', 'bodies', 'threads', 'goroutines'], pinned: ['p0', 'counts'], isDark: true },
      { ...view, toggled: ['statistics', 'procs', 'bodies', 'tasks', 'objects'], range: part, selected: 1, query: 'state:runnable', showsPath: true },
      { ...view, scrollTop: 300, toggled: ['goroutines'], sort: '-runnable', onlyMatches: true, query: 'dur>1us' },
    ];
  };
  function read({ view, pixels, rows, texts, arrows, path, events }) {
    const values = new Uint32Array(pixels);
    if (values.length !== view.width * view.height) harm.push('a picture of ' + values.length + ' pixels');
    let sum = 0;
    for (const value of values) {
      if (value >>> 24 !== 255) return harm.push('a pixel that is not opaque');
      sum = (31 * sum + value) >>> 0;
    }
    // NaN and the infinities are null in JSON.
    if (/null/.test(JSON.stringify([texts, arrows, path]))) harm.push('a place that is no number');
    for (const { label, note } of rows) {
      if (/NaN|Infinity|undefined/.test(label + ' ' + note)) harm.push('the label ' + label + ' ' + note);
    }
    return { events, sum };
  }
  async function others(durationNs, events) {
    const range = { fromNs: durationNs * 0.2, toNs: durationNs * 0.7 };
    const all = { sort: '', find: '', onlyMatches: false, query: '' };
    await ask('overview', 300, 40, false);
    await ask('find', 'state:runnable dur>1ns');
    await ask('sums', range);
    await ask('goroutines', all, 0, 50);
    await ask('path');
    for (const key of ['p0', 'g1', 'm0', 'counts', 'threadcounts', 'heap', 'gc', 't1']) {
      await ask('pick', key, durationNs / 2);
      await ask('report', key, durationNs / 2);
    }
    for (const event of [0, 1, Math.floor(events / 2), events - 1]) {
      await ask('span', event, 'p0');
      await ask('reasons', event);
      await ask('alike', event);
      await ask('step', event, 1);
      await ask('step', event, -1);
      await ask('nextAlike', event, 1);
      await ask('nextMatch', 'state:running', event, -1);
    }
  }
  globalThis.lookAt = async (base64) => {
    harm = [];
    progress = undefined;
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const { error = '', answer: warning = '' } = await ask('open', { file: new Blob([bytes]) });
    const { durationNs } = progress;
    let shown;
    for (const view of views(durationNs)) {
      const { answer } = await ask('picture', view, undefined);
      if (answer === undefined) continue;
      const seen = read(answer);
      shown ??= seen;
    }
    await others(durationNs, shown?.events ?? 0);
    return { error, warning, events: -1, sum: 0, ...shown, harm };
  };
`;

/** Hands files to the worker of the page. */
async function looker(context: TestContext, browser: BrowserName) {
  const { page, wrong } = await openPage(context, await servedTrace(undefined), { browser });
  onTestFinished(() => expect(wrong).toEqual([]));
  await page.evaluate(lookAt);
  return (files: readonly Uint8Array[]) => lookAtAll(page, files);
}

async function lookAtAll(page: Page, files: readonly Uint8Array[]): Promise<Outcome[]> {
  const texts = files.map((bytes) => Buffer.from(bytes).toString('base64'));
  return (await page.evaluate(`(async () => {
    const outcomes = [];
    for (const base64 of ${JSON.stringify(texts)}) outcomes.push(await lookAt(base64));
    return outcomes;
  })()`)) as Outcome[];
}

/** What is wrong with an outcome; '' for nothing: it is a picture, or one line. */
function fault({ error, events, harm }: Outcome): string {
  if (harm.length > 0) return harm.join('; ');
  if (error === '') return events < 0 ? 'it opens, and has no picture' : '';
  return /^trace: [^\n]{10,300}$/.test(error) ? '' : `not one clear line: ${JSON.stringify(error)}`;
}

afterAll(closeBrowser);

describe.each(browserNames)('the worker of the page, in %s', (browser) => {
  test(
    `has a picture or one line for each of ${mutations} mutated files`,
    async (context) => {
      const look = await looker(context, browser);
      const good = goProgramTrace('channels-1.26-p4.trace');
      const ours = readFileSync(await modeTraceFile('row', 'sim', 2, 1));
      const corpora = [[...v1.corpus(), ours], v2.corpus()] as const;
      const [before] = await look([good]);
      expect(before).toMatchObject({ error: '', warning: '', harm: [] });
      const counts = { picture: 0, cut: 0, line: 0 };
      for (let first = 0; first < mutations; first += AT_ONCE) {
        const seeds = Array.from({ length: Math.min(AT_ONCE, mutations - first) }, (_, k) => first + k);
        const outcomes = await look(seeds.map((seed) => mutated(corpora, seed)));
        for (const [k, outcome] of outcomes.entries()) {
          expect(`seed ${seeds[k]}: ${fault(outcome)}`).toBe(`seed ${seeds[k]}: `);
          counts[outcome.error !== '' ? 'line' : outcome.warning !== '' ? 'cut' : 'picture']++;
        }
      }
      // The worker is alive, and has nothing left of what was before.
      expect(await look([good])).toEqual([before]);
      expect(Math.min(...Object.values(counts))).toBeGreaterThan(mutations / 50);
      if (mutations !== 300) console.log(browser, counts);
    },
    60_000 + 400 * mutations,
  );

  test('has one line for files that are empty, foreign or cut before their first event', async (context) => {
    const look = await looker(context, browser);
    const text = Buffer.from('{"traceEvents":[{"name":"a","ph":"X","ts":1,"dur":2}]}');
    const bytes = (...values: number[]) => Uint8Array.from(values);
    const packed = gzipSync(story().bytes);
    const files: readonly (readonly [string, Uint8Array])[] = [
      ['empty', bytes()],
      ['one byte', bytes(0x67)],
      ['half a header', Buffer.from('go 1.26')],
      ['a header alone', Buffer.from('go 1.26 trace\0\0\0')],
      ['a header of a version to come', Buffer.from('go 1.99 trace\0\0\0')],
      ['a header of a version that is too old', Buffer.from('go 1.2 trace\0\0\0\0')],
      ['JSON', text],
      ['JSON in gzip', gzipSync(text)],
      ['HTML', Buffer.from('<!doctype html><title>404</title>')],
      ['a picture', bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13)],
      ['a program', bytes(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0)],
      ['zeros', new Uint8Array(100_000)],
      ['nothing in gzip', gzipSync(bytes())],
      ['gzip that is cut in its header', packed.subarray(0, 5)],
      ['gzip that is broken', packed.map((byte, k) => (k > 20 && k < 60 ? byte ^ 0x5a : byte))],
    ];
    const outcomes = await look(files.map(([, each]) => each));
    for (const [k, outcome] of outcomes.entries()) {
      const name = files[k]![0];
      expect(`${name}: ${fault(outcome)}`).toBe(`${name}: `);
      expect(`${name}: ${outcome.error}`).not.toBe(`${name}: `);
    }
    const [whole, unpacked] = await look([story().bytes, packed]);
    expect(whole!.error).toBe('');
    expect(unpacked).toEqual(whole);
  });

  test('opens a file that claims a million Ps', async (context) => {
    const look = await looker(context, browser);
    const huge = new TraceFile().raw(story().bytes.subarray(16)).batch(999_999, 2000).record(5, 1, 7).bytes;
    expect(await look([huge])).toMatchObject([{ error: '', harm: [] }]);
  });

  test('has a picture or one line for a file that is cut anywhere, packed or not', async (context) => {
    const look = await looker(context, browser);
    for (const file of [story().bytes, goProgramTrace('timers-1.26-p4.trace')]) {
      const packed = gzipSync(file);
      const cuts = Array.from({ length: 12 }, (_, k) => (k + 1) / 13);
      const outcomes = await look(
        [file, packed].flatMap((each) => cuts.map((part) => each.subarray(0, part * each.length))),
      );
      expect(outcomes.map(fault)).toEqual(outcomes.map(() => ''));
    }
  });

  test('leaves the page as it was for the next file', async (context) => {
    const { page, wrong } = await openPage(context, await servedTrace(undefined), { browser });
    const choose = async (bytes: Uint8Array) => {
      const path = join(tempDir(), 'chosen');
      writeFileSync(path, bytes);
      const input = (await page.$('input[type=file]')) as unknown as { uploadFile(path: string): Promise<void> };
      await input.uploadFile(path);
    };
    for (let times = 0; times < 2; times++) {
      await choose(Buffer.from('no trace'));
      await expect.poll(() => textOf(page, '#error')).toMatch(/^chosen: trace: .+$/);
      await choose(story().bytes);
      await expect.poll(() => textOf(page, '#error')).toBe('');
      await expect.poll(() => textOf(page, 'header .about')).toMatch(/^\d+ events · 3 goroutines$/);
    }
    expect(wrong).toEqual([]);
  });
});

/** The mutated file with this seed: of either format, at times packed. */
function mutated([first, second]: readonly [readonly Uint8Array[], readonly Uint8Array[]], seed: number): Uint8Array {
  const rng = new Rng(seed);
  const bytes = rng.below(2) === 0 ? v1.damaged(first, seed) : v2.damaged(second, seed);
  return rng.below(10) === 0 ? gzipSync(bytes) : bytes;
}
