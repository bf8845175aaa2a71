// The comparison as tables: a mode a row, in the order of the lesson; first what it costs, then why.

import { folded } from '../../lib/folded.js';
import { columnsOfOutput } from '../../terminal/columns.js';
import { mostlyWoken } from '../../trace/analysis/counts.js';
import type { Figures, Spread } from './figures.js';

const seconds = (s: number) => s.toFixed(2);
const whole = (n: number) => Math.round(n).toLocaleString('en-US');
const range = ({ min, max }: Spread) => `${seconds(min)}-${seconds(max)}`;

/** Head, unit, and what a row has there. */
type Column = readonly [head: string, unit: string, cell: (row: Figures) => string];

const modeColumn: Column = ['mode', '', (row) => row.mode];

/** The other columns: those of a group are about one thing, and stay in one table. */
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

/** The tables and their notes: one table if that fits into so many columns, else as few as fit. */
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
  return `${[...tables, table(rows, wide)].join('\n')}${notes}${woken(rows, columns)}`;
}

/** Says of which modes most hand-offs woke a sleeping thread: their times tell more of the machine than of the mode. */
function woken(rows: readonly Figures[], columns: number): string {
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
  const widths = columns.map((_, k) => Math.max(...lines.map((cells) => cells[k]!.length)));
  const pad = (cell: string, k: number) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!));
  return lines.map((cells) => `${cells.map(pad).join('  ').trimEnd()}\n`).join('');
}
