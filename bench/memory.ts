// Benchmark of memory: bytes per pixel and per goroutine.
//
//   node dist/bench/memory.js [-n ROUNDS] [-only REGEX] [-json] [-ours CMD]
//
// Peak resident memory of whole processes, above that of the same program with next to nothing to do. It takes GNU time.

import { fileURLToPath } from 'node:url';
import { type Asked, verdict } from './asked.js';
import { kernelsOf } from './kernel.js';
import { interleave, range, type Spread, spread } from './measure.js';
import { buildGo } from './peers/go.js';
import { dotSum, fullSum, largeSum, painter } from './picture.js';
import { type Cost, run, tellsUsage } from './process.js';
import { alone, type Conditions, type Row, type Section } from './section.js';

const million = 1_000_000;
const large = 8192;
/** Rounds at most: memory varies little, and these take seconds each. */
const enough = 3;

interface Subject {
  readonly name: string;
  /** Bytes at the peak: with the work, and without. */
  readonly peak: Spread;
  readonly base: Spread;
  /** Bytes of each. */
  readonly each: Spread;
  readonly asked?: Asked;
}

interface MemoryRow extends Row {
  readonly subjects: readonly Subject[];
}

interface Pair {
  readonly name: string;
  work(): Promise<Cost>;
  base(): Promise<Cost>;
  readonly asked?: Asked;
}

interface Case {
  readonly name: string;
  /** Pixels or goroutines. */
  readonly count: number;
  pairs(ours: readonly string[]): Pair[];
}

/** Pictures of a mode, ours with each kernel, and Go's. */
function pictures(mode: string, size: number, sum: string, asked?: Asked) {
  return (ours: readonly string[]): Pair[] => {
    const pair = (name: string, command: readonly string[]) => ({
      name,
      work: painter([...command, '-mode', mode, '-w', String(size), '-h', String(size)], sum),
      base: painter([...command, '-mode', mode, '-w', '1', '-h', '1'], dotSum),
    });
    const go = buildGo('.');
    return [
      ...kernelsOf(ours).map(({ name, flags }) => ({
        ...pair(name, [...ours, ...flags, '-quiet']),
        ...(asked ? { asked } : {}),
      })),
      ...(go ? [pair('Go', [go.program])] : []),
    ];
  };
}

function waiters(ours: readonly string[]): Pair[] {
  const pair = (name: string, command: readonly string[]) => ({
    name,
    work: () => run([...command, String(million)]),
    base: () => run([...command, '1']),
  });
  const program = fileURLToPath(new URL('./programs/parked.js', import.meta.url));
  const go = buildGo('./chan');
  return [
    pair('mandel', [...ours, 'run', '-procs', '1', program]),
    ...(go ? [pair('Go', [go.program, 'parked'])] : []),
  ];
}

const cases: readonly Case[] = [
  {
    name: `row, ${large}x${large}, a pixel`,
    count: large * large,
    pairs: pictures('row', large, largeSum, { most: 8 }),
  },
  { name: 'px, 1024x1024, a goroutine', count: 1024 * 1024, pairs: pictures('px', 1024, fullSum) },
  { name: 'a million that wait, a goroutine', count: million, pairs: waiters },
];

async function measure(name: string, { rounds, ours }: Conditions): Promise<MemoryRow> {
  if (!tellsUsage) return { case: name, subjects: [], skipped: 'it takes GNU time as /usr/bin/time' };
  const { count, pairs } = cases.find((c) => c.name === name)!;
  const all = pairs(ours);
  const taken = await interleave(
    Math.min(rounds, enough),
    all.flatMap(({ work, base }) => [work, base]),
  );
  const subjects = all.map(({ name, asked }, k) => {
    const [peaks = [], bases = []] = taken.slice(2 * k).map((costs) => costs.map((cost) => cost.usage?.peak ?? 0));
    return {
      name,
      peak: spread(peaks),
      base: spread(bases),
      each: spread(peaks.map((peak, round) => (peak - (bases[round] as number)) / count)),
      ...(asked ? { asked } : {}),
    };
  });
  return { case: name, subjects };
}

function lines(row: MemoryRow): string[][] {
  const mega = ({ median, min, max }: Spread) => ({ median: median / 1e6, min: min / 1e6, max: max / 1e6 });
  return row.subjects.map(({ name, peak, base, each, asked }, k) => [
    k === 0 ? row.case : '',
    name,
    range(mega(peak), 0),
    range(mega(base), 0),
    range(each, 1),
    verdict(asked, each),
  ]);
}

export const memory: Section<MemoryRow> = {
  name: 'memory',
  title: 'how much memory does a pixel take, or a goroutine?',
  about:
    'Peak resident memory of whole processes, in MB: with the work, and with a single one of it. Each: bytes of one.\n' +
    `At most ${enough} rounds.`,
  cases: cases.map((c) => c.name),
  head: ['case', 'with', 'peak MB', 'for one', 'each', 'asked'],
  measure,
  lines,
};

await alone(import.meta.url, memory);
