// The merge of the streams of the Ps into one order, after order1007 in internal/trace/order.go.
//
// The clocks of different cores cannot be trusted for this, so each goroutine has a sequence number: an event that starts
// or wakes it says which number it must have. Of the events at the heads of the streams the earliest that is ready is
// next. Invariant: a stream whose head is ready is in the heap; one whose head is not is in `waiting`; no stream is in
// both.

import { Columns } from './columns.js';
import { Cursor } from './cursor.js';
import { badEvent, type TraceError } from './error.js';
import { ev, eventInfo } from './event.js';
import { type GoTable, state } from './gotable.js';
import { Heads, Waiting } from './heads.js';
import type { IdTable } from './ids.js';
import { fakeP } from './model.js';
import type { Records } from './reader.js';
import { folded, type Step, stepOf } from './steps.js';

/** The events in one order, times in ticks, ids as indices. */
export interface Ordered {
  readonly events: Columns;
  /** False if the file ends in the midst: a goroutine still runs, or events wait for others that it does not have. */
  readonly isWhole: boolean;
}

/** Merges the streams. What cannot be ordered is an error, or left out if the file `isCut`. @throws TraceError */
export function order(records: Records, gos: GoTable, stackIds: IdTable, isCut: boolean): Ordered {
  const merge = new Merge(records, gos, stackIds);
  return merge.run(isCut);
}

class Merge {
  readonly #records: Records;
  readonly #gos: GoTable;
  readonly #stackIds: IdTable;
  readonly #cursors: Cursor[];
  readonly #heads: Heads;
  readonly #waiting: Waiting;
  readonly #events: Columns;
  #gcs = 0;
  readonly #isHeadReady = (stream: number) => this.#isReady(this.#cursors[stream]!);
  readonly #push = (stream: number) => this.#heads.push(stream);

  constructor(records: Records, gos: GoTable, stackIds: IdTable) {
    this.#records = records;
    this.#gos = gos;
    this.#stackIds = stackIds;
    this.#cursors = records.pids.map((_, stream) => new Cursor(records, stream, { samples: false }));
    this.#heads = new Heads(this.#cursors);
    this.#waiting = new Waiting(this.#cursors);
    this.#events = new Columns(records.events);
  }

