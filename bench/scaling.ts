// Benchmark of scaling: a mode on two Ps beside one.
//
//   node dist/bench/scaling.js [-n ROUNDS] [-only REGEX] [-json]
//
// Painting alone, in mode row, on one P and on two in alternation.

import { verdict } from './asked.js';
import { interleave, range, ratio, type Spread, spread } from './measure.js';
import { fills, type Painter, painters } from './painting.js';
import { alone, type Conditions, type Row, type Section } from './section.js';

const asked = { least: 1.9 };
const sizes = [1024, 4096] as const;

interface Subject {
  readonly name: Painter;
  /** Milliseconds. */
  readonly one: Spread;
  readonly two: Spread;
  readonly ratio: Spread;
}

interface ScalingRow extends Row {
  readonly subjects: readonly Subject[];
}

const cases = sizes.map((size) => ({ name: `row, ${size}x${size}`, size }));

async function measure(name: string, { rounds }: Conditions): Promise<ScalingRow> {
  const { size } = cases.find((c) => c.name === name)!;
  const all = painters();
  const taken = await interleave(
    rounds,
    all.flatMap((by) => [1, 2].map((procs) => fills(by, 'row', size, procs))),
  );
  const ms = taken.map((all) => all.map((ns) => ns / 1e6));
  const subjects = all.map((name, k) => {
    const [one = [], two = []] = ms.slice(2 * k);
    return { name, one: spread(one), two: spread(two), ratio: ratio(one, two) };
  });
  return { case: name, subjects };
}

function lines(row: ScalingRow): string[][] {
  return row.subjects.map(({ name, one, two, ratio }, k) => [
    k === 0 ? row.case : '',
    name,
    range(one, 1),
    range(two, 1),
    range(ratio, 2),
    name === 'Go' ? '' : verdict(asked, ratio),
  ]);
}

export const scaling: Section<ScalingRow> = {
  name: 'scaling',
  title: 'how much faster is a mode on two Ps?',
  about: 'Painting alone, milliseconds. The ratio says how many times as fast two Ps are as one.',
  cases: cases.map((c) => c.name),
  head: ['case', 'with', '1 P', '2 Ps', 'ratio', 'asked'],
  measure,
  lines,
};

await alone(import.meta.url, scaling);
