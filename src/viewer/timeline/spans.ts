// Spans: what a row shows at a time, with all that the trace says of it.

import { CALLING, EXECUTION, goroutineOf } from '../../trace/analysis/activity.js';
import { type Period, periodOf } from '../../trace/analysis/histories.js';
import { eventName } from '../../trace/event.js';
import { entryName, type Trace } from '../../trace/model.js';
import { ObjectReader, objectText } from '../../trace/objects.js';
import { activityClasses } from './classes.js';
import type { Timeline } from './model.js';
import type { Row } from './rows.js';
import type { Track } from './track.js';
import type { Range } from './viewport.js';

/** A place in a stack. */
export interface Frame {
  readonly func: string;
  readonly file: string;
  readonly line: number;
}

/** A goroutine, by its number and its body. */
export interface Who {
  readonly g: number;
  readonly id: number;
  readonly body: string;
}

/** A span in a list. */
export interface SpanLine {
  /** Number of the event that begins it. */
  readonly event: number;
  /** Key of a row that shows it: that of its P, or of its goroutine if it is on none. */
  readonly key: string;
  readonly goroutine: Who;
  readonly activity: number;
  readonly fromNs: number;
  readonly toNs: number;
}

/** A period of one activity of a goroutine. */
export interface SpanInfo {
  /** Key of the row that it was picked in. */
  readonly key: string;
  /** Number of the event that begins it, and of the one that ends it; -1 if the trace ends before. */
  readonly event: number;
  readonly end: number;
  readonly title: string;
  readonly activity: number;
  readonly goroutine: Who;
  /** P that it ran on, -1 for none. */
  readonly p: number;
  /** Number of the thread, 0 if it is not known. */
  readonly thread: number;
  readonly fromNs: number;
  readonly toNs: number;
  readonly beginsWith: string;
  readonly endsWith: string;
  readonly beginStack: readonly Frame[];
  readonly endStack: readonly Frame[];
  /** What the goroutine waits for, in words; '' if the trace does not say. */
  readonly object: string;
}

/** The stack with an index. */
export function stackFrames({ stacks, frames, strings }: Trace, stack: number): Frame[] {
  const list: Frame[] = [];
  for (let k = stacks.first[stack]!; k < stacks.first[stack + 1]!; k++) {
    const frame = stacks.frame[k]!;
    list.push({
      func: strings[frames.func[frame]!]!,
      file: strings[frames.file[frame]!]!,
      line: frames.line[frame]!,
    });
  }
  return list;
}

/** A goroutine by its index. */
export function whoIs(trace: Trace, g: number): Who {
  return { g, id: trace.goroutines.id[g] ?? 0, body: g === 0 ? '' : entryName(trace, g) };
}

/** A period as a line of a list. */
export function lineOf({ trace }: Timeline, { g, activity, begin, fromNs, toNs }: Period): SpanLine {
  const p = trace.events.p[begin]!;
  const isOnP = (activity === EXECUTION || activity === CALLING) && p >= 0 && p < trace.procs;
  const goroutine = whoIs(trace, g);
  return { event: begin, key: isOnP ? `p${p}` : `g${goroutine.id}`, goroutine, activity, fromNs, toNs };
}

/** The period of a goroutine that a row shows at a time; undefined if it shows none. */
export function spanAt(timeline: Timeline, row: Row, ns: number): SpanInfo | undefined {
  const track = trackOf(timeline, row);
  if (track === undefined) return undefined;
  const n = track.countUntil(timeline.trace.events.ts, ns);
  if (n === 0 || track.classAfter(n - 1) === 0) return undefined;
  return spanFrom(timeline, track.event(n - 1), timeline.keyOf(row));
}

/** The spans of a row that are at least partly in a range, the first ones. */
export function spansIn(timeline: Timeline, row: Row, { fromNs, toNs }: Range, limit: number): SpanLine[] {
  const track = trackOf(timeline, row);
  const { trace } = timeline;
  const { events } = trace;
  const list: SpanLine[] = [];
  if (track === undefined) return list;
  for (let i = Math.max(0, track.countUntil(events.ts, fromNs) - 1); i < track.length && list.length < limit; i++) {
    const event = track.event(i);
    if (events.ts[event]! > toNs) break;
    if (track.classAfter(i) === 0) continue;
    const period = periodOf(trace, timeline.historiesUpTo(event), goroutineOf(events, event), event);
    if (period !== undefined) list.push(lineOf(timeline, period));
  }
  return list;
}

/** The track of a row whose spans are periods of goroutines. */
export function trackOf(timeline: Timeline, { kind, n }: Row): Track | undefined {
  switch (kind) {
    case 'proc':
      return timeline.indexes.ps[n];
    case 'thread':
      return timeline.threads[n];
    case 'goroutine':
      return timeline.goroutineTrack(n);
    default:
      return undefined;
  }
}

/** The period that an event begins. @param key of the row that it is shown in */
export function spanFrom(timeline: Timeline, event: number, key: string): SpanInfo {
  const { trace, indexes } = timeline;
  const { events, durationNs } = trace;
  const g = goroutineOf(events, event);
  const end = periodOf(trace, timeline.historiesUpTo(event), g, event)?.end ?? -1;
  const ts = events.ts;
  const activity = indexes.moves[event]! & 15;
  const who = whoIs(trace, g);
  return {
    key,
    event,
    end,
    title: `G${who.id} ${who.body}: ${activityClasses[activity]!.name}`,
    activity,
    goroutine: who,
    p: activity === 1 || activity === 2 ? events.p[event]! : -1,
    thread: trace.threads[events.m[event]!] ?? 0,
    fromNs: ts[event]!,
    toNs: end < 0 ? durationNs : ts[end]!,
    beginsWith: eventName(events.type[event]!),
    endsWith: end < 0 ? '' : eventName(events.type[end]!),
    beginStack: stackFrames(trace, events.stack[event]!),
    endStack: end < 0 ? [] : stackFrames(trace, events.stack[end]!),
    object: objectWords(trace, events.stack[event]!),
  };
}

function objectWords(trace: Trace, stack: number): string {
  const object = new ObjectReader(trace).of(stack);
  return object === undefined ? '' : objectText(object);
}
