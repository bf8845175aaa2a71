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
// The merge takes events while the file arrives, as long as nothing that is still to come can change the order. A stream whose
// events have all been taken is starved: its next event may have any time from the last one on, so only what is earlier is
// certain. That is nothing, unless the stream has begun a batch, whose time is later (which is why our runtime writes batches
// without an event, see runtime/tracing/collections.ts).
//
// Invariant: a stream is in the heap if its head is ready, in `waiting` if it is not; one without a head is starved, or has ended.

import { state } from '../check.js';
import { Columns, MAX_THREADS, withRoom } from '../columns.js';
import { badEvent, type TraceError } from '../error.js';
import { ev, isWide } from '../event.js';
import { fakeP } from '../model.js';
import { Cursor, checkStop, describe } from './cursor.js';
import {
  addsOf,
  becomesOf,
  GC,
  GoTable,
  isOfArgument,
  isOfCurrent,
  modelType,
  needsOf,
  SEQ,
  seqOf,
  ThreadTable,
} from './gotable.js';
import { Heads, Waiting } from './heads.js';
import type { Records } from './reader.js';
import type { RealExits } from './rearrange.js';
import { RawSamples } from './samples.js';

/** Merges the streams of a file into one order. */
export class Merge {
  /** The events in one order, with times in ticks and indices instead of ids; without links, and not yet checked. */
  readonly events = new Columns();
  /** By event: the offset of its record. */
  offsets = new Float64Array(0);
  readonly gos = new GoTable();
  readonly samples = new RawSamples();
  readonly threads = new ThreadTable();
  /** Ends of system calls that say when these were. */
  readonly exits: RealExits = { event: [], ticks: [] };

  readonly #records: Records;
  readonly #cursors: Cursor[] = [];
  readonly #heads = new Heads(this.#cursors);
  readonly #waiting = new Waiting(this.#cursors);
  /** Streams that are starved, and the earliest time that the next event of one of them may have. */
  readonly #starved: number[] = [];
  #bound = Infinity;
  /** True once no more events arrive. */
  #isLast = false;
  /** Time of the last event. */
  #last = 0;
  /** Number of collections that have begun. */
  #gcs = 0;
  readonly #isHeadReady = (stream: number) => this.#isReady(this.#cursors[stream]!);
  readonly #push = (stream: number) => this.#heads.push(stream);

  constructor(records: Records) {
    this.#records = records;
  }

  /**
   * Takes up to `limit` more events, if they are certain. The file must have every stream already.
   * @throws TraceError if events cannot be ordered
   */
  advance(limit: number): void {
    this.#feed();
    this.#run(this.events.length + limit);
  }

  /**
   * Takes up to `limit` more events, now that no more arrive.
   *
   * @returns false if there are none left that can be ordered
   * @throws TraceError if events cannot be ordered
   */
  takeLast(limit: number): boolean {
    if (!this.#isLast) {
      this.#isLast = true;
      this.#feed();
    }
    this.#run(this.events.length + limit);
    return this.#heads.size > 0;
  }

