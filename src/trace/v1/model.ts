// Format v1 (Go 1.7 to 1.21) read into the model, in pieces.
//
//   reader.ts      bounds of the records, tables
//   segments.ts    the events of one P that have not been merged yet
//   merge.ts       the streams of the Ps merged into one order, in columns
//   rearrange.ts   real times of system calls; wake-ups in vain removed; nanoseconds
//   links.ts       legal transitions, ranges, links
//
// What is known of a trace before its end depends on who wrote it. Go writes the frequency, the strings and the stacks at the end of
// a file, and its later records may change earlier events, so of Go's files nothing is complete before their end. Our runtime
// (PREAMBLE in writer.ts) writes the frequency first and the strings and stacks with the chunk that uses them, it has as many Ps as
// Gomaxprocs says, each with a stream, and a stream without a P for collections. So of our files the events are complete up to
// the earliest of the times that all streams have reached. Only the texts of objects may come later, with a chunk of the P that made
// the object: until then the files of these frames are ''.

import { picked, SampleColumns } from '../columns.js';
import { badBytes, badEvent, TraceError } from '../error.js';
import { ev } from '../event.js';
import { type CPUSamples, fakeP, type Trace } from '../model.js';
import { ENDING, PREAMBLE } from '../writer.js';
import { Links } from './links.js';
import { Merge } from './merge.js';
import { HEADER_SIZE, Records } from './reader.js';
import { checkNs, realExits, toNs, withoutFutile } from './rearrange.js';

/** Ticks per second of a truncated file without a Frequency record: our own ticks are nanoseconds. */
const DEFAULT_HZ = 1e9;
/** Events that are merged at a time: some 40 ms, in which what shows the trace can do nothing else. */
const STEP = 200_000;

/** Reads a trace of format v1. */
export class ModelReader {
  readonly #version: number;
  readonly #keepOffsets: boolean;
  readonly #records: Records;
  readonly #merge: Merge;
  readonly #links: Links;
  #size = 0;
  /** The first bytes of the file, as many as PREAMBLE has, and the last ones, as many as ENDING has. */
  readonly #first = new Uint8Array(PREAMBLE.length);
  #last: Uint8Array = new Uint8Array(0);
  /** Why the bytes cannot be read. */
  #fault: TraceError | undefined;
  /** Why events cannot be ordered. The rest of the file is still read: a fault in its bytes counts more. */
  #disorder: TraceError | undefined;
  /** Number of events whose times are in nanoseconds, and the time 0 in ticks. */
  #inNs = 0;
  #zero = 0;
  /** What trace() has returned last. */
  #soFar: Trace | undefined;

  /** @param version minor version in the header */
  constructor(version: number, keepOffsets: boolean) {
    this.#version = version;
    this.#keepOffsets = keepOffsets;
    this.#records = new Records(version);
    this.#merge = new Merge(this.#records);
    this.#links = new Links(this.#merge.events, this.#merge.gos.goroutines, version);
  }

