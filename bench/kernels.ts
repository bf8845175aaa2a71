// Benchmark of the kernels.
//
//   node dist/bench/kernels.js [-n ROUNDS] [-only REGEX] [-json]
//
// On one thread, painting alone: beside the scalar loop in Go, and from small pictures to large ones.

import { type Asked, verdict } from './asked.js';
import type { KernelName } from './kernel.js';
import { interleave, range, ratio, type Spread, spread } from './measure.js';
import { orbits } from './orbit.js';
import { fills, type Painter, painters, paints } from './painting.js';
import { alone, type Conditions, type Row, type Section } from './section.js';

const side = 1024;
const sizes = [256, 512, side, 2048, 4096, 8192] as const;

/** How many times as fast as plain. */
const fastToPlain = { least: 9 };
/** What an iteration costs, to what it costs at 1024x1024. */
const flat = { least: 0.85, most: 1.15 };

interface Subject {
  readonly name: string;
  readonly ms: Spread;
  /** Nanoseconds per iteration, including those that the kernel skips. */
  readonly perIteration: Spread;
  readonly ratio: Spread;
  readonly asked?: Asked;
}

interface KernelRow extends Row {
  readonly subjects: readonly Subject[];
}

interface Sampler {
  readonly name: string;
  readonly iterations: number;
  readonly asked?: Asked;
  /** Nanoseconds. */
  sample(): Promise<number>;
}

const cases: readonly { readonly name: string; measure(rounds: number): Promise<Subject[]> }[] = [
  { name: `${side}x${side}, row by row`, measure: (rounds) => compare(rounds, false) },
  { name: `${side}x${side}, pixel by pixel`, measure: (rounds) => compare(rounds, true) },
  ...(['plain', 'fast'] as const).map((kernel) => ({
    name: `by size, ${kernel}`,
    measure: (rounds: number) => compareSizes(rounds, kernel),
  })),
];

/** All that can paint the workshop's picture. */
async function compare(rounds: number, pixels: boolean): Promise<Subject[]> {
  const { iterations } = orbits(side);
  const job = { size: side, fitted: false, every: 1, times: 1, pixels };
  const samplers = painters().map((by: Painter) => ({
    name: by,
    iterations,
    sample: by === 'Go' ? fills(by, 'seq', side, 1) : paints(by, job),
    ...(by === 'fast' && !pixels ? { asked: fastToPlain } : {}),
  }));
  return subjects(rounds, samplers, 'plain', (ns, plain) => ratio(plain, ns));
}

/** About a million pixels of a picture of each size that shows the same. None if the kernel cannot paint here. */
async function compareSizes(rounds: number, kernel: KernelName): Promise<Subject[]> {
  if (!painters().includes(kernel)) return [];
  const name = (size: number) => `${size}x${size}`;
  const samplers = sizes.map((size) => {
    const every = Math.max(1, (size / side) ** 2);
    const times = Math.max(1, (side / size) ** 2);
    return {
      name: name(size),
      iterations: orbits(size, size, every).iterations * times,
      sample: paints(kernel, { size, fitted: true, every, times, pixels: false }),
      asked: flat,
    };
  });
  return subjects(rounds, samplers, name(side), ratio);
}

/** @param base whose time the others are compared with, by `compared` */
async function subjects(
  rounds: number,
  samplers: readonly Sampler[],
  base: string,
  compared: (own: readonly number[], base: readonly number[]) => Spread,
): Promise<Subject[]> {
  const taken = await interleave(
    rounds,
    samplers.map(({ sample }) => sample),
  );
  const each = taken.map((all, k) => all.map((ns) => ns / samplers[k]!.iterations));
  const one = each[samplers.findIndex(({ name }) => name === base)]!;
  return samplers.map(({ name, asked }, k) => ({
    name,
    ms: spread(taken[k]!.map((ns) => ns / 1e6)),
    perIteration: spread(each[k]!),
    ratio: compared(each[k]!, one),
    ...(asked ? { asked } : {}),
  }));
}

async function measure(name: string, { rounds }: Conditions): Promise<KernelRow> {
  const subjects = await cases.find((c) => c.name === name)!.measure(rounds);
  return { case: name, subjects, ...(subjects.length === 0 ? { skipped: 'there is no such kernel here' } : {}) };
}

function lines(row: KernelRow): string[][] {
  return row.subjects.map(({ name, ms, perIteration, ratio, asked }, k) => [
    k === 0 ? row.case : '',
    name,
    range(ms, 1),
    range(perIteration, 3),
    range(ratio, 2),
    verdict(asked, ratio),
  ]);
}

export const kernels: Section<KernelRow> = {
  name: 'kernels',
  title: 'what does the kernel cost?',
  about: [
    `Painting alone, on one thread. The ratio says at ${side}x${side}: how many times as fast as plain; by size: what an iteration`,
    `costs, to what it costs at ${side}x${side}. Iterations are those of the lesson's loop. By size, pictures show the same part`,
    'of the plane, small ones are painted several times, and of large ones as many rows as make a million pixels.',
  ].join('\n'),
  cases: cases.map((c) => c.name),
  head: ['case', 'with', 'ms', 'ns per iteration', 'ratio', 'asked'],
  measure,
  lines,
};

await alone(import.meta.url, kernels);
