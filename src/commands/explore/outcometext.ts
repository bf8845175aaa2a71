// What an exploration has found, as text: a table of the outcomes, and what is to be known of each bad one.

import type { Outcome } from '../../runtime/start.js';
import { count, percent, plural } from '../../terminal/numbers.js';
import { waitGraph } from './waitstext.js';

/** The kinds of outcomes that may be bad, and what they are. */
export const badKinds = [
  { name: 'panic', what: 'a panic, or a fatal error other than a deadlock' },
  { name: 'deadlock', what: 'all goroutines are asleep' },
  { name: 'exit', what: 'an exit status other than 0' },
  { name: 'endless', what: 'given up after so many steps that it will hardly ever end' },
  { name: 'result', what: 'more than one result among the runs that end well' },
] as const;

export type BadKind = (typeof badKinds)[number]['name'];

/** What was explored. */
export interface Explored {
  readonly runs: number;
  readonly seed: number;
  readonly strategy: string;
  readonly procs: number;
  /** The kinds of outcomes that are bad. */
  readonly bad: readonly BadKind[];
  /** What the command was given, to say how to see a run again. */
  readonly again: { readonly file: string; readonly args: readonly string[]; readonly flags: readonly string[] };
}

/** Characters of a title; what follows in full has the rest. */
const TITLE = 100;
/** Outcomes in the table, and bad ones in full: more than that nobody reads. The bad ones go first. */
const MOST_ROWS = 30;
const MOST_DETAILS = 10;

/** True if any of the outcomes is bad, or if there are several results and that is. */
export function anyBad(outcomes: readonly Outcome[], bad: readonly BadKind[]): boolean {
  return outcomes.some((outcome) => isBad(outcome, bad)) || outcomes.filter(endsWell).length > 1;
}

/** Everything that is printed about an exploration. */
export function exploration(found: readonly Outcome[], explored: Explored): string {
  const outcomes = [...found].sort(byCount);
  const bad = outcomes.filter((outcome) => isBad(outcome, explored.bad));
  const others = outcomes.filter((outcome) => !isBad(outcome, explored.bad));
  const good = outcomes.filter(endsWell);
  const shown = [...bad, ...others].slice(0, MOST_ROWS).sort(byCount);
  const done = outcomes.reduce((sum, { count }) => sum + count, 0);
  const { runs, seed, strategy, procs, again } = explored;
  const cut = done < runs ? `, interrupted after ${count(done)}` : '';
  return [
    `${again.file}: ${plural(runs, 'schedule')}${cut}, ${strategy}, seed ${seed}, ${plural(procs, 'P')}: ` +
      `${plural(outcomes.length, 'outcome')}\n`,
    ...(outcomes.length === 0 ? [] : [outcomeTable(shown, done)]),
    ...(shown.length < outcomes.length ? [`and ${plural(outcomes.length - shown.length, 'more outcome')}\n`] : []),
    ...bad.slice(0, MOST_DETAILS).map((outcome) => details(outcome, done, explored)),
    ...(good.length > 1 ? [differentResults(good.at(-1)!, explored)] : []),
  ].join('\n');
}

const endsWell = ({ kind }: Outcome) => kind === 'ok';
const isBad = ({ kind }: Outcome, bad: readonly BadKind[]) => kind !== 'ok' && bad.includes(kind);
const byCount = (a: Outcome, b: Outcome) => b.count - a.count || a.seed - b.seed;

/** Whether a result is wrong we cannot know; that there are several, the user should. */
function differentResults({ seed }: Outcome, explored: Explored): string {
  return `Not all runs that end well have the same result. To see the rarest: ${replayCommand(seed, explored)}\n`;
}

function outcomeTable(outcomes: readonly Outcome[], done: number): string {
  const rows = [
    ['runs', 'share', 'outcome', 'seed', ''],
    ...outcomes.map((o) => [count(o.count), percent(o.count / done), o.kind, String(o.seed), titleOf(o)]),
  ];
  const widths = rows[0]!.map((_, k) => Math.max(...rows.map((cells) => cells[k]!.length)));
  const isText = (k: number) => k === 2 || k === 4;
  const pad = (cell: string, k: number) => (isText(k) ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!));
  return rows.map((cells) => `${cells.map(pad).join('  ').trimEnd()}\n`).join('');
}

/** The outcome in a line. */
function titleOf(outcome: Outcome): string {
  const title = titleInFull(outcome);
  return title.length > TITLE ? `${title.slice(0, TITLE - 3)}...` : title;
}

function titleInFull(outcome: Outcome): string {
  const { kind, exitCode, report, output } = outcome;
  if (kind === 'deadlock') return whoWaits(outcome);
  if (kind === 'endless')
    return report === '' ? 'given up: there was no end in sight' : 'given up: it does not come to a scheduling point';
  const status = kind === 'exit' ? `exit status ${exitCode}: ` : '';
  // Of a report the first line says it; what a program prints may differ in any line.
  const said = report === '' ? output.trim().split('\n').join(' | ') : report.split('\n')[0]!;
  return `${status}${said === '' ? '(no output)' : said}`;
}

/** `2 x p.worker: chan send, p.main: sync.WaitGroup.Wait`. */
function whoWaits({ waits }: Outcome): string {
  const counts = new Map<string, number>();
  for (const { name, reason } of waits) {
    const what = `${name}: ${reason}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, n]) => (n === 1 ? what : `${n} x ${what}`)).join(', ');
}

function details(outcome: Outcome, done: number, explored: Explored): string {
  const { kind, seed, report, output } = outcome;
  const share = `${count(outcome.count)} of ${plural(done, 'run')}`;
  const blocks = [
    `--- ${kind}, ${share}, first with seed ${seed}\n`,
    ...(output === '' ? [] : [`it has printed:\n${indented(output)}`]),
    ...(report === '' ? [] : [ended(report)]),
    ...(kind === 'deadlock' ? [waitGraph(outcome)] : []),
    `to see it: ${replayCommand(seed, explored)}\n`,
  ];
  return blocks.join('\n');
}

const ended = (text: string) => `${text.trimEnd()}\n`;
const indented = (text: string) =>
  ended(text)
    .split('\n')
    .map((line) => (line === '' ? line : `  ${line}`))
    .join('\n');

/** What to type to have this run again, with its trace. */
function replayCommand(seed: number, { again }: Explored): string {
  const words = [...again.flags, '-replay', String(seed), '-trace', 'trace.out', again.file, ...again.args];
  return `mandel explore ${words.map(quoted).join(' ')}`;
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
