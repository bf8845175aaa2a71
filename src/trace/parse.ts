// From a trace file to the model, of whatever format family its header says, in pieces as they arrive.
//
//   v1/model.ts    format v1 (Go 1.7 to 1.21)
//   v2/model.ts    format v2 (Go 1.22 to 1.26): a generation at a time
//   check.ts       transitions of goroutines and Ps are legal
//   link.ts        ranges begin before they end; which event ends what another one begins
//
// After parse of internal/trace/parser.go.

import { TraceError } from './error.js';
import { HeaderFinder, readHeader } from './header.js';
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
  readonly #headers = new HeaderFinder();
  /** What is wrong with the file, until enough of it has come to tell whether a second trace begins there. */
  #fault: TraceError | undefined;

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
    this.#headers.push(piece);
    try {
      if (this.#fault === undefined) this.#read(piece);
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      this.#fault = error;
    }
    if (this.#fault !== undefined && this.#size >= this.#fault.offset + HEADER_SIZE) {
      throw this.#headers.explain(this.#fault);
    }
  }

  #read(piece: Uint8Array): void {
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
   * point, holds all others back until the end, whose steps have ever more. Go's own files of format v1 are complete only at their end, because Go writes the frequency and
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
    const steps = this.ending();
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }

  /**
   * The same in steps of some 50 ms, between which soFar() says what is complete, and what shows the trace can do other work.
   *
   * @throws TraceError as end() does
   */
  *ending(): Generator<undefined, Trace> {
    try {
      if (this.#fault !== undefined) throw this.#fault;
      return yield* this.#end();
    } catch (error) {
      throw error instanceof TraceError ? this.#headers.explain(error) : error;
    }
  }

  *#end(): Generator<undefined, Trace> {
    if (this.#v1 === undefined && this.#v2 === undefined) this.#begin();
    if (this.#v1 !== undefined) return yield* this.#v1.ending();
    const reader = this.#v2!;
    reader.end();
    if (reader.fault !== undefined && this.#headers.isHeader(reader.fault.offset)) throw reader.fault;
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
