// Puts pauses into a chunk of a P's records that was written before anybody knew of them. Records are not moved; the one
// after a pause only gets the time since the pause instead of the time since the record before.
//
// A chunk may hold a million records, and a pause concerns one of them: marks say where in the chunk to begin to look.

import { putVarint, varintSize } from '../../lib/varint.js';
import { ev, eventInfo, leaves } from '../../trace/event.js';

/** A pause: from, to, in ticks. */
export type Pause = readonly [from: number, to: number];

/** The state of things between two records of a chunk. */
export interface Mark {
  /** Where the next record begins. */
  readonly pos: number;
  /** Time of the record before. */
  readonly time: number;
  /** True if a goroutine ran. */
  readonly running: boolean;
}

/** Bytes that two more records take, and the head of the one after them. */
const PAUSE_BYTES = 48;

/**
 * The chunk with these pauses, in pieces. Pauses are in the order of time, as marks are; each becomes a mark assist of the
 * goroutine that it interrupted. A pause before the first mark, or while no goroutine ran, is left out.
 */
export function withPauses(chunk: Uint8Array, marks: readonly Mark[], pauses: readonly Pause[]): Uint8Array[] {
  if (pauses.length === 0 || marks.length === 0) return [chunk];
  const pieces: Uint8Array[] = [];
  const walk = new Walk(chunk, marks[0]!);
  let copied = 0;
  let mark = 0; // the one after the place where the walk is
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

/** A place between two records of a chunk, which moves forward. */
class Walk {
  readonly #bytes: Bytes;
  #next = 0;
  /** Time of the record before. */
  time = 0;
  running = false;
  /** Where the record ends that has been looked at, and where its time stands. */
  #end = 0;
  #timeAt = 0;
  #type = 0;
  #head = 0;
  #length = -1;
  #begin = 0;

  constructor(chunk: Uint8Array, mark: Mark) {
    this.#bytes = new Bytes(chunk);
    this.#go(mark);
  }

  get pos(): number {
    return this.#begin;
  }

  /** Time of the record that has been looked at. */
  get next(): number {
    return this.#next;
  }

  /** Goes to a mark, if that is further on. */
  skipTo(mark: Mark | undefined): void {
    if (mark !== undefined && mark.pos > this.#begin) this.#go(mark);
  }

  #go(mark: Mark): void {
    this.#begin = mark.pos;
    this.time = mark.time;
    this.running = mark.running;
  }

  /** Looks at the next record that has a time. False if there is none. */
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

  /** Passes the record that has been looked at. */
  pass(): void {
    this.time = this.#next;
    if (this.#type === ev.GoStart || this.#type === ev.GoStartLocal) this.running = true;
    else if (leaves.includes(this.#type)) this.running = false;
    this.#begin = this.#end;
  }

  /** Writes the head of the record that has been looked at, and its time since `since`. @returns where the rest is */
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

class Bytes {
  readonly bytes: Uint8Array;
  pos = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  byte(): number {
    return this.bytes[this.pos++]!;
  }

  /** Reads a number. One that is too large (2^64 - 1) comes out wrong, and nobody looks at it. */
  uint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.pos++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** Reads a length, and passes over as many bytes. */
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

  /** An event with these arguments, of which there are at most three. */
  record(type: number, ...args: number[]): void {
    this.put(type | ((args.length - 1) << 6));
    for (const arg of args) this.putUint(arg);
  }
}
