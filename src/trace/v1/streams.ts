// The merge of the streams of the Ps into one order, after order1007 in internal/trace/order.go.
//
// Times do not give the order, because events on two Ps may have the same tick. So an event that starts or wakes a goroutine
// on another P says which sequence number the goroutine must have (gotable.ts has the rule for each type). The next event is
// the earliest of the heads that are ready, that is, whose goroutine has the required state and number. An example:
//
//   stream of P 0           stream of P 1
//   100 GoStart 7, seq 1    100 GoCreate 7
//   105 GoBlockRecv         110 GoUnblock 7, seq 2
//   110 GoStart 7, seq 3
//
//   head of P 0                          head of P 1                         next event         goroutine 7
//   100 GoStart, needs runnable, 1       100 GoCreate, needs unborn          100 GoCreate 7     runnable, 1
//   100 GoStart, ready                   110 GoUnblock, needs waiting, 2     100 GoStart 7      running, 2
//   105 GoBlockRecv, needs running       110 GoUnblock, needs waiting, 2     105 GoBlockRecv    waiting, 2
//   110 GoStart, needs runnable, 3       110 GoUnblock, ready                110 GoUnblock 7    runnable, 3
//   110 GoStart, ready                   end of the stream                   110 GoStart 7      running, 4
//
// If no head is ready, or if the times of the result decrease, the file is inconsistent, or truncated.
//
// Invariant: a stream whose head is ready is in the heap; one whose head is not ready is in `waiting`; no stream is in both.

import { state } from '../check.js';
import { badEvent, type TraceError } from '../error.js';
import { ev, eventInfo } from '../event.js';
import { fakeP } from '../model.js';
import type { IdTable } from '../tables.js';
import { RecordColumns } from './columns.js';
import { Cursor } from './cursor.js';
import { GC, type GoTable, modelType, type Transition, transitionOf } from './gotable.js';
import { Heads, Waiting } from './heads.js';
import type { Records } from './reader.js';

/** The events in one order, with times in ticks and indices instead of ids. */
export interface Ordered {
  readonly events: RecordColumns;
  /** False if the file is truncated: a goroutine still runs, or events wait for others that the file does not have. */
  readonly isWhole: boolean;
}

/**
 * Merges the streams.
 * @param isCut true if the file is truncated: then events that cannot be ordered are left out
 * @throws TraceError if events cannot be ordered
 */
