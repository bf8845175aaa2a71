// Heads of the streams during the merge, that is, the next event of each P: those that are ready, by time, and those that
// wait until another P's event changes a goroutine.

import { IdHeap } from '../../lib/minheap.js';
import { mix } from '../idmap.js';
import type { Cursor } from './cursor.js';

/** A binary heap of streams by the time of their heads; equal times by stream, so that a file always gives one order. */
export class Heads {
  readonly #cursors: readonly Cursor[];
  readonly #heap: IdHeap;

  constructor(cursors: readonly Cursor[]) {
    this.#cursors = cursors;
    this.#heap = new IdHeap();
  }

  get size(): number {
    return this.#heap.size;
  }

  /** The stream with the earliest head. */
  get min(): number {
    return this.#heap.min;
  }

  /** Adds a stream. */
  push(stream: number): void {
    this.#heap.set(stream, this.#cursors[stream]!.ticks);
  }

  /** Removes the stream with the earliest head. */
  pop(): void {
    this.#heap.take();
  }

  /** Restores the order after the earliest stream got a new head. */
  sink(): void {
    this.#heap.setMinKey(this.#cursors[this.min]!.ticks);
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
  #buckets = new Int32Array(1).fill(-1);
  #next = new Int32Array(0);
  #isIn = new Uint8Array(0);

  constructor(cursors: readonly Cursor[]) {
    this.#cursors = cursors;
  }

  /** Makes room for so many streams. */
  reserve(streams: number): void {
    if (streams <= this.#isIn.length) return;
    const capacity = Math.max(streams, 2 * this.#isIn.length);
    const waiting = [...this.#isIn.keys()].filter((stream) => this.has(stream));
    this.#buckets = new Int32Array(2 ** Math.ceil(Math.log2(2 * capacity + 1))).fill(-1);
    this.#next = new Int32Array(capacity);
    this.#isIn = new Uint8Array(capacity);
    this.size = 0;
    for (const stream of waiting) this.add(stream);
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
