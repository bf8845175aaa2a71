// The figures of a comparison: medians, speed-ups and what the trace of each mode adds to them; and their tables, a mode per
// row: first what it costs, then why.

import { folded } from '../../lib/folded.js';
import type { RunStats } from '../../runtime/start.js';
import { columnsOfOutput, fittedTable } from '../../terminal/text.js';
import type { Totals } from '../../trace/analysis/activity.js';
import { type Handoffs, mostlyWoken } from '../../trace/analysis/counts.js';
import type { Run } from './child.js';

/** Figures of several runs. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The median of `values` and their extremes; of an even number of values, the mean of the two in the middle. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** The run that was traced. */
export interface Traced {
  readonly run: Run;
  readonly events: number;
  /** Size of the file. */
  readonly bytes: number;
  readonly totals: Totals;
  readonly handoffs: Handoffs;
}

/** What a mode costs, and why. Seconds, except where a name ends in Ns. */
export interface Figures {
  readonly mode: string;
  readonly wall: Spread;
  readonly user: Spread;
  readonly sys: Spread;
  /** The ratio of seq's wall to this mode's, within each round, because the machine's speed drifts from round to round. */
  readonly speedup: Spread;
  /** The ratio of this mode's user + sys to seq's, within each round: at 1.4, handing out the work costs four tenths. */
  readonly cpu: Spread;
  /** Medians. */
  readonly stats: RunStats;
  readonly traced: Traced;
  readonly rounds: readonly Run[];
}

/** The figures of a mode. `seq` and `rounds` are runs of the same rounds. */
export function figures(mode: string, rounds: readonly Run[], seq: readonly Run[], traced: Traced): Figures {
  const cpu = ({ user, sys }: Run) => user + sys;
  const ratios = (ratio: (own: Run, base: Run) => number) => spread(rounds.map((run, k) => ratio(run, seq[k]!)));
  return {
    mode,
    wall: spread(rounds.map((run) => run.wall)),
    user: spread(rounds.map((run) => run.user)),
    sys: spread(rounds.map((run) => run.sys)),
    speedup: ratios((own, base) => base.wall / own.wall),
    cpu: ratios((own, base) => cpu(own) / cpu(base)),
    stats: medianStats(rounds.map((run) => run.stats)),
    traced,
    rounds,
  };
}

function medianStats(all: readonly RunStats[]): RunStats {
  const [first] = all;
  const names = Object.keys(first!) as (keyof RunStats)[];
  const median = (name: keyof RunStats) => spread(all.map((stats) => stats[name])).median;
  return Object.fromEntries(names.map((name) => [name, median(name)])) as unknown as RunStats;
}

const seconds = (s: number) => s.toFixed(2);
const whole = (n: number) => Math.round(n).toLocaleString('en-US');
const range = ({ min, max }: Spread) => `${seconds(min)}-${seconds(max)}`;

/** Head, unit, and the cell of a row. */
type Column = readonly [head: string, unit: string, cell: (row: Figures) => string];

const modeColumn: Column = ['mode', '', (row) => row.mode];

/** The other columns. Those of a group belong together, and stay in one table. */
const groups: readonly (readonly Column[])[] = [
  [
    ['wall', 's', (row) => seconds(row.wall.median)],
    ['spread', 's', (row) => range(row.wall)],
    ['speed-up', 'x seq', (row) => row.speedup.median.toFixed(2)],
    ['user', 's', (row) => seconds(row.user.median)],
    ['sys', 's', (row) => seconds(row.sys.median)],
    ['cpu', 'x seq', (row) => row.cpu.median.toFixed(2)],
  ],
  [
    ['goroutines', '', (row) => whole(row.stats.goroutines)],
    ['switches', '', (row) => whole(row.stats.switches)],
    ['steals', '', (row) => whole(row.stats.steals)],
    ['parks', '', (row) => whole(row.stats.parks)],
  ],
  [
    ['blocked', 'g-s', (row) => seconds(row.traced.totals.blockedNs / 1e9)],
    ['runnable', 'g-s', (row) => seconds(row.traced.totals.runnableNs / 1e9)],
    ['events', '', (row) => whole(row.traced.events)],
    ['trace', 'MB', (row) => (row.traced.bytes / 1e6).toFixed(2)],
  ],
];

const notes = `
wall        whole processes, start-up and PNG included: median of the untraced
            rounds; spread: fastest-slowest
speed-up    seq's wall to this mode's: what the other Ps bring; median over the
            rounds
user, sys   processor time, medians; cpu: both, to seq's: above 1.00 is the
            price of handing out the work
goroutines, switches, steals, parks
            counts, medians of the untraced rounds: a switch gives a goroutine a
            thread, a steal is its first one on another P than its creator's, a
            park makes it wait
blocked     goroutine-seconds waiting for anything but a P, from one traced run;
            runnable: waiting for a P
events      records of the traced run; trace: size of its file
`;

/** The tables and their notes: as few tables as fit into so many columns. */
export function comparison(rows: readonly Figures[], columns = columnsOfOutput()): string {
  const tables: string[] = [];
  let wide: readonly Column[] = [];
  for (const group of groups) {
    const wider = [...wide, ...group];
    if (wide.length > 0 && widthOf(rows, wider) > columns) {
      tables.push(table(rows, wide));
      wide = group;
    } else {
      wide = wider;
    }
  }
  return `${[...tables, table(rows, wide)].join('\n')}${notes}${wakeUpNote(rows, columns)}`;
}

/** A note on modes of which most hand-offs woke a sleeping thread: their times are the machine's rather than the mode's. */
function wakeUpNote(rows: readonly Figures[], columns: number): string {
  const modes = rows.filter((row) => mostlyWoken(row.traced.handoffs)).map((row) => row.mode);
  if (modes.length === 0) return '';
  const text =
    `${modes.join(', ')}: most hand-offs of the traced run woke a sleeping thread, which takes about ten times as long as the ` +
    'others; other processes may keep the cores busy.';
  return `\n${folded(text, columns, 2)}\n`;
}

function widthOf(rows: readonly Figures[], columns: readonly Column[]): number {
  return Math.max(
    ...table(rows, columns)
      .split('\n')
      .map((line) => line.length),
  );
}

function table(rows: readonly Figures[], others: readonly Column[]): string {
  const columns = [modeColumn, ...others];
  const lines = [
    columns.map(([head]) => head),
    ...(columns.some(([, unit]) => unit !== '') ? [columns.map(([, unit]) => unit)] : []),
    ...rows.map((row) => columns.map(([, , cell]) => cell(row))),
  ];
  return fittedTable(lines, (column) => column === 0);
}
