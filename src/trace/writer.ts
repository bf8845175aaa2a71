// Writer of execution traces, format v1: encodes records into a buffer. After traceEvent and traceBuf in runtime/trace.go
// (Go 1.19); event.ts describes a record. It does not check the order of events, for which the tracer is responsible.

import { putVarint, varintSize } from '../lib/varint.js';
import { ev } from './event.js';

/** Header of a trace file: of all headers of format v1, the one that every Go from 1.11 on reads. */
const HEADER = new TextEncoder().encode('go 1.11 trace\0\0\0');

/** Most frames of a stack: at 12 bytes per frame, a record is shorter than the 2048 bytes that readers accept. */
const MAX_FRAMES = 100;
/** Longest text in bytes; readers accept a million. */
const MAX_TEXT = 1 << 16;
/** Longest record in bytes: a text and its id. */
const MAX_RECORD = 1 << 17;

/** One frame of a stack. */
export interface TraceFrame {
  /** Program counter: another number for each (func, file, line) of the file; never 0. */
  readonly pc: number;
  readonly func: string;
  readonly file: string;
  /** The id of the text of the file, if another P defines it; then `file` has no meaning. */
  readonly fileId?: number;
  readonly line: number;
}

const utf8 = new TextEncoder();

/**
 * A buffer with records. `pos` is the number of bytes written; the caller that takes them sets it to 0 and begins a batch.
 * Times are ticks, and never decrease within a batch.
 */
export class Writer {
  readonly buffer: Uint8Array;
  pos = 0;
  #last = 0;

  constructor(buffer: Uint8Array) {
    this.buffer = buffer;
  }

  /** True if the longest record still fits. */
  get hasRoom(): boolean {
    return this.pos + MAX_RECORD <= this.buffer.length;
  }

  /** Begins a batch: the records that follow are of P number `pid` (-1 for none), at time `t` and later. */
  batch(pid: number, t: number): void {
    this.#head(ev.Batch, 2);
    if (pid < 0) this.#minusOne();
    else this.#uint(pid);
    this.#uint(t);
    this.#last = t;
  }

  /** Writes the ticks per second. */
  frequency(hz: number): void {
    this.#head(ev.Frequency, 1);
    this.#uint(hz);
  }

  /** Defines the id of a text, from 1. */
  string(id: number, text: string): void {
    const bytes = clip(utf8.encode(text));
    this.buffer[this.pos++] = ev.String;
    this.#uint(id);
    this.#bytes(bytes);
  }

  /** Defines the id of a stack (leaf first), from 1. `stringId` returns the id of a text, and may write its record first. */
  stack(id: number, frames: readonly TraceFrame[], stringId: (text: string) => number): void {
    const shown = frames.length <= MAX_FRAMES ? frames : [...frames.slice(0, MAX_FRAMES - 1), frames.at(-1)!];
    const numbers = [id, shown.length];
    for (const f of shown) numbers.push(f.pc, stringId(f.func), f.fileId ?? stringId(f.file), f.line);
    this.buffer[this.pos++] = ev.Stack | (3 << 6);
    this.#uint(numbers.reduce((sum, n) => sum + varintSize(n), 0));
    for (const n of numbers) this.#uint(n);
  }

  // Events, by number of arguments besides the time. Up to a million are written per second, so these methods write bytes
  // directly.

  /** Writes an event without arguments, at time `t`. */
  event0(type: number, t: number): void {
    const { buffer } = this;
    buffer[this.pos] = type;
    this.pos = putVarint(buffer, this.pos + 1, t - this.#last);
    this.#last = t;
  }

  /** Writes an event with one argument. */
  event1(type: number, t: number, a: number): void {
    const { buffer } = this;
    buffer[this.pos] = type | 0x40;
    this.pos = putVarint(buffer, putVarint(buffer, this.pos + 1, t - this.#last), a);
    this.#last = t;
  }

  /** Writes an event with two arguments. */
  event2(type: number, t: number, a: number, b: number): void {
    const { buffer } = this;
    buffer[this.pos] = type | 0x80;
    this.pos = putVarint(buffer, putVarint(buffer, putVarint(buffer, this.pos + 1, t - this.#last), a), b);
    this.#last = t;
  }

  /** Writes an event with three arguments. */
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

  /** Writes an event with four arguments. */
  event4(type: number, t: number, a: number, b: number, c: number, d: number): void {
    const length = this.pos + 1;
    this.event3(type, t, a, b, c);
    this.#uint(d);
    this.buffer[length] = this.pos - length - 1;
  }

  /** Writes the message of a UserLog, directly after its event. */
  message(text: string): void {
    this.#bytes(clip(utf8.encode(text)));
  }

  #head(type: number, count: number): void {
    this.buffer[this.pos++] = type | ((count - 1) << 6);
  }

  #uint(value: number): void {
    this.pos = putVarint(this.buffer, this.pos, value);
  }

  /** Writes 2^64 - 1, which stands for -1. */
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

/** Ticks per second in our files: ticks are nanoseconds. */
const HZ = 1e9;

/** The first bytes of a file that is written during the run: a header and, because readers expect one first, a batch. */
export const PREAMBLE = encode(64, (writer) => {
  writer.buffer.set(HEADER);
  writer.pos = HEADER.length;
  writer.batch(-1, 1);
  writer.frequency(HZ);
});

/** The last bytes of such a file. If they are missing, the run was killed, and so chunks of some Ps may be missing. */
export const ENDING = encode(16, (writer) => writer.frequency(HZ));

function encode(size: number, write: (writer: Writer) => void): Uint8Array {
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
