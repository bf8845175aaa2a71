// Benchmark of profiling: its cost for a mode, and what the profile contains.
//
//   node dist/bench/profiling.js [-n ROUNDS] [-only REGEX] [-json] [-ours CMD]
//
// Whole processes with and without -cpuprofile, in alternation. Every run must leave the right picture, and the last profile of a
// mode must have samples of the kernel.

import { join } from 'node:path';
import type { Profile } from '#src/pprof/profile.js';
import { readProfileFile } from '#src/pprof/read.js';
import { interleave, range, ratio, type Spread, spread } from './measure.js';
import { modeCases } from './modes.js';
import { fullSum, painter } from './picture.js';
import { walls } from './process.js';
import { scratch } from './scratch.js';
import { alone, type Conditions, type Row, type Section } from './section.js';

interface ProfilingRow extends Row {
  readonly plain: Spread;
  readonly profiled: Spread;
  /** Of the walls, profiled to plain. */
  readonly ratio: Spread;
  /** The part of the last profile that is the kernel's. */
  readonly kernel: number;
  /** Seconds that it has of each P. */
  readonly ps: readonly number[];
}

/** The functions of the plain kernel. */
const kernel = new Set(['fill.fillPixel', 'fill.fillRow', 'fill.fillCol', 'fill.paint']);

async function measure(name: string, { rounds, ours }: Conditions): Promise<ProfilingRow> {
  const file = join(scratch, 'cpu.pprof');
  const command = [...ours, '-mode', ...name.split(' '), '-quiet'];
  const [plain = [], profiled = []] = await interleave(rounds, [
    painter(command, fullSum),
    painter([...command, '-cpuprofile', file], fullSum),
  ]);
  return {
    case: name,
    plain: spread(walls(plain)),
    profiled: spread(walls(profiled)),
    ratio: ratio(walls(profiled), walls(plain)),
    ...found(readProfileFile(file)),
  };
}

function found({ samples, locations, functions }: Profile): Pick<ProfilingRow, 'kernel' | 'ps'> {
  const ps: number[] = [];
  let inKernel = 0;
  let all = 0;
  for (const { locations: stack, values, labels } of samples) {
    const seconds = values[1]! / 1e9;
    all += seconds;
    const leaf = functions[locations[stack[0]!]!.lines[0]!.func]!.name;
    if (kernel.has(leaf)) inKernel += seconds;
    const p = Number(labels?.P?.[0] ?? 0);
    ps[p] = (ps[p] ?? 0) + seconds;
  }
  if (inKernel === 0) throw new Error('expected samples of the kernel in the profile, got none');
  return { kernel: inKernel / all, ps: Array.from(ps, (seconds) => seconds ?? 0) };
}

function lines({ case: name, plain, profiled, ratio, kernel, ps }: ProfilingRow): string[][] {
  const shares = ps.map((seconds) => seconds.toFixed(3)).join(' ');
  return [[name, range(plain, 3), range(profiled, 3), range(ratio, 3), `${(kernel * 100).toFixed(1)}%`, shares]];
}

export const profiling: Section<ProfilingRow> = {
  name: 'profiling',
  title: 'what does it cost a mode to be profiled, and what does the profile find?',
  about: 'Whole processes, seconds. The ratio is of wall time, profiled to plain.',
  cases: modeCases,
  head: ['case', 'plain', 'profiled', 'ratio', "kernel's part", 'seconds a P'],
  measure,
  lines,
};

await alone(import.meta.url, profiling);
