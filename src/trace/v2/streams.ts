// Streams of one generation: the events of each thread one after the other, across its batches, and the heap of the streams by
// the time of their next events. After internal/trace/batchcursor.go.
//
// Times are nanoseconds since the origin of the trace, which is itself a whole number of nanoseconds: differences of doubles
// below 2^53 are exact, whatever the uptime of the machine was. As in Go each step is truncated for itself, not the sum.
//
// The heap is Go's, swap for swap: it decides which one of several events at the same time is the next.

import { badBytes } from '../error.js';
import { wireInfo } from './event.js';
import type { Generation } from './generation.js';
import { type WideNumbers, wideAt } from './words.js';

/** Arguments of an event besides its time and its stack: three at most. */
export const ARGS = 3;
/** Number of arguments besides time and stack by type; -1 if an events batch cannot have the type. */
const argCount = Int8Array.from({ length: 256 }, (_, type) =>
  wireInfo[type]?.timed ? wireInfo[type]!.args.length : -1,
);
const hasStack = Uint8Array.from({ length: 256 }, (_, type) => (wireInfo[type]?.stack ? 1 : 0));

/** Groups of 7 bits that a double holds in any case. */
const SAFE_GROUPS = 7;

/** The streams, numbered in the order of their first batches; the columns are indexed by stream. */
export class Streams {
  readonly length: number;
  /** The next event: its type, its time, its arguments (ARGS for each stream), its stack id, its offset in the file. */
  readonly type: Uint8Array;
  readonly time: Float64Array;
  readonly args: Float64Array;
  readonly stack: Float64Array;
  readonly offset: Float64Array;
  /** The heap: streams that have a next event, the earliest one first. */
  readonly heap: Int32Array;
  heapSize = 0;

  readonly #gen: Generation;
  readonly #wide: WideNumbers;
  readonly #counts: Float64Array;
  readonly #origin: number;
  readonly #nsPerTick: number;
  /** The current batch: its bytes, the place in them and the end, its number, offset in the file of byte 0. */
  readonly #bytes: Uint8Array[];
  readonly #at: Int32Array;
  readonly #end: Int32Array;
  readonly #batch: Int32Array;
  readonly #fileAt: Float64Array;
  /** The bytes of the stream that is being read, and the place in them. */
  #current: Uint8Array = new Uint8Array(0);
  #pos = 0;

  constructor(gen: Generation, wide: WideNumbers, counts: Float64Array, origin: number) {
    const n = gen.threads.length;
    this.length = n;
    this.type = new Uint8Array(n);
    this.time = new Float64Array(n);
    this.args = new Float64Array(n * ARGS);
    this.stack = new Float64Array(n);
    this.offset = new Float64Array(n);
    this.heap = new Int32Array(n);
    this.#gen = gen;
    this.#wide = wide;
    this.#counts = counts;
    this.#origin = origin;
    this.#nsPerTick = gen.nsPerTick;
    this.#bytes = [];
    this.#at = new Int32Array(n);
    this.#end = new Int32Array(n);
    this.#batch = new Int32Array(n);
    this.#fileAt = new Float64Array(n);
    for (let s = 0; s < n; s++) this.#open(s, gen.first[s]!);
  }

  #open(s: number, batch: number): void {
    const gen = this.#gen;
    this.#batch[s] = batch;
    this.#bytes[s] = gen.block[batch]!;
    this.#at[s] = gen.start[batch]!;
    this.#end[s] = gen.end[batch]!;
    this.#fileAt[s] = gen.fileAt[batch]!;
    this.time[s] = Math.trunc(gen.ticks[batch]! * this.#nsPerTick) - this.#origin;
  }

