// Sums of a range of time: what goroutines, bodies and Ps did in it, to the nanosecond, without a pass from the start of the trace.
//
// Sums by activity are differences of running totals: F(to) - F(from), where F(t) is, by body and activity and by P, the number of
// goroutines and the nanoseconds that they have spent by time t. F is kept at checkpoints, and carried from there to t by the events
// between: each says which activity ends and which begins (moves), so no state of single goroutines is needed. The distance of the
// checkpoints keeps their memory below a share of the events', so that it does not depend on the number of bodies:
//
//   events   |--------------|--------------|---------...      from               to
//   F        0              F              F                  F + events         F + events
//
// Only what is told of single goroutines (which executed, and for how long) is a pass over the events of the range.
//
// A period is one of Activities in activity.ts: unlike in goroutines.ts, a goroutine that a trace introduces counts as runnable until
// the event that says that it waits, which is at the same time but for some hundred nanoseconds in format v1. The events at time
// `fromNs` are before the range, as for partOf(). Sums are exact up to 2^53 ns, which is 104 days of one goroutine.

import { Largest } from '../../lib/largest.js';
import { activities, CALLING, EXECUTION, goroutineOf, NONE } from '../../trace/analysis/activity.js';
import { type BodyNames, bodyNames } from '../../trace/analysis/goroutines.js';
import { gomaxprocs } from '../../trace/analysis/parallelism.js';
import type { Trace } from '../../trace/model.js';
import { movesOf } from './moves.js';
import { Totals } from './totals.js';

/** What happened in a range. Columns of activities are indexed as `activities`, those of Ps by number. */
export interface RangeSums {
  readonly fromNs: number;
  readonly toNs: number;
  /** Nanoseconds by activity, over all goroutines. */
  readonly activityNs: Float64Array;
  /** The bodies whose goroutines were there, the one that executed longest first. */
  readonly bodies: readonly {
    readonly body: string;
    readonly activityNs: Float64Array;
    /** Time in which they were there. */
    readonly totalNs: number;
  }[];
  /** Nanoseconds of every P: it executed a goroutine, kept it in a system call, or ran none. They sum to the range. */
  readonly procs: {
    readonly executionNs: Float64Array;
    readonly callingNs: Float64Array;
    readonly idleNs: Float64Array;
  };
  /** Numbers of goroutines that were there at any time of the range, and of those that executed. */
  readonly alive: number;
  readonly executed: number;
  /** The goroutines that executed longest, by index, the longest first, at most MOST; and for how long. */
  readonly top: Float64Array;
  readonly topNs: Float64Array;
}

/** Number of goroutines in the list of those that executed longest. */
export const MOST = 100;

/** Bytes of checkpoints and keys per event, and the least number of events between two: these are carried in less than a millisecond. */
const BYTES_PER_EVENT = 0.75;
const LEAST_EVENTS = 1 << 13;

/** Sums ranges of one trace. */
export class RangeSummer {
  readonly #trace: Trace;
  readonly #bodies: BodyNames;
  readonly #moves: Uint8Array;
  readonly #hasOwnMoves: boolean;
  readonly #procs: number;
  readonly #keys: Keys;
  /** Running totals, by time; the first one is of no event. */
  readonly #checkpoints: Totals[] = [];

