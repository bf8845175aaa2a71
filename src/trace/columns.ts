// The columns of a trace's events while it is read: what model.ts shows, but to write to.

import type { Events } from './model.js';

/** Columns for `capacity` events, of which `length` are in use. */
export class Columns implements Events {
  length = 0;
  type: Uint8Array;
  ts: Float64Array;
  p: Int32Array;
  g: Uint32Array;
  stack: Uint32Array;
  args: [Float64Array, Float64Array, Float64Array];
  link: Int32Array;
  offset: Float64Array;

  constructor(capacity: number) {
    this.type = new Uint8Array(capacity);
    this.ts = new Float64Array(capacity);
    this.p = new Int32Array(capacity);
    this.g = new Uint32Array(capacity);
    this.stack = new Uint32Array(capacity);
    this.args = [new Float64Array(capacity), new Float64Array(capacity), new Float64Array(capacity)];
    this.link = new Int32Array(capacity).fill(-1);
    this.offset = new Float64Array(capacity);
  }

  /** Has event `order[i]` as event i. Links are not followed: they are made later. */
  rearrange(order: Int32Array): void {
    const n = order.length;
    // Column by column, so that one old column at a time is there beside the new ones.
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
    this.link = this.link.subarray(0, n);
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
    this.link = this.link.subarray(0, n);
    this.offset = this.offset.subarray(0, n);
    this.length = n;
  }
}
