// The columns of events while a trace is read: what `Events` shows, but they grow.

import { argNames, isWide } from './event.js';
import type { CPUSamples, Events } from './model.js';

/** Highest index of a thread that fits into its column: a process has at most some thousands. */
export const MAX_THREADS = 0xffff;

/** Events that columns have room for at first. */
const FIRST = 1024;

/** Growing columns. Whoever keeps one of the arrays keeps the events so far, and no later ones. */
export class Columns implements Events {
  length = 0;
  type = new Uint8Array(0);
  ts = new Float64Array(0);
  p = new Int32Array(0);
  m = new Uint16Array(0);
  g = new Uint32Array(0);
  stack = new Uint32Array(0);
  arg = new Uint32Array(0);
  link = new Int32Array(0);
  /** Numbers in use are the first `numbersLength`. */
  numbers = new Float64Array(64);
  numbersLength = 0;

  /** Makes room for `capacity` events in all. */
  reserve(capacity: number): void {
    if (capacity > this.type.length) this.#resize(Math.max(capacity, 2 * this.type.length));
  }

  /** Adds an event without arguments and without a link. @returns its number */
  add(type: number, ts: number, m: number, p: number, g: number, stack: number): number {
    const i = this.length;
    if (i === this.type.length) this.reserve(i + FIRST);
    this.length = i + 1;
    this.type[i] = type;
    this.ts[i] = ts;
    this.m[i] = m;
    this.p[i] = p;
    this.g[i] = g;
    this.stack[i] = stack;
    this.arg[i] = 0;
    this.link[i] = -1;
    return i;
  }

  /** Sets the arguments of event `i`, once; of types that are not wide only the first counts. */
  setArgs(i: number, a: number, b = 0, c = 0): void {
    const type = this.type[i]!;
    if (isWide[type] === 0) {
      this.arg[i] = a;
      return;
    }
    this.arg[i] = this.numbersLength;
    const count = argNames[type]!.length;
    this.#number(a);
    if (count > 1) this.#number(b);
    if (count > 2) this.#number(c);
  }

  /**
   * Moves the events from number `n` on to the beginning, before the first `n`. None may have a link yet: numbers of events
   * change.
   */
  rotate(n: number): void {
    const moved = this.length - n;
    if (moved === 0) return;
    this.#resize(this.length);
    for (const column of [this.type, this.ts, this.p, this.m, this.g, this.stack, this.arg] as const) {
      const last = column.slice(n);
      column.copyWithin(moved, 0, n);
      column.set(last);
    }
  }

  /** Makes event `order[i]` event number i, and drops those that `order` does not have. None may have a link yet. */
  rearrange(order: Int32Array): void {
    this.type = picked(this.type, order);
    this.ts = picked(this.ts, order);
    this.p = picked(this.p, order);
    this.m = picked(this.m, order);
    this.g = picked(this.g, order);
    this.stack = picked(this.stack, order);
    this.arg = picked(this.arg, order);
    this.link = new Int32Array(order.length).fill(-1);
    this.length = order.length;
  }

  /** Keeps the first `n` events. */
  truncate(n: number): void {
    this.length = n;
    this.#resize(n);
  }

  /** The first `length` events. */
  view(length = this.length): Events {
    return {
      length,
      type: this.type.subarray(0, length),
      ts: this.ts.subarray(0, length),
      p: this.p.subarray(0, length),
      m: this.m.subarray(0, length),
      g: this.g.subarray(0, length),
      stack: this.stack.subarray(0, length),
      arg: this.arg.subarray(0, length),
      numbers: this.numbers.subarray(0, this.numbersLength),
      link: this.link.subarray(0, length),
    };
  }

  #number(x: number): void {
    this.numbers = withRoom(this.numbers, this.numbersLength);
    this.numbers[this.numbersLength++] = x;
  }

  /** Column by column, so that only one old column exists beside the new ones at a time. Pages that are not in use yet take no memory. */
  #resize(capacity: number): void {
    this.type = resized(this.type, capacity, this.length);
    this.ts = resized(this.ts, capacity, this.length);
    this.p = resized(this.p, capacity, this.length);
    this.m = resized(this.m, capacity, this.length);
    this.g = resized(this.g, capacity, this.length);
    this.stack = resized(this.stack, capacity, this.length);
    this.arg = resized(this.arg, capacity, this.length);
    this.link = resized(this.link, capacity, this.length);
  }
}

/** Growing columns of CPU samples, see CPUSamples in model.ts. */
export class SampleColumns {
  length = 0;
  ts = new Float64Array(64);
  p = new Int32Array(64);
  m = new Uint16Array(64);
  g = new Uint32Array(64);
  stack = new Uint32Array(64);

  /** Adds a sample. */
  add(ts: number, m: number, p: number, g: number, stack: number): void {
    const i = this.length++;
    this.ts = withRoom(this.ts, i);
    this.p = withRoom(this.p, i);
    this.m = withRoom(this.m, i);
    this.g = withRoom(this.g, i);
    this.stack = withRoom(this.stack, i);
    this.ts[i] = ts;
    this.p[i] = p;
    this.m[i] = m;
    this.g[i] = g;
    this.stack[i] = stack;
  }

  /** The samples so far. */
  view(): CPUSamples {
    const { length } = this;
    return {
      length,
      ts: this.ts.subarray(0, length),
      p: this.p.subarray(0, length),
      m: this.m.subarray(0, length),
      g: this.g.subarray(0, length),
      stack: this.stack.subarray(0, length),
    };
  }
}

/** Typed arrays that columns are made of. */
type Column = Uint8Array | Uint16Array | Int32Array | Uint32Array | Float64Array;

/** `column`, or a longer copy of its first `used` values that has a place `index`. */
export function withRoom<T extends Column>(column: T, index: number, used = column.length): T {
  return index < column.length ? column : resized(column, Math.max(2 * column.length, index + 1), used);
}

/** The first `used` values of a column, in an array of another length. What is not used is not copied: it may take no memory yet. */
export function resized<T extends Column>(column: T, length: number, used = column.length): T {
  const other = new (column.constructor as new (length: number) => T)(length);
  other.set(column.subarray(0, Math.min(used, length)));
  return other;
}

/** The values of a column at these indices. */
export function picked<T extends Column>(column: T, indices: Int32Array): T {
  const other = new (column.constructor as new (length: number) => T)(indices.length);
  for (let i = 0; i < indices.length; i++) other[i] = column[indices[i]!]!;
  return other;
}
