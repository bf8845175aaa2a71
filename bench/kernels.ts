// What does the kernel cost?
//
//   node dist/bench/kernels.js [-n ROUNDS] [-only REGEX] [-json]
//
// Mode seq on one thread, painting alone: beside the scalar loop in Go, and from small pictures to large ones. All that
// paint the same size must have the same picture.

import { type Asked, verdict } from './asked.js';
import { interleave, range, ratio, type Spread, spread } from './measure.js';
import { orbits } from './orbit.js';
import { type Painting, painters, timed } from './painting.js';
import { alone, type Conditions, type Row, type Section } from './section.js';

const sizes = [256, 512, 1024, 2048, 4096, 8192] as const;
/** What the others are compared with. */
const middle = 1024;
const side = `${middle}x${middle}`;
const bySize = 'by size, ';

/** Cost of an iteration at another size, to that at the middle one. */
const flat = { least: 0.85, most: 1.15 };
const fastToPlain = { least: 9 };

interface Subject {
  readonly name: string;
  readonly ms: Spread;
  /** Nanoseconds a turn of the loop, whether the kernel takes it or knows better. */
  readonly perIteration: Spread;
  readonly ratio: Spread;
  readonly asked?: Asked;
}

interface KernelRow extends Row {
  readonly subjects: readonly Subject[];
}

async function measure(name: string, { rounds }: Conditions): Promise<KernelRow> {
  const paintings = name === side ? painters().map((by) => seq(by, middle)) : ofKernel(name);
  if (paintings.length === 0)
    return { case: name, subjects: [], skipped: 'this build has no such kernel, or there is no Go' };
  const taken = await interleave(
    rounds,
    paintings.map((painting) => timed(painting)),
  );
  const turns = paintings.map(({ size }) => orbits(size).turns);
  const each = taken.map((all, k) => all.map((ns) => ns / (turns[k] as number)));
  const base = each[paintings.findIndex(({ size, by }) => size === middle && (name !== side || by === 'plain'))] ?? [];
  const subjects = paintings.map(({ by, size }, k) => {
    const asked = name !== side ? flat : by === 'fast' ? fastToPlain : undefined;
    return {
      name: name === side ? by : `${size}x${size}`,
      ms: spread((taken[k] ?? []).map((ns) => ns / 1e6)),
      perIteration: spread(each[k] ?? []),
      // By size: what an iteration costs more. Between kernels: how many times as fast.
      ratio: name === side ? ratio(base, each[k] ?? []) : ratio(each[k] ?? [], base),
      ...(asked ? { asked } : {}),
    };
  });
  return { case: name, subjects };
}

function seq(by: Painting['by'], size: number): Painting {
  return { mode: 'seq', size, procs: 1, by };
}

function ofKernel(name: string): Painting[] {
  return painters()
    .filter((by) => name === bySize + by)
    .flatMap((by) => sizes.map((size) => seq(by, size)));
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
    `Painting alone, on one thread. The ratio says, at ${side}: how many times as fast as plain; by size: what an`,
    `iteration costs, to what it costs at ${side}. The iterations are those of the loop in the lesson.`,
  ].join('\n'),
  cases: [side, ...['plain', 'fast', 'Go'].map((by) => bySize + by)],
  head: ['case', 'with', 'ms', 'ns an iteration', 'ratio', 'asked'],
  measure,
  lines,
};

await alone(import.meta.url, kernels);
