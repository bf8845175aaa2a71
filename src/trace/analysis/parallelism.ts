// Parallelism: how many goroutines executed, were runnable and waited at once, over time; how busy each P was, and which threads
// had the Ps.

import { ev } from '../event.js';
import type { Trace } from '../model.js';
import { Activities, CALLING, EXECUTION, FIRST_WAIT, RUNNABLE } from './activity.js';

/** A number of goroutines over time. */
export interface Curve {
  /** Mean number in each of several equal spans of the trace. */
  readonly spans: Float64Array;
  /** Mean number in the whole trace. */
  readonly mean: number;
  readonly max: number;
  /** Goroutines times nanoseconds. */
  readonly totalNs: number;
}

/** The numbers of goroutines over time, by what they do. */
export interface Concurrency {
  readonly running: Curve;
  /** Waiting for a P. */
  readonly runnable: Curve;
  /** Waiting for anything else. */
  readonly waiting: Curve;
  /** For how long 0, 1, 2... goroutines ran at once, in nanoseconds. The mean of the distribution is the parallelism. */
  readonly runningAtOnceNs: readonly number[];
}

/** Computes the curves, each with this number of spans. */
export function concurrency(trace: Trace, spans: number): Concurrency {
  const { ts, length } = trace.events;
  const doing = new Activities(trace);
  const level = (times: boolean) => new Level(spans, trace.durationNs, { times });
  const levels = [level(false), level(true), level(false), level(false)] as const;
  const counts = [0, 0, 0, 0];
  for (let e = 0; e < length; e++) {
    if (!doing.step(e)) continue;
    change(kindOf(doing.from), -1, ts[e]!);
    change(kindOf(doing.to), 1, ts[e]!);
  }
  function change(kind: Kind, by: number, now: number): void {
    counts[kind]! += by;
    if (kind !== ABSENT) levels[kind].set(counts[kind]!, now);
  }
  const curve = (kind: Kind): Curve => {
    levels[kind].finish(trace.durationNs);
    const { means, max, area } = levels[kind];
    return { spans: means, max, mean: trace.durationNs > 0 ? area / trace.durationNs : 0, totalNs: area };
  };
  return {
    running: curve(1),
    runnable: curve(2),
    waiting: curve(3),
    runningAtOnceNs: Array.from(levels[1].timeAt, (time) => time ?? 0),
  };
}

/** 1 executes, 2 is runnable, 3 waits, 0 does not exist. */
type Kind = 0 | 1 | 2 | 3;
const ABSENT = 0;

function kindOf(activity: number): Kind {
  if (activity === EXECUTION || activity === CALLING) return 1;
  if (activity === RUNNABLE) return 2;
  return activity >= FIRST_WAIT ? 3 : ABSENT;
}

/** The use of one P. */
export interface ProcUse {
  /** Number of the P. */
  readonly p: number;
  /** Time in which it ran a goroutine, in nanoseconds. */
  readonly runningNs: number;
  /** The same as a fraction of the trace's duration. */
  readonly share: number;
  /** How often it started or resumed a goroutine. */
  readonly switches: number;
}

/** The use of each P, by number; also of those that the program was allowed to use and that ran nothing. */
export function utilization(trace: Trace): readonly ProcUse[] {
  const { type, ts, p, link, length } = trace.events;
  const running = new Float64Array(trace.procs);
  const switches = new Float64Array(trace.procs);
  for (let e = 0; e < length; e++) {
    if (type[e] !== ev.GoStart && type[e] !== ev.GoStartLabel) continue;
    const proc = p[e]!;
    if (proc < 0 || proc >= trace.procs) continue;
    const end = link[e]!;
    running[proc]! += (end < 0 ? trace.durationNs : ts[end]!) - ts[e]!;
    switches[proc]!++;
  }
  const all = Array.from(running, (runningNs, proc) => ({
    p: proc,
    runningNs,
    share: trace.durationNs > 0 ? runningNs / trace.durationNs : 0,
    switches: switches[proc]!,
  }));
  const most = gomaxprocs(trace);
  for (let proc = trace.procs; proc < most; proc++) {
    all.push({ p: proc, runningNs: 0, share: 0, switches: 0 });
  }
  return all;
}

