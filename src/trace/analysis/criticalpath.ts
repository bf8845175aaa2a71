// Critical path: the pieces of time, from the beginning of a trace to its end, that the end had to wait for. They tile the trace:
// each begins where the one before ends, so they sum to its duration to the nanosecond.
//
// The path is found from the end back. At any moment one goroutine is on it:
//
//   P 0   g 1  =====creates 2====#                      #===== end
//   P 1   g 3  -------------#   g 2 ====unblocks 1=====#-----        = is on the path, # is hand-off
//
//   execution       back to where the goroutine started on its P, event s. It had become runnable at r, and the goroutine before it
//                   left the P at f.
//   f after r       the P was what it waited for: f to s is scheduling, and the path continues with the goroutine that left at f
//   f before r      the waker was: r to s is the wake-up, and the path continues with the waker, in its execution at r
//   no waker        a timer, the network or a system call ended a wait: all of the wait is on the path, and what the goroutine did
//                   before it. But what the scheduler does as soon as a goroutine leaves its P had to wait for that, see #isByP
//   itself          it yielded or was preempted, and nothing ran in between: its own execution before
//
// All other waits are off the path: what they waited for is on it. Each step leads to an earlier event, so there is an end to it.
//
// The path ends where the program does: with the end of the main goroutine, even if others still ran or were collected; that is a
// piece too. A trace without the end of main, as of a server, ends with what the goroutine did that stopped the trace: among those
// that run at the end, main, or else the one with the last event.

import { firstAbove } from '../../lib/ascending.js';
import { resized } from '../columns.js';
import { ev } from '../event.js';
import { entryName, type Trace } from '../model.js';
import { activities, beginnings, CALLING, EXECUTION, FIRST_WAIT, RUNNABLE } from './activity.js';
import { causeOf, type Source } from './cause.js';
import { isSystem } from './goroutines.js';
import { type Histories, histories, isStart, lastBefore, startsByP } from './histories.js';

/** What a piece of the path is. Tables and sums are in this order. */
export const pieceKinds = [
  'execution',
  'wake-up', // from being created, or unblocked, to the start, on a P that was free
  'scheduling', // a runnable goroutine has waited for its P: from when that was free until the start
  'sleep', // and waits for other timers
  'network',
  'syscall',
  'gc',
  'unknown', // what ended the wait is not in the trace
  'before', // before the first goroutine of the path was there, or waits from before the trace
  'after', // after the end of the path
] as const;
export type PieceKind = (typeof pieceKinds)[number];

const kindOf = Object.fromEntries(pieceKinds.map((name, k) => [name, k])) as Readonly<Record<PieceKind, number>>;
/** The kind of a wait that no goroutine has ended. */
const ofSource: Readonly<Partial<Record<Source, number>>> = {
  timer: kindOf.sleep,
  network: kindOf.network,
  syscall: kindOf.syscall,
  gc: kindOf.gc,
};
const BEFORE = activities.indexOf('before');
/** How long after a goroutine has left a P its scheduler has seen all timers, in nanoseconds: Go takes 3,000 at most, usually. */
const LATE_NS = 10_000;

/** How a goroutine left a P. */
interface Left {
  readonly event: number;
  readonly g: number;
  readonly p: number;
}

/** The pieces in the order of time, as columns. Pieces that take no time are left out. */
export interface CriticalPath {
  readonly length: number;
  /** When each begins; with one more at the end, the duration of the trace. */
  readonly fromNs: Float64Array;
  /** Index in `pieceKinds`. */
  readonly kind: Uint8Array;
  /** Index of the goroutine; of a hand-off, the one that is to start. 0 of what is before and after. */
  readonly g: Uint32Array;
  /** The P, -1 for none: the one that it runs or starts on. */
  readonly p: Int32Array;
  /** Numbers of the events that begin and end it; -1 for the beginning and the end of the trace. */
  readonly begin: Int32Array;
  readonly end: Int32Array;
}

/** The critical path of a trace. @param known indexes that exist already */
export function criticalPath(
  trace: Trace,
  known: { readonly histories?: Histories; readonly starts?: Histories } = {},
): CriticalPath {
  return new Walk(trace, known.histories ?? histories(trace), known.starts ?? startsByP(trace)).run();
}

/** Index of the piece at a time, the later one of two that meet there; -1 if there is none. */
export function pieceAt({ length, fromNs }: CriticalPath, ns: number): number {
  if (ns < 0 || ns > fromNs[length]!) return -1;
  return firstAbove(fromNs, ns, 0, length) - 1;
}

/** Pieces from the end back, in columns that grow. */
class Pieces {
  length = 0;
  #fromNs = new Float64Array(64);
  #kind = new Uint8Array(64);
  #g = new Uint32Array(64);
  #p = new Int32Array(64);
  #begin = new Int32Array(64);
  #end = new Int32Array(64);

