// The heads of the streams during the merge: those that are ready, by time, and those that wait for a goroutine.

import { IdHeap } from '../lib/minheap.js';
import type { Cursor } from './cursor.js';
import { mix } from './ids.js';

/** Streams by the time of their heads, ties by stream, so that the same file is always read the same. */
export class Heads {
  readonly #cursors: readonly Cursor[];
  readonly #heap: IdHeap;

  constructor(cursors: readonly Cursor[]) {
    this.#cursors = cursors;
    this.#heap = new IdHeap(cursors.length);
  }

  get size(): number {
    return this.#heap.size;
  }

  /** The stream with the earliest head. */
  get min(): number {
    return this.#heap.min;
  }

  push(stream: number): void {
    this.#heap.set(stream, this.#cursors[stream]!.ticks);
  }

  pop(): void {
    this.#heap.take();
  }

  /** The first one has a new head: brings it to its place. */
  sink(): void {
    this.#heap.setMinKey(this.#cursors[this.min]!.ticks);
  }
}

/**
 * Streams whose heads are not ready, by what they wait for: a goroutine, its state and its sequence number (-1 for any).
 * A change of a goroutine then looks at those only that it can make ready: with many Ps, looking at all would take the
 * square of their number.
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

  has(stream: number): boolean {
    return this.#isIn[stream] === 1;
  }

  add(stream: number): void {
    const cursor = this.#cursors[stream]!;
    const bucket = this.#bucket(cursor.goid, cursor.needs, cursor.seq);
    this.#next[stream] = this.#buckets[bucket]!;
    this.#buckets[bucket] = stream;
    this.#isIn[stream] = 1;
    this.size++;
  }

  /** Takes those out that wait for this and are ready, and hands each to `use`. */
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
