// The goroutines of a trace as a table: columns of numbers for millions of rows, sorted and filtered without an object per row.
//
// A row is a goroutine, named by its index, from 1. The sums of a goroutine are those of goroutines.ts, to the nanosecond. They are
// computed when the first of them is asked for, all in one pass; what the model has as columns is read from there.

import { sortedIndices } from '../../lib/radixsort.js';
import { type Activity, activities, FIRST_WAIT, goroutineOf, NONE } from '../../trace/analysis/activity.js';
import { type BodyNames, bodyNames } from '../../trace/analysis/goroutines.js';
import { isStart } from '../../trace/analysis/histories.js';
import type { Trace } from '../../trace/model.js';
import type { Matches } from './matches.js';
import { movesOf } from './moves.js';

/**
 * A column. `id` is the goroutine's number, `body` the rank of its body by name; times are in nanoseconds: `created` since the
 * beginning of the trace, `life` from creation to end, then the sum of each activity and of all waits (`blocked`). `switches` is how
 * often it got a P, `p` the P of its first start, -1 if it never ran.
 */
export type GoroutineColumn =
  | 'id'
  | 'body'
  | 'created'
  | 'life'
  | Exclude<Activity, 'none'>
  | 'blocked'
  | 'switches'
  | 'p';
export type Direction = 'ascending' | 'descending';

/** Which rows to keep: those that meet all that is given. */
export interface RowFilter {
  /** The whole name of the body. */
  readonly body?: string | undefined;
  /** A part of the name of the body in any case, or the first digits of the number of the goroutine, with or without a "g". */
  readonly text?: string | undefined;
  /** Spans, one of which at least must be the goroutine's. */
  readonly matches?: Pick<Matches, 'bits'> | undefined;
}

/** What one pass over the events finds, by goroutine. */
interface Sums {
  /** By activity; undefined for one that none does. */
  readonly spentNs: readonly (Float64Array | undefined)[];
  readonly switches: Uint32Array;
}

const BEFORE = activities.indexOf('before');

export class GoroutineTable {
  readonly #trace: Trace;
  readonly #bodies: BodyNames;
  /** By body: its rank by name. */
  readonly #ranks: Uint32Array;
  #moves: Uint8Array | undefined;
  #known: Sums | undefined;

  /** @param moves of the trace, as in Indexes; undefined if nothing has them yet */
  constructor(trace: Trace, moves?: Uint8Array) {
    this.#trace = trace;
    this.#moves = moves;
    this.#bodies = bodyNames(trace);
    this.#ranks = ranksOf(this.#bodies.names);
  }

  /** Number of rows. */
  get length(): number {
    return this.#trace.goroutines.length - 1;
  }

  /** The columns of the trace, with those activities that occur. */
  get columns(): readonly GoroutineColumn[] {
    const { spentNs } = this.#sums;
    const done = activities.filter((name, k) => name !== 'none' && spentNs[k] !== undefined) as Exclude<
      Activity,
      'none'
    >[];
    const [waits, others] = [done.filter(isWait), done.filter((name) => !isWait(name))];
    return ['id', 'body', 'created', 'life', ...others, 'blocked', ...waits, 'switches', 'p'];
  }

  /** Bytes of what the table keeps, without what it was given. */
  get bytes(): number {
    const { spentNs = [], switches } = this.#known ?? {};
    return (switches?.byteLength ?? 0) + spentNs.reduce((sum, column) => sum + (column?.byteLength ?? 0), 0);
  }

  /** The name of a goroutine's body; '' if it is not known. */
  bodyOf(g: number): string {
    return this.#bodies.names[this.#body(g)]!;
  }

  /** The value of a cell. */
  value(column: GoroutineColumn, g: number): number {
    return this.#reader(column)(g);
  }

  /** All rows in the order of a column; rows with equal values are in that of their indices. */
  sortBy(column: GoroutineColumn, direction: Direction): Uint32Array {
    const of = this.#reader(column);
    const keys = new Float64Array(this.length);
    for (let g = 1; g <= keys.length; g++) keys[g - 1] = of(g);
    const order = sortedIndices(keys, direction);
    for (let k = 0; k < order.length; k++) order[k]!++;
    return order;
  }

  /** By goroutine: 1 for the rows to keep. */
  filter({ body, text, matches }: RowFilter): Uint8Array {
    const kept = new Uint8Array(this.length + 1).fill(1, 1);
    if (body !== undefined) this.#keepBodies(kept, (name) => name === body);
    if (text !== undefined && text !== '') this.#keepText(kept, text);
    if (matches !== undefined) this.#keepMatches(kept, matches.bits);
    return kept;
  }

  /** The rows of an order that a filter keeps, in that order. */
  rows(order: Uint32Array, kept: Uint8Array): Uint32Array {
    const rows = new Uint32Array(order.length);
    let n = 0;
    for (let k = 0; k < order.length; k++) {
      const g = order[k]!;
      if (kept[g] === 1) rows[n++] = g;
    }
    return rows.slice(0, n);
  }