  add(fromNs: number, kind: number, g: number, p: number, begin: number, end: number): void {
    const k = this.length++;
    if (k === this.#kind.length) this.#grow();
    this.#fromNs[k] = fromNs;
    this.#kind[k] = kind;
    this.#g[k] = g;
    this.#p[k] = p;
    this.#begin[k] = begin;
    this.#end[k] = end;
  }

  #grow(): void {
    this.#fromNs = resized(this.#fromNs, 2 * this.#fromNs.length);
    this.#kind = resized(this.#kind, 2 * this.#kind.length);
    this.#g = resized(this.#g, 2 * this.#g.length);
    this.#p = resized(this.#p, 2 * this.#p.length);
    this.#begin = resized(this.#begin, 2 * this.#begin.length);
    this.#end = resized(this.#end, 2 * this.#end.length);
  }

  /** The pieces in the order of time, which end then. */
  inOrder(durationNs: number): CriticalPath {
    const { length } = this;
    const fromNs = new Float64Array(length + 1);
    fromNs.set(this.#fromNs.subarray(0, length).reverse());
    fromNs[length] = durationNs;
    return {
      length,
      fromNs,
      kind: this.#kind.slice(0, length).reverse(),
      g: this.#g.slice(0, length).reverse(),
      p: this.#p.slice(0, length).reverse(),
      begin: this.#begin.slice(0, length).reverse(),
      end: this.#end.slice(0, length).reverse(),
    };
  }
}

/** The way from the end of a trace back to its beginning. */
class Walk {
  readonly #trace: Trace;
  readonly #histories: Histories;
  readonly #starts: Histories;
  readonly #begins: Uint8Array;
  readonly #pieces = new Pieces();
  /** By goroutine and by P: where its row has been searched last. The path only leads back, so the next place is before it. */
  readonly #place: Uint32Array;
  readonly #placeOnP: Uint32Array;
  /** The goroutine on the path; what follows this event, or time, is done. */
  #g = 0;
  #event: number;
  #ns: number;

  constructor(trace: Trace, histories: Histories, starts: Histories) {
    this.#trace = trace;
    this.#histories = histories;
    this.#starts = starts;
    this.#begins = beginnings(trace.version);
    this.#place = histories.first.slice(1);
    this.#placeOnP = starts.first.slice(1);
    this.#event = trace.events.length;
    this.#ns = trace.durationNs;
  }

  run(): CriticalPath {
    this.#toLast();
    while (this.#g !== 0) this.#step();
    if (this.#ns > 0) this.#pieces.add(0, kindOf.before, 0, -1, -1, this.#endOf(this.#event));
    return this.#pieces.inOrder(this.#trace.durationNs);
  }

  /** Number of the event, -1 for the end of the trace. */
  #endOf(event: number): number {
    return event < this.#trace.events.length ? event : -1;
  }

  /** Adds the piece from event `begin` to where the path is, which is then at `begin`, with goroutine `next`. */
  #piece(begin: number, kind: number, g: number, p: number, next: number): void {
    const from = this.#trace.events.ts[begin]!;
    if (from < this.#ns) this.#pieces.add(from, kind, g, p, begin, this.#endOf(this.#event));
    this.#event = begin;
    this.#ns = from;
    this.#g = next;
  }

  /** The last event of a row before the event where the path is; -1 if there is none. */
  #before({ first, event }: Histories, place: Uint32Array, row: number, e: number): number {
    const begin = first[row]!;
    let high = place[row]!;
    // Most of the time it is near.
    let width = 1;
    let low = high;
    while (low > begin && event[low - 1]! >= e) {
      high = low - 1;
      low = Math.max(begin, low - width);
      width *= 2;
    }
    while (low < high) {
      const mid = (low + high) >>> 1;
      if (event[mid]! < e) low = mid + 1;
      else high = mid;
    }
    place[row] = low;
    return low === begin ? -1 : event[low - 1]!;
  }

  /** The event that began what goroutine `g` did before event `e`; -1 if it was not there. */
  #begun(g: number, e: number): number {
    return this.#before(this.#histories, this.#place, g, e);
  }

