// From a trace file to the model, of whatever format family its header says, in pieces as they arrive.
//
//   v1/passes.ts   format v1 (Go 1.7 to 1.21): bytes -> events in one order, in nanoseconds, once the file is complete
//   check.ts       transitions of goroutines and Ps are legal
//   link.ts        ranges begin before they end; which event ends what another one begins
//
//   v2/model.ts    format v2 (Go 1.22 to 1.26): a generation at a time, checked and linked by the same rules
//
// After parse of internal/trace/parser.go.

import { check } from './check.js';
import type { Columns, Decoded } from './columns.js';
import { badEvent, TraceError } from './error.js';
import { ev } from './event.js';
import { HeaderFinder, readHeader } from './header.js';
import { GoroutineColumns, Lives, Ranges } from './link.js';
import type { CPUSamples, Trace } from './model.js';
import { readV1 } from './v1/passes.js';
import { HEADER_SIZE } from './v1/reader.js';
import { v2Versions } from './v2/event.js';
import { ModelReader } from './v2/model.js';

/** What a reader keeps besides the model. */
export interface ReadOptions {
  /** True to keep the offsets of records, which the text dump of format v1 needs. */
  readonly keepOffsets?: boolean;
}

/** Reads a trace, of ours or of Go 1.7 to 1.26, in pieces. */
export class TraceReader {
  readonly #options: ReadOptions;
  /** Pieces until the header is complete; all of them for format v1. */
  #pieces: Uint8Array[] = [];
  #size = 0;
  #version = 0;
  #v2: ModelReader | undefined;
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
    if (this.#v2 !== undefined) this.#v2.push(piece);
    else {
      this.#pieces.push(piece);
      if (this.#version === 0 && this.#size >= HEADER_SIZE) this.#begin();
    }
  }

  /** What has been read so far; undefined if nothing is complete. Format v1 is complete only at its end. */
  soFar(): Trace | undefined {
    return this.#v2?.trace();
  }

  /**
   * Says that the file ends here, and returns the trace.
   *
   * @throws TraceError, one line, with the offset of the fault, if no part of the file is a trace that is whole in itself
   */
  end(): Trace {
    try {
      if (this.#fault !== undefined) throw this.#fault;
      return this.#end();
    } catch (error) {
      throw error instanceof TraceError ? this.#headers.explain(error) : error;
    }
  }

  #end(): Trace {
    if (this.#version === 0) this.#begin();
    if (this.#v2 === undefined) {
      const bytes = joined(this.#pieces, this.#size);
      this.#pieces = [];
      return traceOf(readV1(bytes, this.#version), this.#version, bytes.length, this.#options);
    }
    this.#v2.end();
    if (this.#v2.fault !== undefined && this.#headers.isHeader(this.#v2.fault.offset)) throw this.#v2.fault;
    const trace = this.#v2.trace();
    if (trace !== undefined) return trace;
    if (this.#v2.fault !== undefined && this.#size > HEADER_SIZE) throw this.#v2.fault;
    throw new TraceError('trace: the trace is empty: the file has no whole event', this.#size);
  }

  #begin(): void {
    const bytes = joined(this.#pieces, this.#size);
    this.#version = readHeader(bytes);
    if (this.#version < v2Versions[0]!) return;
    this.#v2 = new ModelReader();
    this.#v2.push(bytes);
    this.#pieces = [];
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

/** Checks what the passes of format v1 have made of a file, and links it. */
function traceOf(decoded: Decoded, version: number, size: number, { keepOffsets }: ReadOptions): Trace {
  const { events, ids, entry, samples, stacks, frames, strings, threads, procs, end, isShort, offsets } = decoded;
  const fault = check(events, { id: ids, length: ids.length }, procs);
  if (fault !== undefined) throw badEvent(fault.event, offsets.events[fault.event]!, fault.what);
  const isCut = linkRanges(decoded, version);
  const created = isCut ? dropUncreated(events, samples) : ids.length - 1;
  const goroutines = new GoroutineColumns(created + 1);
  for (let g = 1; g <= created; g++) goroutines.add(ids[g]!, entry[g]!);
  const lives = new Lives(events, goroutines);
  for (let i = 0; i < events.length; i++) lives.add(i);
  return {
    version,
    events,
    goroutines: goroutines.view(),
    stacks,
    frames,
    samples,
    threads,
    strings,
    generations: [],
    experimental: { batches: 0, events: 0 },
    procs,
    durationNs: events.ts[events.length - 1]!,
    cut: isShort ? { offset: end, size } : undefined,
    offsets: keepOffsets ? offsets : undefined,
  };
}

/**
 * Links ranges, and ends a truncated trace before the first event that does not nest; in a whole trace that event is an error.
 * In a truncated trace the end of one P's stream may be missing: one P stops the world, and the P that starts it again is not
 * there. Transitions of goroutines and Ps stay legal, because the merge has taken the events of each P up to some point.
 *
 * @returns true if events at the end were dropped
 */
function linkRanges({ events, offsets, isShort }: Decoded, version: number): boolean {
  const ranges = new Ranges(events, version);
  for (let i = 0; i < events.length; i++) {
    const fault = ranges.add(i);
    if (fault === undefined) continue;
    if (!isShort || i === 0) throw badEvent(i, offsets.events[i]!, fault);
    events.truncate(i);
    return true;
  }
  return false;
}

/** Number of goroutines that the events create. Those whose creation is no longer among the events are the last ones. */
function dropUncreated(events: Columns, samples: CPUSamples): number {
  let created = 0;
  for (let i = 0; i < events.length; i++) if (events.type[i] === ev.GoCreate) created++;
  for (let i = 0; i < samples.length; i++) if (samples.g[i]! > created) samples.g[i] = 0;
  return created;
}
