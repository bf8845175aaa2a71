// How long each goroutine of a trace did what between two times.

import type { Trace } from 'mandel/trace';
import { Activities, activities, NONE } from '#src/trace/analysis/activity.js';

/** Nanoseconds by goroutine and activity, from `fromNs` to `toNs`. Goroutines with one number, one after the other, are one. */
export function activityTimes(trace: Trace, fromNs: number, toNs: number): Map<string, number> {
  const { events, goroutines, durationNs } = trace;
  const doing = new Activities(trace);
  const since = new Float64Array(goroutines.length);
  const times = new Map<string, number>();
  const add = (g: number, activity: number, end: number) => {
    const ns = Math.min(end, toNs) - Math.max(since[g]!, fromNs);
    if (activity === NONE || ns <= 0) return;
    const key = `g ${goroutines.id[g]} ${activities[activity]}`;
    times.set(key, (times.get(key) ?? 0) + ns);
  };
  for (let e = 0; e < events.length; e++) {
    if (!doing.step(e)) continue;
    add(doing.g, doing.from, events.ts[e]!);
    since[doing.g] = events.ts[e]!;
  }
  for (let g = 1; g < goroutines.length; g++) add(g, doing.current[g]!, durationNs);
  return times;
}
