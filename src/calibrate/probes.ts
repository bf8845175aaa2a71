// What is measured: each probe runs one program, on threads of its own because code is compiled anew there as in a
// real run, and says what it took and how often it did what.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modes, paintProgram } from '../modes/index.js';
import { type RunResult, type RunStats, Runtime } from '../runtime/start.js';
import type { Apart } from './apart.js';
import type { Fill } from './paint.js';
import type { Solo } from './solo.js';

export interface Taken {
  /** Nanoseconds, as the program says. */
  readonly ns: readonly number[];
  readonly stats: RunStats;
  /** From the start of the run to its end, nanoseconds. */
  readonly wall: number;
}

export interface Probe {
  readonly name: string;
  run(): Promise<Taken>;
}

const here = (name: string) => new URL(`./${name}.js`, import.meta.url).href;
/** The modes' own modules: goroutines run their exports. */
const bodies = modes.map((mode) => paintProgram(mode)[1]!);

async function run(
  modules: readonly string[],
  procs: number,
  args: readonly unknown[],
  traced = false,
): Promise<Taken> {
  const runtime = new Runtime(procs, [], traced);
  const dir = traced ? mkdtempSync(join(tmpdir(), 'mandel-calibrate-')) : undefined;
  try {
    const options = { seed: 1, ...(dir === undefined ? {} : { trace: join(dir, 'trace.out') }) };
    const begin = performance.now();
    const result: RunResult = await runtime.run({ modules, args }, options);
    const wall = (performance.now() - begin) * 1e6;
    if (result.status !== 'ok')
      throw new Error(`calibrate: a program ended in a ${result.status}: ${result.report.split('\n')[0]}`);
    return { ns: [result.value as number | number[]].flat(), stats: result.stats, wall };
  } finally {
    await runtime.close();
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
  }
}

/** A thing done many times on one P. */
export function solo(kind: Solo, n: number): Probe {
  return { name: kind, run: () => run([here('solo')], 1, [kind, n]) };
}

/** Something painted by a mode on one P, or on two that do the same. */
export function paint(kind: 'scene' | 'strip' | 'one' | 'together', fill: Fill, n = 1, traced = false): Probe {
  const procs = kind === 'together' ? n : 1;
  return {
    name: [kind, fill, n, ...(traced ? ['traced'] : [])].join(' '),
    run: () => run([here('paint'), ...bodies], procs, [kind, fill, n], traced),
  };
}

/** What two Ps do with each other, for so many milliseconds. */
export function apart(kind: Apart, ms: number): Probe {
  return { name: kind, run: () => run([here('apart')], 2, [kind, ms]) };
}
