// When each request of a worker is due, and from when its latency counts.
//
// A worker that waits for a slow answer sends nothing meanwhile. If latency counts from the sending, as in hey, one stall
// of the server is one slow request, and those that should have come during the stall are never seen: the server's pause
// has paused the measuring (Gil Tene calls it coordinated omission). So with a rate every request has a time at which it
// is due, whatever became of the one before; a worker that has fallen behind sends at once what is overdue; and latency
// counts from when a request was due, as somebody feels it who comes at that time and finds a queue. The time from the
// sending is kept beside it: it is the service time.

import type { Plan } from './plan.js';

/** What paces a worker. */
export type Pace = Pick<Plan, 'perWorker' | 'rate' | 'forNs'>;

/**
 * Nanoseconds from the start at which request `k` of a worker is due, counted from 0; undefined without a rate. The first
 * is due after one interval, as with hey's ticker: so a run's requests by its time are its rate.
 */
export function dueNs({ rate }: Pick<Pace, 'rate'>, k: number): number | undefined {
  return rate === 0 ? undefined : ((k + 1) * 1e9) / rate;
}

/** How many requests of a worker are due in the first `atNs` nanoseconds; 0 without a rate. */
export function dueBy({ rate, perWorker, forNs }: Pace, atNs: number): number {
  // What is due exactly then is due, whatever the division has lost.
  return Math.min(perWorker, Math.floor((Math.min(atNs, forNs) * rate) / 1e9 + 1e-6));
}

/** One request in time, in nanoseconds from the start. */
export interface Sending {
  readonly dueNs: number | undefined;
  readonly sentNs: number;
  /** Whether the worker was free before it was due, and waited. */
  readonly waited: boolean;
}

/**
 * Tells from when each request of one worker counts. A worker that waits is woken late, by up to a millisecond or so.
 * That is this program's own doing and not the server's: such a request counts from its sending, and what follows without
 * another wait is granted the same delay.
 */
export class Starts {
  #ownNs = 0;

  /** Nanoseconds that the last wake-up was late by. */
  get ownNs(): number {
    return this.#ownNs;
  }

  /** From when this request counts; they must come in order. */
  next({ dueNs, sentNs, waited }: Sending): number {
    if (dueNs === undefined) return sentNs;
    if (waited) this.#ownNs = Math.max(0, sentNs - dueNs);
    return Math.min(sentNs, dueNs + this.#ownNs);
  }
}
