// Writes trace files record by record, right or wrong, for tests and measurements of the reader. It knows the encoding
// and nothing of what the records mean.

import { ev } from 'mandel/trace';

/** A number of the file; a bigint where it is above 2^53. */
export type Uint = number | bigint;

/** A trace file that grows by a record with each call. */
export class TraceFile {
  #bytes = Buffer.alloc(1024);
  #length = 16;

  constructor(header = 'go 1.11 trace') {
    this.#bytes.write(header, 'latin1');
  }

  /** What has been written so far. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, this.#length));
  }

  get length(): number {
    return this.#length;
  }

  /** A record with its arguments as they stand in the file: time first, stack last. */
  record(type: number, ...args: readonly Uint[]): this {
    this.byte(type | ((Math.min(args.length, 4) - 1) << 6));
    if (args.length >= 4) this.uint(args.reduce((sum: number, arg) => sum + sizeOf(arg), 0));
    for (const arg of args) this.uint(arg);
    return this;
  }

  batch(pid: Uint, ticks: Uint): this {
    return this.record(ev.Batch, pid, ticks);
  }

  frequency(hz: Uint): this {
    return this.record(ev.Frequency, hz);
  }

  string(id: Uint, text: string): this {
    const bytes = Buffer.from(text);
    this.byte(ev.String);
    this.uint(id);
    this.uint(bytes.length);
    return this.raw(bytes);
  }

  /** A stack with frames of (pc, function, file, line). */
  stack(id: Uint, ...frames: readonly (readonly [Uint, Uint, Uint, Uint])[]): this {
    return this.record(ev.Stack, id, frames.length, ...frames.flat());
  }

  log(d: Uint, task: Uint, key: Uint, stack: Uint, message: string): this {
    const bytes = Buffer.from(message);
    this.record(ev.UserLog, d, task, key, stack);
    this.uint(bytes.length);
    return this.raw(bytes);
  }

  raw(bytes: ArrayLike<number>): this {
    for (let i = 0; i < bytes.length; i++) this.byte(bytes[i]!);
    return this;
  }

  uint(n: Uint): void {
    let rest = n;
    if (typeof rest === 'bigint') {
      for (; rest >= 0x80n; rest >>= 7n) this.byte(Number(rest & 0x7fn) | 0x80);
      this.byte(Number(rest));
      return;
    }
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) this.byte((rest % 128) | 0x80);
    this.byte(rest);
  }

  byte(b: number): void {
    if (this.#length === this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#length)]);
    }
    this.#bytes[this.#length++] = b;
  }
}

function sizeOf(n: Uint): number {
  let size = 1;
  for (let rest = BigInt(n); rest >= 0x80n; rest >>= 7n) size++;
  return size;
}