/** The use of one thread of the operating system (an M). */
export interface ThreadUse {
  /** Its number in the file. */
  readonly m: number;
  /** Time in which it had a P, in nanoseconds: it ran a goroutine, or searched for one, or the collector worked. */
  readonly withPNs: number;
  /** How often it got a P. */
  readonly starts: number;
}

/** The use of each thread that the trace names, in the order in which they appear. */
export function threadUse(trace: Trace): readonly ThreadUse[] {
  const { type, ts, p, m, length } = trace.events;
  const withP = new Float64Array(trace.threads.length);
  const starts = new Float64Array(trace.threads.length);
  /** By P that a thread has: the event with which it got it. */
  const begun = new Map<number, number>();
  const end = (proc: number, now: number) => {
    const begin = begun.get(proc);
    if (begin !== undefined) withP[m[begin]!]! += now - ts[begin]!;
    begun.delete(proc);
  };
  for (let e = 0; e < length; e++) {
    if (type[e] === ev.ProcStop) end(p[e]!, ts[e]!);
    else if (type[e] === ev.ProcStart) {
      end(p[e]!, ts[e]!);
      begun.set(p[e]!, e);
      starts[m[e]!]!++;
    }
  }
  for (const proc of [...begun.keys()]) end(proc, trace.durationNs);
  return trace.threads.map((id, k) => ({ m: id, withPNs: withP[k]!, starts: starts[k]! })).slice(1);
}

/** Largest believable GOMAXPROCS: more than any machine has, and few enough to list for a broken file that claims more. */
const MAX_PROCS = 10_000;

/** The largest GOMAXPROCS in the trace, 0 if it has none. */
export function gomaxprocs(trace: Trace): number {
  const { type, arg, length } = trace.events;
  let most = 0;
  for (let e = 0; e < length; e++) if (type[e] === ev.Gomaxprocs) most = Math.max(most, arg[e]!);
  return Math.min(most, MAX_PROCS);
}

export class Level {
  /** The average of each span; complete after finish(). */
  readonly means: Float64Array;
  /** How long the number was 0, 1, 2 and so on, if the constructor was asked for it. */
  readonly timeAt: number[] = [];
  readonly #span: number;
  readonly #keepTimes: boolean;
  #value = 0;
  #since = 0;
  #max = 0;
  #area = 0;

  /** A number that changes from time 0 to `end`, in so many spans. */
  constructor(spans: number, end: number, options: { readonly times?: boolean } = {}) {
    this.means = new Float64Array(spans);
    this.#span = end / spans;
    this.#keepTimes = options.times ?? false;
  }

  /** The highest value that it had for longer than 0. */
  get max(): number {
    return this.#max;
  }

  /** The sum of value times time. */
  get area(): number {
    return this.#area;
  }

  /** Sets the value from `now` on. `now` never decreases. */
  set(value: number, now: number): void {
    if (now > this.#since) this.#add(now);
    this.#value = value;
  }

  /** Ends the sums: the value stays as it is until `end`. */
  finish(end: number): void {
    if (end > this.#since) this.#add(end);
    if (this.#span > 0) for (let k = 0; k < this.means.length; k++) this.means[k]! /= this.#span;
  }

  #add(now: number): void {
    const since = this.#since;
    const value = this.#value;
    this.#since = now;
    if (this.#keepTimes) this.timeAt[value] = (this.timeAt[value] ?? 0) + now - since;
    if (value === 0) return;
    if (value > this.#max) this.#max = value;
    this.#area += value * (now - since);
    const last = this.means.length - 1;
    let at = since;
    for (let k = Math.min(last, Math.floor(since / this.#span)); at < now; k++) {
      const until = k >= last ? now : Math.min(now, (k + 1) * this.#span);
      if (until > at) {
        this.means[Math.min(k, last)]! += value * (until - at);
        at = until;
      }
    }
  }
}
