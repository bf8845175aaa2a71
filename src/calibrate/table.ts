// What was measured, as a table for people.

import { foldLine } from '../lib/lines.js';
import { type Cost, costs as meanings } from '../runtime/sim/machine.js';
import type { Costs } from './costs.js';

const factors: readonly Cost[] = ['crowding', 'cores'];

/** Spaces between two columns. */
const GAP = 2;

/** A cost a line: its name, its value, the quartiles of what single rounds gave, and what it is the price of; in so many columns. */
export function costTable(costs: Costs, columns = 80): string {
  const head = ['cost', 'ns', 'spread', 'what for'];
  const lines = (Object.keys(meanings) as Cost[]).map((name) => {
    const show = factors.includes(name) ? (value: number) => value.toFixed(2) : digits;
    const { value, low, high, fitted = false } = costs[name];
    return [
      name,
      name === 'cores' ? String(value) : show(value),
      fitted ? 'fitted' : Number.isNaN(low) ? 'guessed' : `${show(low)} - ${show(high)}`,
      meanings[name],
    ];
  });
  const widths = head.map((_, k) => Math.max(...[head, ...lines].map((cells) => cells[k]!.length)));
  const pad = (cell: string, k: number) => (k === 1 || k === 2 ? cell.padStart(widths[k]!) : cell.padEnd(widths[k]!));
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP, 0);
  return [head, ...lines]
    .map((cells) => `${foldLine(cells.map(pad).join(' '.repeat(GAP)).trimEnd(), columns, before)}\n`)
    .join('');
}

function digits(ns: number): string {
  if (ns >= 1000) return Math.round(ns).toLocaleString('en-US');
  return ns.toFixed(ns < 100 ? 2 : 0);
}
