// The comparison as a table: a mode a row, in the order of the lesson; what it costs on the left, why on the right.

import type { Figures, Spread } from './comparefigures.js';

const seconds = (s: number) => s.toFixed(2);
const whole = (n: number) => Math.round(n).toLocaleString('en-US');
const range = ({ min, max }: Spread) => `${seconds(min)}-${seconds(max)}`;

/** Head, unit, and what a row has there. */
const columns: readonly (readonly [head: string, unit: string, cell: (row: Figures) => string])[] = [
  ['mode', '', (row) => row.mode],
  ['wall', 's', (row) => seconds(row.wall.median)],
  ['spread', 's', (row) => range(row.wall)],
  ['speed-up', 'x seq', (row) => row.speedup.median.toFixed(2)],
  ['user', 's', (row) => seconds(row.user.median)],
  ['sys', 's', (row) => seconds(row.sys.median)],
  ['cpu', 'x seq', (row) => row.cpu.median.toFixed(2)],
  ['goroutines', '', (row) => whole(row.stats.goroutines)],
  ['switches', '', (row) => whole(row.stats.switches)],
  ['steals', '', (row) => whole(row.stats.steals)],
  ['parks', '', (row) => whole(row.stats.parks)],
  ['blocked', 'g-s', (row) => seconds(row.traced.totals.blockedNs / 1e9)],
  ['runnable', 'g-s', (row) => seconds(row.traced.totals.runnableNs / 1e9)],
  ['events', '', (row) => whole(row.traced.events)],
  ['trace', 'MB', (row) => (row.traced.bytes / 1e6).toFixed(2)],
];

const notes = `
wall       whole processes, start-up and PNG included: median of the untraced rounds; spread: fastest-slowest
speed-up   seq's wall to this mode's: what the other Ps bring, median over the rounds
user, sys  processor time, medians; cpu: both, to seq's: above 1.00 is the price of handing out the work
goroutines, switches (times one was given a thread), steals (first started by another P than their creator's),
           parks (times one had to wait): counts, medians of the untraced rounds
blocked    goroutine-seconds waiting for anything but a P, from one traced run; runnable: waiting for a P
events, trace   of the traced run: records, and size of the file
`;

/** The table and its notes. */
export function comparison(rows: readonly Figures[]): string {
  const lines = [
    columns.map(([head]) => head),
    columns.map(([, unit]) => unit),
    ...rows.map((row) => columns.map(([, , cell]) => cell(row))),
  ];
  const widths = columns.map((_, k) => Math.max(...lines.map((cells) => cells[k]!.length)));
  const pad = (cell: string, k: number) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!));
  return `${lines.map((cells) => cells.map(pad).join('  ').trimEnd()).join('\n')}\n${notes}`;
}
