// The columns of events while a trace is read: what `Events` shows, but they grow.

import { argNames, isWide } from './event.js';
import type { CPUSamples, Events, Frames, Offsets, Stacks } from './model.js';

/** Highest index of a thread that fits into its column: a process has at most some thousands. */
export const MAX_THREADS = 0xffff;

/** The columns that a reader may have filled already. */
export type Begun = Pick<Events, 'type' | 'ts' | 'p' | 'g' | 'stack' | 'length'>;

const none: Begun = {
  type: new Uint8Array(0),
  ts: new Float64Array(0),
  p: new Int32Array(0),
  g: new Uint32Array(0),
  stack: new Uint32Array(0),
  length: 0,
};

/** Growing columns. Whoever keeps one of the arrays keeps the events so far, and no later ones. */
export class Columns implements Events {
  length = 0;
  type: Uint8Array;
  ts: Float64Array;
  p: Int32Array;
  m: Uint16Array;
  g: Uint32Array;
  stack: Uint32Array;
  arg: Uint32Array;
  link: Int32Array;
  /** Numbers in use are the first `numbersLength`. */
  numbers = new Float64Array(64);
  numbersLength = 0;

  /** Begins with the events of these columns, whose arguments and links are not set. */
  constructor({ type, ts, p, g, stack, length }: Begun = none) {
    this.length = length;
    this.type = type;
    this.ts = ts;
    this.p = p;
    this.g = g;
    this.stack = stack;
    this.m = new Uint16Array(type.length);
    this.arg = new Uint32Array(type.length);
    this.link = new Int32Array(type.length).fill(-1);
  }

  /** Adds an event without arguments and without a link. @returns its number */
  add(type: number, ts: number, m: number, p: number, g: number, stack: number): number {
    const i = this.length;
    if (i === this.type.length) this.#grow();
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

  /** Keeps the first `n` events. */
  truncate(n: number): void {
    this.length = n;
    this.#resize(n);
  }

  /** Bytes of the columns and numbers in use. */
  get bytes(): number {
    return this.length * BYTES_PER_EVENT + this.numbersLength * Float64Array.BYTES_PER_ELEMENT;
  }

  #number(x: number): void {
    this.numbers = withRoom(this.numbers, this.numbersLength);
    this.numbers[this.numbersLength++] = x;
  }

  #grow(): void {
    this.#resize(Math.max(1024, 2 * this.length));
  }

  /** Column by column, so that only one old column exists beside the new ones at a time. Pages that are not in use yet take no memory. */
  #resize(capacity: number): void {
    this.type = resized(this.type, capacity);
    this.ts = resized(this.ts, capacity);
    this.p = resized(this.p, capacity);
    this.m = resized(this.m, capacity);
    this.g = resized(this.g, capacity);
    this.stack = resized(this.stack, capacity);
    this.arg = resized(this.arg, capacity);
    this.link = resized(this.link, capacity);
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

/** Bytes of one event in all columns. */
export const BYTES_PER_EVENT = 31;

/** Typed arrays that columns are made of. */
type Column = Uint8Array | Uint16Array | Int32Array | Uint32Array | Float64Array;

/** `column`, or a longer copy of it that has a place `index`. */
export function withRoom<T extends Column>(column: T, index: number): T {
  return index < column.length ? column : resized(column, Math.max(2 * column.length, index + 1));
}

/** The first `length` values of a column, in an array of that length. */
export function resized<T extends Column>(column: T, length: number): T {
  const other = new (column.constructor as new (length: number) => T)(length);
  other.set(column.length > length ? column.subarray(0, length) : column);
  return other;
}

/** What the passes of format v1 make of the bytes of a file. */
export interface Decoded {
  /** In one order, times in nanoseconds, without links; not yet checked. */
  readonly events: Columns;
  /** Number of each goroutine in the file, by index; index 0 is g0. */
  readonly ids: Float64Array;
  /** By goroutine: the stack of its entry function. */
  readonly entry: Uint32Array;
  readonly samples: CPUSamples;
  readonly stacks: Stacks;
  readonly frames: Frames;
  readonly strings: readonly string[];
  readonly threads: readonly number[];
  readonly procs: number;
  /** Byte offset at which the last whole record ends. */
  readonly end: number;
  /** True if the file is truncated: events at its end may be missing. */
  readonly isShort: boolean;
  readonly offsets: Offsets;
}