  /**
   * Says whether all events have been taken, after takeLast has taken what it could.
   *
   * @param isCut true if the file is truncated: then events that cannot be ordered are left out
   * @returns false if the file is truncated: a goroutine still runs, or events wait for others that the file does not have
   * @throws TraceError if events cannot be ordered
   */
  finish(isCut: boolean): boolean {
    if (this.#waiting.size === 0) return !this.#endsRunning();
    if (!isCut && !this.#endsRunning()) throw this.#stuck();
    return false;
  }

  /** Finds heads for the streams that have none. */
  #feed(): void {
    const { streams } = this.#records;
    const starved = this.#starved;
    for (let stream = this.#cursors.length; stream < streams.length; stream++) {
      this.#cursors.push(new Cursor(this.#records, stream, this.samples));
      starved.push(stream);
    }
    this.#waiting.reserve(streams.length);
    this.#bound = Infinity;
    let kept = 0;
    for (const stream of starved) {
      const cursor = this.#cursors[stream]!;
      if (cursor.next()) this.#enter(stream);
      else {
        starved[kept++] = stream;
        this.#bound = Math.min(this.#bound, cursor.bound);
      }
    }
    starved.length = kept;
  }

  /** Takes the earliest heads as long as that is certain, until there are `limit` events. */
  #run(limit: number): void {
    const heads = this.#heads;
    while (heads.size > 0 && this.events.length < limit) {
      const stream = heads.min;
      const cursor = this.#cursors[stream]!;
      if (!this.#isLast && !this.#isCertain(cursor)) return;
      if (this.events.length === this.offsets.length) this.#makeRoom();
      this.#requireOrder(cursor);
      this.#last = cursor.ticks;
      this.#emit(cursor);
      const { needs, goid } = cursor;
      let go = 0;
      if (needs < state.any) go = this.#apply(cursor);
      else if (needs === GC) this.#gcs++;
      this.#advance(stream);
      if (this.#waiting.size > 0 && needs !== state.any) this.#wake(goid, go);
    }
  }

  /** @throws TraceError if the earliest head cannot be the next event */
  #requireOrder(cursor: Cursor): void {
    if (!this.#isReady(cursor)) {
      const what = cursor.needs === GC ? `collection ${cursor.seq}` : `transition of goroutine ${cursor.goid}`;
      throw badEvent(this.events.length, cursor.offset, `two events claim the same ${what}`);
    }
    if (cursor.ticks < this.#last) {
      throw badEvent(this.events.length, cursor.offset, `time stamps out of order${describe(cursor)}`);
    }
  }

  /** Makes room for all events that have been read, of which there is at least one more. */
  #makeRoom(): void {
    const { events, creates } = this.#records;
    this.events.reserve(events);
    this.offsets = withRoom(this.offsets, events - 1);
    this.gos.reserve(creates + 1);
  }

  /** True if the earliest head is the next event whatever still arrives, and what it refers to has been defined. */
  #isCertain(cursor: Cursor): boolean {
    if (this.#starved.length > 0 && (cursor.ticks < this.#last || cursor.ticks >= this.#bound)) return false;
    const { stacks, strings } = this.#records;
    if (!stacks.has(cursor.stackId)) return false;
    switch (cursor.type) {
      case ev.GoCreate:
        return stacks.has(cursor.b);
      case ev.UserLog:
        return strings.has(cursor.b);
      case ev.GoStartLabel:
      case ev.UserTaskCreate:
      case ev.UserRegion:
        return strings.has(cursor.c);
      default:
        return true;
    }
  }

  /** Reads the samples behind events that could not be taken. After finish(). @throws TraceError */
  readSamples(): void {
    if (this.#records.samples === 0) return;
    for (const cursor of this.#cursors) while (cursor.next());
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
      return;
    }
    this.#heads.pop();
    if (this.#isLast) return;
    this.#starved.push(stream);
    this.#bound = Math.min(this.#bound, cursor.bound);
  }

  /** Sets what the head of a stream requires. */
  #setNeeds(cursor: Cursor): void {
    const { type } = cursor;
    cursor.needs = needsOf[type]!;
    cursor.seq = seqOf[type] === SEQ.any ? -1 : seqOf[type] === SEQ.one ? 1 : cursor.b;
    if (isOfArgument[type] === 1) {
      cursor.goid = cursor.a;
      cursor.go = -1;
    } else if (isOfCurrent[type] === 1) {
      cursor.go = cursor.running;
      cursor.goid = this.gos.goroutines.id[cursor.running]!;
    } else if (type === ev.GCStart) {
      cursor.goid = 0;
      cursor.seq = cursor.a;
    }
  }

  #isReady(cursor: Cursor): boolean {
    const needs = cursor.needs;
    if (needs >= state.any) return needs === state.any || cursor.seq === this.#gcs;
    const gos = this.gos;
    if (cursor.go < 0) cursor.go = gos.ids.get(cursor.goid);
    const go = cursor.go;
    if (needs === state.unborn) return go < 0;
    return go >= 0 && gos.state[go] === needs && (cursor.seq < 0 || cursor.seq === gos.seq[go]);
  }

  /** Changes the goroutine of an event. @returns its index */
  #apply(cursor: Cursor): number {
    const gos = this.gos;
    const { type } = cursor;
    const go = type === ev.GoCreate ? gos.add(cursor.goid, this.#records.stacks.index(cursor.b)) : cursor.go;
    gos.state[go] = becomesOf[type]!;
    gos.seq[go]! += addsOf[type]!;
    return go;
  }

