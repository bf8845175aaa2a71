// Links: which event ends what another one begins, for goroutines (created -> started -> blocked -> woken -> started ...)
// and for ranges (collections, stopped worlds, sweeps, mark assists, user tasks, regions); model.ts lists them. Ranges are
// checked here as well: they must nest. After postProcessTrace in internal/trace/parser.go.

import { type Columns, resized, withRoom } from './columns.js';
import { ev } from './event.js';
import { argOf, fakeP, type Goroutines } from './model.js';

/** The goroutines while a trace is read: what `Goroutines` shows, but the columns grow. Index 0 is g0. */
export class GoroutineColumns implements Goroutines {
  length = 0;
  id: Float64Array;
  created: Int32Array;
  creator: Uint32Array;
  entry: Uint32Array;
  started: Int32Array;
  ended: Int32Array;

  /** Makes room for `capacity` goroutines. */
  constructor(capacity = 64) {
    this.id = new Float64Array(capacity);
    this.created = new Int32Array(capacity);
    this.creator = new Uint32Array(capacity);
    this.entry = new Uint32Array(capacity);
    this.started = new Int32Array(capacity);
    this.ended = new Int32Array(capacity);
    this.add(0, 0);
  }

  /** Adds a goroutine, whose creation is still to come. @returns its index */
  add(id: number, entry: number): number {
    const g = this.length++;
    if (g === this.id.length) this.#resize(2 * g);
    this.id[g] = id;
    this.entry[g] = entry;
    this.created[g] = -1;
    this.started[g] = -1;
    this.ended[g] = -1;
    return g;
  }

  /** Makes room for so many goroutines. */
  reserve(capacity: number): void {
    if (capacity > this.id.length) this.#resize(Math.max(capacity, 2 * this.id.length));
  }

  /** The first `length` goroutines. */
  view(length = this.length): Goroutines {
    return {
      length,
      id: this.id.subarray(0, length),
      created: this.created.subarray(0, length),
      creator: this.creator.subarray(0, length),
      entry: this.entry.subarray(0, length),
      started: this.started.subarray(0, length),
      ended: this.ended.subarray(0, length),
    };
  }

  /** Column by column, as in Columns. */
  #resize(capacity: number): void {
    this.id = resized(this.id, capacity, this.length);
    this.created = resized(this.created, capacity, this.length);
    this.creator = resized(this.creator, capacity, this.length);
    this.entry = resized(this.entry, capacity, this.length);
    this.started = resized(this.started, capacity, this.length);
    this.ended = resized(this.ended, capacity, this.length);
  }
}

/**
 * Links the events of the goroutines, and collects what is known of each goroutine. Events that happened on no P move to a fake
 * one. The events must be legal by check().
 */
export class Lives {
  readonly #events: Columns;
  readonly #goroutines: GoroutineColumns;
  /** By goroutine: 1 + the event that its next wake-up or start ends, 0 for none. */
  #pending: Int32Array;
  /** By goroutine: 1 + the start that ends when it leaves its P, 0 if it is on none. */
  #running: Int32Array;

  constructor(events: Columns, goroutines: GoroutineColumns) {
    this.#events = events;
    this.#goroutines = goroutines;
    this.#pending = new Int32Array(goroutines.length);
    this.#running = new Int32Array(goroutines.length);
  }

