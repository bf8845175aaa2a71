// Ranges: how many user tasks, regions and collections there were, and how long they took. After cmd/trace/annotations.go.

import { Column, type Distribution, distribution } from '../../lib/distribution.js';
import { ev } from '../event.js';
import { argOf, type Trace } from '../model.js';

/** The tasks or the regions of one name. */
export interface Annotation {
  readonly name: string;
  readonly count: number;
  /** Durations of those that began and ended in the trace, in nanoseconds. */
  readonly duration: Distribution;
}

/** The user annotations of a trace, the most frequent first. */
export interface Annotations {
  readonly tasks: readonly Annotation[];
  readonly regions: readonly Annotation[];
  /** Number of UserLog events. */
  readonly logs: number;
}

/** Collects the annotations. A region ends with its goroutine at the latest, a task only where the program ends it. */
export function annotations(trace: Trace): Annotations {
  const { type, ts, link, length } = trace.events;
  const tasks = new Tally(trace);
  const regions = new Tally(trace);
  let logs = 0;
  for (let e = 0; e < length; e++) {
    const t = type[e]!;
    if (t === ev.UserLog) logs++;
    else if (t === ev.UserTaskCreate || (t === ev.UserRegion && argOf(trace.events, e, 1) === 0)) {
      const tally = t === ev.UserRegion ? regions : tasks;
      tally.add(argOf(trace.events, e, 2), link[e]! < 0 ? undefined : ts[link[e]!]! - ts[e]!);
    }
  }
  return { tasks: tasks.result(), regions: regions.result(), logs };
}

class Tally {
  readonly #trace: Trace;
  readonly #byName = new Map<number, { count: number; times: Column }>();

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  add(name: number, time: number | undefined): void {
    let entry = this.#byName.get(name);
    if (!entry) {
      entry = { count: 0, times: new Column() };
      this.#byName.set(name, entry);
    }
    entry.count++;
    if (time !== undefined) entry.times.push(time);
  }

  result(): readonly Annotation[] {
    return Array.from(this.#byName, ([name, { count, times }]) => ({
      name: this.#trace.strings[name] ?? '',
      count,
      duration: distribution(times.values()),
    })).sort((a, b) => b.count - a.count);
  }
}

/** The cost of garbage collection, and the size of the heap. */
export interface Collections {
  /** Number of collections that began. */
  readonly cycles: number;
  /** Time in which a collection was in progress. */
  readonly activeNs: number;
  /** The same as a fraction of the trace's duration. */
  readonly share: number;
  /** Time in which the world was stopped. */
  readonly stoppedNs: number;
  /** Time of mark assists, summed over goroutines. In our own traces these are V8's collections on each P. */
  readonly assistNs: number;
  /** The largest heap that was reported, in bytes; 0 if none was. */
  readonly maxHeap: number;
}

/** Collects the figures of garbage collection; undefined if the trace has no events of it. */
export function collections(trace: Trace): Collections | undefined {
  const { type, ts, link, length } = trace.events;
  const time = new Float64Array(64);
  let cycles = 0;
  let seen = false;
  let maxHeap = 0;
  for (let e = 0; e < length; e++) {
    const t = type[e]!;
    if (t === ev.HeapAlloc) maxHeap = Math.max(maxHeap, argOf(trace.events, e));
    else if (t === ev.GCStart || t === ev.STWStart || t === ev.MarkAssistStart) {
      time[t]! += (link[e]! < 0 ? trace.durationNs : ts[link[e]!]!) - ts[e]!;
      if (t === ev.GCStart) cycles++;
    } else continue;
    seen = true;
  }
  if (!seen) return undefined;
  const activeNs = time[ev.GCStart]!;
  return {
    cycles,
    activeNs,
    share: trace.durationNs > 0 ? activeNs / trace.durationNs : 0,
    stoppedNs: time[ev.STWStart]!,
    assistNs: time[ev.MarkAssistStart]!,
    maxHeap,
  };
}
