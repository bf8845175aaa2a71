// A run of a load, from start to end: all workers at once, over one client.

import { Client } from './client.js';
import type { Done } from './exchange.js';
import { limits, type Plan } from './plan.js';
import { Stats } from './stats.js';
import { type Clock, work } from './worker.js';

/** How a load is watched and stopped. */
export interface Watch {
  /** Ends the load: no more requests are sent, and those in flight are aborted. */
  readonly signal?: AbortSignal;
  /** The figures to fill, if the caller wants to read them during the load. */
  readonly stats?: Stats;
  /** Is called with every request that has ended. */
  readonly record?: (done: Done) => void;
}

/** Runs a load, for at most 24 hours (limits.ns). @returns its figures */
export async function runLoad(plan: Plan, { signal, stats = new Stats(), record }: Watch = {}): Promise<Stats> {
  const client = new Client(plan);
  const clock = new WallClock();
  let stopped = false;
  const stop = () => {
    stopped = true;
    clock.stop();
    client.stop();
  };
  const limit = setTimeout(stop, limits.ns / 1e6);
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  const job = {
    pace: plan,
    clock,
    send: () => client.send(),
    record: (done: Done) => {
      stats.add(done);
      record?.(done);
    },
    stopped: () => stopped,
  };
  try {
    const workers = Array.from({ length: plan.workers }, () => work(job));
    for (const worked of await Promise.all(workers)) stats.close(worked);
    stats.totalNs = Math.max(stats.totalNs, clock.now());
    return stats;
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener('abort', stop);
    client.close();
  }
}

/** The real time since its construction. */
class WallClock implements Clock {
  readonly #origin = performance.now();
  readonly #waiting = new Map<NodeJS.Timeout, () => void>();
  #stopped = false;

  now(): number {
    return Math.round((performance.now() - this.#origin) * 1e6);
  }

  async until(atNs: number): Promise<void> {
    // A timer may fire a fraction of a millisecond early.
    for (let left = atNs - this.now(); left > 0 && !this.#stopped; left = atNs - this.now()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(
          () => {
            this.#waiting.delete(timer);
            resolve();
          },
          Math.ceil(left / 1e6),
        );
        this.#waiting.set(timer, resolve);
      });
    }
  }

  /** Resolves all waits, and all later ones at once. */
  stop(): void {
    this.#stopped = true;
    for (const [timer, resolve] of this.#waiting) {
      clearTimeout(timer);
      resolve();
    }
    this.#waiting.clear();
  }
}
