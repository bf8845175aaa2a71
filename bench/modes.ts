// Benchmark of the modes: each as a whole process, beside the same mode in Go.
//
//   node dist/bench/modes.js [-n ROUNDS] [-only REGEX] [-json] [-ours CMD]
//
// Ours with each kernel. Every run, counted or not, must leave the right picture: a fast wrong one is worth nothing, and
// a race may show in one run of many. Without Go there is nothing to compare with, and our own figures are printed alone.

import { modes as all } from 'mandel/modes';
import { type Asked, verdict } from './asked.js';
import { kernelsOf } from './kernel.js';
import { interleave, range, ratio, type Spread } from './measure.js';
import { buildGo } from './peers/go.js';
import { fullSum, painter } from './picture.js';
import { type Figures, figures, usageCells, usageHead, walls } from './process.js';
import { alone, type Conditions, type Row, type Section } from './section.js';

/** The modes, as flags; those with workers with one and with four. */
export const modeCases: readonly string[] = all.flatMap(({ name, workers }) =>
  workers === 'goroutines' ? [name, `${name} -workers 4`] : [name],
);

const plainToGo: Readonly<Record<string, Asked>> = {
  px: { most: 0.65 },
  workers: { most: 0.85 },
  'workers -workers 4': { most: 0.85 },
};
const fastToGo: Readonly<Record<string, Asked>> = {
  seq: { most: 0.35 },
  row: { most: 0.4 },
  col: { most: 0.4 },
  rowworkers: { most: 0.4 },
  'rowworkers -workers 4': { most: 0.4 },
};

interface Subject {
  readonly name: string;
  readonly figures: Figures;
  /** Of the walls, this one's to Go's, and to ours with the plain kernel. */
  readonly toGo?: Spread;
  readonly toPlain?: Spread;
}

interface ModeRow extends Row {
  readonly subjects: readonly Subject[];
}

async function measure(name: string, { rounds, ours }: Conditions): Promise<ModeRow> {
  const args = ['-mode', ...name.split(' ')];
  const go = buildGo('.');
  const commands = [
    ...(go ? [{ name: 'Go', command: [go.program, ...args] }] : []),
    ...kernelsOf(ours).map(({ name, flags }) => ({ name, command: [...ours, ...args, ...flags, '-quiet'] })),
  ];
  const taken = await interleave(
    rounds,
    commands.map(({ command }) => painter(command, fullSum)),
  );
  const wallsOf = (name: string) => walls(taken[commands.findIndex((c) => c.name === name)] ?? []);
  const [goWalls, plainWalls] = [wallsOf('Go'), wallsOf('plain')];
  const subjects = commands.map(({ name }, k) => ({
    name,
    figures: figures(taken[k] ?? []),
    ...(go && name !== 'Go' ? { toGo: ratio(wallsOf(name), goWalls) } : {}),
    ...(name === 'fast' ? { toPlain: ratio(wallsOf(name), plainWalls) } : {}),
  }));
  return { case: name, subjects };
}

function lines(row: ModeRow): string[][] {
  return row.subjects.map(({ name, figures, toGo, toPlain }, k) => {
    const asked = name === 'plain' ? (plainToGo[row.case] ?? { most: 1 }) : fastToGo[row.case];
    const askedOfFast = /^(px|workers|buffered)/.test(row.case) ? { most: 0.75 } : undefined;
    return [
      k === 0 ? row.case : '',
      name,
      range(figures.wall, 3),
      ...(toGo ? [range(toGo, 2), verdict(asked, toGo)] : ['', '']),
      ...(toPlain ? [range(toPlain, 2), verdict(askedOfFast, toPlain)] : ['', '']),
      ...usageCells(figures),
    ];
  });
}

export const modes: Section<ModeRow> = {
  name: 'modes',
  title: 'what does each mode cost, beside the same mode in Go?',
  about:
    "Whole processes, start-up and PNG included, seconds. The ratios are of wall time: to Go's, and of fast to plain.",
  cases: modeCases,
  head: ['case', 'with', 'wall', 'to Go', 'asked', 'to plain', 'asked', ...usageHead],
  measure,
  lines,
};

await alone(import.meta.url, modes);