  /** A function for the values of a column. */
  #reader(column: GoroutineColumn): (g: number) => number {
    const { events, goroutines, durationNs } = this.#trace;
    const { id, created, started, ended } = goroutines;
    const { ts, p } = events;
    const bornNs = (g: number) => ts[created[g]!] ?? 0;
    switch (column) {
      case 'id':
        return (g) => id[g]!;
      case 'body':
        return (g) => this.#ranks[this.#body(g)]!;
      case 'created':
        return bornNs;
      case 'life':
        return (g) => (ended[g]! < 0 ? durationNs : ts[ended[g]!]!) - bornNs(g);
      case 'p':
        return (g) => p[started[g]!] ?? -1;
      case 'switches':
        return (g) => this.#sums.switches[g]!;
      case 'blocked': {
        const waits = this.#sums.spentNs.slice(FIRST_WAIT).filter((spent) => spent !== undefined);
        return (g) => waits.reduce((sum, spent) => sum + spent[g]!, 0);
      }
      default: {
        const spent = this.#sums.spentNs[activities.indexOf(column)];
        return spent === undefined ? () => 0 : (g) => spent[g]!;
      }
    }
  }

  #body(g: number): number {
    return this.#bodies.byEntry[this.#trace.goroutines.entry[g]!]!;
  }

  #keepBodies(kept: Uint8Array, meets: (name: string) => boolean): void {
    const is = Uint8Array.from(this.#bodies.names, (name) => Number(meets(name)));
    for (let g = 1; g < kept.length; g++) kept[g]! &= is[this.#body(g)]!;
  }

  #keepText(kept: Uint8Array, text: string): void {
    const wanted = text.toLowerCase();
    const is = Uint8Array.from(this.#bodies.names, (name) => Number(name.toLowerCase().includes(wanted)));
    const [, digits] = /^g?(\d+)$/.exec(wanted) ?? [];
    const { id } = this.#trace.goroutines;
    for (let g = 1; g < kept.length; g++) {
      if (is[this.#body(g)] === 0 && !(digits !== undefined && beginsWith(id[g]!, Number(digits)))) kept[g] = 0;
    }
  }

  #keepMatches(kept: Uint8Array, bits: Uint8Array): void {
    const { events } = this.#trace;
    const has = new Uint8Array(kept.length);
    for (let byte = 0; byte < bits.length; byte++) {
      for (let rest = bits[byte]!; rest !== 0; rest &= rest - 1) {
        has[goroutineOf(events, 8 * byte + (31 - Math.clz32(rest & -rest)))] = 1;
      }
    }
    for (let g = 1; g < kept.length; g++) kept[g]! &= has[g]!;
  }

  get #sums(): Sums {
    this.#known ??= sumsOf(this.#trace, this.#moves ?? movesOf(this.#trace));
    this.#moves = undefined;
    return this.#known;
  }
}

const isWait = (name: Activity) => activities.indexOf(name) >= FIRST_WAIT;

/** True if the decimal digits of a number begin with those of another one. */
function beginsWith(n: number, digits: number): boolean {
  let rest = n;
  while (rest > digits) rest = Math.floor(rest / 10);
  return rest === digits;
}

/** By name: its rank among all. */
function ranksOf(names: readonly string[]): Uint32Array {
  const ranks = new Uint32Array(names.length);
  const order = [...names.keys()].sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
  for (const [rank, body] of order.entries()) ranks[body] = rank;
  return ranks;
}

/** Sums the periods of each goroutine, by the rules of goroutines.ts. */
function sumsOf({ version, events, goroutines, durationNs }: Trace, moves: Uint8Array): Sums {
  const { type, ts, length } = events;
  const n = goroutines.length;
  const since = new Float64Array(n);
  const doing = new Uint8Array(n);
  const switches = new Uint32Array(n);
  const spentNs: (Float64Array | undefined)[] = activities.map(() => undefined);
  const beginningNs = version >= 22 ? 0 : -1;
  const add = (g: number, activity: number, ns: number) => {
    if (activity === NONE) return;
    const spent = spentNs[activity] ?? new Float64Array(n);
    spentNs[activity] = spent;
    spent[g]! += ns;
  };
  for (let e = 0; e < length; e++) {
    const move = moves[e]!;
    if (move === 0) continue;
    const g = goroutineOf(events, e);
    const now = ts[e]!;
    const to = move & 15;
    doing[g] = to;
    switches[g]! += isStart[type[e]!]!;
    // What was there before the trace is not runnable from its creation on: see goroutines.ts.
    if (to === BEFORE || now === beginningNs) since[g] = ts[goroutines.created[g]!] ?? now;
    else {
      add(g, move >> 4, now - since[g]!);
      since[g] = now;
    }
  }
  for (let g = 1; g < n; g++) if (since[g]! < durationNs) add(g, doing[g]!, durationNs - since[g]!);
  return { spentNs, switches };
}