  /** Takes event `i`, the next one. */
  add(i: number): void {
    const { type, p, g, link } = this.#events;
    const own = g[i]!;
    switch (type[i]) {
      case ev.GoCreate:
      case ev.GoCreateBlocked:
      case ev.GoCreateSyscall:
        this.#create(i);
        break;
      case ev.GoStart:
      case ev.GoStartLabel:
        this.#start(i);
        break;
      case ev.GoEnd:
      case ev.GoStop:
      case ev.GoDestroySyscall:
        this.#leave(own, i);
        this.#goroutines.ended[own] = i;
        break;
      case ev.GoSysBlock:
        this.#leave(own, i);
        break;
      case ev.GoSched:
      case ev.GoPreempt:
      case ev.GoSleep:
      case ev.GoBlock:
      case ev.GoBlockSend:
      case ev.GoBlockRecv:
      case ev.GoBlockSelect:
      case ev.GoBlockSync:
      case ev.GoBlockCond:
      case ev.GoBlockNet:
      case ev.GoBlockGC:
        this.#leave(own, i);
        this.#pending[own] = i + 1;
        break;
      case ev.GoWaiting:
      case ev.GoInSyscall:
      case ev.GoSysCall:
        this.#pending[own] = i + 1;
        break;
      case ev.GoSyscallEnd:
        if (this.#pending[own]! > 0) link[this.#pending[own]! - 1] = i;
        this.#pending[own] = 0;
        break;
      case ev.GoUnblock:
        this.#unblock(i);
        break;
      case ev.GoSysExit:
        this.#exit(i);
        break;
      case ev.GCStart:
        p[i] = fakeP.gc;
        break;
    }
  }

  /** Goroutine `own` leaves its P with event `i`, if it is on one. */
  #leave(own: number, i: number): void {
    const start = this.#running[own]! - 1;
    if (start >= 0) this.#events.link[start] = i;
    this.#running[own] = 0;
  }

  #create(i: number): void {
    const { g, arg } = this.#events;
    const made = arg[i]!;
    if (made >= this.#pending.length) {
      const last = Math.max(made, this.#goroutines.id.length - 1);
      this.#pending = withRoom(this.#pending, last);
      this.#running = withRoom(this.#running, last);
    }
    this.#goroutines.created[made] = i;
    this.#goroutines.creator[made] = g[i]!;
    this.#pending[made] = i + 1;
  }

  #start(i: number): void {
    const { g, stack, link } = this.#events;
    const { started, entry } = this.#goroutines;
    const own = g[i]!;
    if (started[own]! < 0) {
      started[own] = i;
      stack[i] = entry[own]!;
    }
    const readied = this.#pending[own]! - 1;
    if (readied >= 0) link[readied] = i;
    this.#pending[own] = 0;
    this.#running[own] = i + 1;
  }

  #unblock(i: number): void {
    const { type, p, arg, link } = this.#events;
    const woken = arg[i]!;
    const block = this.#pending[woken]! - 1;
    if (block >= 0) {
      link[block] = i;
      if (type[block] === ev.GoBlockNet && p[i] !== fakeP.timers) p[i] = fakeP.netpoll;
    }
    this.#pending[woken] = i + 1;
  }

  #exit(i: number): void {
    const { type, g, link } = this.#events;
    const own = g[i]!;
    const call = this.#pending[own]! - 1;
    if (call >= 0 && (type[call] === ev.GoSysCall || type[call] === ev.GoCreateSyscall)) link[call] = i;
    this.#pending[own] = i + 1;
  }
}

/** By event type: 1 if it begins or ends a range. */
export const isRange = new Uint8Array(64);
for (const type of [
  ev.GCStart,
  ev.GCDone,
  ev.STWStart,
  ev.STWDone,
  ev.SweepStart,
  ev.SweepDone,
  ev.MarkAssistStart,
  ev.MarkAssistDone,
  ev.UserTaskCreate,
  ev.UserTaskEnd,
  ev.UserRegion,
  ev.GoEnd,
]) {
  isRange[type] = 1;
}

/** Open ranges of one kind: the event that began each, by what may have one at a time (a P, a goroutine, a task). */
type Open = Map<number, number>;

/** The key of a range of which there is only one at a time in the whole program. */
const WORLD = 0;

/** Links the beginnings of ranges to their ends. */
export class Ranges {
  readonly #events: Columns;
  readonly #version: number;
  readonly #gc: Open = new Map();
  readonly #stw: Open = new Map();
  readonly #sweeps: Open = new Map();
  readonly #assists: Open = new Map();
  readonly #tasks: Open = new Map();
  /** The open regions of each goroutine, innermost last. */
  readonly #regions = new Map<number, number[]>();

