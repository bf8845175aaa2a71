// Why a goroutine did what it did: what a wait was for and what ended it, who made a runnable goroutine runnable and what ran
// instead of it, and the chain of causes from any period back to the beginning of the trace, and forward.
//
//   g 1   execution ----- creates 2 ------------ receive ........... runnable  execution
//   g 2                           runnable  execution ------ sends to 1 ------
//
// Back from g 1's last execution: g 2's execution, which unblocked it; then g 1's first one, which created g 2.

import { ev } from '../event.js';
import type { Trace } from '../model.js';
import { ObjectReader, type WaitObject } from '../objects.js';
import { CALLING, EXECUTION, FIRST_WAIT, NONE, RUNNABLE } from './activity.js';
import { type Cause, causeOf, reasonAt } from './cause.js';
import {
  changedBy,
  firstAfter,
  type Histories,
  histories,
  isStart,
  lastBefore,
  type Period,
  periodOf,
  startsByP,
  wakesByG,
} from './histories.js';

/** How a goroutine came to be runnable, and when it got a P. */
export interface Readied extends Cause {
  /** Number of the event that made it runnable. */
  readonly event: number;
  /** Index of the stack of what did; 0 if there is none. */
  readonly stack: number;
  /** Number of the start that followed; -1 if the trace has none. */
  readonly start: number;
  /** How long it was runnable: up to the end of the trace, if it did not start. */
  readonly runnableNs: number;
}

/** Why a goroutine waited. */
export interface WhyWait {
  /** In the words of Go's runtime; '' if the trace has none, as in format v1. */
  readonly reason: string;
  /** What it waited for, if the trace says so: ours do. */
  readonly object: WaitObject | undefined;
  /** Index of the stack where it began to wait; 0 if there is none. */
  readonly stack: number;
  /** What ended the wait; undefined if nothing did before the end of the trace. */
  readonly ended: Readied | undefined;
}

/** Why a goroutine was runnable and did not run. */
export interface WhyRunnable {
  readonly readied: Readied;
  /** The P that it started on, -1 if it did not. */
  readonly p: number;
  /**
   * Numbers of the starts of what ran on that P in the meantime, the first of which may have been before: a view of the index. The
   * link of each is where it ended.
   */
  readonly meanwhile: Uint32Array;
}

/** What a period is, and why. */
export interface Answer {
  readonly period: Period;
  /** Of a wait only. */
  readonly wait?: WhyWait;
  /** Of a runnable goroutine only. */
  readonly runnable?: WhyRunnable;
  /** Of an execution, also in a system call: what had made the goroutine runnable, before it got its P. */
  readonly readied?: Readied;
}

/** A step along the chain of causes: from one period to another one, by an event. */
export interface Step {
  readonly from: Period;
  /** Number of the event. */
  readonly event: number;
  readonly to: Period;
}

/** Answers why, for one trace. It keeps three indexes, of at most 4 bytes for each event that is in them. */
export class Why {
  readonly histories: Histories;
  readonly starts: Histories;
  readonly wakes: Histories;
  readonly #trace: Trace;
  readonly #objects: ObjectReader;

  /** @param indexes those that exist already */
  constructor(trace: Trace, indexes: { readonly histories?: Histories; readonly starts?: Histories } = {}) {
    this.#trace = trace;
    this.histories = indexes.histories ?? histories(trace);
    this.starts = indexes.starts ?? startsByP(trace);
    this.wakes = wakesByG(trace);
    this.#objects = new ObjectReader(trace);
  }

