// Batches of a file of format v2: cut out of the bytes, which may arrive in pieces of any size. After readBatch of
// internal/trace/batch.go.
//
//   01  gen  m  time  size   payload     a batch: of events of thread m, or of a table
//   31  exp  gen  m  time  size  payload a batch of an experiment (0x31 is 49)
//   34                                   the end of a generation (0x34 is 52), from header 1.26 on
//
// Only the header of a batch is decoded here, byte by byte, because a piece may end anywhere. Payloads are copied into blocks,
// so that the pieces need not be kept.

import { badBytes, TraceError } from '../error.js';
import { wire } from './event.js';
import { type WideNumbers, wideAt } from './words.js';

/** Largest payload of a batch in bytes: the limit of Go's reader. */
export const MAX_PAYLOAD = 65536;
/** Bytes after each payload that may be read: the longest event has its type and five numbers of ten bytes. */
const PADDING = 64;
/** Size of the first block in bytes, and of the largest ones: each block is twice as large as the one before. */
const FIRST_BLOCK = 1 << 14;
const LAST_BLOCK = 1 << 20;

/** Parts of a batch's header, in the order of the file; the payload is next. */
const part = { type: 0, experiment: 1, gen: 2, m: 3, time: 4, size: 5, payload: 6 } as const;
/** Go's names of the parts that are numbers, for its messages. */
const partNames = ['', '', 'gen', 'M ID', 'timestamp', 'size', ''];

/** A batch whose payload is complete. The numbers are words. */
export interface Batch {
  readonly isExperimental: boolean;
  readonly gen: number;
  readonly m: number;
  readonly ticks: number;
  /** The payload is `block[start]` to `block[end - 1]`. */
  readonly block: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Offset of the batch in the file, and of its payload. */
  readonly offset: number;
  readonly payloadOffset: number;
}

/** A batch whose header is wrong, or that the file has only a part of. */
export class BadBatch extends TraceError {
  constructor(offset: number, what: string) {
    super(badBytes(offset, what).message, offset);
  }
}

/** What receives the batches. */
export interface BatchSink {
  /** @returns true if the payload is still needed: then `block` stays as it is from `start` to `end` + PADDING */
  addBatch(batch: Batch): boolean;
  endGeneration(offset: number): void;
}

/** Cuts batches out of pieces of a file. */
export class BatchSplitter implements Batch {
  isExperimental = false;
  gen = 0;
  m = 0;
  ticks = 0;
  block = new Uint8Array(0);
  start = 0;
  end = 0;
  offset = 0;
  payloadOffset = 0;

  readonly #sink: BatchSink;
  readonly #wide: WideNumbers;
  #part: number = part.type;
  /** Bytes so far of the number that is being read. */
  readonly #digits = new Uint8Array(10);
  #digit = 0;
  /** Place in the block for the next byte of the payload. */
  #fill = 0;
  #blockSize = FIRST_BLOCK;

  constructor(sink: BatchSink, wide: WideNumbers) {
    this.#sink = sink;
    this.#wide = wide;
  }

  /** True if the bytes so far end between two batches. Like Go, counts a lone byte 0x31 as nothing. */
  get isBetween(): boolean {
    return this.#part <= part.experiment;
  }

  /** Reads `bytes`, which are at `offset` in the file. @throws TraceError */
  push(bytes: Uint8Array, offset: number): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#part === part.payload) at += this.#copy(bytes, at);
      else this.#headerByte(bytes[at]!, offset + at++);
    }
  }

  /** The error for a file that ends here, at `offset`, within a batch. */
  cutAt(offset: number): BadBatch {
    if (this.#part !== part.payload) {
      return new BadBatch(offset, `error reading batch ${partNames[this.#part]}: unexpected EOF`);
    }
    const got = this.#fill - this.start;
    return new BadBatch(offset, `failed to read full batch: read ${got} but wanted ${this.end - this.start}`);
  }

  /** Copies as much of the payload as there is, and returns its length. */
  #copy(bytes: Uint8Array, at: number): number {
    const length = Math.min(bytes.length - at, this.end - this.#fill);
    this.block.set(bytes.subarray(at, at + length), this.#fill);
    this.#fill += length;
    if (this.#fill === this.end) this.#finish();
    return length;
  }

  #finish(): void {
    this.#part = part.type;
    if (!this.#sink.addBatch(this)) this.#fill = this.start;
  }

  #headerByte(byte: number, offset: number): void {
    if (this.#part === part.type) this.#begin(byte, offset);
    else if (this.#part === part.experiment) {
      this.isExperimental = byte !== 0;
      this.#part = part.gen;
    } else this.#numberByte(byte, offset);
  }

  #begin(type: number, offset: number): void {
    this.offset = offset;
    this.isExperimental = false;
    if (type === wire.EventBatch) this.#part = part.gen;
    else if (type === wire.ExperimentalBatch) this.#part = part.experiment;
    else if (type === wire.EndOfGeneration) this.#sink.endGeneration(offset);
    else throw new BadBatch(offset, `expected batch event, got event ${type}`);
  }

  #numberByte(byte: number, offset: number): void {
    this.#digits[this.#digit++] = byte;
    if (byte >= 0x80 && this.#digit < this.#digits.length) return;
    const value = wideAt(this.#digits, 0);
    this.#digit = 0;
    if (value === undefined)
      throw new BadBatch(offset, `error reading batch ${partNames[this.#part]}: more than 64 bits`);
    const word = this.#wide.wordOf(value, offset);
    if (this.#part === part.gen) this.gen = word;
    else if (this.#part === part.m) this.m = word;
    else if (this.#part === part.time) this.ticks = word;
    else {
      if (word < 0 || word > MAX_PAYLOAD) {
        throw new BadBatch(offset, `invalid batch size ${value}, maximum is ${MAX_PAYLOAD}`);
      }
      this.#makeRoom(word);
      this.payloadOffset = offset + 1;
    }
    this.#part++;
    if (this.#part === part.payload && word === 0) this.#finish();
  }

  #makeRoom(size: number): void {
    if (this.#fill + size + PADDING > this.block.length) {
      this.block = new Uint8Array(Math.max(this.#blockSize, size + PADDING));
      this.#blockSize = Math.min(2 * this.#blockSize, LAST_BLOCK);
      this.#fill = 0;
    }
    this.start = this.#fill;
    this.end = this.#fill + size;
  }
}
