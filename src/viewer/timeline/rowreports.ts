// Reports of rows that are not of single goroutines: how many goroutines do what at a time, a collection, a task, the heap.

import { firstAbove } from '../../lib/ascending.js';
import { lastEventAt } from '../../trace/analysis/histories.js';
import { eventName } from '../../trace/event.js';
import { argOf } from '../../trace/model.js';
import { activityClasses } from './classes.js';
import type { EventList } from './indexes.js';
import type { Timeline } from './model.js';
import { stacked } from './paint.js';
import type { Row } from './rows.js';
import { type Frame, stackFrames } from './spans.js';
import { CLASSES, type Track } from './track.js';
import { lengthText, momentText } from './viewport.js';

/** What a row shows at a time, in words. */
export interface RowReport {
  readonly title: string;
  /** Names and values. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly stack: readonly Frame[];
}

/** What a row shows at a time; undefined if there is nothing to tell of it. */
export function rowReport(timeline: Timeline, row: Row, ns: number): RowReport | undefined {
  const { indexes } = timeline;
  switch (row.kind) {
    case 'gc':
      return period(timeline, 'Garbage collection', indexes.collections, ns);
    case 'stw':
      return period(timeline, 'Stopped world', indexes.stops, ns);
    case 'counts':
      return counts(timeline, 'Goroutines', indexes.all, ns);
    case 'body':
      return counts(timeline, indexes.bodies.list[row.n]!.name, indexes.bodyTracks[row.n], ns);
    case 'object':
      return counts(timeline, timeline.objects[row.n]!.name, timeline.objects[row.n]!.track, ns);
    case 'heap':
      return heap(timeline, ns);
    case 'task':
      return task(timeline, row.n, ns);
    default:
      return undefined;
  }
}

/** A collection, or a time in which the world is stopped. */
function period({ trace }: Timeline, title: string, track: Track, ns: number): RowReport | undefined {
  const { events } = trace;
  const n = track.countUntil(events.ts, ns);
  if (n === 0 || track.classAfter(n - 1) === 0) return undefined;
  const begin = track.event(n - 1);
  const end = n < track.length ? track.event(n) : -1;
  const [fromNs, toNs] = [events.ts[begin]!, end < 0 ? trace.durationNs : events.ts[end]!];
  return {
    title,
    facts: [
      ['from', momentText(fromNs)],
      ['to', momentText(toNs)],
      ['wall duration', lengthText(toNs - fromNs)],
      ['begins with', eventName(events.type[begin]!)],
      ['ends with', end < 0 ? '' : eventName(events.type[end]!)],
    ],
    stack: stackFrames(trace, events.stack[begin]!),
  };
}

/** How many goroutines are in each activity. */
function counts({ trace }: Timeline, title: string, track: Track | undefined, ns: number): RowReport | undefined {
  if (track === undefined || ns < 0 || ns > trace.durationNs) return undefined;
  // In one nanosecond the means are the numbers at its beginning.
  const numbers = new Float64Array(CLASSES);
  track.means(trace.events.ts, { fromNs: Math.floor(ns), nsPerPixel: 1, width: 1 }, trace.durationNs + 1, numbers);
  const sum = numbers.reduce((all, each) => all + each, 0);
  const used = stacked(track.used).filter((c) => numbers[c]! > 0);
  return {
    title,
    facts: [
      ['at', momentText(Math.floor(ns))],
      ...used.map((c) => [activityClasses[c]!.name, String(Math.round(numbers[c]!))] as const),
      ['together', String(Math.round(sum))],
    ],
    stack: [],
  };
}

/** The value that the last event of a list has told by a time. */
function valueAt({ trace: { events } }: Timeline, { at, length }: EventList, ns: number): number {
  const n = firstAbove(at, lastEventAt(events, ns), 0, length);
  return n === 0 ? 0 : argOf(events, at[n - 1]!);
}

function heap(timeline: Timeline, ns: number): RowReport {
  const { heap: allocated, goals } = timeline.indexes;
  const size = (bytes: number) => (bytes === 0 ? '' : `${(bytes / 2 ** 20).toFixed(2)} MiB`);
  return {
    title: 'Heap',
    facts: [
      ['at', momentText(Math.floor(ns))],
      ['allocated', size(valueAt(timeline, allocated, ns))],
      ['goal of the collector', size(valueAt(timeline, goals, ns))],
    ],
    stack: [],
  };
}

/** A task, with the innermost of its regions at a time. */
function task({ trace, tasks }: Timeline, n: number, ns: number): RowReport {
  const { events, strings } = trace;
  const { id, name, fromNs, toNs, hasEnd, parent, regions, event } = tasks[n]!;
  const endNs = (e: number) => (events.link[e]! < 0 ? trace.durationNs : events.ts[events.link[e]!]!);
  const region = regions.filter((e) => events.ts[e]! <= ns && ns < endNs(e)).at(-1);
  return {
    title: `Task ${id} ${name}`,
    facts: [
      ['from', momentText(fromNs)],
      ['to', hasEnd ? momentText(toNs) : 'after the end of the trace'],
      ['wall duration', lengthText(toNs - fromNs)],
      ['parent', parent === 0 ? '' : `task ${parent}`],
      ['regions', String(regions.length)],
      ...(region === undefined
        ? []
        : ([
            ['region', strings[argOf(events, region, 2)] ?? ''],
            ['of', `G ${trace.goroutines.id[events.g[region]!]}`],
            ['from', momentText(events.ts[region]!)],
            ['wall duration', lengthText(endNs(region) - events.ts[region]!)],
          ] as const)),
    ],
    stack: stackFrames(trace, events.stack[region ?? event]!),
  };
}
