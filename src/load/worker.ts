// A worker of a load: sends one request after the other, each when it is due.

import type { Done, Exchange } from './exchange.js';
import { dueBy, dueNs, type Pace, Starts } from './schedule.js';

/** The time of a load. */
export interface Clock {
  /** Nanoseconds since the start of the load. */
  now(): number;
  /** Resolves at that time or a little later; at once, when the load is stopped. */
  until(atNs: number): Promise<void>;
}

/** What a worker needs. */
export interface Job {
  readonly pace: Pace;
  readonly clock: Clock;
  /** Sends one request. Never rejects. */
  send(): Promise<Exchange>;
  /** Is called with every request that has ended. */
  record(done: Done): void;
  /** Whether the load was stopped. */
  stopped(): boolean;
}

/** A worker's result. */
export interface Worked {
  /** Requests that were due but never sent, because those before them took until the end. */
  readonly unsent: number;
  /** The longest delay of this program itself, in nanoseconds. */
  readonly lateNs: number;
}

/** Sends a job's requests, to its end or until it is stopped. A request in flight at the end of its time is waited for. */
export async function work({ pace, clock, send, record, stopped }: Job): Promise<Worked> {
  const starts = new Starts();
  let lateNs = 0;
  let k = 0;
  for (; k < pace.perWorker; k++) {
    const due = dueNs(pace, k);
    if (due !== undefined && due > pace.forNs && dueBy(pace, pace.forNs) <= k) break;
    const waited = due !== undefined && clock.now() < due;
    if (waited) await clock.until(due);
    const sentNs = clock.now();
    // A request that was waited for belongs to the load, even if it was due at the end and the wake-up came after.
    if (stopped() || (!waited && sentNs >= pace.forNs)) break;
    const startNs = starts.next({ dueNs: due, sentNs, waited });
    lateNs = Math.max(lateNs, starts.ownNs);
    const exchange = await send();
    record({ exchange, startNs, sentNs, endNs: clock.now() });
  }
  return { unsent: Math.max(0, dueBy(pace, clock.now()) - k), lateNs };
}