  /** The period that event `begin` begins; undefined if the event changes no activity. */
  period(begin: number): Period | undefined {
    const g = changedBy(this.#trace, begin);
    return g === 0 ? undefined : this.periodOf(g, begin);
  }

  /** The period of a goroutine in which an event happens, see periodOf in histories.ts. */
  periodOf(g: number, event: number): Period | undefined {
    return periodOf(this.#trace, this.histories, g, event);
  }

  /** What a period is, and why. */
  of(period: Period): Answer {
    const { activity } = period;
    if (activity >= FIRST_WAIT) return { period, wait: this.#wait(period) };
    if (activity === RUNNABLE) return { period, runnable: this.#runnable(period) };
    if (activity === NONE) return { period };
    const start = this.#startOf(period);
    const before = this.periodOf(period.g, start - 1);
    return before?.activity === RUNNABLE ? { period, readied: this.#readied(before) } : { period };
  }

  #wait({ begin, end, g }: Period): WhyWait {
    const { type, stack } = this.#trace.events;
    const after = end < 0 ? undefined : this.periodOf(g, end);
    const isReadied = after !== undefined && after.activity === RUNNABLE;
    // A GoSysBlock has no stack: the system call before it has.
    const at = type[begin] === ev.GoSysBlock ? this.#callBefore(g, begin) : begin;
    return {
      reason: reasonAt(this.#trace, begin),
      object: this.#objects.of(stack[at]!),
      stack: stack[at]!,
      ended: isReadied ? this.#readied(after) : undefined,
    };
  }

  /** The system call in which a goroutine loses its P with event `e`; `e` if format v1 did not tell, because it is no change there. */
  #callBefore(g: number, e: number): number {
    const before = this.periodOf(g, e - 1);
    return before?.activity === CALLING ? before.begin : e;
  }

  #readied({ g, begin, end, fromNs, toNs }: Period): Readied {
    const { type, stack } = this.#trace.events;
    return {
      ...this.#causeOf(g, begin),
      event: begin,
      stack: stack[begin]!,
      start: end >= 0 && isStart[type[end]!] === 1 ? end : -1,
      runnableNs: toNs - fromNs,
    };
  }

  /** What made goroutine `g` runnable with event `r`. */
  #causeOf(g: number, r: number): Cause {
    return causeOf(this.#trace, r, this.#waitBefore(g, r));
  }

  /** The event that began the wait of goroutine `g` that event `r` ended; -1 if it did not wait. */
  #waitBefore(g: number, r: number): number {
    const before = this.periodOf(g, r - 1);
    return before === undefined || before.activity < FIRST_WAIT ? -1 : before.begin;
  }

  #runnable(period: Period): WhyRunnable {
    const { p, link } = this.#trace.events;
    const readied = this.#readied(period);
    if (readied.start < 0) return { readied, p: -1, meanwhile: this.starts.event.subarray(0, 0) };
    const on = p[readied.start]!;
    const end = lastBefore(this.starts, on, readied.start);
    let first = lastBefore(this.starts, on, period.begin);
    // What had left the P by then is not what it waited for.
    if (first < 0) first = this.starts.first[on]!;
    else if (link[this.starts.event[first]!]! <= period.begin) first++;
    return { readied, p: on, meanwhile: this.starts.event.subarray(first, end) };
  }

  /** The start on its P of an execution, which a system call may have interrupted since. */
  #startOf({ begin }: Period): number {
    const { p } = this.#trace.events;
    const at = p[begin]! < this.#trace.procs ? lastBefore(this.starts, p[begin]!, begin) : -1;
    return at < 0 ? begin : this.starts.event[at]!;
  }

  /**
   * One step back, towards the beginning: from an execution, or from runnable, to what made the goroutine runnable; from a wait to
   * what the goroutine did before. Undefined if the trace has nothing before.
   */
  back(from: Period): Step | undefined {
    const { g, begin, activity } = from;
    const before = this.periodOf(g, begin - 1);
    if (activity === RUNNABLE || before === undefined) return this.#backFrom(from, begin);
    if (activity === EXECUTION && before.activity === RUNNABLE) return this.#backFrom(from, before.begin);
    return { from, event: begin, to: before };
  }

  /** The step to what made a goroutine runnable with event `r`; if that is no goroutine, to the wait that it ended. */
  #backFrom(from: Period, r: number): Step | undefined {
    const cause = this.#causeOf(from.g, r);
    const to = this.periodOf(cause.by === 'goroutine' ? cause.g : from.g, r - 1);
    return to && { from, event: r, to };
  }

  /**
   * One step forward: from an execution to the first goroutine that it created or unblocked; from any other period, or if it did
   * neither, to what its goroutine did next. Undefined if the trace has nothing after.
   */
  forward(from: Period): Step | undefined {
    return this.forwards(from, 1)[0] ?? (from.end < 0 ? undefined : this.#after(from, from.end));
  }

  /** All steps forward from an execution to the goroutines that it created or unblocked, at most `limit` of them. */
  forwards(from: Period, limit = Number.POSITIVE_INFINITY): readonly Step[] {
    const { g, begin, end, activity } = from;
    const steps: Step[] = [];
    if (activity !== EXECUTION && activity !== CALLING) return steps;
    const last = this.wakes.first[g + 1]!;
    for (let k = firstAfter(this.wakes, g, begin); k < last && steps.length < limit; k++) {
      const event = this.wakes.event[k]!;
      if (end >= 0 && event > end) break;
      // A timer that fired meanwhile is not what the goroutine did.
      const readied = changedBy(this.#trace, event);
      if (this.#causeOf(readied, event).by !== 'goroutine') continue;
      const step = this.#after(from, event);
      if (step !== undefined) steps.push(step);
    }
    return steps;
  }

  /** The step to what event `e` leads to: the execution of a goroutine that it makes runnable, or else the period that it begins. */
  #after(from: Period, e: number): Step | undefined {
    const next = this.period(e);
    if (next === undefined || next.activity === NONE) return undefined;
    const isStarted = next.activity === RUNNABLE && next.end >= 0;
    return { from, event: e, to: (isStarted ? this.periodOf(next.g, next.end) : undefined) ?? next };
  }
}
