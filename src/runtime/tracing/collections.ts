// Garbage collections in a trace. Each thread has a heap of its own, so collections of different Ps overlap, which the format
// does not allow for its GC events. Therefore each pause becomes a mark assist of the goroutine that it interrupted, on its P;
// and all pauses together, with overlapping ones joined, become the trace's GC events:
//
//   P 0 collects from 10 to 14 ms    MarkAssistStart at 10, MarkAssistDone at 14, among the records of P 0
//   P 1 collects from 12 to 18 ms    MarkAssistStart at 12, MarkAssistDone at 18, among the records of P 1
//   no P                             GCStart at 10, GCDone at 18, in a batch of no P
//
// Node reports a collection only in an event-loop turn of the thread. So a P makes such turns before it writes a chunk, and
// splices the pauses into the chunk (splice.ts). If a goroutine kept its thread for so long that the chunk had to be written
// before, its pauses appear in the GC events only.
//
// The pauses of a P are known up to its last chunk (P.GCSUNTIL), so those of all Ps up to the earliest of these times, U. With each
// chunk the GC events before U are written, and then an empty batch of no P at U. It tells a reader that is reading while the
// trace is written that no GC event before U follows, so that it need not wait for them (trace/v1/merge.ts):
//
//   chunk of P 0, pauses known up to 16    U is 0: P 1 has not written yet
//   chunk of P 1, pauses known up to 25    U is 16: the collection from 10 to 18 may go on; Batch of no P at 10
//   chunk of P 0, pauses known up to 30    U is 25: Batch of no P at 10, GCStart at 10, GCDone at 18; Batch of no P at 25
//   end of the trace                       the rest

import { PerformanceObserver, performance } from 'node:perf_hooks';
import { ev } from '../../trace/event.js';
import { Writer } from '../../trace/writer.js';
import { type Double, field64, nth64, type PAddr, type Word, type Words } from '../memory/address.js';
import { GC_WORDS, H, P, pAddress } from '../memory/layout.js';
import { lock, unlock } from '../memory/lock.js';
import { f64, i32 } from '../memory/memory.js';
import type { GCEvents } from './file.js';
import type { Pause } from './splice.js';

/** Words of a noted pause: two float64s, its beginning and its end. */
const NOTE = 4;

/** The collections of this thread. */
export class Collections {
  readonly #observer: PerformanceObserver;
  readonly #origin: number;
  readonly #begin: number;
  #pauses: Pause[] = [];

  /** @param origin what to add to this thread's performance.now(), in nanoseconds, to get ticks */
  constructor(origin: number) {
    this.#origin = origin;
    this.#begin = performance.now();
    this.#observer = new PerformanceObserver((list) => this.#observe(list.getEntries()));
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  #observe(entries: readonly { startTime: number; duration: number }[]): void {
    for (const { startTime, duration } of entries) {
      if (startTime < this.#begin) continue; // a collection from before the trace, reported late
      const from = Math.floor(startTime * 1e6 + this.#origin);
      this.#pauses.push([from, from + Math.max(1, Math.floor(duration * 1e6))]);
    }
  }

  /** The pauses of P `pp` since the last call, by time. Makes event-loop turns first, so that none is missing. */
  async take(pp: PAddr): Promise<Pause[]> {
    const until = Math.floor(performance.now() * 1e6 + this.#origin);
    // The first event-loop turn passes the entries to the observer, the second calls it.
    await eventLoopTurn();
    await eventLoopTurn();
    const pauses = this.#pauses.sort((a, b) => a[0] - b[0]);
    this.#pauses = [];
    note(pp, pauses, until);
    return pauses;
  }

  close(): void {
    this.#observer.disconnect();
  }
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Notes pauses of P `pp` in the trace area, for the GC events: all up to this time. If there is no more room, they are lost. Another
 * thread reads them while it has the lock.
 */
function note(pp: PAddr, pauses: readonly Pause[], until: number): void {
  lock(H.TRACE_LOCK);
  try {
    for (const [from, to] of pauses) {
      const k = i32[H.TRACE_GCS]!++;
      if ((k + 1) * NOTE > GC_WORDS) continue;
      const at = nth64(i32[H.TRACE_AREA] as Word<'f64'>, (k * NOTE) / 2);
      f64[at] = from;
      f64[(at + 1) as Double] = to;
    }
    f64[field64(pp, P.GCSUNTIL)] = until;
  } finally {
    unlock(H.TRACE_LOCK);
  }
}

/** The GC events that are certain. Called while the file is locked. */
export function certainCollections(): GCEvents {
  let until = Number.POSITIVE_INFINITY;
  for (let id = 0; id < i32[H.NPROCS]!; id++) until = Math.min(until, f64[field64(pAddress(id), P.GCSUNTIL)]!);
  return gcEvents(i32, until);
}

/** The GC events that are not in the file yet, which belong to no P. Called by the thread that ends the trace, when no P notes pauses any more. */
export function lastCollections(words: Words): Uint8Array {
  return gcEvents(words, Number.POSITIVE_INFINITY).bytes;
}

/** The GC events up to a time before which all pauses are known. */
function gcEvents(words: Words, known: number): GCEvents {
  const doubles = new Float64Array(words.buffer);
  const begin = doubles[H.TRACE_BEGIN >> 1]!;
  const written = doubles[H.TRACE_GCSUNTIL >> 1]!;
  const count = words[H.TRACE_GCSWRITTEN]!;
  if (begin === 0 || known <= begin || known <= written) return { bytes: new Uint8Array(0), until: written, count };
  const pauses = join(pausesAfter(words, begin, written));
  let certain = 0;
  while (certain < pauses.length && pauses[certain]![1] + 1 < known) certain++;
  const until = Math.min(known, pauses[certain]?.[0] ?? known);
  const writer = new Writer(new Uint8Array(64 + certain * 64));
  for (const [k, [from, to]] of pauses.slice(0, certain).entries()) {
    if (k === 0) writer.batch(-1, from);
    writer.event2(ev.GCStart, from, count + k, 0);
    writer.event0(ev.GCDone, to);
  }
  if (Number.isFinite(until)) writer.batch(-1, until);
  return { bytes: writer.buffer.subarray(0, writer.pos), until, count: count + certain };
}

/** The noted pauses by time, without those from before the trace, and those whose events have been written. */
function pausesAfter(words: Words, begin: number, written: number): Pause[] {
  const doubles = new Float64Array(words.buffer);
  const area = words[H.TRACE_AREA]!;
  const count = Math.min(words[H.TRACE_GCS]!, GC_WORDS / NOTE);
  const pauses: Pause[] = [];
  for (let k = 0; k < count; k++) {
    const at = (area + k * NOTE) >> 1;
    const [from, to] = [doubles[at]!, doubles[at + 1]!];
    if (from > begin && to > written) pauses.push([Math.max(from, written), to]);
  }
  return pauses.sort((a, b) => a[0] - b[0]);
}

/** Pauses by time, those that overlap or touch as one. */
function join(pauses: readonly Pause[]): Pause[] {
  const joined: [number, number][] = [];
  for (const [from, to] of pauses) {
    const last = joined.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}
