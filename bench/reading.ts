// Benchmark of reading a trace: Node, Chromium and Firefox.
//
//   node dist/bench/reading.js [-n ROUNDS] [-only REGEX] [-json] [-ours CMD]
//
// The file is in memory when the clock starts, and the reader gets it in pieces as a stream would give them. Each time is that of
// an engine that has not read anything before: a process of Node, a worker in a browser that stays. All engines must read the
// same.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, promisify } from 'node:util';
import { browserModule } from '../test/programs/lib/browsermodule.js';
import { type BrowserName, browserPaths, hasBrowser, WorkerBrowser } from '../test/programs/lib/browsers.js';
import type { Reading, ReadingJob } from '../test/programs/lib/readingjob.js';
import { type Asked, verdict } from './asked.js';
import { interleave, range, ratio, type Spread, spread } from './measure.js';
import { run } from './process.js';
import { scratch } from './scratch.js';
import { alone, type Conditions, type Row, type Section } from './section.js';

/** Bytes of a piece: what trace/file.ts reads at a time. */
const PIECE = 1 << 18;
/** By browser: its time to Node's. */
const limits: Readonly<Record<BrowserName, Asked>> = { chromium: { most: 1.5 }, firefox: { most: 2.5 } };

interface Engine {
  readonly name: string;
  readonly asked?: Asked;
  read(): Promise<Reading>;
}

interface ReadingRow extends Row {
  readonly events: number;
  /** Node first. */
  readonly subjects: readonly {
    readonly name: string;
    readonly asked?: Asked;
    /** Seconds. */
    readonly wall: Spread;
    readonly ratio?: Spread;
  }[];
}

/** By case: the arguments of the program that writes the trace. */
const cases: Readonly<Record<string, readonly string[]>> = {
  'px, 1024x1024': ['-mode', 'px', '-workers', '4'],
};

async function measure(name: string, { rounds, ours }: Conditions): Promise<ReadingRow> {
  const file = join(scratch, 'read.trace');
  await run([...ours, ...cases[name]!, '-quiet', '-o', join(scratch, 'read.png'), '-trace', file]);
  const browsers = new Map<BrowserName, WorkerBrowser>();
  try {
    const served = {
      module: await browserModule('test/programs/lib/readingjob.ts'),
      files: new Map([['trace', readFileSync(file)]]),
    };
    for (const name of (Object.keys(browserPaths) as BrowserName[]).filter(hasBrowser)) {
      browsers.set(name, await WorkerBrowser.start(name, served));
    }
    const engines: readonly Engine[] = [
      { name: 'Node', read: () => readInNode(file) },
      ...[...browsers].map(([name, browser]) => ({
        name,
        asked: limits[name],
        read: () => browser.run<ReadingJob, Reading>({ url: '/files/trace', piece: PIECE }),
      })),
    ];
    const taken = await interleave(
      rounds,
      engines.map(({ read }) => read),
    );
    const want = taken[0]![0]!.digests;
    for (const [k, readings] of taken.entries()) {
      if (readings.every(({ digests }) => isDeepStrictEqual(digests, want))) continue;
      throw new Error(`${engines[k]!.name} does not read the same as Node`);
    }
    const seconds = taken.map((readings) => readings.map(({ ms }) => ms / 1e3));
    const subjects = engines.map(({ name, asked }, k) => ({
      name,
      wall: spread(seconds[k]!),
      ...(k === 0 ? {} : { ratio: ratio(seconds[k]!, seconds[0]!) }),
      ...(asked ? { asked } : {}),
    }));
    return { case: name, events: Number(want['events.length']), subjects };
  } finally {
    await Promise.all([...browsers.values()].map((browser) => browser.close()));
  }
}

const call = promisify(execFile);

async function readInNode(file: string): Promise<Reading> {
  const program = fileURLToPath(new URL('./programs/readtrace.js', import.meta.url));
  const { stdout } = await call(process.execPath, [program, file, String(PIECE)]);
  return JSON.parse(stdout) as Reading;
}

function lines({ case: name, events, subjects }: ReadingRow): string[][] {
  return subjects.map(({ name: engine, wall, ratio, asked }, k) => [
    k === 0 ? name : '',
    engine,
    range(wall, 2),
    ((wall.median / events) * 1e9).toFixed(0),
    ratio ? range(ratio, 2) : '',
    ratio ? verdict(asked, ratio) : '',
  ]);
}

export const reading: Section<ReadingRow> = {
  name: 'reading',
  title: 'how long does it take to read a trace?',
  about: 'Seconds from the first piece to the trace. The ratio is that of a browser to Node.',
  cases: Object.keys(cases),
  head: ['case', 'in', 'wall', 'ns/event', 'ratio', 'asked'],
  measure,
  lines,
};

await alone(import.meta.url, reading);
