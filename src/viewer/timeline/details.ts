// Indexes that are made when their rows are opened: threads, tasks, objects. Each is one pass over the events.

import { FIRST_WAIT, goroutineOf } from '../../trace/analysis/activity.js';
import { ev } from '../../trace/event.js';
import { argOf } from '../../trace/model.js';
import { ObjectReader, objectText, type WaitObject } from '../../trace/objects.js';
import type { Indexes } from './indexes.js';
import { Occupancy } from './occupancy.js';
import { Track } from './track.js';

/** What each thread of the trace runs, by index in `threads` of the trace. Classes are those of Ps. */
export function threadTracks({ trace, moves, bodies }: Indexes): readonly Track[] {
  const { events, threads, goroutines } = trace;
  const occupancy = new Occupancy(bodies);
  occupancy.reserve(threads.length, goroutines.length);
  for (let e = 0; e < events.length; e++) {
    const code = moves[e]!;
    if (code !== 0) occupancy.take(e, events.ts[e]!, goroutineOf(events, e), events.m[e]!, code >> 4, code & 15);
  }
  occupancy.finish();
  return occupancy.tracks;
}

/** A task of the program. */
export interface Task {
  readonly id: number;
  readonly name: string;
  /** Number of the event that creates it. */
  readonly event: number;
  readonly fromNs: number;
  /** The end of the trace, if it does not end in it. */
  readonly toNs: number;
  readonly hasEnd: boolean;
  readonly parent: number;
  /** Events that begin its regions, in order. */
  readonly regions: number[];
}

/** The tasks, in the order of their creation. Those that begin before the trace have no row. */
export function tasks({ trace }: Indexes): readonly Task[] {
  const { events, strings, durationNs } = trace;
  const list: Task[] = [];
  const byId = new Map<number, Task>();
  for (let e = 0; e < events.length; e++) {
    const type = events.type[e]!;
    if (type === ev.UserTaskCreate) {
      const end = events.link[e]!;
      const task: Task = {
        id: argOf(events, e),
        name: strings[argOf(events, e, 2)] ?? '',
        event: e,
        fromNs: events.ts[e]!,
        toNs: end < 0 ? durationNs : events.ts[end]!,
        hasEnd: end >= 0,
        parent: argOf(events, e, 1),
        regions: [],
      };
      list.push(task);
      byId.set(task.id, task);
    } else if (type === ev.UserRegion && argOf(events, e, 1) === 0) byId.get(argOf(events, e))?.regions.push(e);
  }
  return list;
}

/** An object that goroutines wait for, with how many do so and in which activity. */
export interface ObjectTrack {
  readonly object: WaitObject;
  readonly name: string;
  readonly track: Track;
}

/** The objects, in the order in which goroutines first wait for them. A select waits for all of its objects. */
export function objectTracks({ trace, moves }: Indexes): readonly ObjectTrack[] {
  const { events, goroutines } = trace;
  const reader = new ObjectReader(trace);
  const list: ObjectTrack[] = [];
  const byName = new Map<string, ObjectTrack>();
  /** By stack: its objects. */
  const byStack = new Map<number, readonly ObjectTrack[]>();
  const none: readonly ObjectTrack[] = [];
  const placed = (object: WaitObject): ObjectTrack => {
    const name = objectText(object);
    let known = byName.get(name);
    if (known === undefined) {
      known = { object, name, track: new Track() };
      byName.set(name, known);
      list.push(known);
    }
    return known;
  };
  const objectsOf = (stack: number): readonly ObjectTrack[] => {
    const known = byStack.get(stack);
    if (known !== undefined) return known;
    const object = reader.of(stack);
    const found = object === undefined ? none : (object.members.length > 0 ? object.members : [object]).map(placed);
    byStack.set(stack, found);
    return found;
  };
  /** By goroutine: the stack of its wait. */
  const waits = new Uint32Array(goroutines.length);
  for (let e = 0; e < moves.length; e++) {
    const code = moves[e]!;
    if (code === 0) continue;
    const from = code >> 4;
    const to = code & 15;
    if (from < FIRST_WAIT && to < FIRST_WAIT) continue;
    const g = goroutineOf(events, e);
    const time = events.ts[e]!;
    if (from >= FIRST_WAIT) for (const { track } of objectsOf(waits[g]!)) track.add(e, time, from << 4);
    if (to < FIRST_WAIT) continue;
    waits[g] = events.stack[e]!;
    for (const { track } of objectsOf(waits[g]!)) track.add(e, time, to);
  }
  for (const { track } of list) track.trim();
  return list;
}
