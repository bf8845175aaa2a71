// Histories: by goroutine the numbers of the events that change its activity, and by P those that start a goroutine on it. With
// them what a goroutine did at a time, and what ran on a P, is found without reading the events before.
//
//   first       0  0  2  5 ...       by row: where it begins in `event`; at last, where the last one ends
//   event       3 7  4 9 12 ...      row 0 (the scheduler) is empty, row 1 is 3 7, row 2 is 4 9 12
//
// An event changes the activity of one goroutine, so a period, the time between two changes of a goroutine, is known by the number of
// the event that begins it.

import { firstAbove } from '../../lib/ascending.js';
import { ev } from '../event.js';
import type { Events, Trace } from '../model.js';
import { beginnings, goroutineOf, isOfArgument, STAYS } from './activity.js';

/** Numbers of events in rows, one for each goroutine or P, ascending: row r is `event[first[r]]` to `event[first[r + 1] - 1]`. */
export interface Histories {
  /** By row, with one more at the end: its first index in `event`. */
  readonly first: Uint32Array;
  readonly event: Uint32Array;
}

/**
 * The changes of activity of every goroutine, as Activities in activity.ts defines them; a row begins with its creation. Of a trace
 * that is still being read they are the beginning of what they will be.
 */
export function histories({ version, events, goroutines }: Trace): Histories {
  const { type, g, arg, length } = events;
  const begins = beginnings(version);
  const first = new Uint32Array(goroutines.length + 1);
  for (let e = 0; e < length; e++) {
    const t = type[e]!;
    if (begins[t]! !== STAYS) first[isOfArgument[t] === 1 ? arg[e]! : g[e]!]!++;
  }
  first[0] = 0; // the scheduler has no activity
  const event = new Uint32Array(toBeginnings(first));
  for (let e = 0; e < length; e++) {
    const t = type[e]!;
    if (begins[t]! === STAYS) continue;
    const own = isOfArgument[t] === 1 ? arg[e]! : g[e]!;
    if (own !== 0) event[first[own]!++] = e;
  }
  return { first: fromEnds(first), event };
}

/** By event type: 1 if it starts a goroutine on a P. */
export const isStart = new Uint8Array(64);
for (const type of [ev.GoStart, ev.GoStartLabel]) isStart[type] = 1;

/** The starts of goroutines on every P; the link of each is the event with which the goroutine leaves it. */
export function startsByP({ events, procs }: Trace): Histories {
  const { type, p, length } = events;
  const first = new Uint32Array(procs + 1);
  for (let e = 0; e < length; e++) if (isStart[type[e]!] === 1 && p[e]! >= 0) first[p[e]!]!++;
  const event = new Uint32Array(toBeginnings(first));
  for (let e = 0; e < length; e++) if (isStart[type[e]!] === 1 && p[e]! >= 0) event[first[p[e]!]!++] = e;
  return { first: fromEnds(first), event };
}

/** The events with which every goroutine creates or unblocks another one; row 0 is what happened in the name of none. */
export function wakesByG({ events, goroutines }: Trace): Histories {
  const { type, g, length } = events;
  const first = new Uint32Array(goroutines.length + 1);
  for (let e = 0; e < length; e++) if (isOfArgument[type[e]!] === 1) first[g[e]!]!++;
  const event = new Uint32Array(toBeginnings(first));
  for (let e = 0; e < length; e++) if (isOfArgument[type[e]!] === 1) event[first[g[e]!]!++] = e;
  return { first: fromEnds(first), event };
}

/** Replaces lengths of rows by where they begin. @returns the sum of the lengths */
function toBeginnings(first: Uint32Array): number {
  let sum = 0;
  for (let row = 0; row < first.length; row++) {
    const count = first[row]!;
    first[row] = sum;
    sum += count;
  }
  return sum;
}

/** Replaces where rows end by where they begin: where the row before ends. */
function fromEnds(first: Uint32Array): Uint32Array {
  first.copyWithin(1, 0, first.length - 1);
  first[0] = 0;
  return first;
}

/** Index in `h.event` of the first event of a row whose number is above `e`; where the row ends if there is none. */
export function firstAfter({ first, event }: Histories, row: number, e: number): number {
  return firstAbove(event, e, first[row]!, first[row + 1]!);
}

/** Index in `h.event` of the last event of a row whose number is at most `e`; -1 if there is none. */
export function lastBefore(h: Histories, row: number, e: number): number {
  const after = firstAfter(h, row, e);
  return after === h.first[row] ? -1 : after - 1;
}

/** Number of the last event at or before a time; -1 if there is none. */
export function lastEventAt({ ts, length }: Events, ns: number): number {
  return firstAbove(ts, ns, 0, length) - 1;
}

/** A time in which a goroutine did one thing. */
export interface Period {
  /** Index of the goroutine. */
  readonly g: number;
  /** Index in `activities` of activity.ts. */
  readonly activity: number;
  /** Number of the event that begins it, which names it. */
  readonly begin: number;
  /** Number of the event that ends it; -1 if it lasts until the end of the trace. */
  readonly end: number;
  readonly fromNs: number;
  readonly toNs: number;
}

/**
 * The period of goroutine `g` in which event `e` happens; the one that `e` begins if it begins one. Undefined before the goroutine is
 * created. What follows its end has the activity "none".
 */
export function periodOf(trace: Trace, h: Histories, g: number, e: number): Period | undefined {
  const at = lastBefore(h, g, e);
  if (at < 0) return undefined;
  const { type, ts } = trace.events;
  const begin = h.event[at]!;
  const end = at + 1 < h.first[g + 1]! ? h.event[at + 1]! : -1;
  const activity = beginnings(trace.version)[type[begin]!]!;
  return { g, activity, begin, end, fromNs: ts[begin]!, toNs: end < 0 ? trace.durationNs : ts[end]! };
}

/** The period of goroutine `g` at a time; the last one of those that begin then. Undefined before the goroutine is created. */
export function periodAt(trace: Trace, h: Histories, g: number, ns: number): Period | undefined {
  return periodOf(trace, h, g, lastEventAt(trace.events, ns));
}

/** Index of the goroutine whose activity event `e` changes; 0 if it changes none. */
export function changedBy({ version, events }: Trace, e: number): number {
  return beginnings(version)[events.type[e]!] === STAYS ? 0 : goroutineOf(events, e);
}
