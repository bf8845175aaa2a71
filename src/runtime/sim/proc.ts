// A virtual P: its clock, what it is doing, and what is on its way to it.

import type { GAddr, PAddr } from '../memory/address.js';
import { pAddress } from '../memory/layout.js';
import { Spinning } from '../sched/spinning.js';
import { Timers } from '../sched/timers.js';
import type { Tracer } from '../tracing/tracer.js';

/**
 * What a P is doing. `busy`: it runs goroutines. `spinning`: it looks for work everywhere. `watching`: it has no leave to
 * spin, and looks at its inbox only. `asleep`: somebody or a timer has to wake it.
 */
export type Doing = 'busy' | 'spinning' | 'watching' | 'asleep';

/** A goroutine of this P that another has made runnable. */
interface Arrival {
  readonly at: number;
  readonly gp: GAddr;
}

/** When something is next that is not under way. */
export const NEVER = Number.POSITIVE_INFINITY;

export class Proc {
  readonly id: number;
  readonly pp: PAddr;
  /** Nanoseconds of virtual time: what it has done is done by then. */
  clock = 0;
  doing: Doing = 'asleep';
  /** True during its turn, also while others run on top of it: then it is not on the agenda. */
  running = false;
  /** The goroutine that is in the middle of a step, because others have to go first; 0 if none. Not before `heldUntil`. */
  held: GAddr | 0 = 0;
  heldUntil = 0;
  /** True if the operation of the held goroutine has been charged, and begins as soon as it goes on. */
  begins = false;
  /** While it is idle: since when, how long it spins or watches, when it looks again at what it has refused. */
  idleSince = 0;
  until = NEVER;
  again = NEVER;
  /** A spinning P has been told of work: when it sees it. */
  lookAt = NEVER;
  /** A sleeping P has been woken, or its thread comes up: when it runs. */
  wakeAt = NEVER;
  /** Whether spinning pays, and whether it has waited spinning, or watching, since it had something to run. */
  readonly spinning = new Spinning();
  patient = false;
  /** True if it has been woken to look for work: it counts as spinning. */
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
    else at = Math.min(at, this.until, this.lookAt, this.firstArrival);
    return Math.max(at, this.clock);
  }

  /** When the next goroutine gets here. */
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

  /** The next goroutine that has got here by now; 0 if none has. */
  arrived(): GAddr | 0 {
    const first = this.#arrivals[0];
    if (first === undefined || first.at > this.clock) return 0;
    this.#arrivals.shift();
    return first.gp;
  }

  /** Goroutines that are on their way. */
  underWay(): readonly Arrival[] {
    return this.#arrivals;
  }
}
