// Benchmark of start-up: the smallest picture.
//
//   node dist/bench/startup.js [-n ROUNDS] [-only REGEX] [-json] [-ours CMD]
//
// Pictures of one pixel, beside an empty Node program and the same in Go. Above three times the empty program, small
// commands feel slow.

import { verdict } from './asked.js';
import { kernelsOf } from './kernel.js';
import { interleave, range, ratio, type Spread } from './measure.js';
import { buildGo } from './peers/go.js';
import { dotSum, painter } from './picture.js';
import { type Figures, figures, run, usageCells, usageHead, walls } from './process.js';
import { alone, type Conditions, type Row, type Section } from './section.js';

const limit = { most: 3 };

interface StartupRow extends Row {
  /** An empty Node program first. */
  readonly subjects: readonly { readonly name: string; readonly figures: Figures; readonly ratio?: Spread }[];
}

async function measure(name: string, { rounds, ours }: Conditions): Promise<StartupRow> {
  const dot = ['-w', '1', '-h', '1'];
  const go = buildGo('.');
  const painters = [
    ...kernelsOf(ours).map(({ name, flags }) => ({ name, command: [...ours, ...dot, ...flags, '-quiet'] })),
    ...(go ? [{ name: 'Go', command: [go.program, ...dot] }] : []),
  ];
  const taken = await interleave(rounds, [
    () => run([process.execPath, '-e', '0']),
    ...painters.map(({ command }) => painter(command, dotSum)),
  ]);
  const empty = walls(taken[0] ?? []);
  const subjects = taken.map((costs, k) => ({
    name: painters[k - 1]?.name ?? 'node -e 0',
    figures: figures(costs),
    ...(k === 0 ? {} : { ratio: ratio(walls(costs), empty) }),
  }));
  return { case: name, subjects };
}

function lines(row: StartupRow): string[][] {
  return row.subjects.map(({ name, figures, ratio }, k) => [
    k === 0 ? row.case : '',
    name,
    range(figures.wall, 3),
    ratio ? range(ratio, 2) : '',
    ratio && name !== 'Go' ? verdict(limit, ratio) : '',
    ...usageCells(figures),
  ]);
}

export const startup: Section<StartupRow> = {
  name: 'startup',
  title: 'how long does it take until the program has done nothing much?',
  about: 'Whole processes, seconds. The ratio is of wall time, to that of an empty Node program.',
  cases: ['one pixel'],
  head: ['case', 'with', 'wall', 'ratio', 'asked', ...usageHead],
  measure,
  lines,
};

await alone(import.meta.url, startup);
