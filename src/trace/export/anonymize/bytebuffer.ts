// A buffer of bytes that grows: records are encoded into it one after the other.

import { putVarint } from '../../../lib/varint.js';

/** Bytes of the longest number below 2^53. */
const MAX_NUMBER = 8;

/** Bytes that are appended, and taken when there are enough of them. */
export class ByteBuffer {
  #bytes = new Uint8Array(1 << 12);
  #length = 0;

  /** Bytes that take() would return. */
  get length(): number {
    return this.#length;
  }

  /** Appends a byte. */
  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  /** Appends a number, from 0 to 2^53. */
  uint(value: number): void {
    this.#room(MAX_NUMBER);
    this.#length = putVarint(this.#bytes, this.#length, value);
  }

  /** Appends bytes as they are. */
  put(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A copy of what was appended; the buffer is empty again. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const wider = new Uint8Array(2 * (this.#length + more));
    wider.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = wider;
  }
}
