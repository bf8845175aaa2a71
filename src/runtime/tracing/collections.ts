// Garbage collections in a trace. Every thread has a heap of its own, so collections of different Ps overlap, which the
// format does not allow its GC events. Therefore each pause is a mark assist of the goroutine that it interrupted, on the
// P where it happened; and all of them together, the overlapping ones joined, are the trace's collections.
//
// Node tells of a collection only when the thread's event loop turns. A P lets it turn before it writes a chunk, and puts
// the pauses where they belong in what it has held back. Where a goroutine kept its thread for so long that the chunk had
// to be written before, its pauses are among the trace's collections only.

import { PerformanceObserver, performance } from 'node:perf_hooks';
import { ev } from '../../trace/event.js';
import { Writer } from '../../trace/writer.js';
import { type Double, nth64, type Word, type Words } from '../memory/address.js';
import { GC_WORDS, H } from '../memory/layout.js';
import { f64, i32 } from '../memory/memory.js';
import type { Pause } from './splice.js';

/** Words of a noted pause. */
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
      if (startTime < this.#begin) continue; // Node had not told of it yet
      const from = Math.floor(startTime * 1e6 + this.#origin);
      this.#pauses.push([from, from + Math.max(1, Math.floor(duration * 1e6))]);
    }
  }

  /** The pauses since the last time, by time. Lets the event loop turn, so that none is missing. */
  async take(): Promise<Pause[]> {
    // The first turn hands the entries to the observer, the second calls it.
    await turn();
    await turn();
    const pauses = this.#pauses.sort((a, b) => a[0] - b[0]);
    this.#pauses = [];
    for (const pause of pauses) note(pause);
    return pauses;
  }

  close(): void {
    this.#observer.disconnect();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Notes a pause for all threads. When there is no more room, the last ones are lost. */
function note([from, to]: Pause): void {
  const k = Atomics.add(i32, H.TRACE_GCS, 1);
  const at = nth64(i32[H.TRACE_AREA] as Word<'f64'>, (k * NOTE) / 2);
  if ((k + 1) * NOTE > GC_WORDS) return;
  f64[at] = from;
  f64[(at + 1) as Double] = to;
}

/** The trace's collections: a chunk that belongs to no P. By whoever closes the trace, when no P notes any more. */
export function collectionsChunk(words: Words): Uint8Array {
  const area = words[H.TRACE_AREA]!;
  const doubles = new Float64Array(words.buffer);
  const begin = doubles[H.TRACE_BEGIN >> 1]!; // a thread may come up before the trace begins
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
