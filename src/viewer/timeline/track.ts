// Tracks: how many of some things are in each of up to 15 classes over time, as a list of changes, with the exact mean of every
// pixel at every zoom. The row of a goroutine has one thing (itself) whose class is its activity; the row of a P has one whose
// class says what it runs; the row of a body has as many as it has goroutines.
//
// Between two changes nothing moves, so the integral of a class up to time t is
//
//     count * t - sum         count: things in the class at t;  sum: the sum of the times at which things came, less those at which they left
//
// Each block of changes begins with a checkpoint of both. The mean of a pixel is the difference of two integrals, divided by its
// time: a search for the change at its end, and at most a block of changes from a checkpoint on. If a pixel has few changes, they
// are added up directly. So a picture of a million changes takes no longer than one of a hundred thousand.

import { resized } from '../../trace/columns.js';

/** Number of classes. Class 0 is for what is not shown: of the others the rest is 0. */
export const CLASSES = 16;

/**
 * Changes of a block, by kind: a pixel scans at most so many, and a checkpoint takes 12 bytes for each class that is in use. Tracks
 * that share codes have more classes in use, and there are fewer of them in a picture.
 */
const blocks = { one: 64, own: 64, some: 128, every: 256 } as const;

/** Pixels from which on a span is drawn with a border, and can be hit. */
export const WIDE = 3;

/**
 * Receives a span of a track with one thing that is at least WIDE pixels long in a picture: the number of the change that begins it,
 * and its ends in pixels, which may be outside of the picture.
 */
export type OnWide = (change: number, from: number, to: number) => void;

/** A part of the time, divided into pixels. */
export interface Scale {
  /** Time of the left edge, in nanoseconds since the trace's beginning; may be a fraction. */
  readonly fromNs: number;
  readonly nsPerPixel: number;
  /** Number of pixels. */
  readonly width: number;
}

/**
 * Which changes a track has:
 *
 *     own     those of its list, each with a code of its own
 *     one     the same, of one thing: a checkpoint needs no counts, for the change before it says in which class the thing is
 *     some    those of its list, with the codes of their events
 *     every   every event, with its code, which may be 0 for none: change number i is event number i
 */
export type Kind = keyof typeof blocks;

/** A list of changes that grows, with checkpoints. */
export class Track {
  length = 0;
  /** By change: the number of its event; empty if every event is one. */
  at: Uint32Array = new Uint32Array(0);
  /**
   * The class that a thing leaves, times 16, and the class that it comes into; by change if the codes are the track's own, else by
   * event: then an array that several tracks share, which is replaced when it grows.
   */
  codes: Uint8Array = new Uint8Array(0);
  readonly isByEvent: boolean;
  readonly isEvery: boolean;
  /** Changes of a block. */
  readonly block: number;
  /** Classes that have been in use, without 0. */
  readonly used: number[] = [];
  readonly #isOne: boolean;
  /** True if the codes by event are of this track alone. */
  #hasOwnCodes = false;
  /** By class: by block, the count and the sum at its beginning; undefined if the class is not in use. */
  readonly #counts: (Int32Array | undefined)[] = new Array(CLASSES).fill(undefined);
  readonly #sums: (Float64Array | undefined)[] = new Array(CLASSES).fill(undefined);
  #blocks = 0;
  /** The counts and sums after the last change. */
  readonly #count = new Int32Array(CLASSES);
  readonly #sum = new Float64Array(CLASSES);

  constructor(kind: Kind = 'own') {
    this.isByEvent = kind === 'some' || kind === 'every';
    this.isEvery = kind === 'every';
    this.#isOne = kind === 'one';
    this.block = blocks[kind];
  }

  /** A track of changes that are known already. @param ts times of events @param codes by event */
  static of(at: Uint32Array, codes: Uint8Array, ts: Float64Array): Track {
    const track = new Track('some');
    track.at = at;
    track.codes = codes;
    for (let i = 0; i < at.length; i++) track.#take(ts[at[i]!]!, codes[at[i]!]!);
    return track;
  }

  /**
   * The track with a code for each of `events` events: a byte for each, instead of four for each change. It pays where most events
   * are changes of it.
   */
  dense(events: number, ts: Float64Array): Track {
    const track = new Track('every');
    track.codes = new Uint8Array(events);
    track.#hasOwnCodes = true;
    for (let i = 0; i < this.length; i++) track.codes[this.at[i]!] = this.codes[this.isByEvent ? this.at[i]! : i]!;
    for (let e = 0; e < events; e++) track.#take(ts[e]!, track.codes[e]!);
    track.trim();
    return track;
  }

  /** Adds a change at an event, whose time is not earlier than that of the last one. */
  add(event: number, time: number, code: number): void {
    const i = this.length;
    if (!this.isEvery) {
      if (i === this.at.length) this.#grow();
      this.at[i] = event;
      if (!this.isByEvent) this.codes[i] = code;
    }
    this.#take(time, code);
  }