  /** Reads the next piece of the file, which must not change afterwards; the first one has the whole header. @throws TraceError */
  push(piece: Uint8Array): void {
    if (this.#size < PREAMBLE.length) this.#first.set(piece.subarray(0, PREAMBLE.length - this.#size), this.#size);
    this.#last = lastOf(this.#last, piece, ENDING.length);
    const rest = this.#size === 0 ? piece.subarray(HEADER_SIZE) : piece;
    this.#size += piece.length;
    this.#fault ??= faultOf(() => this.#records.push(rest));
    if (this.#fault !== undefined) throw this.#fault;
    if (this.#disorder === undefined && this.#isKnown) this.#disorder = faultOf(() => this.#merge.advance(STEP));
  }

  /** True if our runtime began to write this file. */
  get #isOurs(): boolean {
    return this.#size >= PREAMBLE.length && isEqual(this.#first, PREAMBLE);
  }

  /** True if the file has begun every stream that it will have, and no record changes earlier events. */
  get #isKnown(): boolean {
    const { procs, streams, changing } = this.#records;
    if (procs === 0 || changing >= 0 || streams.length < procs || !this.#isOurs) return false;
    return streams.filter(({ pid }) => pid >= 0 && pid < procs).length === procs;
  }

  /**
   * The events that are complete so far, without those from the first fault on; undefined if there are none. Later traces have the
   * same events and more; it is the same trace if there are no more. Takes time for the new events, and for the tables.
   */
  trace(): Trace | undefined {
    const { events } = this.#merge;
    if (events.length === 0 || this.#records.changing >= 0 || !this.#isOurs) return undefined;
    if (events.length === this.#inNs) return this.#soFar;
    this.#convert(events.ts[0]!);
    this.#links.take(events.length);
    if (this.#links.length > 0) this.#soFar = this.#view();
    return this.#soFar;
  }

  /** Says that the file ends here, and returns the whole trace. Between two steps, more may be complete. @throws TraceError, one line */
  *ending(): Generator<undefined, Trace> {
    const merge = this.#merge;
    const records = this.#records;
    if (this.#fault !== undefined) throw this.#fault;
    records.finish();
    if (records.events === 0) {
      throw new TraceError('trace: the trace is empty: the file has no whole event', records.end);
    }
    if (this.#disorder !== undefined) throw this.#disorder;
    const isCut = records.end < this.#size || records.hz === 0 || this.#isUnfinished;
    while (merge.takeLast(STEP)) yield;
    const isShort = !merge.finish(isCut) || isCut;
    if (merge.events.length === 0) {
      const what = 'no event can be the first, because each requires another one before it';
      throw new TraceError(`trace: ${what}`, records.end);
    }
    this.#soFar = undefined;
    this.#settle();
    const { samples, offsets } = this.#readSamples();
    this.#link(isShort);
    const { length } = this.#merge.gos;
    for (let i = 0; i < samples.length; i++) if (samples.g[i]! >= length) samples.g[i] = 0;
    const trace = this.#view();
    return {
      ...trace,
      samples,
      cut: isShort ? { offset: records.end, size: this.#size } : undefined,
      offsets: this.#keepOffsets
        ? { events: merge.offsets.subarray(0, trace.events.length), samples: offsets }
        : undefined,
    };
  }

  /** True if our runtime began to write this file and did not finish it: chunks of some Ps may be missing. */
  get #isUnfinished(): boolean {
    return this.#isOurs && !isEqual(this.#last, ENDING);
  }

  /** Brings the events into their final order, without wake-ups in vain, on their final Ps, and with their final stacks. */
  #settle(): void {
    const { events, exits, gos, offsets } = this.#merge;
    const { changing, timers, stacks } = this.#records;
    if (changing >= 0 && this.#inNs > 0) {
      throw badBytes(changing, 'the record changes events before it, which no trace that mandel has written does');
    }
    this.#rearrange(realExits(events, offsets, gos.length, exits));
    this.#rearrange(withoutFutile(events, gos.length));
    if (timers.size > 0) this.#moveTimers();
    if (stacks.replaced.size === 0) return;
    // Stacks that were defined again after they had been used.
    stacks.useLast(events.stack, events.length);
    stacks.useLast(gos.goroutines.entry, gos.length);
  }

  #rearrange(order: Int32Array | undefined): void {
    if (order === undefined) return;
    this.#merge.events.rearrange(order);
    this.#merge.offsets = picked(this.#merge.offsets, order);
  }

  /** Moves wake-ups by goroutines that run timers to a P of their own. */
  #moveTimers(): void {
    const { events, gos } = this.#merge;
    const { timers } = this.#records;
    for (let i = 0; i < events.length; i++) {
      if (events.type[i] !== ev.GoUnblock || !timers.has(gos.goroutines.id[events.g[i]!]!)) continue;
      events.p[i] = fakeP.timers;
      events.m[i] = 0;
    }
  }

  /** The samples, by time, and the offsets of their records. Converts all times to nanoseconds. @throws TraceError */
  #readSamples(): { readonly samples: CPUSamples; readonly offsets: Float64Array } {
    const merge = this.#merge;
    const { events } = merge;
    merge.readSamples();
    const { samples, offsets } = merge.samples.inOrder(merge.gos, this.#records.stacks);
    // Like Go's tool, times count from the first event, and samples are events here.
    const { ts, length } = samples;
    this.#convert(Math.min(events.ts[0]!, ts[0] ?? Infinity));
    checkNs(events.ts[events.length - 1]!, merge.offsets[events.length - 1]!);
    toNs(ts, 0, length, this.#zero, this.#hz);
    if (length > 0) checkNs(ts[length - 1]!, offsets[length - 1]!);
    return { samples, offsets };
  }

  get #hz(): number {
    return this.#records.hz === 0 ? DEFAULT_HZ : this.#records.hz;
  }

  /** Converts the times of the events that still are in ticks. @param zero the time 0, if none has been converted yet */
  #convert(zero: number): void {
    const { events } = this.#merge;
    if (this.#inNs === 0) this.#zero = zero;
    toNs(events.ts, this.#inNs, events.length, this.#zero, this.#hz);
    this.#inNs = events.length;
  }

  /**
   * Checks and links all events. Ends a truncated trace before the first event that does not nest; in a whole trace that event is an
   * error. In a truncated trace the end of one P's stream may be missing: one P stops the world, and the P that starts it again is
   * not there. Transitions of goroutines and Ps stay legal, because the merge has taken the events of each P up to some point.
   */
  #link(isShort: boolean): void {
    const { events, gos, offsets } = this.#merge;
    const links = this.#links;
    links.take(events.length);
    const { illegal, unnested } = links;
    const fault = illegal ?? unnested;
    if (fault === undefined) return;
    if (illegal !== undefined || !isShort || fault.event === 0) {
      throw badEvent(fault.event, offsets[fault.event]!, fault.what);
    }
    events.truncate(links.length);
    gos.goroutines.length = this.#created;
  }

  /** Number of goroutines whose creation is linked, and g0: their indices are in the order of their creation. */
  get #created(): number {
    const { created, length } = this.#merge.gos.goroutines;
    let n = length;
    while (n > 1 && created[n - 1]! < 0) n--;
    return n;
  }

  /** The trace as far as it is linked, without samples. */
  #view(): Trace {
    const { events, gos, threads } = this.#merge;
    const { streams, strings, stacks } = this.#records;
    const { length } = this.#links;
    return {
      version: this.#version,
      events: events.view(length),
      goroutines: gos.goroutines.view(this.#created),
      ...stacks.build(strings),
      samples: new SampleColumns().view(),
      threads: [...threads.numbers],
      strings: strings.texts,
      generations: [],
      experimental: { batches: 0, events: 0 },
      procs: 1 + streams.reduce((max, { pid }) => Math.max(max, pid), -1),
      durationNs: events.ts[length - 1]!,
      cut: undefined,
      offsets: undefined,
    };
  }
}

/** The fault of a file that `read` finds, if it does. */
function faultOf(read: () => void): TraceError | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof TraceError) return error;
    throw error;
  }
}

/** The last `n` bytes of what ends with `last` and is followed by `piece`. */
function lastOf(last: Uint8Array, piece: Uint8Array, n: number): Uint8Array {
  return piece.length >= n ? piece.slice(-n) : Uint8Array.from([...last, ...piece]).slice(-n);
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, k) => byte === b[k]);
}