  /** Moves streams to the heap whose heads are ready after a change of this goroutine, or of the number of collections. */
  #wake(goid: number, go: number): void {
    this.#waiting.take(goid, this.gos.state[go]!, this.gos.seq[go]!, this.#isHeadReady, this.#push);
    this.#waiting.take(goid, this.gos.state[go]!, -1, this.#isHeadReady, this.#push);
    this.#waiting.take(0, GC, this.#gcs, this.#isHeadReady, this.#push);
  }

  /** Writes the head of a stream as the next event of the columns. */
  #emit(cursor: Cursor): void {
    const { events, gos } = this;
    const type = cursor.type;
    let p = cursor.pid;
    let m = cursor.thread;
    let g = cursor.running;
    let arg = 0;
    switch (type) {
      case ev.GoStart:
      case ev.GoStartLocal:
        g = cursor.go;
        cursor.running = g;
        break;
      case ev.GoStartLabel:
        g = cursor.go;
        cursor.running = g;
        arg = this.#records.strings.index(cursor.c);
        break;
      case ev.GoEnd:
      case ev.GoStop:
        cursor.running = 0;
        break;
      case ev.GoCreate:
        arg = gos.length; // the index that #apply() is about to give it
        break;
      case ev.GoUnblock:
      case ev.GoUnblockLocal:
        arg = cursor.go;
        break;
      case ev.GoSysExit:
      case ev.GoSysExitLocal:
        // Go's readers ignore the real time of a Local one, which is not their third argument.
        if (type === ev.GoSysExit && cursor.c !== 0) this.#addExit(cursor);
        g = cursor.go;
        p = fakeP.syscalls;
        m = 0;
        break;
      case ev.GoWaiting:
      case ev.GoInSyscall:
        g = cursor.go;
        break;
      case ev.STWStart:
        checkStop(cursor, this.#records.version, this.events.length);
        arg = cursor.a;
        g = 0;
        break;
      case ev.GCStart:
      case ev.GCDone:
      case ev.STWDone:
        g = 0;
        break;
      case ev.ProcStart:
        arg = this.#startThread(cursor);
        m = cursor.thread;
        break;
      case ev.Gomaxprocs:
        arg = cursor.a;
        break;
      default:
        if (isOfCurrent[type] === 1) cursor.running = 0;
    }
    const stack = cursor.stackId === 0 ? 0 : this.#records.stacks.index(cursor.stackId);
    // What Columns.add() does: a call with a time would make an object for it, three million times.
    const n = events.length++;
    events.type[n] = modelType[type]!;
    events.ts[n] = cursor.ticks;
    events.m[n] = m;
    events.p[n] = p;
    events.g[n] = g;
    events.stack[n] = stack;
    events.link[n] = -1;
    if (isWide[type] === 1) this.#setNumbers(n, cursor);
    else events.arg[n] = arg;
    this.offsets[n] = cursor.offset;
  }

  /** Sets the arguments of event `n`, which is of a type with large numbers or several. */
  #setNumbers(n: number, cursor: Cursor): void {
    const { strings } = this.#records;
    const { a, b, c } = cursor;
    switch (cursor.type) {
      case ev.UserLog:
        this.events.setArgs(n, a, strings.index(b), strings.indexOf(cursor.message));
        break;
      case ev.UserTaskCreate:
      case ev.UserRegion:
        this.events.setArgs(n, a, b, strings.index(c));
        break;
      default:
        this.events.setArgs(n, a, b, c);
    }
  }

  #addExit(cursor: Cursor): void {
    this.exits.event.push(this.events.length);
    this.exits.ticks.push(cursor.c);
  }

  /** A thread gets the P of a stream. @returns its index */
  #startThread(cursor: Cursor): number {
    const m = this.threads.indexOf(cursor.a);
    if (cursor.pid >= 0) cursor.thread = m > MAX_THREADS ? 0 : m;
    return m;
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
    return badEvent(this.events.length, first!.offset, `no consistent ordering of events possible${describe(first!)}`);
  }
}
