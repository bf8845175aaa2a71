// The spans of a trace that match a query: which, how many, how long in all, and the longest.
//
// A span is a period of one activity of one goroutine. It is named by the event that begins it, and ends with the next event that
// changes the activity of the goroutine (activity.ts), or with the trace. These periods are no spans:
//
//   - what an event ends that says what was there before the trace: GoWaiting, and GoInSyscall in format v1; in format v2 every event
//     at time 0. The period before it, from the creation that introduces the goroutine, is no time in which it was runnable.
//   - what begins at the time of the last event and is not ended, when all goroutines are taken off their Ps.
//
// So the number of spans of an activity is the number of single periods in goroutines.ts. From `-export=csv` alone: read the lines in
// order; column `event` says what begins, of the goroutine `g`, or `other_g` for GoUnblock and creations; durations are differences of
// `ns`. (The CSV has neither the end of the trace, which may be later than its last event, nor the body of a goroutine that causes no
// event.) An activity is begun by
//
//   execution   GoStart, GoStartLabel, GoSyscallEnd                  none    GoEnd, GoStop, GoDestroySyscall
//   runnable    GoCreate, GoUnblock, GoSched, GoPreempt, GoSysExit   syscall GoSysBlock, GoCreateSyscall, GoInSyscall (v2)
//   calling     GoSysCall (v2)                                       block   GoBlock, GoCreateBlocked
//   before      GoWaiting, GoInSyscall (v1)                          sleep   GoSleep
//   send, receive, select, sync, cond, network, gc                   GoBlockSend and so on

import { Largest } from '../../lib/largest.js';
import { Activities, activities, FIRST_WAIT, NONE, RUNNABLE } from '../../trace/analysis/activity.js';
import { creations, ev } from '../../trace/event.js';
import type { Trace } from '../../trace/model.js';
import { conditionsOf } from './conditions.js';
import type { Query } from './query.js';

/** Spans that match, and their sums. */
export interface Matches {
  /** One bit per event: bit e & 7 of byte e >> 3 is set if the span that event e begins matches. */
  readonly bits: Uint8Array;
  readonly count: number;
  /** Sum of their durations. */
  readonly totalNs: number;
  /** The longest of them, the longest first, at most LONGEST: the events that begin them, and their durations. */
  readonly longest: Float64Array;
  readonly longestNs: Float64Array;
}

/** Number of spans in the list of the longest: a table that is scrolled. */
export const LONGEST = 1000;

const BEFORE = activities.indexOf('before');
/** By event type: 1 if its goroutine wakes the one in its argument. */
const wakes = new Uint8Array(64);
for (const type of [...creations, ev.GoUnblock]) wakes[type] = 1;

/** True if the span that event `e` begins matches. */
export function isMatch({ bits }: Pick<Matches, 'bits'>, e: number): boolean {
  return ((bits[e >> 3]! >> (e & 7)) & 1) === 1;
}

/** The match after event `e` in the order of their beginnings, or before it if `by` is -1; from the other end on if there is none. -1 without any. */
export function nextMatch(matches: Pick<Matches, 'bits' | 'count'>, e: number, by: 1 | -1): number {
  const { bits, count } = matches;
  if (count === 0) return -1;
  const length = 8 * bits.length;
  let at = e;
  do {
    at += by;
    if (at >= length) at = 0;
    else if (at < 0) at = length - 1;
    // Eight events without a match at a time.
    if (bits[at >> 3] === 0) at = by > 0 ? at | 7 : at & ~7;
  } while (!isMatch(matches, at));
  return at;
}

/** Finds the spans that match, in one pass over the events. @param visit takes each, by its first event, with its duration */
export function matchSpans(trace: Trace, query: Query, visit?: (begin: number, ns: number) => void): Matches {
  const { events, goroutines, durationNs } = trace;
  const { type, ts, g: own, length } = events;
  const { entry } = goroutines;
  const { states, leastNs, mostNs, bodies, wakers, others } = conditionsOf(trace, query);
  const doing = new Activities(trace);
  /** By goroutine: the event that began its period; and 1 if `wakers` has the one that woke it last. */
  const begun = new Int32Array(goroutines.length);
  const woken = new Uint8Array(wakers === undefined ? 0 : goroutines.length);
  const found = new Finds(length);
  const beginnings = trace.version >= 22 ? 0 : -1;

  for (let e = 0; e < length; e++) {
    if (!doing.step(e)) continue;
    const { g, from } = doing;
    if (states[from] === 1 && doing.to !== BEFORE && ts[e] !== beginnings) {
      const begin = begun[g]!;
      const ns = ts[e]! - ts[begin]!;
      if (ns >= leastNs && ns <= mostNs && bodies[entry[g]!] === 1) see(g, from, begin, e, ns);
    }
    begun[g] = e;
    if (wakers !== undefined && doing.to === RUNNABLE) woken[g] = wakers[wakerEntry(e)]!;
  }
  for (let g = 1; g < goroutines.length; g++) {
    const begin = begun[g]!;
    const from = doing.current[g]!;
    const ns = durationNs - ts[begin]!;
    if (from !== NONE && states[from] === 1 && ns > 0 && ns >= leastNs && ns <= mostNs && bodies[entry[g]!] === 1) {
      see(g, from, begin, -1, ns);
    }
  }
  return found.matches();

  /** Takes a span whose activity, duration and body match, if the rest does. @param end the event that ends it, -1 for none */
  function see(g: number, activity: number, begin: number, end: number, ns: number): void {
    if (wakers !== undefined) {
      const is = activity < FIRST_WAIT ? woken[g]! : wakers[end < 0 ? 0 : wakerEntry(end)]!;
      if (is === 0) return;
    }
    for (let k = 0; k < others.length; k++) if (!others[k]!(g, begin, ns)) return;
    found.add(begin, ns);
    visit?.(begin, ns);
  }

  /** The entry of the goroutine that makes another one runnable by event `e`; 0 if none does. */
  function wakerEntry(e: number): number {
    return wakes[type[e]!] === 1 ? entry[own[e]!]! : 0;
  }
}

class Finds {
  readonly #bits: Uint8Array;
  readonly #longest = new Largest(LONGEST);
  #count = 0;
  #totalNs = 0;

  constructor(events: number) {
    this.#bits = new Uint8Array((events + 7) >> 3);
  }

  add(begin: number, ns: number): void {
    this.#bits[begin >> 3]! |= 1 << (begin & 7);
    this.#count++;
    this.#totalNs += ns;
    this.#longest.offer(begin, ns);
  }

  matches(): Matches {
    const { ids, keys } = this.#longest.sorted();
    return { bits: this.#bits, count: this.#count, totalNs: this.#totalNs, longest: ids, longestNs: keys };
  }
}
