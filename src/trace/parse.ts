// From a trace file to the model, of whatever format family its header says, in pieces as they arrive.
//
//   v1/model.ts    format v1 (Go 1.7 to 1.21)
//   v2/model.ts    format v2 (Go 1.22 to 1.26): a generation at a time; its merge checks what check.ts does
//   check.ts       transitions of goroutines and Ps are legal
//   link.ts        ranges begin before they end; which event ends what another one begins
//
// After parse of internal/trace/parser.go.

import { TraceError } from './error.js';
import type { Trace } from './model.js';
import { ModelReader as V1Reader } from './v1/model.js';
import { HEADER_SIZE } from './v1/reader.js';
import { v2Versions } from './v2/event.js';
import { ModelReader as V2Reader } from './v2/model.js';

/** What a reader keeps besides the model. */
export interface ReadOptions {
  /** True to keep the offsets of records, which the text dump of format v1 needs. */
  readonly keepOffsets?: boolean;
}

/** Reads a trace, of ours or of Go 1.7 to 1.26, in pieces. */
export class TraceReader {
  readonly #options: ReadOptions;
  /** Pieces until the header is complete. */
  #pieces: Uint8Array[] = [];
  #size = 0;
  #v1: V1Reader | undefined;
  #v2: V2Reader | undefined;

  constructor(options: ReadOptions = {}) {
    this.#options = options;
  }

  /**
   * Reads the next piece of the file, which must not change afterwards.
   *
   * @throws TraceError if the file is no trace that can be read
   */
  push(piece: Uint8Array): void {
    this.#size += piece.length;
    const reader = this.#v1 ?? this.#v2;
    if (reader !== undefined) reader.push(piece);
    else {
      this.#pieces.push(piece);
      if (this.#size >= HEADER_SIZE) this.#begin();
    }
  }

  /**
   * What is complete so far; undefined if nothing is. Later traces have the same events and more, and links to these. It is to be
   * used before the next piece is read.
   *
   * Of format v2 that is every generation that has ended. Of format v1, if our runtime wrote it, it is what is complete in the
   * batches of every P, collections included: a P that does not write, because it sleeps or its goroutine does not reach a scheduling
   * point, holds all others back. Go's own files of format v1 are complete only at their end, because Go writes the frequency and
   * the stacks there.
   */
  soFar(): Trace | undefined {
    return (this.#v1 ?? this.#v2)?.trace();
  }

  /**
   * Says that the file ends here, and returns the trace.
   *
   * @throws TraceError, one line, with the offset of the fault, if no part of the file is a trace that is whole in itself
   */
  end(): Trace {
    if (this.#v1 === undefined && this.#v2 === undefined) this.#begin();
    if (this.#v1 !== undefined) return this.#v1.end();
    const reader = this.#v2!;
    reader.end();
    const trace = reader.trace();
    if (trace !== undefined) return trace;
    if (reader.fault !== undefined && this.#size > HEADER_SIZE) throw reader.fault;
    throw new TraceError('trace: the trace is empty: the file has no whole event', this.#size);
  }

  #begin(): void {
    const head = joined(this.#pieces, this.#size);
    const version = readHeader(head);
    this.#pieces = [];
    if (version < v2Versions[0]!) this.#v1 = new V1Reader(version, this.#options.keepOffsets === true);
    else this.#v2 = new V2Reader();
    (this.#v1 ?? this.#v2)!.push(head);
  }
}

/** Reads a whole trace, see TraceReader. @throws TraceError, one line, with the offset of the fault */
export function parse(bytes: Uint8Array, options?: ReadOptions): Trace {
  const reader = new TraceReader(options);
  reader.push(bytes);
  return reader.end();
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** Minor versions of the headers of format v1. */
const v1Versions = [7, 8, 9, 10, 11, 19, 21];

/** The minor version in the header of a trace file. @throws TraceError that says what the file is instead */
function readHeader(bytes: Uint8Array): number {
  if (bytes.length === 0) throw new TraceError('trace: the file is empty', 0);
  const head = String.fromCharCode(...bytes.subarray(0, HEADER_SIZE));
  const match = /^go 1\.(\d{1,3}) trace\0+$/.exec(head);
  if (match === null || head.length < HEADER_SIZE) {
    const isBegun =
      bytes.length < HEADER_SIZE && /^g(o( (1(\.(\d{1,3}( (t(r(a(c(e\0*)?)?)?)?)?)?)?)?)?)?)?$/.test(head);
    if (/^\s*<(!doctype|html|\?xml)/i.test(head)) throw new TraceError('trace: expected a trace, got an HTML page', 0);
    const found = isBegun ? 'it ends within its header' : 'expected "go 1.11 trace" or the like at its beginning';
    throw new TraceError(`trace: not a Go execution trace: ${found}`, 0);
  }
  const minor = Number(match[1]);
  if (v1Versions.includes(minor) || v2Versions.includes(minor)) return minor;
  const why =
    minor > v2Versions.at(-1)!
      ? 'which is newer than this program; traces of Go 1.7 to 1.26 can be read'
      : minor < v1Versions[0]!
        ? 'whose stacks need the binary; traces of Go 1.7 to 1.26 can be read'
        : `which no Go wrote; expected 1.7, 1.8, 1.9, 1.10, 1.11, 1.19, 1.21, 1.22, 1.23, 1.25 or 1.26`;
  throw new TraceError(`trace: this is a "go 1.${minor} trace", ${why}`, 0);
}
