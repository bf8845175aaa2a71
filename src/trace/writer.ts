// Encodes the records of an execution trace, format v1, into a buffer. After traceEvent and traceBuf in runtime/trace.go
// (Go 1.19); event.ts has the table of records. It checks nothing: what may follow what is the tracer's business.

import { putVarint, varintSize } from '../lib/varint.js';
import { ev } from './event.js';

/** What a trace file begins with: of all headers of the format the one that every Go from 1.11 to today's takes. */
const HEADER = new TextEncoder().encode('go 1.11 trace\0\0\0');

/** Frames of a stack that are written: with 12 bytes each, a record stays below the 2048 that readers take. */
const MAX_FRAMES = 100;
/** Bytes of a text: readers take a million. */
const MAX_TEXT = 1 << 16;
const MAX_RECORD = 1 << 17;

/** One frame of a stack. */
export interface TraceFrame {
  /** Stands for (func, file, line), one to one, in the whole file; never 0. */
  readonly pc: number;
  readonly func: string;
  readonly file: string;
  readonly line: number;
}

const utf8 = new TextEncoder();

/**
 * A buffer with records. `pos` is how many bytes of it are written; whoever takes them sets it to 0 and begins a batch.
 * Times are ticks, and never run backwards within a batch.
 */
export class Writer {
  readonly buffer: Uint8Array;
  pos = 0;
  #last = 0;

  constructor(buffer: Uint8Array) {
    this.buffer = buffer;
  }

  /** True if any record that is not longer than the writer makes them still fits. */
  get hasRoom(): boolean {
    return this.pos + MAX_RECORD <= this.buffer.length;
  }

  /** The records from now on happened on P `pid` (-1 for none), at `t` and later. */
  batch(pid: number, t: number): void {
    this.#head(ev.Batch, 2);
    if (pid < 0) this.#minusOne();
    else this.#uint(pid);
    this.#uint(t);
    this.#last = t;
  }

  /** Ticks a second. */
  frequency(hz: number): void {
    this.#head(ev.Frequency, 1);
    this.#uint(hz);
  }

  /** Gives a text its number, from 1. */
  string(id: number, text: string): void {
    const bytes = clip(utf8.encode(text));
    this.buffer[this.pos++] = ev.String;
    this.#uint(id);
    this.#bytes(bytes);
  }

  /** Gives a stack, the leaf first, its number, from 1. `stringId` numbers the texts, which it may write meanwhile. */
  stack(id: number, frames: readonly TraceFrame[], stringId: (text: string) => number): void {
    const shown = frames.length <= MAX_FRAMES ? frames : [...frames.slice(0, MAX_FRAMES - 1), frames.at(-1)!];
    const numbers = [id, shown.length];
    for (const f of shown) numbers.push(f.pc, stringId(f.func), stringId(f.file), f.line);
    this.buffer[this.pos++] = ev.Stack | (3 << 6);
    this.#uint(numbers.reduce((sum, n) => sum + varintSize(n), 0));
    for (const n of numbers) this.#uint(n);
  }

  // The events, by number of arguments besides the time. They are written a million times a second, so each goes through
  // the buffer in one stretch.

  event0(type: number, t: number): void {
    const { buffer } = this;
    buffer[this.pos] = type;
    this.pos = putVarint(buffer, this.pos + 1, t - this.#last);
    this.#last = t;
  }

  event1(type: number, t: number, a: number): void {
    const { buffer } = this;
    buffer[this.pos] = type | 0x40;
    this.pos = putVarint(buffer, putVarint(buffer, this.pos + 1, t - this.#last), a);
    this.#last = t;
  }

  event2(type: number, t: number, a: number, b: number): void {
    const { buffer } = this;
    buffer[this.pos] = type | 0x80;
    this.pos = putVarint(buffer, putVarint(buffer, putVarint(buffer, this.pos + 1, t - this.#last), a), b);
    this.#last = t;
  }

  event3(type: number, t: number, a: number, b: number, c: number): void {
    const { buffer } = this;
    const args = this.pos + 2;
    buffer[this.pos] = type | 0xc0;
    this.pos = putVarint(
      buffer,
      putVarint(buffer, putVarint(buffer, putVarint(buffer, args, t - this.#last), a), b),
      c,
    );
    buffer[args - 1] = this.pos - args; // always less than 128
    this.#last = t;
  }

  event4(type: number, t: number, a: number, b: number, c: number, d: number): void {
    const length = this.pos + 1;
    this.event3(type, t, a, b, c);
    this.#uint(d);
    this.buffer[length] = this.pos - length - 1;
  }

  /** The message of a UserLog: follows its event. */
  message(text: string): void {
    this.#bytes(clip(utf8.encode(text)));
  }

  #head(type: number, count: number): void {
    this.buffer[this.pos++] = type | ((count - 1) << 6);
  }

  #uint(value: number): void {
    this.pos = putVarint(this.buffer, this.pos, value);
  }

  /** 2^64 - 1, which stands for -1. */
  #minusOne(): void {
    this.buffer.fill(255, this.pos, this.pos + 9);
    this.buffer[this.pos + 9] = 1;
    this.pos += 10;
  }

  #bytes(bytes: Uint8Array): void {
    this.#uint(bytes.length);
    this.buffer.set(bytes, this.pos);
    this.pos += bytes.length;
  }
}

/** Ticks a second of what we write: ticks are nanoseconds. */
const HZ = 1e9;

/** What a file begins with that is written while the run is under way: readers want a batch before anything else. */
export const PREAMBLE = written(64, (writer) => {
  writer.buffer.set(HEADER);
  writer.pos = HEADER.length;
  writer.batch(-1, 1);
  writer.frequency(HZ);
});

/** What it ends with. Without it the run was killed, and chunks of some Ps may be missing. */
export const ENDING = written(16, (writer) => writer.frequency(HZ));

function written(size: number, write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer(new Uint8Array(size));
  write(writer);
  return writer.buffer.subarray(0, writer.pos);
}

function clip(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= MAX_TEXT) return bytes;
  let end = MAX_TEXT;
  while ((bytes[end]! & 0xc0) === 0x80) end--; // not in the middle of a character
  return bytes.subarray(0, end);
}