  /** @param moves of the trace, as in Indexes; undefined if nothing has them yet */
  constructor(trace: Trace, moves?: Uint8Array) {
    this.#trace = trace;
    this.#bodies = bodyNames(trace);
    this.#moves = moves ?? movesOf(trace);
    this.#hasOwnMoves = moves === undefined;
    this.#procs = Math.max(trace.procs, gomaxprocs(trace));
    this.#keys = new Keys(this.#bodies.names.length, trace.procs);
    const totals = new Totals();
    this.#checkpoints.push(totals.copy());
    const { length } = trace.events;
    let last = 0;
    let kept = this.#keys.bytes;
    for (let e = 0; e < length; e++) {
      if (this.#moves[e] !== 0) this.#take(totals, e);
      if (e + 1 - last >= LEAST_EVENTS && (e + 1) * BYTES_PER_EVENT >= kept + totals.bytes) {
        last = e + 1;
        kept += totals.bytes;
        totals.event = last;
        totals.settle(trace.events.ts[e]!);
        this.#checkpoints.push(totals.copy());
      }
    }
  }

  /** Bytes of what is kept, without what was given. */
  get bytes(): number {
    const checkpoints = this.#checkpoints.reduce((sum, { bytes }) => sum + bytes, 0);
    return checkpoints + this.#keys.bytes + (this.#hasOwnMoves ? this.#moves.byteLength : 0);
  }

  /** Sums a range; one that exceeds the trace is cut to it. Times are rounded to nanoseconds. */
  sums(fromNs: number, toNs: number): RangeSums {
    const inside = (ns: number) => Math.min(Math.max(Math.round(ns), 0), this.#trace.durationNs);
    const from = inside(fromNs);
    const to = Math.max(from, inside(toNs));
    const before = this.#at(from);
    const after = this.#at(to);
    const passed = this.#pass(before, after, to - from);
    return {
      fromNs: from,
      toNs: to,
      ...this.#byBody(before, after),
      procs: this.#byProc(before, after, to - from),
      alive: before.alive + after.created - before.created,
      ...passed,
    };
  }

  /** The running totals at a time. */
  #at(ns: number): Totals {
    const { ts, length } = this.#trace.events;
    let low = 0;
    let high = this.#checkpoints.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#checkpoints[middle]!.ns <= ns) low = middle;
      else high = middle;
    }
    const totals = this.#checkpoints[low]!.copy();
    let e = totals.event;
    for (; e < length && ts[e]! <= ns; e++) if (this.#moves[e] !== 0) this.#take(totals, e);
    totals.event = e;
    totals.settle(ns);
    return totals;
  }

  /** Adds an event that changes an activity to running totals. */
  #take(totals: Totals, e: number): void {
    const { events, goroutines } = this.#trace;
    const keys = this.#keys;
    const move = this.#moves[e]!;
    const [from, to] = [move >> 4, move & 15];
    const now = events.ts[e]!;
    const g = goroutineOf(events, e);
    const body = this.#bodies.byEntry[goroutines.entry[g]!]!;
    if (from === NONE) totals.created++;
    else {
      totals.change(keys.ofBody(body, from), -1, now);
      if (to === NONE) totals.alive--;
    }
    if (to !== NONE) {
      totals.change(keys.ofBody(body, to), 1, now);
      if (from === NONE) totals.alive++;
    }
    const [ran, runs] = [isOnP(from), isOnP(to)];
    if (!ran && !runs) return;
    // What a goroutine that has a P does, it does on that P: check.ts.
    const slot = keys.slotOf(events.p[e]!);
    if (slot < 0) return;
    if (ran) totals.change(keys.ofProc(slot, from), -1, now);
    if (runs) totals.change(keys.ofProc(slot, to), 1, now);
    totals.setRunning(slot, to === EXECUTION ? g : 0);
  }

