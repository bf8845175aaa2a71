// Garbage collections in a trace. Each thread has a heap of its own, so collections of different Ps overlap, which the format
// does not allow for its GC events. Therefore each pause becomes a mark assist of the goroutine that it interrupted, on its P;
// and all pauses together, with overlapping ones joined, become the trace's GC events:
//
//   P 0 collects from 10 to 14 ms    MarkAssistStart at 10, MarkAssistDone at 14, among the records of P 0
//   P 1 collects from 12 to 18 ms    MarkAssistStart at 12, MarkAssistDone at 18, among the records of P 1
//   the end of the trace             GCStart at 10, GCDone at 18, in a batch of no P
//
// Node reports a collection only in an event-loop turn of the thread. So a P makes such turns before it writes a chunk, and
// splices the pauses into the chunk (splice.ts). If a goroutine kept its thread for so long that the chunk had to be written
// before, its pauses appear in the GC events only.

import { PerformanceObserver, performance } from 'node:perf_hooks';
import { ev } from '../../trace/event.js';
import { Writer } from '../../trace/writer.js';
import { type Double, nth64, type Word, type Words } from '../memory/address.js';
import { GC_WORDS, H } from '../memory/layout.js';
import { f64, i32 } from '../memory/memory.js';
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

  /** The pauses since the last call, by time. Makes event-loop turns first, so that none is missing. */
  async take(): Promise<Pause[]> {
    // The first event-loop turn passes the entries to the observer, the second calls it.
    await eventLoopTurn();
    await eventLoopTurn();
    const pauses = this.#pauses.sort((a, b) => a[0] - b[0]);
    this.#pauses = [];
    for (const pause of pauses) note(pause);
    return pauses;
  }

  close(): void {
    this.#observer.disconnect();
  }
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Notes a pause in the trace area, for the GC events. If there is no more room, it is lost. */
function note([from, to]: Pause): void {
  const k = Atomics.add(i32, H.TRACE_GCS, 1);
  const at = nth64(i32[H.TRACE_AREA] as Word<'f64'>, (k * NOTE) / 2);
  if ((k + 1) * NOTE > GC_WORDS) return;
  f64[at] = from;
  f64[(at + 1) as Double] = to;
}

/** The GC events: a chunk that belongs to no P. Called by the thread that ends the trace, when no P notes pauses any more. */
export function collectionsChunk(words: Words): Uint8Array {
  const area = words[H.TRACE_AREA]!;
  const doubles = new Float64Array(words.buffer);
  const begin = doubles[H.TRACE_BEGIN >> 1]!; // a thread may have noted pauses from before the trace
  const count = Math.min(words[H.TRACE_GCS]!, GC_WORDS / NOTE);
  const pauses: Pause[] = [];
  for (let k = 0; k < count; k++) {
    const at = (area + k * NOTE) >> 1;
    if (doubles[at]! > begin) pauses.push([doubles[at]!, doubles[at + 1]!]);
  }
  const joined = join(pauses.sort((a, b) => a[0] - b[0]));
  if (joined.length === 0) return new Uint8Array(0);
  const writer = new Writer(new Uint8Array(64 + joined.length * 64));
  writer.batch(-1, joined[0]![0]);
  joined.forEach(([from, to], seq) => {
    writer.event2(ev.GCStart, from, seq, 0);
    writer.event0(ev.GCDone, to);
  });
  return writer.buffer.subarray(0, writer.pos);
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
