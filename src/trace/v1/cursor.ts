// Cursors of format v1: the events of one P's stream one after the other, across its segments; and the parts of a single
// record. reader.ts has checked the bounds of all records.

import { state } from '../check.js';
import { badBytes, badEvent } from '../error.js';
import { ev, eventInfo } from '../event.js';
import { textOf } from '../tables.js';
import { hasStack, isTimed } from './counts.js';
import { GC } from './gotable.js';
import type { Records } from './reader.js';
import type { RawSamples } from './samples.js';
import type { Stream } from './segments.js';

/** Largest time, in ticks: times are whole numbers, which a double holds exactly up to 2^53. */
const MAX_TICKS = Number.MAX_SAFE_INTEGER;

/** A position in one P's stream: the current event. CPU samples on the way are collected. */
export class Cursor {
  /** Number of the stream, and of its P, -1 for none. */
  readonly stream: number;
  readonly pid: number;
  /** The current event: its type, its time in ticks, its arguments and stack id as in the file, its offset in bytes. */
  type = 0;
  ticks = 0.1; // The fields that hold doubles begin as 0.1, so that V8 stores them as doubles from the start.
  a = 0.1;
  b = 0.1;
  c = 0.1;
  stackId = 0.1;
  offset = 0.1;
  /** For merge.ts: index of the goroutine that runs on the P after the events so far, 0 for none; index of the P's thread. */
  running = 0;
  thread = 0;
  /**
   * For merge.ts: the goroutine, its state and its sequence number (-1 for any) that the current event requires; and the index of
   * that goroutine, -1 if it is not known yet.
   */
  goid = 0.1;
  go = 0;
  needs = 0;
  seq = 0.1;

  readonly #segments: Stream;
  readonly #counts: Int8Array;
  readonly #samples: RawSamples;
  #block: Uint8Array = new Uint8Array(0);
  #blockOffset = 0.1;
  #pos = 0;
  #end = 0;
  /** Of a UserLog: where its message begins. */
  #message = 0;

  /** @param samples receives CPU samples */
  constructor(records: Records, stream: number, samples: RawSamples) {
    this.stream = stream;
    this.#segments = records.streams[stream]!;
    this.pid = this.#segments.pid;
    this.#counts = records.counts;
    this.#samples = samples;
    this.ticks = 0;
  }

  /** The time before which the stream has no event any more. Only if it has none at present. */
  get bound(): number {
    return Math.max(this.ticks, this.#segments.bound);
  }

  /** Advances to the next event; false if the stream has none yet. */
  next(): boolean {
    for (;;) {
      if (this.#pos >= this.#end) {
        if (!this.#nextSegment()) return false;
        continue;
      }
      const at = this.#pos;
      const first = this.#block[at]!;
      const type = first & 63;
      if (isTimed[type] === 0) {
        this.#skipTable(first, type);
        continue;
      }
      this.#readEvent(at, first, type);
      if (type === ev.CPUSample) {
        this.#samples.add(this, this.#blockOffset + at);
        continue;
      }
      this.type = type;
      this.offset = this.#blockOffset + at;
      return true;
    }
  }

  /** The message of the current event, a UserLog. */
  get message(): string {
    return textOf(this.#block.subarray(this.#message, this.#pos));
  }

  /** Opens the next segment of the stream; false if there is none. */
  #nextSegment(): boolean {
    const segment = this.#segments.take();
    if (segment === undefined) return false;
    this.#block = segment.block;
    this.#blockOffset = segment.offset;
    this.#pos = segment.start;
    this.#end = segment.end;
    if (segment.ticks >= 0) this.ticks = segment.ticks;
    return true;
  }

  /** Reads the time, the arguments and the stack of the event at `at`. */
  #readEvent(at: number, first: number, type: number): void {
    this.#pos = at + 1;
    if (first >> 6 === 3) this.#uint(); // the length
    this.ticks += this.#uint();
    if (this.ticks > MAX_TICKS) {
      throw badBytes(this.#blockOffset + at, `${eventInfo[type]!.name} is later than 2^53 ticks`);
    }
    const n = this.#counts[type]! - 1 - hasStack[type]!;
    this.a = n > 0 ? this.#uint() : 0;
    this.b = n > 1 ? this.#uint() : 0;
    this.c = n > 2 ? this.#uint() : 0;
    this.stackId = hasStack[type] === 1 ? this.#uint() : 0;
    if (type === ev.UserLog) this.#skipMessage();
  }

  #skipTable(first: number, type: number): void {
    this.#pos++;
    if (type === ev.String) {
      this.#uint();
      const length = this.#uint();
      this.#pos += length;
    } else if (first >> 6 === 3) {
      const length = this.#uint();
      this.#pos += length;
    } else {
      for (let count = first >> 6; count >= 0; count--) this.#uint();
    }
  }

  #skipMessage(): void {
    const length = this.#uint();
    this.#message = this.#pos;
    this.#pos += length;
  }

  #uint(): number {
    const bytes = this.#block;
    let byte = bytes[this.#pos++]!;
    if (byte < 0x80) return byte;
    let n = byte & 0x7f;
    let factor = 128;
    do {
      byte = bytes[this.#pos++]!;
      n += (byte & 0x7f) * factor;
      factor *= 128;
    } while (byte >= 0x80);
    return n;
  }
}

/**
 * The arguments of the timed record at `offset`, without its time and its stack. They have up to 64 bits: one that a
 * double cannot hold exactly is a bigint.
 */
export function recordArgs(bytes: Uint8Array, offset: number): readonly (number | bigint)[] {
  const first = bytes[offset]!;
  let pos = offset + 1;
  let rest = (first >> 6) + 1;
  let end = Infinity;
  if (rest === 4) {
    const length = Number(next());
    end = pos + length;
    rest = Infinity;
  }
  const args: (number | bigint)[] = [];
  for (; rest > 0 && pos < end; rest--) args.push(next());
  args.shift();
  if (eventInfo[first & 63]!.stack) args.pop();
  return args;

  function next(): number | bigint {
    const begin = pos;
    let n = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[pos++]!;
      n += (byte & 0x7f) * factor;
      if (byte < 0x80) return Number.isSafeInteger(n) ? n : big(begin, pos);
    }
  }

  function big(from: number, to: number): bigint {
    let n = 0n;
    for (let at = to - 1; at >= from; at--) n = n * 128n + BigInt(bytes[at]! & 0x7f);
    return BigInt.asUintN(64, n);
  }
}

/** Checks the kind of a STWStart: there are two until Go 1.19, and 17 in 1.21. @throws TraceError */
export function checkStop(cursor: Cursor, version: number, event: number): void {
  const last = version >= 21 ? 16 : 1;
  if (cursor.a <= last) return;
  throw badEvent(event, cursor.offset, `unknown STW kind ${cursor.a}, expected 0 to ${last}`);
}

/** Describes the event at a cursor for an error message. */
export function describe(cursor: Cursor): string {
  const about = cursor.needs === state.any || cursor.needs === GC ? '' : ` of goroutine ${cursor.goid}`;
  return ` (${eventInfo[cursor.type]!.name}${about} on P ${cursor.pid})`;
}