  /** Goes back through what the goroutine did before the event where the path is. */
  #step(): void {
    const { type, p } = this.#trace.events;
    const g = this.#g;
    const begin = this.#begun(g, this.#event);
    if (begin < 0) {
      this.#created();
      return;
    }
    const activity = this.#begins[type[begin]!]!;
    if (activity === RUNNABLE) this.#readied(begin, -1);
    else if (activity >= FIRST_WAIT) this.#waited(begin, activity);
    else {
      this.#piece(begin, activity === CALLING ? kindOf.syscall : kindOf.execution, g, p[begin]!, g);
      if (isStart[type[begin]!] === 1) this.#started(begin);
    }
  }

  /** The path is at the start of its goroutine on a P, event `s`. */
  #started(s: number): void {
    const { type, p } = this.#trace.events;
    const readied = this.#begun(this.#g, s);
    if (readied < 0 || this.#begins[type[readied]!] !== RUNNABLE) return;
    const left = this.#leftBefore(s);
    if (left !== undefined && left.event > readied) this.#leave(left, kindOf.scheduling);
    else this.#readied(readied, p[s]!);
  }

  /** Goes back to what made the goroutine runnable, with event `r`; it then waited for P `on`. */
  #readied(r: number, on: number): void {
    const g = this.#g;
    const wait = this.#begun(g, r);
    const cause = causeOf(this.#trace, r, wait);
    const isOther = cause.by === 'goroutine';
    this.#piece(r, cause.by === 'itself' ? kindOf.scheduling : kindOf['wake-up'], g, on, isOther ? cause.g : g);
  }

  /** Goes back through a wait that began with event `begin` and ends where the path is, by no other goroutine. */
  #waited(begin: number, activity: number): void {
    const g = this.#g;
    const source = this.#event < this.#trace.events.length ? causeOf(this.#trace, this.#event, begin).by : undefined;
    const left = this.#leftBefore(this.#event);
    const isByP = left !== undefined && left.event > begin && this.#isByP(source, activity, left.event);
    if (isByP) this.#leave(left, source === 'timer' ? kindOf.scheduling : kindOf.unknown);
    else this.#piece(begin, activity === BEFORE ? kindOf.before : (ofSource[source!] ?? kindOf.unknown), g, -1, g);
  }

  /**
   * True if the scheduler ended a wait when it did because a goroutine has just left its P, with event `left`. So it is for timers that
   * fire right after that: they were due before, most likely. And it is for what the scheduler itself wakes, such as workers of the
   * collector: what these did before is not why they run now.
   */
  #isByP(source: Source | undefined, activity: number, left: number): boolean {
    const { ts } = this.#trace.events;
    if (source === 'timer') return this.#ns - ts[left]! < LATE_NS;
    return source === 'scheduler' && (activity !== BEFORE || isSystem(entryName(this.#trace, this.#g)));
  }

  /** The event with which a goroutine has left the P of event `e` last, if that was before. */
  #leftBefore(e: number): Left | undefined {
    const { p, g, link, length } = this.#trace.events;
    const on = e < length ? p[e]! : -1;
    if (on < 0 || on >= this.#trace.procs) return undefined;
    const start = this.#before(this.#starts, this.#placeOnP, on, e);
    const event = start < 0 ? -1 : link[start]!;
    return event < 0 || event >= e ? undefined : { event, g: g[start]!, p: on };
  }

  /** Goes back to where another goroutine left the P, because the P had to be free. */
  #leave({ event, g, p }: Left, kind: number): void {
    this.#piece(event, kind, this.#g, p, g);
  }

  /**
   * The path is at the creation of its goroutine, which no goroutine has made. At the beginning of the trace it is complete. Later
   * the scheduler may make one, for a timer: then it continues with what ran on that P before.
   */
  #created(): void {
    const left = this.#ns === 0 ? undefined : this.#leftBefore(this.#event);
    if (left !== undefined) this.#leave(left, kindOf.unknown);
    else this.#g = 0;
  }

  /** Goes to where the path ends. */
  #toLast(): void {
    const { events, goroutines } = this.#trace;
    const main = goroutines.id.indexOf(1);
    const ended = main < 0 ? -1 : goroutines.ended[main]!;
    if (ended >= 0 && events.type[ended] !== ev.GoStop) {
      this.#end(main, ended);
      return;
    }
    const running = this.#runningAtEnd();
    if (running.has(main)) this.#g = main;
    else if (running.size > 0) this.#g = this.#lastOf((g) => running.has(g)).g;
    else {
      const { g, e } = this.#lastOf((own, at) => this.#ranBefore(own, at));
      if (g !== 0) this.#end(g, e);
    }
  }

  /** The last event of a goroutine for which `counts` is true, and the goroutine; 0 if there is none. */
  #lastOf(counts: (g: number, e: number) => boolean): { readonly g: number; readonly e: number } {
    const { g, length } = this.#trace.events;
    for (let e = length - 1; e >= 0; e--) if (g[e] !== 0 && counts(g[e]!, e)) return { g: g[e]!, e };
    return { g: 0, e: -1 };
  }

  /** The path ends with event `e`, the last one of goroutine `g`. */
  #end(g: number, e: number): void {
    this.#piece(e, kindOf.after, 0, -1, g);
  }

  /** The goroutines that are on a P at the end. */
  #runningAtEnd(): ReadonlySet<number> {
    const { g, link } = this.#trace.events;
    const { first, event } = this.#starts;
    const running = new Set<number>();
    for (let p = 0; p + 1 < first.length; p++) {
      const last = event[first[p + 1]! - 1];
      if (first[p]! < first[p + 1]! && link[last!]! < 0) running.add(g[last!]!);
    }
    return running;
  }

  /** True if goroutine `g` ran until event `e`. */
  #ranBefore(g: number, e: number): boolean {
    const at = lastBefore(this.#histories, g, e - 1);
    const activity = at < 0 ? 0 : this.#begins[this.#trace.events.type[this.#histories.event[at]!]!]!;
    return activity === EXECUTION || activity === CALLING;
  }
}
