// The indexes of a trace that its picture is drawn from, made while the trace is read: they take the events that are new each time.
//
//   moves     by event: the activity that it ends and the one that it begins, of one goroutine
//   ps        a track per P: what it runs
//   bodies    a track per body: how many of its goroutines do what
//   all       a track of all goroutines
//   others    collections, stopped worlds, threads with a P; the heap; what timers, network and system calls make runnable
//
// What is needed only when its rows are opened (goroutines, threads, objects, tasks) is made then: see details.ts.

import { Activities, CALLING, EXECUTION } from '../../trace/analysis/activity.js';
import { resized, withRoom } from '../../trace/columns.js';
import { ev } from '../../trace/event.js';
import { fakeP, type Trace } from '../../trace/model.js';
import { Bodies } from './bodies.js';
import { Occupancy } from './occupancy.js';
import { Track } from './track.js';

/** A list of events that grows. */
export class EventList {
  at = new Uint32Array(16);
  length = 0;

  add(e: number): void {
    this.at = withRoom(this.at, this.length);
    this.at[this.length++] = e;
  }
}

/** The code of a change of a track whose things are in class 1 or do not exist. */
const COMES = 0x01;
const GOES = 0x10;

/** A body has a code for every event if it takes part in more than one of so many: see Track.dense. */
const DENSE = 2;

/** The indexes of a trace. */
export class Indexes {
  /** The trace as far as it is indexed. */
  trace: Trace;
  /** By event: 16 times the activity that a goroutine ends with it, and the one that it begins; 0 if it changes none. */
  moves = new Uint8Array(0);
  readonly bodies = new Bodies();
  /** By body, as in `bodies.list`. */
  readonly bodyTracks: Track[] = [];
  readonly all = new Track('every');
  /** Class 1: a collection is in progress. */
  readonly collections = new Track();
  /** Class 1: the world is stopped. */
  readonly stops = new Track();
  /** Class 1: threads that have a P. */
  readonly threads = new Track();
  /** Events that tell the size of the heap, and the size at which the next collection begins. */
  readonly heap = new EventList();
  readonly goals = new EventList();
  /** Events that create tasks, and log messages. */
  readonly taskEvents = new EventList();
  readonly logs = new EventList();
  /** What made goroutines runnable, by number of the fake P. */
  readonly fromOutside = new Map<number, EventList>([
    [fakeP.netpoll, new EventList()],
    [fakeP.timers, new EventList()],
    [fakeP.syscalls, new EventList()],
  ]);
  readonly #doing: Activities;
  readonly #occupancy = new Occupancy(this.bodies);
  /** By P: 1 if a thread has it. */
  readonly #hasThread: boolean[] = [];
  #taken = 0;
  /** Once they do not change any more: there may be many tracks. */
  #bytes: number | undefined;

  constructor(trace: Trace) {
    this.trace = trace;
    this.#doing = new Activities(trace);
  }

  /** What each P runs. */
  get ps(): readonly Track[] {
    return this.#occupancy.tracks;
  }

  /** Number of events that are indexed. */
  get length(): number {
    return this.#taken;
  }

  /** All tracks but those of the Ps. */
  get #tracks(): readonly Track[] {
    return [this.all, this.collections, this.stops, this.threads, ...this.bodyTracks.filter(Boolean)];
  }

  /** Bytes of the indexes. */
  get bytes(): number {
    return this.#bytes ?? this.#sumOfBytes();
  }

  #sumOfBytes(): number {
    const tracks = [...this.#tracks, ...this.ps];
    const lists = [this.heap, this.goals, this.taskEvents, this.logs, ...this.fromOutside.values()];
    return (
      this.moves.byteLength +
      this.bodies.of.byteLength +
      tracks.reduce((sum, { bytes }) => sum + bytes, 0) +
      lists.reduce((sum, { at }) => sum + at.byteLength, 0)
    );
  }

  /** Takes the events that a later state of the same trace has more. */
  take(trace: Trace): void {
    this.trace = trace;
    const { length } = trace.events;
    this.#doing.follow(trace);
    this.bodies.take(trace, trace.goroutines.length - 1);
    if (this.moves.length < length) this.moves = resized(this.moves, Math.max(length, this.moves.length * 1.5));
    this.#occupancy.reserve(trace.procs, trace.goroutines.length);
    for (let e = this.#taken; e < length; e++) {
      if (this.#doing.step(e)) this.#move(e);
      else this.#other(e);
    }
    this.#taken = length;
    this.#share();
  }

  /** Takes an event that changes the activity of a goroutine. */
  #move(e: number): void {
    const { events } = this.trace;
    const { g, from, to } = this.#doing;
    const time = events.ts[e]!;
    const code = (from << 4) | to;
    this.moves[e] = code;
    this.all.add(e, time, code);
    const body = this.bodies.of[g]!;
    this.#bodyTrack(body).add(e, time, code);
    this.#occupancy.take(e, time, g, events.p[e]!, from, to);
    const type = events.type[e]!;
    const ran = from === EXECUTION || from === CALLING;
    if (!ran && (type === ev.GoUnblock || type === ev.GoSysExit)) this.fromOutside.get(events.p[e]!)?.add(e);
  }

  #bodyTrack(body: number): Track {
    let track = this.bodyTracks[body];
    if (track === undefined) {
      track = new Track('some');
      this.bodyTracks[body] = track;
    }
    return track;
  }

  /** Takes another event. */
  #other(e: number): void {
    const { events } = this.trace;
    const time = events.ts[e]!;
    this.all.add(e, time, 0);
    switch (events.type[e]) {
      case ev.GCStart:
        this.collections.add(e, time, COMES);
        break;
      case ev.GCDone:
        this.collections.add(e, time, GOES);
        break;
      case ev.STWStart:
        this.stops.add(e, time, COMES);
        break;
      case ev.STWDone:
        this.stops.add(e, time, GOES);
        break;
      case ev.HeapAlloc:
        this.heap.add(e);
        break;
      case ev.HeapGoal:
        this.goals.add(e);
        break;
      case ev.UserTaskCreate:
        this.taskEvents.add(e);
        break;
      case ev.UserLog:
        this.logs.add(e);
        break;
      case ev.ProcStart:
        this.#setThread(e, time, true);
        break;
      case ev.ProcStop:
        this.#setThread(e, time, false);
        break;
      default:
    }
  }

  #setThread(e: number, time: number, has: boolean): void {
    const p = this.trace.events.p[e]!;
    if (p < 0 || p >= this.ps.length || (this.#hasThread[p] ?? false) === has) return;
    this.#hasThread[p] = has;
    this.threads.add(e, time, has ? COMES : GOES);
  }

  /** Gives the tracks that share them the codes of the events. */
  #share(): void {
    this.all.codes = this.moves;
    for (const track of this.bodyTracks) if (track?.isEvery === false) track.codes = this.moves;
  }

  /** Says that there are no more events. @returns false if the indexes have to be made anew: the reader has learned of bodies */
  finish(): boolean {
    if (!this.bodies.agrees(this.trace)) return false;
    this.moves = this.moves.slice(0, this.#taken);
    for (const [body, track] of this.bodyTracks.entries()) {
      if (track !== undefined && DENSE * track.length > this.#taken) {
        this.bodyTracks[body] = track.dense(this.#taken, this.trace.events.ts);
      }
    }
    this.#share();
    for (const track of this.#tracks) track.trim();
    this.#occupancy.finish();
    this.bodies.trim();
    this.#bytes = this.#sumOfBytes();
    return true;
  }
}
