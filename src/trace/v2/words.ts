// Words: the unsigned 64-bit numbers of format v2 as doubles, without loss. Most of them are small; for ids beyond 2^53, which
// some systems give to threads, a table keeps the exact number.
//
//   number in the file     word
//   0 to 2^53 - 1          the number
//   2^64 - 1               -1, which the format uses for "none"
//   any other              -2 - k, where k is its place in the table
//
// Equal words are equal numbers and the other way round, so that tables and comparisons need not know of large numbers.

import { badBytes } from '../error.js';

/** Most different numbers of 2^53 and more in one trace: bounds what a hostile file can make the table grow to. */
const MAX_WIDE = 1 << 20;
/** Bytes of the longest number. */
const MAX_BYTES = 10;

/** The numbers that a double cannot hold. */
export class WideNumbers {
  readonly #values: bigint[] = [];
  readonly #words = new Map<bigint, number>();

  /** The word for a number of 64 bits. */
  wordOf(value: bigint, offset: number): number {
    if (value <= Number.MAX_SAFE_INTEGER) return Number(value);
    if (value === 0xffffffffffffffffn) return -1;
    const known = this.#words.get(value);
    if (known !== undefined) return known;
    if (this.#values.length === MAX_WIDE) throw badBytes(offset, `more than ${MAX_WIDE} different numbers above 2^53`);
    const word = -2 - this.#values.length;
    this.#values.push(value);
    this.#words.set(value, word);
    return word;
  }

  /** The exact number of a word, from 0 to 2^64 - 1. */
  exact(word: number): bigint {
    if (word >= 0) return BigInt(word);
    return word === -1 ? 0xffffffffffffffffn : this.#values[-2 - word]!;
  }

  /** The double that is nearest to the number of a word. */
  nearest(word: number): number {
    return word >= 0 ? word : Number(this.exact(word));
  }
}

/**
 * The exact number at `pos`, for numbers that take more than 53 bits.
 * @returns undefined if it is longer than ten bytes or does not fit in 64 bits
 */
export function wideAt(bytes: Uint8Array, pos: number): bigint | undefined {
  let value = 0n;
  for (let i = 0; i < MAX_BYTES; i++) {
    const byte = bytes[pos + i]!;
    if (i === MAX_BYTES - 1 && byte > 1) return undefined;
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return value;
  }
  return undefined;
}

/** A position in the payload of a batch of a table, and the numbers there. */
export class WordReader {
  /** Current position in the payload. */
  pos = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  /** Offset in the file of position 0. */
  #fileAt = 0;
  readonly #wide: WideNumbers;

  constructor(wide: WideNumbers) {
    this.#wide = wide;
  }

  /** Sets the payload: `bytes` from `start` to `end`, whose byte 0 is at offset `fileAt` in the file. */
  open(bytes: Uint8Array, start: number, end: number, fileAt: number): void {
    this.#bytes = bytes;
    this.pos = start;
    this.#end = end;
    this.#fileAt = fileAt;
  }

  /** True if the payload is not at its end. */
  get hasMore(): boolean {
    return this.pos < this.#end;
  }

  /** Offset in the file of the current position. */
  get offset(): number {
    return this.#fileAt + this.pos;
  }

  /** Reads a byte. */
  byte(): number {
    if (this.pos >= this.#end) throw badBytes(this.offset, 'the batch ends within a record');
    return this.#bytes[this.pos++]!;
  }

  /** Reads a number, as a word. */
  word(): number {
    const begin = this.pos;
    let n = 0;
    let factor = 1;
    for (let i = 0; i < MAX_BYTES; i++) {
      const byte = this.byte();
      n += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (n <= Number.MAX_SAFE_INTEGER) return n;
        break;
      }
      factor *= 128;
    }
    const value = wideAt(this.#bytes, begin);
    if (value === undefined) throw badBytes(this.#fileAt + begin, 'a number of more than 64 bits');
    return this.#wide.wordOf(value, this.#fileAt + begin);
  }

  /** Reads `length` bytes. */
  bytes(length: number): Uint8Array {
    const got = Math.min(length, this.#end - this.pos);
    if (got < length) throw badBytes(this.offset, `failed to read full string: read ${got} but wanted ${length}`);
    this.pos += length;
    return this.#bytes.subarray(this.pos - length, this.pos);
  }
}