  /** Advances stream `s` to its next event; false at its end. @throws TraceError */
  next(s: number): boolean {
    while (this.#at[s] === this.#end[s]) {
      const batch = this.#gen.next[this.#batch[s]!]!;
      if (batch < 0) return false;
      this.#open(s, batch);
    }
    const bytes = this.#bytes[s]!;
    const at = this.#at[s]!;
    const type = bytes[at]!;
    const n = argCount[type]!;
    if (n < 0) throw this.#noEvent(s, type);
    this.#current = bytes;
    this.#pos = at + 1;
    this.time[s]! += Math.floor(this.#ticks() * this.#nsPerTick);
    const first = s * ARGS;
    for (let i = first; i < first + n; i++) this.args[i] = this.#word();
    this.stack[s] = hasStack[type] === 1 ? this.#word() : 0;
    if (this.#pos > this.#end[s]!) throw badBytes(this.#fileAt[s]! + at, 'found invalid uvarint: the batch ends');
    this.#at[s] = this.#pos;
    this.type[s] = type;
    this.offset[s] = this.#fileAt[s]! + at;
    this.#counts[type]!++;
    return true;
  }

  #noEvent(s: number, type: number): Error {
    const offset = this.#fileAt[s]! + this.#at[s]!;
    const isKnown = wireInfo[type] !== undefined;
    return badBytes(
      offset,
      `${isKnown ? 'found event without a timestamp: type=' : 'found invalid event type: '}${type}`,
    );
  }

  /** Reads a number of ticks: the double nearest to it. */
  #ticks(): number {
    const word = this.#word();
    return word >= 0 ? word : this.#wide.nearest(word);
  }

  /** Reads a number, as a word. May read past the end of the batch, into padding: next() finds that out. */
  #word(): number {
    const bytes = this.#current;
    const byte = bytes[this.#pos]!;
    if (byte < 0x80) {
      this.#pos++;
      return byte;
    }
    const second = bytes[this.#pos + 1]!;
    if (second < 0x80) {
      this.#pos += 2;
      return (byte & 0x7f) | (second << 7);
    }
    return this.#longWord((byte & 0x7f) | ((second & 0x7f) << 7));
  }

  /** Reads a number of three bytes and more, of which the first two are `low`. */
  #longWord(low: number): number {
    const bytes = this.#current;
    const begin = this.#pos;
    let n = low;
    let factor = 16384;
    for (let i = 2; i < SAFE_GROUPS; i++) {
      const byte = bytes[begin + i]!;
      n += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) {
        this.#pos = begin + i + 1;
        return n;
      }
    }
    const value = wideAt(bytes, begin);
    if (value === undefined) throw badBytes(this.#fileOffset(begin), 'found invalid uvarint: more than 64 bits');
    let end = begin;
    while (bytes[end]! >= 0x80) end++;
    this.#pos = end + 1;
    return this.#wide.wordOf(value, this.#fileOffset(begin));
  }

  #fileOffset(pos: number): number {
    const s = this.#bytes.indexOf(this.#current);
    return this.#fileAt[s]! + pos;
  }

  /** Adds stream `s` to the heap. */
  insert(s: number): void {
    this.heap[this.heapSize] = s;
    this.#siftUp(this.heapSize++);
  }

  /** Restores the order of the heap after the stream at place `i` has advanced. */
  update(i: number): void {
    if (i === 0 || this.#siftUp(i) === i) this.#siftDown(i);
  }

  /** Removes the stream at place `i` from the heap. */
  remove(i: number): void {
    const heap = this.heap;
    // Unlike a usual heap, Go's first moves the one to remove up to the root, unconditionally.
    for (let at = i; at > 0; ) {
      const parent = (at - 1) >> 1;
      swap(heap, at, parent);
      at = parent;
    }
    this.heapSize--;
    swap(heap, 0, this.heapSize);
    this.#siftDown(0);
  }

  /** Sorts the heap by time, which leaves it a heap. */
  sort(): void {
    const { heap, heapSize, time } = this;
    heap.set(Array.from(heap.subarray(0, heapSize)).sort((a, b) => time[a]! - time[b]!));
  }

  #siftUp(i: number): number {
    const { heap, time } = this;
    const own = time[heap[i]!]!;
    let at = i;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (time[heap[parent]!]! <= own) break;
      swap(heap, at, parent);
      at = parent;
    }
    return at;
  }

  #siftDown(i: number): void {
    const { heap, heapSize, time } = this;
    const stream = heap[i]!;
    const own = time[stream]!;
    let at = i;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heapSize) break;
      let child = left;
      let least = time[heap[left]!]!;
      if (left + 1 < heapSize && time[heap[left + 1]!]! < least) {
        child = left + 1;
        least = time[heap[child]!]!;
      }
      if (least >= own) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = stream;
  }
}

function swap(heap: Int32Array, i: number, j: number): void {
  const stream = heap[i]!;
  heap[i] = heap[j]!;
  heap[j] = stream;
}