  /** @param version minor version in the header: before 1.10 each P stopped and started the world, from 1.22 on a goroutine does */
  constructor(events: Columns, version: number) {
    this.#events = events;
    this.#version = version;
  }

  /** Takes event `i`, the next one, and returns its fault if it does not nest. */
  add(i: number): string | undefined {
    const type = this.#events.type[i]!;
    return isRange[type] === 1 ? this.#add(i, type) : undefined; // most events belong to no range
  }

  #add(i: number, type: number): string | undefined {
    const { p, g } = this.#events;
    switch (type) {
      case ev.GCStart:
        return this.#begin(this.#gc, WORLD, i, 'previous GC is not ended before a new one');
      case ev.GCDone:
        return this.#end(this.#gc, WORLD, i, 'bogus GC end: none is open');
      case ev.STWStart:
        return this.#begin(this.#stw, this.#stopper(i), i, 'previous STW is not ended before a new one');
      case ev.STWDone:
        return this.#end(this.#stw, this.#stopper(i), i, 'bogus STW end: none is open');
      case ev.SweepStart:
        return this.#begin(this.#sweeps, p[i]!, i, `previous sweeping of P ${p[i]} is not ended before a new one`);
      case ev.SweepDone:
        return this.#end(this.#sweeps, p[i]!, i, `bogus sweeping end: none is open on P ${p[i]}`);
      case ev.MarkAssistStart:
        return this.#begin(this.#assists, g[i]!, i, 'previous mark assist is not ended before a new one');
      case ev.UserTaskCreate:
        return this.#begin(this.#tasks, this.#arg(i), i, `task id conflicts: task ${this.#arg(i)} is open already`);
      // Assists, tasks and regions may have begun before the trace, so an end without a beginning is legal.
      case ev.MarkAssistDone:
        this.#end(this.#assists, g[i]!, i, '');
        return undefined;
      case ev.UserTaskEnd:
        this.#end(this.#tasks, this.#arg(i), i, '');
        return undefined;
      case ev.GoEnd:
        return this.#endRegions(i);
      default:
        return this.#region(i);
    }
  }

  #arg(i: number, k = 0): number {
    return argOf(this.#events, i, k);
  }

  /** What stops the world with event `i`. */
  #stopper(i: number): number {
    if (this.#version < 10) return this.#events.p[i]!;
    return this.#version < 22 ? WORLD : this.#events.g[i]!;
  }

  /** Opens a range; returns `fault` if one is open. */
  #begin(open: Open, key: number, i: number, fault: string): string | undefined {
    if (open.has(key)) return fault;
    open.set(key, i);
    return undefined;
  }

  /** Closes a range; returns `fault` if none is open. */
  #end(open: Open, key: number, i: number, fault: string): string | undefined {
    const begin = open.get(key);
    if (begin === undefined) return fault;
    this.#events.link[begin] = i;
    open.delete(key);
    return undefined;
  }

  #region(i: number): string | undefined {
    const { g, link } = this.#events;
    const own = g[i]!;
    const mode = this.#arg(i, 1);
    if (mode > 1) return `invalid user region mode ${mode}, expected 0 or 1`;
    const open = this.#regions.get(own);
    if (mode === 0) {
      if (open === undefined) this.#regions.set(own, [i]);
      else open.push(i);
      return undefined;
    }
    const begin = open?.pop();
    if (begin === undefined) return undefined; // it began before the trace
    if (this.#arg(begin) !== this.#arg(i) || this.#arg(begin, 2) !== this.#arg(i, 2)) {
      return `misuse of region: the innermost open one of the goroutine has another task or name (event ${begin})`;
    }
    link[begin] = i;
    return undefined;
  }

  #endRegions(i: number): undefined {
    if (this.#regions.size === 0) return;
    const own = this.#events.g[i]!;
    const open = this.#regions.get(own);
    if (open === undefined) return;
    for (const begin of open) this.#events.link[begin] = i;
    this.#regions.delete(own);
  }
}
