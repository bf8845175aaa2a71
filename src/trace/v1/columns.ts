// The columns of format v1 while its passes work on them: with three arguments and the offset of each record, which the model
// does not have.

import { Columns, MAX_THREADS } from '../columns.js';
import { argNames, ev, withReason } from '../event.js';
import { textOf } from '../tables.js';
import { messageBounds } from './cursor.js';

/** Events as the records have them. */
export class RecordColumns {
  length = 0;
  type: Uint8Array;
  ts: Float64Array;
  p: Int32Array;
  g: Uint32Array;
  stack: Uint32Array;
  /** Goroutines, strings and stacks as indices, all others as in the file. */
  args: [Float64Array, Float64Array, Float64Array];
  /** Byte offset of the record in the file. */
  offset: Float64Array;

  /** Makes room for `capacity` events, none of which is in use yet. */
  constructor(capacity: number) {
    this.type = new Uint8Array(capacity);
    this.ts = new Float64Array(capacity);
    this.p = new Int32Array(capacity);
    this.g = new Uint32Array(capacity);
    this.stack = new Uint32Array(capacity);
    this.args = [new Float64Array(capacity), new Float64Array(capacity), new Float64Array(capacity)];
    this.offset = new Float64Array(capacity);
  }

  /** Makes event `order[i]` event number i, and drops those that `order` does not have. */
  rearrange(order: Int32Array): void {
    const n = order.length;
    // Column by column, so that only one old column exists beside the new ones at a time.
    const of = <T extends Uint8Array | Int32Array | Uint32Array | Float64Array>(from: T, to: T): T => {
      for (let i = 0; i < n; i++) to[i] = from[order[i]!]!;
      return to;
    };
    this.type = of(this.type, new Uint8Array(n));
    this.ts = of(this.ts, new Float64Array(n));
    this.p = of(this.p, new Int32Array(n));
    this.g = of(this.g, new Uint32Array(n));
    this.stack = of(this.stack, new Uint32Array(n));
    for (const k of [0, 1, 2] as const) this.args[k] = of(this.args[k], new Float64Array(n));
    this.offset = of(this.offset, new Float64Array(n));
    this.length = n;
  }

  /** Keeps the first `n` events. */
  truncate(n: number): void {
    this.type = this.type.subarray(0, n);
    this.ts = this.ts.subarray(0, n);
    this.p = this.p.subarray(0, n);
    this.g = this.g.subarray(0, n);
    this.stack = this.stack.subarray(0, n);
    this.args = [this.args[0].subarray(0, n), this.args[1].subarray(0, n), this.args[2].subarray(0, n)];
    this.offset = this.offset.subarray(0, n);
    this.length = n;
  }
}

/** What the model has besides the columns of the events, as the records of format v1 say it. */
export interface Compacted {
  readonly events: Columns;
  /** By goroutine: the stack of its entry function. */
  readonly entry: Uint32Array;
  /** Numbers of the threads, by index. */
  readonly threads: readonly number[];
}

/** By event type: 1 if it has arguments; reasons are known in format v2 only. */
const hasArgs = Uint8Array.from({ length: 64 }, (_, type) =>
  argNames[type] === undefined || withReason.includes(type) ? 0 : 1,
);

/** Indices of values in the order in which they are seen first. */
class Indices<T> {
  readonly values: T[];
  readonly #index = new Map<T, number>();

  /** @param values those that have indices already */
  constructor(values: T[]) {
    this.values = values;
    for (const [index, value] of values.entries()) this.#index.set(value, index);
  }

  /** The index of a value, which is added if it is new. */
  indexOf(value: T): number {
    const known = this.#index.get(value);
    if (known !== undefined) return known;
    this.#index.set(value, this.values.length);
    return this.values.push(value) - 1;
  }
}

/**
 * The events in the columns of the model, which take over those of `records`.
 *
 * @param goroutines number of goroutines
 * @param procs number of Ps
 * @param texts the strings of the file; messages of UserLog events are added
 * @param bytes the file
 */
export function compact(
  records: RecordColumns,
  goroutines: number,
  procs: number,
  texts: string[],
  bytes: Uint8Array,
): Compacted {
  const { type, p, offset, length } = records;
  const [a, b, c] = records.args;
  const events = new Columns(records);
  const entry = new Uint32Array(goroutines);
  const threads = new Indices([0]);
  const messages = new Indices(texts);
  /** By P: the index of the thread that it is on. */
  const onThread = new Uint16Array(procs);
  const setArgs = (i: number, t: number) => {
    switch (t) {
      case ev.ProcStart: {
        const m = threads.indexOf(a[i]!);
        onThread[p[i]!] = m > MAX_THREADS ? 0 : m;
        events.setArgs(i, m);
        break;
      }
      case ev.GoCreate:
        entry[a[i]!] = b[i]!;
        events.setArgs(i, a[i]!);
        break;
      case ev.GoStartLabel:
        events.setArgs(i, c[i]!);
        break;
      case ev.UserLog: {
        const { start, end } = messageBounds(bytes, offset[i]!);
        events.setArgs(i, a[i]!, b[i]!, messages.indexOf(textOf(bytes.subarray(start, end))));
        break;
      }
      default:
        events.setArgs(i, a[i]!, b[i]!, c[i]!);
    }
  };
  for (let i = 0; i < length; i++) {
    const t = type[i]!;
    if (hasArgs[t] === 1) setArgs(i, t); // most events have none
    const on = p[i]!;
    events.m[i] = on >= 0 && on < procs ? onThread[on]! : 0;
  }
  return { events, entry, threads: threads.values };
}