  #grow(): void {
    const capacity = Math.max(64, this.length + (this.length >> 1));
    this.at = resized(this.at, capacity);
    if (!this.isByEvent) this.codes = resized(this.codes, capacity);
  }

  #take(time: number, code: number): void {
    if (this.length++ % this.block === 0) this.#addCheckpoint();
    const from = code >> 4;
    const to = code & 15;
    if (from !== 0) {
      this.#count[from]!--;
      this.#sum[from]! -= time;
    }
    if (to === 0) return;
    if (this.#sums[to] === undefined) this.#use(to);
    this.#count[to]!++;
    this.#sum[to]! += time;
  }

  #use(c: number): void {
    this.used.push(c);
    const capacity = Math.max(4, this.#blocks);
    this.#counts[c] = new Int32Array(this.#isOne ? 0 : capacity);
    this.#sums[c] = new Float64Array(capacity);
  }

  #addCheckpoint(): void {
    const block = this.#blocks++;
    for (const c of this.used) {
      if (block >= this.#sums[c]!.length) {
        const capacity = block + (block >> 1) + 1;
        if (!this.#isOne) this.#counts[c] = resized(this.#counts[c]!, capacity);
        this.#sums[c] = resized(this.#sums[c]!, capacity);
      }
      if (!this.#isOne) this.#counts[c]![block] = this.#count[c]!;
      this.#sums[c]![block] = this.#sum[c]!;
    }
  }

  /** Gives back what growing has taken in advance. */
  trim(): void {
    this.at = this.at.slice(0, this.isEvery ? 0 : this.length);
    if (!this.isByEvent) this.codes = this.codes.slice(0, this.length);
    for (const c of this.used) {
      this.#counts[c] = this.#counts[c]!.slice(0, this.#blocks);
      this.#sums[c] = this.#sums[c]!.slice(0, this.#blocks);
    }
  }

  /** Bytes that it takes, without codes that it shares. */
  get bytes(): number {
    let bytes = this.at.byteLength + (this.isByEvent && !this.#hasOwnCodes ? 0 : this.codes.byteLength);
    for (const c of this.used) bytes += this.#counts[c]!.byteLength + this.#sums[c]!.byteLength;
    return bytes;
  }

  /** The event of change `i`. */
  event(i: number): number {
    return this.isEvery ? i : this.at[i]!;
  }

  /** The class of a track with one thing after change `i`. */
  classAfter(i: number): number {
    return this.codes[this.isByEvent ? this.event(i) : i]! & 15;
  }

  /** Number of changes that are not later than a time. @param near a number that is close to it */
  countUntil(ts: Float64Array, time: number, near = 0): number {
    const { at, isEvery, length } = this;
    let low = 0;
    let high = length;
    if (near > 0 && near <= length && ts[isEvery ? near - 1 : at[near - 1]!]! <= time) {
      low = near;
      for (let step = 1; low + step <= length; step *= 2) {
        const last = low + step - 1;
        if (ts[isEvery ? last : at[last]!]! > time) {
          high = last;
          break;
        }
        low += step;
      }
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ts[isEvery ? middle : at[middle]!]! <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Sets `counts` and `sums`, by class, to those after the first `n` changes: from the checkpoint before or after, which is nearer. */
  stateAfter(ts: Float64Array, n: number, counts: Int32Array, sums: Float64Array): void {
    counts.fill(0);
    sums.fill(0);
    if (this.#blocks === 0) return;
    const before = Math.min(Math.floor(n / this.block), this.#blocks - 1);
    const begin = before * this.block;
    const end = Math.min(begin + this.block, this.length);
    const { at, codes, isByEvent, isEvery } = this;
    if (n - begin <= end - n) {
      this.#checkpoint(before, begin, counts, sums);
      for (let i = begin; i < n; i++) {
        const e = isEvery ? i : at[i]!;
        const code = codes[isByEvent ? e : i]!;
        const time = ts[e]!;
        counts[code >> 4]!--;
        sums[code >> 4]! -= time;
        counts[code & 15]!++;
        sums[code & 15]! += time;
      }
    } else {
      this.#checkpoint(before + 1, end, counts, sums);
      for (let i = end - 1; i >= n; i--) {
        const e = isEvery ? i : at[i]!;
        const code = codes[isByEvent ? e : i]!;
        const time = ts[e]!;
        counts[code >> 4]!++;
        sums[code >> 4]! += time;
        counts[code & 15]!--;
        sums[code & 15]! -= time;
      }
    }
  }

  /** Adds what is known after the first `n` changes, with which block `b` begins. */
  #checkpoint(b: number, n: number, counts: Int32Array, sums: Float64Array): void {
    const isEnd = b === this.#blocks;
    for (const c of this.used) {
      sums[c] = isEnd ? this.#sum[c]! : this.#sums[c]![b]!;
      if (!this.#isOne) counts[c] = isEnd ? this.#count[c]! : this.#counts[c]![b]!;
    }
    if (this.#isOne && n > 0) counts[this.classAfter(n - 1)] = 1;
  }

  /**
   * Computes the mean number of things in each class, for each pixel: `means[c * scale.width + x]`, for the classes in `used`.
   *
   * @param endNs the end of the trace, after which there is nothing
   * @param onWide receives long spans, if the track has one thing
   */
  means(ts: Float64Array, scale: Scale, endNs: number, means: Float64Array, onWide?: OnWide): void {
    new Averaging(this, ts, scale, endNs, means, onWide).run();
  }
}

/** The computation of the means of a picture, from left to right. */
class Averaging {
  readonly #track: Track;
  readonly #ts: Float64Array;
  readonly #scale: Scale;
  readonly #endNs: number;
  readonly #means: Float64Array;
  readonly #onWide: OnWide | undefined;
  /** The number of changes until the left edge of the pixel, the counts there, and the sums if `#hasSums`. */
  #n = 0;
  readonly #counts = new Int32Array(CLASSES);
  readonly #sums = new Float64Array(CLASSES);
  #hasSums = true;
  readonly #nextCounts = new Int32Array(CLASSES);
  readonly #nextSums = new Float64Array(CLASSES);

  constructor(
    track: Track,
    ts: Float64Array,
    scale: Scale,
    endNs: number,
    means: Float64Array,
    onWide: OnWide | undefined,
  ) {
    this.#track = track;
    this.#ts = ts;
    this.#scale = scale;
    this.#endNs = endNs;
    this.#means = means;
    this.#onWide = onWide;
  }

  run(): void {
    const track = this.#track;
    const { fromNs, nsPerPixel, width } = this.#scale;
    for (const c of track.used) this.#means.fill(0, c * width, (c + 1) * width);
    const first = Math.max(0, Math.floor(-fromNs / nsPerPixel));
    this.#n = track.countUntil(this.#ts, fromNs + first * nsPerPixel);
    track.stateAfter(this.#ts, this.#n, this.#counts, this.#sums);
    for (let x = first; x < width; ) {
      const left = fromNs + x * nsPerPixel;
      if (left >= this.#endNs) return;
      const right = Math.min(fromNs + (x + 1) * nsPerPixel, this.#endNs);
      const next = track.countUntil(this.#ts, right, this.#n);
      if (next === this.#n) x = this.#fill(x, right - left);
      else {
        if (next - this.#n <= track.block) this.#addUp(x, left, right, next);
        else this.#subtract(x, left, right, next);
        x++;
      }
    }
  }

  /** Fills the pixels from x on that have no change. @returns the first one after them */
  #fill(x: number, ns: number): number {
    const track = this.#track;
    const ts = this.#ts;
    const { fromNs, nsPerPixel, width } = this.#scale;
    const n = this.#n;
    const until = n < track.length ? Math.min(ts[track.event(n)]!, this.#endNs) : this.#endNs;
    const edge = (until - fromNs) / nsPerPixel;
    const end = Math.max(x + 1, Math.min(width, Math.floor(edge)));
    const share = end === x + 1 ? ns / nsPerPixel : 1;
    for (const c of track.used) {
      const count = this.#counts[c]!;
      if (count !== 0) this.#means.fill(count * share, c * width + x, c * width + end);
    }
    if (this.#onWide !== undefined && n > 0) {
      const begin = (ts[track.event(n - 1)]! - fromNs) / nsPerPixel;
      if (edge - begin >= WIDE) this.#onWide(n - 1, begin, edge);
    }
    return end;
  }

  /** Adds up the changes of a pixel. */
  #addUp(x: number, left: number, right: number, next: number): void {
    const { at, codes, isByEvent, isEvery, used } = this.#track;
    const { nsPerPixel, width } = this.#scale;
    const counts = this.#counts;
    const means = this.#means;
    for (const c of used) means[c * width + x] = (counts[c]! * (right - left)) / nsPerPixel;
    for (let i = this.#n; i < next; i++) {
      const e = isEvery ? i : at[i]!;
      const code = codes[isByEvent ? e : i]!;
      const from = code >> 4;
      const to = code & 15;
      const share = (right - this.#ts[e]!) / nsPerPixel;
      if (from !== 0) means[from * width + x]! -= share;
      if (to !== 0) means[to * width + x]! += share;
      counts[from]!--;
      counts[to]!++;
    }
    this.#n = next;
    this.#hasSums = false;
  }

  /** Takes the difference of the integrals at the edges of a pixel. */
  #subtract(x: number, left: number, right: number, next: number): void {
    const track = this.#track;
    const { nsPerPixel, width } = this.#scale;
    if (!this.#hasSums) track.stateAfter(this.#ts, this.#n, this.#counts, this.#sums);
    track.stateAfter(this.#ts, next, this.#nextCounts, this.#nextSums);
    for (const c of track.used) {
      const before = this.#counts[c]! * left - this.#sums[c]!;
      const after = this.#nextCounts[c]! * right - this.#nextSums[c]!;
      this.#means[c * width + x] = (after - before) / nsPerPixel;
    }
    this.#counts.set(this.#nextCounts);
    this.#sums.set(this.#nextSums);
    this.#n = next;
    this.#hasSums = true;
  }
}
