// The outcomes of an exploration as text: a table, and each bad outcome in full.

import { count, plural } from '../../lib/numbers.js';
import type { waitReasonStrings } from '../../runtime/sched/reason.js';
import type { Outcome } from '../../runtime/start.js';
import { fittedTable, percent } from '../../terminal/text.js';

/** The kinds of outcomes that may be bad. */
export const badKinds = [
  { name: 'panic', about: 'a panic, or a fatal error other than a deadlock' },
  { name: 'deadlock', about: 'all goroutines are asleep' },
  { name: 'exit', about: 'an exit status other than 0' },
  { name: 'endless', about: 'given up after so many steps that it will hardly ever end' },
  { name: 'result', about: 'more than one result among the runs that end well' },
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
  /** The words of the command line that repeat a run. */
  readonly again: { readonly file: string; readonly args: readonly string[]; readonly flags: readonly string[] };
}

/** Most characters of an outcome in the table. A bad outcome is printed in full as well. */
const MAX_TITLE = 100;
/** Most outcomes in the table, and most bad outcomes in full: more than a person reads. Bad outcomes come first. */
const MAX_ROWS = 30;
const MAX_DETAILS = 10;

/** True if one of the outcomes is bad. The runs that end well are several outcomes only if different results are bad. */
export function anyBad(outcomes: readonly Outcome[], bad: readonly BadKind[]): boolean {
  return outcomes.some((outcome) => isBad(outcome, bad)) || outcomes.filter(endsWell).length > 1;
}

/** All that is printed about an exploration. */
export function exploration(found: readonly Outcome[], explored: Explored): string {
  const outcomes = [...found].sort(byCount);
  const bad = outcomes.filter((outcome) => isBad(outcome, explored.bad));
  const others = outcomes.filter((outcome) => !isBad(outcome, explored.bad));
  const good = outcomes.filter(endsWell);
  const shown = [...bad, ...others].slice(0, MAX_ROWS).sort(byCount);
  const done = outcomes.reduce((sum, { count }) => sum + count, 0);
  const { runs, seed, strategy, procs, again } = explored;
  const cut = done < runs ? `, interrupted after ${count(done)}` : '';
  return [
    `${again.file}: ${plural(runs, 'schedule')}${cut}, ${strategy}, seed ${seed}, ${plural(procs, 'P')}: ` +
      `${plural(outcomes.length, 'outcome')}\n`,
    ...(outcomes.length === 0 ? [] : [outcomeTable(shown, done)]),
    ...(shown.length < outcomes.length ? [`and ${plural(outcomes.length - shown.length, 'more outcome')}\n`] : []),
    ...bad.slice(0, MAX_DETAILS).map((outcome) => details(outcome, done, explored)),
    ...(good.length > 1 ? [differentResults(good.at(-1)!, explored)] : []),
  ].join('\n');
}

const endsWell = ({ kind }: Outcome) => kind === 'ok';
const isBad = ({ kind }: Outcome, bad: readonly BadKind[]) => kind !== 'ok' && bad.includes(kind);
const byCount = (a: Outcome, b: Outcome) => b.count - a.count || a.seed - b.seed;

/** The program's author has to say which result is right; here is only known that there are several. */
function differentResults({ seed }: Outcome, explored: Explored): string {
  return `Not all runs that end well have the same result. To see the rarest: ${replayCommand(seed, explored)}\n`;
}

/** Columns of the table that are text and not numbers. */
const OUTCOME = 2;
const TITLE = 4;

function outcomeTable(outcomes: readonly Outcome[], done: number): string {
  const rows = [
    ['runs', 'share', 'outcome', 'seed', ''],
    ...outcomes.map((o) => [count(o.count), percent(o.count / done), o.kind, String(o.seed), titleOf(o)]),
  ];
  return fittedTable(rows, (column) => column === OUTCOME || column === TITLE);
}

/** The outcome in one line. */
function titleOf(outcome: Outcome): string {
  const title = titleInFull(outcome);
  return title.length > MAX_TITLE ? `${title.slice(0, MAX_TITLE - 3)}...` : title;
}