  run(isCut: boolean): Ordered {
    const heads = this.#heads;
    const events = this.#events;
    let last = 0;
    this.#cursors.forEach((cursor, stream) => {
      if (cursor.next()) this.#enter(stream);
    });
    while (heads.size > 0) {
      const stream = heads.min;
      const cursor = this.#cursors[stream]!;
      const n = events.length;
      if (!this.#isReady(cursor)) {
        throw badEvent(n, cursor.offset, `another event has done to goroutine ${cursor.goid} what this one does`);
      }
      if (cursor.ticks < last) throw badEvent(n, cursor.offset, `time stamps out of order${this.#what(cursor)}`);
      last = cursor.ticks;
      this.#emit(cursor);
      const goid = cursor.goid;
      const step = stepOf[cursor.type];
      const isGC = cursor.type === ev.GCStart;
      if (step !== undefined) this.#take(cursor, step);
      else if (isGC) this.#gcs++;
      this.#advance(stream);
      if (this.#waiting.size > 0 && (step !== undefined || isGC)) this.#wake(goid);
    }
    if (this.#waiting.size === 0) return { events, isWhole: !this.#endsInMidst() };
    if (!isCut && !this.#endsInMidst()) throw this.#stuck();
    events.truncate(events.length);
    return { events, isWhole: false };
  }

  /** Puts a stream with a new head where it belongs. */
  #enter(stream: number): void {
    const cursor = this.#cursors[stream]!;
    this.#look(cursor);
    if (this.#isReady(cursor)) this.#heads.push(stream);
    else this.#waiting.add(stream);
  }

  /** The stream whose head was taken goes on. It is at the top of the heap. */
  #advance(stream: number): void {
    const cursor = this.#cursors[stream]!;
    if (cursor.next()) {
      this.#look(cursor);
      if (this.#isReady(cursor)) {
        this.#heads.sink();
        return;
      }
      this.#heads.pop();
      this.#waiting.add(stream);
    } else this.#heads.pop();
  }

  /** Finds what the head of a stream waits for. */
  #look(cursor: Cursor): void {
    const step = stepOf[cursor.type];
    cursor.seq = -1;
    if (step !== undefined) {
      cursor.needs = step.needs;
      cursor.goid = step.of === 'argument' ? cursor.a : this.#gos.id[cursor.running]!;
      if (step.seq !== undefined) cursor.seq = step.seq === 'one' ? 1 : cursor.b;
    } else if (cursor.type === ev.GCStart) {
      cursor.needs = state.gc;
      cursor.goid = 0;
      cursor.seq = cursor.a;
    } else cursor.needs = state.any;
  }

  #isReady(cursor: Cursor): boolean {
    const needs = cursor.needs;
    if (needs === state.any) return true;
    if (needs === state.gc) return cursor.seq === this.#gcs;
    const gos = this.#gos;
    const g = gos.ids.get(cursor.goid);
    if (needs === state.unborn) return g < 0;
    return g >= 0 && gos.state[g] === needs && (cursor.seq < 0 || cursor.seq === gos.seq[g]);
  }

  /** The goroutine of the event changes as it says. */
  #take(cursor: Cursor, step: Step): void {
    const gos = this.#gos;
    const g = step.needs === state.unborn ? gos.add(cursor.goid) : gos.ids.get(cursor.goid);
    gos.state[g] = step.becomes;
    if (step.counts) gos.seq[g] = gos.seq[g]! + 1;
  }

  /** Streams whose heads have become ready by a change of this goroutine, or of the count of GCs. */
  #wake(goid: number): void {
    const g = this.#gos.ids.get(goid);
    if (g >= 0) {
      this.#waiting.take(goid, this.#gos.state[g]!, this.#gos.seq[g]!, this.#isHeadReady, this.#push);
      this.#waiting.take(goid, this.#gos.state[g]!, -1, this.#isHeadReady, this.#push);
    }
    this.#waiting.take(0, state.gc, this.#gcs, this.#isHeadReady, this.#push);
  }

  /** Writes the head of a stream as the next event. */
  #emit(cursor: Cursor): void {
    const events = this.#events;
    const gos = this.#gos;
    const n = events.length++;
    const type = cursor.type;
    let a = cursor.a;
    let b = cursor.b;
    let c = cursor.c;
    let p = cursor.pid;
    let g = cursor.running;
    switch (type) {
      case ev.GoStart:
      case ev.GoStartLocal:
      case ev.GoStartLabel:
        g = gos.ids.get(a);
        cursor.running = g;
        a = g;
        if (type === ev.GoStartLabel) c = this.#records.strings.index(c);
        break;
      case ev.GoEnd:
      case ev.GoStop:
        cursor.running = 0;
        break;
      case ev.GoCreate:
        a = gos.length; // it is made at once
        b = this.#stack(b);
        break;
      case ev.GoUnblock:
      case ev.GoUnblockLocal:
        a = gos.ids.get(a);
        if (gos.isTimer(g)) p = fakeP.timers;
        break;
      case ev.GoSysExitLocal:
        b = 0; // its real time is not where Go's readers look for it
        a = g = gos.ids.get(a);
        p = fakeP.syscalls;
        break;
      case ev.GoSysExit:
        a = g = gos.ids.get(a);
        p = fakeP.syscalls;
        break;
      case ev.GoWaiting:
      case ev.GoInSyscall:
        a = g = gos.ids.get(a);
        break;
      case ev.STWStart:
        this.#checkSTW(n, cursor);
        g = 0;
        break;
      case ev.GCStart:
      case ev.GCDone:
      case ev.STWDone:
        g = 0;
        break;
      case ev.UserTaskCreate:
      case ev.UserRegion:
        c = this.#records.strings.index(c);
        break;
      case ev.UserLog:
        b = this.#records.strings.index(b);
        break;
      default:
        if (stepOf[type]?.of === 'current') cursor.running = 0;
    }
    events.type[n] = folded[type]!;
    events.ts[n] = cursor.ticks;
    events.p[n] = p;
    events.g[n] = g;
    events.stack[n] = cursor.stack === 0 ? 0 : this.#stack(cursor.stack);
    events.args[0][n] = a;
    events.args[1][n] = b;
    events.args[2][n] = c;
    events.offset[n] = cursor.offset;
  }

  #stack(id: number): number {
    return Math.max(this.#stackIds.get(id), 0);
  }

  /** The kinds are two until 1.19 and more in 1.21. */
  #checkSTW(n: number, cursor: Cursor): void {
    const last = this.#records.version >= 21 ? 16 : 1;
    if (cursor.a > last) throw badEvent(n, cursor.offset, `unknown STW kind ${cursor.a}, expected 0 to ${last}`);
  }

  /** Whether a stream ended while a goroutine ran on its P: a tracer that is stopped takes all off first. */
  #endsInMidst(): boolean {
    return this.#cursors.some((cursor, stream) => cursor.running !== 0 && !this.#waiting.has(stream));
  }

  #stuck(): TraceError {
    let first: Cursor | undefined;
    this.#cursors.forEach((cursor, stream) => {
      if (this.#waiting.has(stream) && (first === undefined || cursor.ticks < first.ticks)) first = cursor;
    });
    const n = this.#events.length;
    return badEvent(n, first!.offset, `no consistent ordering of events possible${this.#what(first!)}`);
  }

  /** What an event is, for a message. */
  #what(cursor: Cursor): string {
    const about = cursor.needs === state.any || cursor.needs === state.gc ? '' : ` of goroutine ${cursor.goid}`;
    return ` (${eventInfo[cursor.type]!.name}${about} on P ${cursor.pid})`;
  }
}
