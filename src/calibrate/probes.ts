// What is measured: each probe runs one program, on threads of its own because code is compiled anew there as in a
// real run, and says what it took and how often it did what.

/// <reference types="node" preserve="true" />

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modes, moduleOf } from '../modes/index.js';
import { type RunResult, type RunStats, Runtime } from '../runtime/start.js';
import type { Apart } from './apart.js';
import type { Fill, Picture } from './paint.js';
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
  /** @throws what `signal` was aborted with, if it was */
  run(signal: AbortSignal): Promise<Taken>;
}

const here = (name: string) => new URL(`./${name}.js`, import.meta.url).href;
/** The modes' own modules: goroutines run their exports. */
const bodies = modes.map(moduleOf);

async function run(
  signal: AbortSignal,
  modules: readonly string[],
  procs: number,
  args: readonly unknown[],
  traced = false,
): Promise<Taken> {
  const runtime = new Runtime(procs, [], traced);
  const dir = traced ? mkdtempSync(join(tmpdir(), 'mandel-calibrate-')) : undefined;
  try {
    const options = { seed: 1, signal, ...(dir === undefined ? {} : { trace: join(dir, 'trace.out') }) };
    const begin = performance.now();
    const result: RunResult = await runtime.run({ modules, args }, options);
    const wall = (performance.now() - begin) * 1e6;
    signal.throwIfAborted();
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
  return { name: kind, run: (signal) => run(signal, [here('solo')], 1, [kind, n]) };
}

/** Something painted by a mode on one P. */
export function paint(kind: Exclude<Picture, 'shared'>, fill: Fill, n = 1, traced = false): Probe {
  return {
    name: [kind, fill, n, ...(traced ? ['traced'] : [])].join(' '),
    run: (signal) => run(signal, paintModules, 1, [kind, fill, n], traced),
  };
}
/** The modules of the program that paints, and what it is called with. */
export const paintModules = [here('paint'), ...bodies];

/** The workshop's picture by a mode on two Ps: NaN if they had no core each. */
export function shared(fill: Fill, n: number): Probe {
  return {
    name: `shared ${fill} ${n}`,
    async run(signal) {
      const taken = await run(signal, paintModules, 2, ['shared', fill, n]);
      const [ns = Number.NaN, cores = 0] = taken.ns;
      return { ...taken, ns: [cores >= BUSY ? ns : Number.NaN] };
    },
  };
}

/** Kinds during which one P sleeps most of the time; during the others both are busy, or look for work. */
const sleepy: readonly Apart[] = ['waking'];
/** Cores that must have been busy: with less, others had one of them for a while, and the Ps met on the other. */
const BUSY = 1.8;

/** What two Ps do with each other, for so many milliseconds: NaN if they had no core each. */
export function apart(kind: Apart, ms: number): Probe {
  return {
    name: kind,
    async run(signal) {
      const taken = await run(signal, [here('apart')], 2, [kind, ms]);
      const ns = taken.ns.slice(0, -1);
      const { wakes, sends } = taken.stats;
      // A wake-up of those that sleep has two sends: there and back.
      const valid = sleepy.includes(kind) ? wakes > 0.4 * sends : taken.ns.at(-1)! >= BUSY;
      return { ...taken, ns: valid ? ns : ns.map(() => Number.NaN) };
    },
  };
}
