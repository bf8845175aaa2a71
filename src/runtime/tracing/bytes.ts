// Bytes with numbers in the trace's encoding (unsigned, base 128), read or written from one end to the other.

import { putVarint } from '../../lib/varint.js';

export class Bytes {
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
