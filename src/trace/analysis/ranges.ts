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

/** Ranges of one kind: collections, stops of the world for one reason, mark assists, sweeps. */
export interface RangeSum {
  /** The name that Go 1.22 and later have for it. */
  readonly name: string;
  readonly count: number;
  /** Those that do not end in the trace end with it. */
  readonly totalNs: number;
  readonly longestNs: number;
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
  /** Each kind that occurred, the longest sum first. */
  readonly ranges: readonly RangeSum[];
}

/** Types of events that begin a range of the runtime. */
const rangeTypes: readonly number[] = [ev.GCStart, ev.STWStart, ev.SweepStart, ev.MarkAssistStart];

/** Collects the figures of garbage collection; undefined if the trace has no events of it. */
export function collections(trace: Trace): Collections | undefined {
  const { type, ts, link, length } = trace.events;
  const isRange = new Uint8Array(64);
  for (const t of rangeTypes) isRange[t] = 1;
  const sums = new Map<string, { type: number; count: number; totalNs: number; longestNs: number }>();
  let seen = false;
  let maxHeap = 0;
  for (let e = 0; e < length; e++) {
    const t = type[e]!;
    if (t === ev.HeapAlloc) {
      maxHeap = Math.max(maxHeap, argOf(trace.events, e));
      seen = true;
    }
    if (isRange[t] === 0) continue;
    const ns = (link[e]! < 0 ? trace.durationNs : ts[link[e]!]!) - ts[e]!;
    const name = rangeName(trace, e);
    const sum = sums.get(name) ?? { type: t, count: 0, totalNs: 0, longestNs: 0 };
    sums.set(name, sum);
    sum.count++;
    sum.totalNs += ns;
    sum.longestNs = Math.max(sum.longestNs, ns);
  }
  if (!seen && sums.size === 0) return undefined;
  const of = (t: number) => [...sums.values()].filter((sum) => sum.type === t);
  const total = (t: number) => of(t).reduce((ns, sum) => ns + sum.totalNs, 0);
  return {
    cycles: of(ev.GCStart).reduce((n, sum) => n + sum.count, 0),
    activeNs: total(ev.GCStart),
    share: trace.durationNs > 0 ? total(ev.GCStart) / trace.durationNs : 0,
    stoppedNs: total(ev.STWStart),
    assistNs: total(ev.MarkAssistStart),
    maxHeap,
    ranges: Array.from(sums, ([name, { count, totalNs, longestNs }]) => ({ name, count, totalNs, longestNs })).sort(
      (a, b) => b.totalNs - a.totalNs,
    ),
  };
}

/** The name of the range that an event begins. */
function rangeName(trace: Trace, e: number): string {
  switch (trace.events.type[e]) {
    case ev.GCStart:
      return 'GC concurrent mark phase';
    case ev.SweepStart:
      return 'GC incremental sweep';
    case ev.MarkAssistStart:
      return 'GC mark assist';
    default:
      // Before 1.10 each P stops and starts the world, and gives no reason.
      return trace.version < 10 ? 'stop-the-world' : `stop-the-world (${stopReason(trace, argOf(trace.events, e))})`;
  }
}

/** Why the world is stopped, by the kind of a STWStart until Go 1.19, and in 1.21: stwReasonStrings in runtime/trace.go. */
const stopped10 = ['mark termination', 'sweep termination'];
const stopped21 = [
  'unknown',
  'GC mark termination',
  'GC sweep termination',
  'write heap dump',
  'goroutine profile',
  'goroutine profile cleanup',
  'all goroutines stack trace',
  'read mem stats',
  'AllThreadsSyscall',
  'GOMAXPROCS',
  'start trace',
  'stop trace',
  'CountPagesInUse (test)',
  'ReadMetricsSlow (test)',
  'ReadMemStatsSlow (test)',
  'PageCachePagesLeaked (test)',
  'ResetDebugLog (test)',
];

/** The reason of a STWStart of this kind, which is a text in format v2. */
export function stopReason(trace: Trace, kind: number): string {
  if (trace.version >= 22) return trace.strings[kind] ?? 'unknown';
  return (trace.version >= 21 ? stopped21 : stopped10)[kind] ?? 'unknown';
}
