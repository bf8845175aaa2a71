// Probes: each measures one program once, on new threads, where code is compiled anew as in a real run; or a whole process of
// the command.

/// <reference types="node" preserve="true" />

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { modes, moduleOf } from '../modes/index.js';
import { type RunResult, Runtime } from '../runtime/start.js';
import type { Apart } from './apart.js';
import type { Taken } from './costs.js';
import type { Fill, Picture } from './pictures.js';
import type { Solo } from './solo.js';

/** One measurement, which may be repeated. */
export interface Probe {
  readonly name: string;
  /** @throws what `signal` was aborted with, if it was */
  run(signal: AbortSignal): Promise<Taken>;
}

const here = (name: string) => new URL(`./${name}.js`, import.meta.url).href;
/** The modules of the modes: goroutines run their exports. */
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

/** An action that is repeated `n` times on one P (solo.ts). */
export function solo(kind: Solo, n: number): Probe {
  return { name: kind, run: (signal) => run(signal, [here('solo')], 1, [kind, n]) };
}

/** A picture that a mode paints on one P (pictures.ts). */
export function paint(kind: Exclude<Picture, 'shared'>, fill: Fill, n = 1, traced = false): Probe {
  return {
    name: [kind, fill, n, ...(traced ? ['traced'] : [])].join(' '),
    run: (signal) => run(signal, paintModules, 1, [kind, fill, n], traced),
  };
}
/** The modules of the program that paints. */
export const paintModules = [here('pictures'), ...bodies];

/** The workshop's picture, painted by a mode on two Ps; NaN if there were not two free cores. */
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

/** Kinds during which one P sleeps most of the time; during the others both Ps compute or spin. */
const sleepy: readonly Apart[] = ['waking'];
/** Cores that must have been busy on average: with less, another process had one for a while, and both Ps shared the other. */
const BUSY = 1.8;

/** Two Ps that communicate for `ms` milliseconds (apart.ts); NaN if there were not two free cores. */
export function apart(kind: Apart, ms: number): Probe {
  return {
    name: kind,
    async run(signal) {
      const taken = await run(signal, [here('apart')], 2, [kind, ms]);
      const ns = taken.ns.slice(0, -1);
      const { wakes, sends } = taken.stats;
      // A round trip that wakes the sleeping P has two sends.
      const valid = sleepy.includes(kind) ? wakes > 0.4 * sends : taken.ns.at(-1)! >= BUSY;
      return { ...taken, ns: valid ? ns : ns.map(() => Number.NaN) };
    },
  };
}

const uptime = fileURLToPath(new URL('./uptime.js', import.meta.url));
const start = promisify(execFile);

/** Statistics of a process, which tells none. */
const none = { procs: 0, goroutines: 0, switches: 0, steals: 0, parks: 0, wakes: 0, sends: 0, receives: 0, memory: 0 };
/** Nanoseconds per second. */
const NS = 1e9;

/** A whole process that paints one pixel: its real, user and system time, as it prints them. */
export function wholeProcess(cli: string, procs: number): Probe {
  return {
    name: `process ${procs}`,
    async run(signal) {
      const args = [cli, '-w', '1', '-h', '1', '-procs', `${procs}`, '-o', devNull];
      const { stderr } = await start(process.execPath, args, { signal });
      const times = /real ([\d.]+)s user ([\d.]+)s sys ([\d.]+)s/.exec(stderr);
      if (!times) throw new Error(`calibrate: expected the line about a run, got ${JSON.stringify(stderr)}`);
      return { ns: times.slice(1).map((seconds) => Number(seconds) * NS), stats: none, wall: 0 };
    },
  };
}

/** A whole process until its main goroutine runs, and from then until the second P does. */
export function coming(cli: string, procs: number): Probe {
  return {
    name: `coming ${procs}`,
    async run(signal) {
      const { stdout } = await start(process.execPath, [cli, 'run', '-procs', `${procs}`, uptime, `${procs}`], {
        signal,
      });
      return { ns: JSON.parse(stdout) as number[], stats: none, wall: 0 };
    },
  };
}
