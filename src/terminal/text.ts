// Text for a terminal: numbers, nouns, tables, and lines that fit its columns.

import { foldLine } from '../lib/lines.js';

/** Columns of standard output where it is no terminal, or does not say how many it has: those of the VT100. */
const NO_TERMINAL = 80;

/** Columns that standard output has. */
export function columnsOfOutput(): number {
  return process.stdout.columns || NO_TERMINAL;
}

/** Columns of a help text that commander does not fold: what it folds has the terminal's. */
const HELP = 80;

/** Names and what they are, for a help text: one name per line, and more lines where what it is does not fit into one. */
export function helpList(entries: readonly { readonly name: string; readonly about: string }[], width = 12): string {
  return entries
    .map(({ name, about }) => `${foldLine(`  ${name.padEnd(width)} ${about}`, HELP, width + 3)}\n`)
    .join('');
}

/** A paragraph of a help text. */
export function helpText(text: string): string {
  return `${foldLine(text, HELP)}\n`;
}

/** Nanoseconds with three significant digits, or so many: `1.23s`, `45.6ms`, `789µs`, `12ns`. */
export function time(ns: number, digits = 3): string {
  if (ns === 0) return '0s';
  const sign = ns < 0 ? '-' : '';
  const size = Math.abs(ns);
  if (size < 1e3) return `${sign}${Math.round(size)}ns`;
  for (const [unit, name] of [
    [1e3, 'µs'],
    [1e6, 'ms'],
  ] as const) {
    // What rounds up to a thousand is one of the next unit.
    if (Number((size / unit).toPrecision(digits)) < 1000) return `${sign}${decimal(size / unit, digits)}${name}`;
  }
  return `${sign}${decimal(size / 1e9, digits)}s`;
}

function decimal(n: number, digits: number): string {
  const text = n.toPrecision(digits);
  return text.includes('e') ? n.toFixed(0) : text;
}

/** `12.3%`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

/** `1.2 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  for (const [unit, name] of [
    [1e3, 'kB'],
    [1e6, 'MB'],
  ] as const) {
    if (bytes < 1000 * unit) return `${(bytes / unit).toFixed(1)} ${name}`;
  }
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

type Rows = readonly (readonly string[])[];

/**
 * Rows whose columns have these widths, the first column aligned left and the others right, each line with `indent` before it.
 */
export function table(rows: Rows, widths: readonly number[], indent = '  '): string {
  return lines(rows, widths, (column) => column === 0, { indent, gap: ' ' });
}

/** Rows whose columns are as wide as their longest cell. @param isLeft says which columns are aligned left */
export function fittedTable(rows: Rows, isLeft: (column: number) => boolean): string {
  const widths = rows[0]!.map((_, k) => Math.max(...rows.map((cells) => cells[k]!.length)));
  return lines(rows, widths, isLeft, { indent: '', gap: '  ' });
}

function lines(
  rows: Rows,
  widths: readonly number[],
  isLeft: (column: number) => boolean,
  { indent, gap }: { readonly indent: string; readonly gap: string },
): string {
  const pad = (cell: string, k: number) => (isLeft(k) ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!));
  return rows.map((cells) => `${(indent + cells.map(pad).join(gap)).trimEnd()}\n`).join('');
}
