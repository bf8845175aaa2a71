// The reader in browsers: all of trace/ but its door to Node needs nothing of Node, and Chromium and Firefox read the same columns
// as Node.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { browserModule } from '../programs/lib/browsermodule.js';
import { type BrowserName, browserPaths, hasBrowser, WorkerBrowser } from '../programs/lib/browsers.js';
import { type Reading, type ReadingJob, readPieces } from '../programs/lib/readingjob.js';
import type { Digests } from '../programs/lib/tracedigests.js';
import { goProgramTrace } from '../programs/lib/tracesv2.js';
import { hostedCli } from '../support/hosted.js';
import { skipLoudly } from '../support/loudskip.js';

const ENTRY = 'test/programs/lib/readingjob.ts';

describe('the modules of trace/', () => {
  test('but for its door to Node import only what a browser can load', async () => {
    const modules = readdirSync('src/trace', { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && path !== 'file.ts' && path !== 'index.ts')
      .map((path) => join('src/trace', path));
    expect(modules.length).toBeGreaterThan(40);
    await browserModule(modules[0]!, ...modules.slice(1));
  });

  test('that need Node are refused', async () => {
    const why = /src\/trace\/file\.ts: expected an import that a browser can load, got node:/;
    await expect(browserModule('src/trace/file.ts')).rejects.toThrow(why);
    await expect(browserModule('src/trace/index.ts')).rejects.toThrow(why);
  });
});

/** Real programs: many Ps, samples of the CPU profiler, annotations, a flight recorder, many generations, goroutines of C. */
const goPrograms = [
  'web-1.26-p8.trace',
  'heap-profile-1.24-p4.trace',
  'notes-1.22-p4.trace',
  'recorder-1.25-p4.trace',
  'cgo-2ms-1.26-p2.trace',
];
const PX = 'px';

describe('the reader', () => {
  const files = new Map<string, Uint8Array>(goPrograms.map((name) => [name, goProgramTrace(name)]));
  const inNode = new Map<string, Digests>();

  beforeAll(async () => {
    const flags = '-mode px -engine sim -procs 4 -workers 4 -w 64 -h 48 -quiet -o /dev/null -trace -';
    const { status, stderr, bytes } = await hostedCli(flags.split(' '), { cwd: '.' });
    expect(status, stderr).toBe(0);
    files.set(PX, bytes);
    for (const [name, bytes] of files) inNode.set(name, (await readPieces(bytes, bytes.length)).digests);
  });

  test('has digests of all columns, which no two traces share', () => {
    const px = inNode.get(PX)!;
    const columns = {
      events: ['type', 'ts', 'p', 'm', 'g', 'stack', 'arg', 'numbers', 'link'],
      goroutines: ['id', 'created', 'creator', 'entry', 'started', 'ended'],
      stacks: ['first', 'frame'],
      frames: ['pc', 'func', 'file', 'line'],
      samples: ['ts', 'p', 'm', 'g', 'stack'],
    };
    const names = Object.entries(columns).flatMap(([table, of]) => ['length', ...of].map((name) => `${table}.${name}`));
    expect(Object.keys(px).sort()).toEqual([...names, 'strings', 'rest'].sort());
    expect(px['goroutines.length']).toBe(String(2 + 64 * 48));
    for (const name of ['events.ts', 'events.link', 'goroutines.id', 'frames.pc', 'strings', 'rest']) {
      expect(new Set([...inNode.values()].map((digests) => digests[name])).size, name).toBe(files.size);
    }
  });

  test.for(Object.keys(browserPaths) as BrowserName[])('reads the same in %s as in Node', async (name, context) => {
    if (!hasBrowser(name)) skipLoudly(context, `there is no ${browserPaths[name]} here to read traces in`);
    const browser = await WorkerBrowser.start(name, { module: await browserModule(ENTRY), files });
    onTestFinished(() => browser.close());
    for (const [file, digests] of inNode) {
      for (const piece of [997, 0]) {
        const job = { url: `/files/${file}`, piece };
        const reading = await browser.run<ReadingJob, Reading>(job);
        expect(reading.digests, `${file} in pieces of ${piece} bytes`).toEqual(digests);
      }
    }
  });
});