export function mergeStreams(records: Records, gos: GoTable, stackIds: IdTable, isCut: boolean): Ordered {
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
  readonly #events: RecordColumns;
  /** Number of collections that have begun. */
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
    this.#events = new RecordColumns(records.events);
  }

  /** Merges all streams, see mergeStreams(). */
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
        const what = cursor.needs === GC ? `collection ${cursor.seq}` : `transition of goroutine ${cursor.goid}`;
        throw badEvent(n, cursor.offset, `two events claim the same ${what}`);
      }
      if (cursor.ticks < last) throw badEvent(n, cursor.offset, `time stamps out of order${this.#describe(cursor)}`);
      last = cursor.ticks;
      this.#emit(cursor);
      const goid = cursor.goid;
      const transition = transitionOf[cursor.type];
      const isGC = cursor.type === ev.GCStart;
      if (transition !== undefined) this.#apply(cursor, transition);
      else if (isGC) this.#gcs++;
      this.#advance(stream);
      if (this.#waiting.size > 0 && (transition !== undefined || isGC)) this.#wake(goid);
    }
    if (this.#waiting.size === 0) return { events, isWhole: !this.#endsRunning() };
    if (!isCut && !this.#endsRunning()) throw this.#stuck();
    events.truncate(events.length);
    return { events, isWhole: false };
  }

  /** Adds a stream to the heap or to those that wait. */
  #enter(stream: number): void {
    const cursor = this.#cursors[stream]!;
    this.#setNeeds(cursor);
    if (this.#isReady(cursor)) this.#heads.push(stream);
    else this.#waiting.add(stream);
  }

  /** Advances the stream whose head has become an event: it is at the top of the heap. */
  #advance(stream: number): void {
    const cursor = this.#cursors[stream]!;
    if (cursor.next()) {
      this.#setNeeds(cursor);
      if (this.#isReady(cursor)) {
        this.#heads.sink();
        return;
      }
      this.#heads.pop();
      this.#waiting.add(stream);
    } else this.#heads.pop();
  }

  /** Sets what the head of a stream requires. */
  #setNeeds(cursor: Cursor): void {
    const transition = transitionOf[cursor.type];
    cursor.seq = -1;
    if (transition !== undefined) {
      cursor.needs = transition.needs;
      cursor.goid = transition.of === 'argument' ? cursor.a : this.#gos.id[cursor.running]!;
      if (transition.seq !== undefined) cursor.seq = transition.seq === 'one' ? 1 : cursor.b;
    } else if (cursor.type === ev.GCStart) {
      cursor.needs = GC;
      cursor.goid = 0;
      cursor.seq = cursor.a;
    } else cursor.needs = state.any;
  }

  #isReady(cursor: Cursor): boolean {
    const needs = cursor.needs;
    if (needs === state.any) return true;
    if (needs === GC) return cursor.seq === this.#gcs;
    const gos = this.#gos;
    const g = gos.ids.get(cursor.goid);
    if (needs === state.unborn) return g < 0;
    return g >= 0 && gos.state[g] === needs && (cursor.seq < 0 || cursor.seq === gos.seq[g]);
  }

  /** Changes the goroutine of an event. */
  #apply(cursor: Cursor, transition: Transition): void {
    const gos = this.#gos;
    const g = transition.needs === state.unborn ? gos.add(cursor.goid) : gos.ids.get(cursor.goid);
    gos.state[g] = transition.becomes;
    if (transition.counts) gos.seq[g] = gos.seq[g]! + 1;
  }

  /** Moves streams to the heap whose heads are ready after a change of this goroutine, or of the number of collections. */
  #wake(goid: number): void {
    const g = this.#gos.ids.get(goid);
    if (g >= 0) {
      this.#waiting.take(goid, this.#gos.state[g]!, this.#gos.seq[g]!, this.#isHeadReady, this.#push);
      this.#waiting.take(goid, this.#gos.state[g]!, -1, this.#isHeadReady, this.#push);
    }
    this.#waiting.take(0, GC, this.#gcs, this.#isHeadReady, this.#push);
  }

  /** Writes the head of a stream as the next event of the columns. */
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
        a = gos.length; // the index that #apply() is about to give it
        b = this.#stack(b);
        break;
      case ev.GoUnblock:
      case ev.GoUnblockLocal:
        a = gos.ids.get(a);
        if (gos.isTimer(g)) p = fakeP.timers;
        break;
      case ev.GoSysExitLocal:
        b = 0; // Go's readers ignore its real time, which is not their third argument
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
        if (transitionOf[type]?.of === 'current') cursor.running = 0;
    }
    events.type[n] = modelType[type]!;
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

  /** There are two kinds until Go 1.19, and 17 in 1.21. */
  #checkSTW(n: number, cursor: Cursor): void {
    const last = this.#records.version >= 21 ? 16 : 1;
    if (cursor.a > last) throw badEvent(n, cursor.offset, `unknown STW kind ${cursor.a}, expected 0 to ${last}`);
  }

  /** True if a stream ends while a goroutine runs on its P: a tracer that is stopped takes all goroutines off first. */
  #endsRunning(): boolean {
    return this.#cursors.some((cursor, stream) => cursor.running !== 0 && !this.#waiting.has(stream));
  }

  #stuck(): TraceError {
    let first: Cursor | undefined;
    this.#cursors.forEach((cursor, stream) => {
      if (this.#waiting.has(stream) && (first === undefined || cursor.ticks < first.ticks)) first = cursor;
    });
    const n = this.#events.length;
    return badEvent(n, first!.offset, `no consistent ordering of events possible${this.#describe(first!)}`);
  }

  /** Describes an event for an error message. */
  #describe(cursor: Cursor): string {
    const about = cursor.needs === state.any || cursor.needs === GC ? '' : ` of goroutine ${cursor.goid}`;
    return ` (${eventInfo[cursor.type]!.name}${about} on P ${cursor.pid})`;
  }
}
