// What all goroutines together spent their time on: sums of goroutine-time, in one pass over the events. For what each
// body spends, see goroutines.ts.

import type { Trace } from '../model.js';
import { type Activity, activities, EXECUTION, FIRST_WAIT, RUNNABLE, STAYS, turnsArg, turnsTo } from './activity.js';

/** Nanoseconds, summed over all goroutines; what is still going on when the trace ends counts up to there. */
export interface Totals {
  readonly runningNs: number;
  /** Waiting for a P. */
  readonly runnableNs: number;
  /** Waiting for anything else: the sum of `waitsNs`. */
  readonly blockedNs: number;
  /** By what they waited for; only what occurred. */
  readonly waitsNs: Readonly<Partial<Record<Activity, number>>>;
}

/** Sums the time of all goroutines by what they did. */
export function totals({ events, goroutines, durationNs }: Trace): Totals {
  const doing = new Uint8Array(goroutines.length); // 0, which is none, before they are created
  const since = new Float64Array(goroutines.length);
  const spent = new Float64Array(activities.length);
  for (let e = 0; e < events.length; e++) {
    const type = events.type[e]!;
    const next = turnsTo[type]!;
    if (next === STAYS) continue;
    const g = turnsArg[type] === 1 ? events.args[0][e]! : events.g[e]!;
    const ts = events.ts[e]!;
    spent[doing[g]!]! += ts - since[g]!;
    doing[g] = next;
    since[g] = ts;
  }
  for (let g = 0; g < goroutines.length; g++) spent[doing[g]!]! += durationNs - since[g]!;
  const waits = activities.flatMap((name, k) => (k >= FIRST_WAIT && spent[k]! > 0 ? [[name, spent[k]!] as const] : []));
  return {
    runningNs: spent[EXECUTION]!,
    runnableNs: spent[RUNNABLE]!,
    blockedNs: waits.reduce((sum, [, ns]) => sum + ns, 0),
    waitsNs: Object.fromEntries(waits),
  };
}
