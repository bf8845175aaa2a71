// Statistics of a load, in memory that does not grow with the number of requests.

import { Histogram } from '../lib/histogram.js';
import { type Done, type Phases, phaseNames, succeeded } from './exchange.js';
import type { Worked } from './worker.js';

/** Minimum, maximum and sum of durations in nanoseconds. */
export interface Extent {
  min: number;
  max: number;
  total: number;
}

/** Kinds of errors that are counted separately, so that a server with a new text for each error cannot fill the memory. */
const MAX_KINDS = 100;
const OTHER = 'others, of more kinds than are told apart';

/** The statistics of a load so far. Times are in nanoseconds. */
export class Stats {
  /** Latencies of the answers with a 2xx status, from when each request was due. */
  readonly latency = new Histogram();
  /** Service times of the same answers, from when each request was sent. */
  readonly service = new Histogram();
  /** Latencies of the answers with any other status. */
  readonly others = new Histogram();
  /** The phases of the requests in `latency`. */
  readonly phases: Readonly<Record<keyof Phases, Extent>>;
  /** Answers by status. */
  readonly statuses = new Map<number, number>();
  /** Requests without a whole answer, by reason. */
  readonly errors = new Map<string, number>();
  /** Bytes of all bodies. */
  bytes = 0;
  /** Requests that were sent later than they were due, because the worker was not free. */
  behind = 0;
  /** Requests in flight when the load was stopped. */
  stopped = 0;
  /** Requests that were due and never sent. */
  unsent = 0;
  /** The longest delay of this program itself. */
  lateNs = 0;
  /** From the start to the end of the last request. */
  totalNs = 0;

  constructor() {
    const extent = () => ({ min: Number.POSITIVE_INFINITY, max: 0, total: 0 });
    this.phases = { dial: extent(), lookup: extent(), write: extent(), wait: extent(), read: extent() };
  }

  /** Number of whole answers. */
  get answers(): number {
    return this.latency.n + this.others.n;
  }

  /** Number of requests without a whole answer, except those that were stopped. */
  get failures(): number {
    let sum = 0;
    for (const count of this.errors.values()) sum += count;
    return sum;
  }

  /** Counts a request that has ended. */
  add({ exchange, startNs, sentNs, endNs }: Done): void {
    this.totalNs = Math.max(this.totalNs, endNs);
    if (exchange.kind === 'stopped') {
      this.stopped++;
      return;
    }
    if (startNs < sentNs) this.behind++;
    if (exchange.kind === 'error') {
      const known = this.errors.has(exchange.what) || this.errors.size < MAX_KINDS;
      count(this.errors, known ? exchange.what : OTHER);
      return;
    }
    count(this.statuses, exchange.status);
    this.bytes += exchange.bytes;
    if (!succeeded(exchange)) {
      this.others.add(endNs - startNs);
      return;
    }
    this.latency.add(endNs - startNs);
    this.service.add(endNs - sentNs);
    for (const name of phaseNames) widen(this.phases[name], exchange.phases[name]);
  }

  /** Adds the result of a worker. */
  close({ unsent, lateNs }: Worked): void {
    this.unsent += unsent;
    this.lateNs = Math.max(this.lateNs, lateNs);
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function widen(extent: Extent, ns: number): void {
  extent.min = Math.min(extent.min, ns);
  extent.max = Math.max(extent.max, ns);
  extent.total += ns;
}
