// Heads of the streams during the merge, that is, the next event of each P: those that are ready, by time, and those that
// wait until another P's event changes a goroutine.

import { mix } from '../tables.js';
import type { Cursor } from './cursor.js';

/** A binary heap of streams by the time of their heads; equal times by stream, so that a file always gives one order. */
export class Heads {
  size = 0;
  readonly #cursors: readonly Cursor[];
  readonly #heap: Int32Array;

  constructor(cursors: readonly Cursor[]) {
    this.#cursors = cursors;
    this.#heap = new Int32Array(cursors.length);
  }

  /** The stream with the earliest head. */
  get min(): number {
    return this.#heap[0]!;
  }

  /** Adds a stream. */
  push(stream: number): void {
    const heap = this.#heap;
    let i = this.size++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent]!;
      if (!this.#isBefore(stream, above)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = stream;
  }

  /** Removes the stream with the earliest head. */
  pop(): void {
    this.#heap[0] = this.#heap[--this.size]!;
    this.sink();
  }

  /** Restores the order after the earliest stream got a new head. */
  sink(): void {
    const heap = this.#heap;
    const size = this.size;
    const stream = heap[0]!;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#isBefore(heap[child]!, stream)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = stream;
  }

  #isBefore(x: number, y: number): boolean {
    const a = this.#cursors[x]!.ticks;
    const b = this.#cursors[y]!.ticks;
    return a < b || (a === b && x < y);
  }
}

/**
 * Streams whose heads are not ready: a hash table by what they wait for, which is a goroutine, its state and its sequence
 * number (-1 for any). So a change of a goroutine tests only the streams that it can make ready; testing all would take
 * time quadratic in the number of Ps.
 */
export class Waiting {
  size = 0;
  readonly #cursors: readonly Cursor[];
  readonly #buckets: Int32Array;
  readonly #next: Int32Array;
  readonly #isIn: Uint8Array;

  constructor(cursors: readonly Cursor[]) {
    this.#cursors = cursors;
    this.#buckets = new Int32Array(2 ** Math.ceil(Math.log2(2 * cursors.length + 1))).fill(-1);
    this.#next = new Int32Array(cursors.length);
    this.#isIn = new Uint8Array(cursors.length);
  }

  /** True if the stream waits. */
  has(stream: number): boolean {
    return this.#isIn[stream] === 1;
  }

  /** Adds a stream, by what its cursor requires. */
  add(stream: number): void {
    const cursor = this.#cursors[stream]!;
    const bucket = this.#bucket(cursor.goid, cursor.needs, cursor.seq);
    this.#next[stream] = this.#buckets[bucket]!;
    this.#buckets[bucket] = stream;
    this.#isIn[stream] = 1;
    this.size++;
  }

  /** Removes the streams that wait for this and are ready, and calls `use` with each. */
  take(
    goid: number,
    needs: number,
    seq: number,
    isReady: (stream: number) => boolean,
    use: (stream: number) => void,
  ): void {
    const bucket = this.#bucket(goid, needs, seq);
    let before = -1;
    let stream = this.#buckets[bucket]!;
    while (stream >= 0) {
      const next = this.#next[stream]!;
      if (isReady(stream)) {
        if (before < 0) this.#buckets[bucket] = next;
        else this.#next[before] = next;
        this.#isIn[stream] = 0;
        this.size--;
        use(stream);
      } else before = stream;
      stream = next;
    }
  }

  #bucket(goid: number, needs: number, seq: number): number {
    return mix(goid + mix(seq * 8 + needs)) & (this.#buckets.length - 1);
  }
}
