// The schedule of a load: when each request of a worker is due, and from when its latency counts.
//
// A worker that waits for a slow answer sends nothing meanwhile. If latency counts from the sending, as in hey, one stall
// of the server is one slow request, and the requests that should have been sent during the stall are never measured: the
// server's pause has paused the measurement (Gil Tene calls this coordinated omission). So with a rate every request has a time at
// which it is due, independent of the request before; a worker that has fallen behind sends overdue requests at once; and latency
// counts from when a request was due, as for a client that arrives at that time and finds a queue. The time from the
// sending is kept as well, as the service time. An example with one request per second and a server that stalls from 1 s to 4 s:
//
//   due at   sent at   answered at   latency   service time
//   1 s      1 s       4.0 s         3.0 s     3.0 s
//   2 s      4.0 s     4.1 s         2.1 s     0.1 s
//   3 s      4.1 s     4.2 s         1.2 s     0.1 s

import type { Plan } from './plan.js';

/** The part of a plan that paces a worker. */
export type Pace = Pick<Plan, 'perWorker' | 'rate' | 'forNs'>;

/**
 * Nanoseconds from the start at which request `k` of a worker is due, counted from 0; undefined without a rate. The first
 * is due after one interval, as with hey's ticker: so the requests of a load divided by its time are its rate.
 */
export function dueNs({ rate }: Pick<Pace, 'rate'>, k: number): number | undefined {
  return rate === 0 ? undefined : ((k + 1) * 1e9) / rate;
}

/** How many requests of a worker are due in the first `atNs` nanoseconds; 0 without a rate. */
export function dueBy({ rate, perWorker, forNs }: Pace, atNs: number): number {
  // The summand makes up for the rounding of the division, which must not lose a request that is due exactly then.
  return Math.min(perWorker, Math.floor((Math.min(atNs, forNs) * rate) / 1e9 + 1e-6));
}

/** The times of one request, in nanoseconds from the start. */
export interface Sending {
  readonly dueNs: number | undefined;
  readonly sentNs: number;
  /** Whether the worker waited for the request to be due. */
  readonly waited: boolean;
}

/**
 * The start times of the latencies of one worker. A worker that waits is woken late, by up to about a millisecond.
 * This delay is caused by this program and not by the server: such a request counts from its sending, and the requests that follow
 * without another wait are granted the same delay.
 */
export class Starts {
  #ownNs = 0;

  /** The delay of the last wake-up, in nanoseconds. */
  get ownNs(): number {
    return this.#ownNs;
  }

  /** The start of this request's latency. Requests must be passed in order. */
  next({ dueNs, sentNs, waited }: Sending): number {
    if (dueNs === undefined) return sentNs;
    if (waited) this.#ownNs = Math.max(0, sentNs - dueNs);
    return Math.min(sentNs, dueNs + this.#ownNs);
  }
}