function titleInFull(outcome: Outcome): string {
  const { kind, exitCode, report, output } = outcome;
  if (kind === 'deadlock') return waitsOf(outcome);
  if (kind === 'endless')
    return report === '' ? 'given up: there was no end in sight' : 'given up: it does not come to a scheduling point';
  const status = kind === 'exit' ? `exit status ${exitCode}: ` : '';
  // The first line of a report tells outcomes apart; of what a program prints, any line may.
  const text = report === '' ? output.trim().split('\n').join(' | ') : report.split('\n')[0]!;
  return `${status}${text === '' ? '(no output)' : text}`;
}

/** `2 x p.worker: chan send, p.main: sync.WaitGroup.Wait`. */
function waitsOf({ waits }: Outcome): string {
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
    ...(report === '' ? [] : [withEnd(report)]),
    ...(kind === 'deadlock' ? [waitGraph(outcome)] : []),
    `to see it: ${replayCommand(seed, explored)}\n`,
  ];
  return blocks.join('\n');
}

const withEnd = (text: string) => `${text.trimEnd()}\n`;
const indented = (text: string) =>
  withEnd(text)
    .split('\n')
    .map((line) => (line === '' ? line : `  ${line}`))
    .join('\n');

/** The command that repeats this run, with a trace. */
function replayCommand(seed: number, { again }: Explored): string {
  const words = [...again.flags, '-replay', String(seed), '-trace', 'trace.out', again.file, ...again.args];
  return `mandel explore ${words.map(quoted).join(' ')}`;
}

/** A word as a shell reads it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

type Wait = Outcome['waits'][number];
type Reason = Exclude<(typeof waitReasonStrings)[number], ''>;

/** What wakes a goroutine that waits for this reason; undefined if nothing can. */
const wakers: Readonly<Record<Reason, string | undefined>> = {
  'chan receive': 'for a send or a close',
  'chan send': 'for a receive',
  select: 'for one of the cases of its select',
  'chan receive (nil chan)': undefined,
  'chan send (nil chan)': undefined,
  'select (no cases)': undefined,
  sleep: 'for its time',
  'sync.Mutex.Lock': 'for an unlock',
  'sync.RWMutex.RLock': 'for the writer to unlock',
  'sync.RWMutex.Lock': 'for the writer or the readers to unlock',
  'sync.WaitGroup.Wait': 'for the count to become 0',
  'sync.Cond.Wait': 'for a signal or a broadcast',
  'IO wait': 'for the network',
};

const wakerOf = (reason: string): string | undefined => wakers[reason as Reason];

/** Which goroutine waits for what in a deadlock: each object, and the goroutines that wait on it. */
function waitGraph({ waits, circles }: Pick<Outcome, 'waits' | 'circles'>): string {
  const objects = new Map<string, Wait[]>();
  for (const wait of waits) {
    if (wakerOf(wait.reason) === undefined) continue;
    // A select waits on all of its channels.
    for (const object of wait.on.split(', ')) objects.set(object, [...(objects.get(object) ?? []), wait]);
  }
  const hopeless = waits.filter(({ reason }) => wakerOf(reason) === undefined);
  return [
    'who waits for what:\n',
    ...[...objects].flatMap(([object, there]) => [
      `  ${object}\n`,
      ...there.flatMap((wait) => [
        `    ${goroutineOf(wait)} waits ${wakerOf(wait.reason)}${placeOf(wait)}\n`,
        ...wait.holders.map((line) => `      ${line}\n`),
      ]),
    ]),
    ...(hopeless.length === 0 ? [] : ['  nothing can wake these:\n']),
    ...hopeless.map((wait) => `    ${goroutineOf(wait)} waits for ever: ${wait.reason}${placeOf(wait)}\n`),
    ...circles.map((circle) => `  ${circle}\n`),
  ].join('');
}

const goroutineOf = ({ goid, name }: Wait) => `goroutine ${goid} ${name}`;
const placeOf = ({ at }: Wait) => (at === undefined ? '' : `, at ${at}`);
