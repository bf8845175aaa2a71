// Splicing of pauses into a chunk whose records were written before the pauses were known (collections.ts). Each record has the
// time since its predecessor. A pause becomes two records before the first record after its beginning; of that one only the time
// is written anew. A collection from 130 to 150:
//
//   records so far   GoStart, at 100    GoUnblock +20, at 120    GoBlockRecv +80, at 200
//   spliced          GoStart, at 100    GoUnblock +20, at 120    MarkAssistStart +10    MarkAssistDone +20    GoBlockRecv +50
//
// A chunk may have a million records, and a pause concerns one of them: marks, one per 4 KiB, say where to begin to read.

import { putVarint, varintSize } from '../../lib/varint.js';
import { ev, eventInfo, leaves } from '../../trace/event.js';

/** A pause from a time to another, in ticks. */
export type Pause = readonly [from: number, to: number];

/** A place between two records of a chunk, and the state there. */
export interface Mark {
  /** Position of the next record. */
  readonly pos: number;
  /** Time of the previous record. */
  readonly time: number;
  /** True if a goroutine runs. */
  readonly running: boolean;
}

/** Most bytes of two records for a pause, and of the head and time of the record after them. */
const PAUSE_BYTES = 48;

/**
 * The chunk with these pauses, in pieces. Pauses are ordered by time, like marks; each becomes a mark assist of the goroutine
 * that it interrupted. A pause before the first mark, or while no goroutine ran, is left out.
 */
export function withPauses(chunk: Uint8Array, marks: readonly Mark[], pauses: readonly Pause[]): Uint8Array[] {
  if (pauses.length === 0 || marks.length === 0) return [chunk];
  const pieces: Uint8Array[] = [];
  const walk = new Walk(chunk, marks[0]!);
  let copied = 0;
  let mark = 0; // the first one after the place of the walk
  for (let k = 0; k < pauses.length; ) {
    const at = pauses[k]![0];
    while (mark < marks.length && marks[mark]!.time <= at) mark++;
    walk.skipTo(marks[mark - 1]);
    while (walk.peek() && walk.next <= at) walk.pass();
    if (!walk.peek()) break;
    let since = walk.time;
    const added = new Bytes(new Uint8Array((pauses.length - k + 1) * PAUSE_BYTES));
    for (; k < pauses.length && pauses[k]![0] < walk.next; k++) {
      const from = Math.max(since, pauses[k]![0]);
      const to = Math.min(walk.next, pauses[k]![1]);
      if (!walk.running || to <= from) continue;
      added.record(ev.MarkAssistStart, from - since, 0);
      added.record(ev.MarkAssistDone, to - from);
      since = to;
    }
    if (added.pos > 0) {
      pieces.push(chunk.subarray(copied, walk.pos));
      copied = walk.delay(added, since);
      pieces.push(added.bytes.subarray(0, added.pos));
    }
    walk.pass();
  }
  pieces.push(chunk.subarray(copied));
  return pieces;
}

/** A place between two records of a chunk, which moves forward; `peek` reads the record after it. */
class Walk {
  readonly #bytes: Bytes;
  #next = 0;
  /** Time of the previous record. */
  time = 0;
  running = false;
  /** Of the record that peek has read: where it ends, and where its arguments after the time begin. */
  #end = 0;
  #timeAt = 0;
  #type = 0;
  #head = 0;
  #length = -1;
  #begin = 0;

  constructor(chunk: Uint8Array, mark: Mark) {
    this.#bytes = new Bytes(chunk);
    this.#moveTo(mark);
  }

  get pos(): number {
    return this.#begin;
  }

  /** Time of the record that peek has read. */
  get next(): number {
    return this.#next;
  }

  /** Moves to a mark, if it is ahead. */
  skipTo(mark: Mark | undefined): void {
    if (mark !== undefined && mark.pos > this.#begin) this.#moveTo(mark);
  }

  #moveTo(mark: Mark): void {
    this.#begin = mark.pos;
    this.time = mark.time;
    this.running = mark.running;
  }

  /** Reads the next record that has a time. False if there is none. */
  peek(): boolean {
    const bytes = this.#bytes;
    for (;;) {
      if (this.#begin >= bytes.bytes.length) return false;
      bytes.pos = this.#begin;
      this.#readHead();
      if (this.#type !== ev.String && eventInfo[this.#type]!.timed) return true;
      this.#begin = this.#end;
    }
  }

  #readHead(): void {
    const bytes = this.#bytes;
    this.#head = bytes.byte();
    this.#type = this.#head & 63;
    if (this.#type === ev.String) {
      bytes.uint();
      bytes.skip();
    } else {
      const count = (this.#head >> 6) + 1;
      this.#length = count === 4 ? bytes.uint() : -1;
      const args = bytes.pos;
      this.#next = this.time + bytes.uint();
      this.#timeAt = bytes.pos;
      if (this.#length >= 0) bytes.pos = args + this.#length;
      else for (let k = 1; k < count; k++) bytes.uint();
      if (this.#type === ev.Batch) this.time = this.#batchTime();
      if (this.#type === ev.UserLog) bytes.skip();
    }
    this.#end = bytes.pos;
  }

  #batchTime(): number {
    this.#bytes.pos = this.#timeAt;
    return this.#bytes.uint();
  }

  /** Moves behind the record that peek has read. */
  pass(): void {
    this.time = this.#next;
    if (this.#type === ev.GoStart || this.#type === ev.GoStartLocal) this.running = true;
    else if (leaves.includes(this.#type)) this.running = false;
    this.#begin = this.#end;
  }

  /** Writes the head of the record that peek has read, with its time since `since`. @returns where its other bytes begin */
  delay(out: Bytes, since: number): number {
    const delta = this.#next - since;
    out.put(this.#head);
    if (this.#length >= 0) {
      const old = varintSize(this.#next - this.time);
      out.putUint(this.#length - old + varintSize(delta));
    }
    out.putUint(delta);
    return this.#timeAt;
  }
}

/** Bytes that are read or written in one direction, with numbers in the trace's encoding (unsigned, base 128). */
class Bytes {
  readonly bytes: Uint8Array;
  pos = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  byte(): number {
    return this.bytes[this.pos++]!;
  }

  /** Reads a number. One above 2^53 is inexact: only the P of a batch without a P (2^64 - 1), which is not used. */
  uint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.pos++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** Reads a length, and skips as many bytes. */
  skip(): void {
    const length = this.uint();
    this.pos += length;
  }

  put(byte: number): void {
    this.bytes[this.pos++] = byte;
  }

  putUint(value: number): void {
    this.pos = putVarint(this.bytes, this.pos, value);
  }

  /** Writes an event with these arguments: at most three. */
  record(type: number, ...args: number[]): void {
    this.put(type | ((args.length - 1) << 6));
    for (const arg of args) this.putUint(arg);
  }
}
