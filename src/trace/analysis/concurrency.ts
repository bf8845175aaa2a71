// How many goroutines ran, how many waited for a P, and how many waited for anything else, over time.

import { Level } from '../../lib/level.js';
import type { Trace } from '../model.js';
import { EXECUTION, FIRST_WAIT, RUNNABLE, STAYS, turnsArg, turnsTo } from './activity.js';

/** A number of goroutines over time. */
export interface Curve {
  /** Averages of equal spans of the trace. */
  readonly spans: Float64Array;
  readonly mean: number;
  readonly max: number;
  /** Goroutines times nanoseconds. */
  readonly totalNs: number;
}

export interface Concurrency {
  readonly running: Curve;
  readonly runnable: Curve;
  readonly waiting: Curve;
  /** For how long 0, 1, 2... goroutines ran at once: nanoseconds. Its mean is the parallelism. */
  readonly runningAtOnceNs: readonly number[];
}

/** The numbers of goroutines over time, each curve in so many spans. */
export function concurrency(trace: Trace, spans: number): Concurrency {
  const { type, ts, g: owner, args, length } = trace.events;
  const subject = args[0];
  const doing = new Uint8Array(trace.goroutines.length);
  const level = (times: boolean) => new Level(spans, trace.durationNs, { times });
  const levels = [level(false), level(true), level(false), level(false)] as const;
  const counts = [0, 0, 0, 0];
  for (let e = 0; e < length; e++) {
    const to = turnsTo[type[e]!]!;
    if (to === STAYS) continue;
    const g = turnsArg[type[e]!] === 1 ? subject[e]! : owner[e]!;
    if (g === 0) continue;
    const from = kind(doing[g]!);
    doing[g] = to;
    change(from, -1, ts[e]!);
    change(kind(to), 1, ts[e]!);
  }
  function change(k: 0 | 1 | 2 | 3, by: number, now: number): void {
    counts[k]! += by;
    if (k !== GONE) levels[k].set(counts[k]!, now);
  }
  const curve = (k: 1 | 2 | 3): Curve => {
    levels[k].finish(trace.durationNs);
    const { means, max, area } = levels[k];
    return { spans: means, max, mean: trace.durationNs > 0 ? area / trace.durationNs : 0, totalNs: area };
  };
  return {
    running: curve(1),
    runnable: curve(2),
    waiting: curve(3),
    runningAtOnceNs: Array.from(levels[1].timeAt, (time) => time ?? 0),
  };
}

const GONE = 0;

/** 1 runs, 2 waits for a P, 3 waits for something else, 0 is not there. */
function kind(activity: number): 0 | 1 | 2 | 3 {
  if (activity === EXECUTION) return 1;
  if (activity === RUNNABLE) return 2;
  return activity >= FIRST_WAIT ? 3 : GONE;
}
