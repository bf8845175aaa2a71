// A load from its start to its end: all workers at once, over one client.

import { Client } from './client.js';
import { WallClock } from './clock.js';
import type { Done } from './exchange.js';
import { limits, type Plan } from './plan.js';
import { Stats } from './stats.js';
import { work } from './worker.js';

export interface Watch {
  /** Ends the load: nothing more is sent, and what is under way is broken off. */
  readonly signal?: AbortSignal;
  /** Figures to fill, so that somebody can look at them meanwhile. */
  readonly stats?: Stats;
  /** Is told of every request that is over. */
  readonly record?: (done: Done) => void;
}

/** Runs a load. It takes 24 hours at most; what is not done by then is stopped. @returns its figures */
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
