// A virtual P: its clock, what it is doing, and the goroutines that are on their way to it.

import type { GAddr, PAddr } from '../memory/address.js';
import { pAddress } from '../memory/layout.js';
import { Spinning } from '../sched/spinning.js';
import { Timers } from '../sched/timers.js';
import type { Tracer } from '../tracing/tracer.js';

/**
 * What a P is doing. `busy`: it runs goroutines. `spinning`: it searches for work everywhere. `watching`: it may not spin, and
 * polls its inbox only. `asleep`: another P or a timer has to wake it.
 */
export type Doing = 'busy' | 'spinning' | 'watching' | 'asleep';

/** A goroutine of this P that another P has made runnable: it gets here at `at`. */
interface Arrival {
  readonly at: number;
  readonly gp: GAddr;
}

/** The time of what is not going to happen. */
export const NEVER = Number.POSITIVE_INFINITY;

export class Proc {
  readonly id: number;
  readonly pp: PAddr;
  /** Nanoseconds of virtual time: all that it has done was done by then. */
  clock = 0;
  doing: Doing = 'asleep';
  /** True during its step, also while other Ps run on top of it: then it is not on the agenda. */
  running = false;
  /** The goroutine that is held in the middle of a step, because other Ps have to run first; 0 if none. */
  held: GAddr | 0 = 0;
  /** It does not continue before this time. */
  heldUntil = 0;
  /** True if the operation of the held goroutine has been charged, and begins as soon as the goroutine continues. */
  begins = false;
  /** While it is idle: since when. */
  idleSince = 0;
  /** Until when it spins or watches. */
  until = NEVER;
  /** When it searches again for what it has refused. */
  again = NEVER;
  /** A spinning P has been told that there is work: when it sees it. */
  seesAt = NEVER;
  /** A sleeping P has been woken, or its thread is starting: when it runs. */
  wakeAt = NEVER;
  /** Whether spinning pays. */
  readonly spinning = new Spinning();
  /** True if it has been spinning or watching since it last had something to run. */
  waiting = false;
  /** True if it has been woken to search for work: it counts as spinning. */
  wokenToSpin = false;
  /** Processor time that it has used, in nanoseconds. */
  user = 0;
  sys = 0;
  readonly timers = new Timers();
  readonly #arrivals: Arrival[] = [];
  tracer: Tracer | undefined;

  constructor(id: number) {
    this.id = id;
    this.pp = pAddress(id);
  }

  /** When it has something to do next. */
  get next(): number {
    if (this.held !== 0) return Math.max(this.clock, this.heldUntil);
    if (this.doing === 'busy') return this.clock;
    let at = Math.min(this.timers.minKey, this.again);
    if (this.doing === 'asleep') at = Math.min(at, this.wakeAt);
    else at = Math.min(at, this.until, this.seesAt, this.firstArrival);
    return Math.max(at, this.clock);
  }

  /** When the next goroutine gets here; NEVER if none is on its way. */
  get firstArrival(): number {
    return this.#arrivals[0]?.at ?? NEVER;
  }

  /** A goroutine gets here at `at`. */
  expect(at: number, gp: GAddr): void {
    const arrivals = this.#arrivals;
    let k = arrivals.length;
    while (k > 0 && arrivals[k - 1]!.at > at) k--;
    arrivals.splice(k, 0, { at, gp });
  }

  /** Removes and returns the next goroutine that has got here by now; 0 if none has. */
  takeArrival(): GAddr | 0 {
    const first = this.#arrivals[0];
    if (first === undefined || first.at > this.clock) return 0;
    this.#arrivals.shift();
    return first.gp;
  }

  /** The goroutines that are on their way, by time. */
  arrivals(): readonly Arrival[] {
    return this.#arrivals;
  }
}