  #byBody(before: Totals, after: Totals): Pick<RangeSums, 'activityNs' | 'bodies'> {
    const activityNs = new Float64Array(activities.length);
    const byBody = new Map<number, { body: string; activityNs: Float64Array; totalNs: number }>();
    this.#keys.eachOfBody((key, body, activity) => {
      const ns = after.spent(key) - before.spent(key);
      if (ns === 0) return;
      activityNs[activity]! += ns;
      let sums = byBody.get(body);
      if (sums === undefined) {
        sums = { body: this.#bodies.names[body]!, activityNs: new Float64Array(activities.length), totalNs: 0 };
        byBody.set(body, sums);
      }
      sums.activityNs[activity] = ns;
      sums.totalNs += ns;
    });
    const bodies = [...byBody.values()].sort(
      (a, b) =>
        b.activityNs[EXECUTION]! - a.activityNs[EXECUTION]! || b.totalNs - a.totalNs || (a.body < b.body ? -1 : 1),
    );
    return { activityNs, bodies };
  }

  #byProc(before: Totals, after: Totals, rangeNs: number): RangeSums['procs'] {
    const executionNs = new Float64Array(this.#procs);
    const callingNs = new Float64Array(this.#procs);
    this.#keys.eachOfProc((key, p, activity) => {
      (activity === EXECUTION ? executionNs : callingNs)[p] = after.spent(key) - before.spent(key);
    });
    return { executionNs, callingNs, idleNs: executionNs.map((ns, p) => rangeNs - ns - callingNs[p]!) };
  }

  /** What single goroutines did between two running totals. */
  #pass(before: Totals, after: Totals, rangeNs: number): Pick<RangeSums, 'executed' | 'top' | 'topNs'> {
    const { events, goroutines } = this.#trace;
    const { ts } = events;
    const moves = this.#moves;
    const fromNs = before.ns;
    /** By goroutine: what it executed; while it executes, less the time at which it began. */
    const spent = new Float64Array(goroutines.length);
    const seen = new Uint8Array(goroutines.length);
    const [HAS, DOES] = [1, 2];
    for (const g of before.running) if (g !== 0) seen[g] = DOES;
    for (let e = before.event; e < after.event; e++) {
      const move = moves[e]!;
      const ends = move >> 4 === EXECUTION;
      if (!ends && (move & 15) !== EXECUTION) continue;
      const g = goroutineOf(events, e);
      spent[g]! += ends ? ts[e]! - fromNs : fromNs - ts[e]!;
      seen[g] = ends ? HAS : DOES;
    }
    let executed = 0;
    const largest = new Largest(MOST);
    for (let g = 1; g < seen.length; g++) {
      if (seen[g] === 0) continue;
      executed++;
      const ns = seen[g] === DOES ? spent[g]! + rangeNs : spent[g]!;
      if (ns > 0) largest.offer(g, ns);
    }
    const { ids, keys } = largest.sorted();
    return { executed, top: ids, topNs: keys };
  }
}

/** True for the activities of a goroutine that has a P. */
function isOnP(activity: number): boolean {
  return activity === EXECUTION || activity === CALLING;
}

/** The keys of running totals: one for each body and activity, and two for each P, as they appear in the trace. */
class Keys {
  /** By body and activity, and by P and activity: the key, -1 for none yet. */
  readonly #ofBody: Int32Array;
  readonly #ofProc: (number | undefined)[] = [];
  /** By P: its slot, -1 if it never ran a goroutine; and the other way round. */
  readonly #slots: Int32Array;
  readonly #procs: number[] = [];
  #length = 0;

  constructor(bodies: number, procs: number) {
    this.#ofBody = new Int32Array(bodies * activities.length).fill(-1);
    this.#slots = new Int32Array(procs).fill(-1);
  }

  get bytes(): number {
    return this.#ofBody.byteLength + this.#slots.byteLength + 8 * this.#procs.length * 3;
  }

  ofBody(body: number, activity: number): number {
    const place = body * activities.length + activity;
    if (this.#ofBody[place]! < 0) this.#ofBody[place] = this.#length++;
    return this.#ofBody[place]!;
  }

  /** @param activity EXECUTION or CALLING */
  ofProc(slot: number, activity: number): number {
    const place = 2 * slot + activity - EXECUTION;
    const key = this.#ofProc[place] ?? this.#length++;
    this.#ofProc[place] = key;
    return key;
  }

  /** The slot of a P, -1 if `p` is no number of a P. */
  slotOf(p: number): number {
    if (p < 0 || p >= this.#slots.length) return -1;
    if (this.#slots[p]! < 0) this.#slots[p] = this.#procs.push(p) - 1;
    return this.#slots[p]!;
  }

  eachOfBody(visit: (key: number, body: number, activity: number) => void): void {
    const n = activities.length;
    for (let place = 0; place < this.#ofBody.length; place++) {
      const key = this.#ofBody[place]!;
      if (key >= 0) visit(key, Math.floor(place / n), place % n);
    }
  }

  eachOfProc(visit: (key: number, p: number, activity: number) => void): void {
    for (const [place, key] of this.#ofProc.entries()) {
      if (key !== undefined) visit(key, this.#procs[place >> 1]!, EXECUTION + (place & 1));
    }
  }
}
