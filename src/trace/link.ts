// Links: which event ends what another one begins, for goroutines (created -> started -> blocked -> woken -> started ...)
// and for ranges (collections, stopped worlds, sweeps, mark assists, user tasks, regions); model.ts lists them. Ranges are
// checked here as well: they must nest. After postProcessTrace in internal/trace/parser.go.

import type { Fault } from './check.js';
import { ev } from './event.js';
import { type Columns, fakeP, type Goroutines } from './model.js';

/**
 * Links the events of the goroutines, whose numbers in the file are `ids`, and collects what is known of each goroutine.
 * Events that happened on no P move to a fake one. The events must have passed check().
 */
export function linkGoroutines(events: Columns, ids: Float64Array): Goroutines {
  const lives = new Lives(events, ids);
  for (let i = 0; i < events.length; i++) lives.add(i);
  return lives.goroutines;
}

class Lives {
  readonly goroutines: Goroutines;
  readonly #events: Columns;
  /** By goroutine: the event that its next wake-up or start ends, -1 for none. */
  readonly #pending: Int32Array;
  /** By goroutine: the start that ends when it leaves its P. */
  readonly #running: Int32Array;

  constructor(events: Columns, ids: Float64Array) {
    const length = ids.length;
    this.#events = events;
    this.goroutines = {
      length,
      id: ids,
      created: new Int32Array(length).fill(-1),
      creator: new Uint32Array(length),
      entry: new Uint32Array(length),
      started: new Int32Array(length).fill(-1),
      ended: new Int32Array(length).fill(-1),
    };
    this.#pending = new Int32Array(length).fill(-1);
    this.#running = new Int32Array(length).fill(-1);
  }

  /** Takes event `i`, the next one. */
  add(i: number): void {
    const { type, p, g, link } = this.#events;
    const own = g[i]!;
    switch (type[i]) {
      case ev.GoCreate:
        this.#create(i);
        break;
      case ev.GoStart:
      case ev.GoStartLabel:
        this.#start(i);
        break;
      case ev.GoEnd:
      case ev.GoStop:
        link[this.#running[own]!] = i;
        this.goroutines.ended[own] = i;
        break;
      case ev.GoSysBlock:
        link[this.#running[own]!] = i;
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
        link[this.#running[own]!] = i;
        this.#pending[own] = i;
        break;
      case ev.GoWaiting:
      case ev.GoInSyscall:
      case ev.GoSysCall:
        this.#pending[own] = i;
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

  #create(i: number): void {
    const { g, args } = this.#events;
    const { created, creator, entry } = this.goroutines;
    const made = args[0][i]!;
    created[made] = i;
    creator[made] = g[i]!;
    entry[made] = args[1][i]!;
    this.#pending[made] = i;
  }

  #start(i: number): void {
    const { g, stack, link } = this.#events;
    const { started, entry } = this.goroutines;
    const own = g[i]!;
    if (started[own]! < 0) {
      started[own] = i;
      stack[i] = entry[own]!;
    }
    const readied = this.#pending[own]!;
    if (readied >= 0) link[readied] = i;
    this.#pending[own] = -1;
    this.#running[own] = i;
  }

  #unblock(i: number): void {
    const { type, p, args, link } = this.#events;
    const woken = args[0][i]!;
    const block = this.#pending[woken]!;
    if (block >= 0) {
      link[block] = i;
      if (type[block] === ev.GoBlockNet && p[i] !== fakeP.timers) p[i] = fakeP.netpoll;
    }
    this.#pending[woken] = i;
  }

  #exit(i: number): void {
    const { type, g, link } = this.#events;
    const own = g[i]!;
    const call = this.#pending[own]!;
    if (call >= 0 && type[call] === ev.GoSysCall) link[call] = i;
    this.#pending[own] = i;
  }
}

/**
 * Links the beginnings of ranges to their ends.
 *
 * @param version minor version in the header: before 1.10 each P stopped and started the world on its own
 * @returns the first event that does not nest
 */
export function linkRanges(events: Columns, version: number): Fault | undefined {
  const { type, length } = events;
  const ranges = new Ranges(events, version);
  for (let i = 0; i < length; i++) {
    const t = type[i]!;
    // Most events belong to no range.
    if (isRange[t] === 1) {
      const what = ranges.add(i, t);
      if (what !== undefined) return { event: i, what };
    }
  }
  return undefined;
}

const isRange = new Uint8Array(64);
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

class Ranges {
  readonly #events: Columns;
  readonly #isSTWPerP: boolean;
  readonly #gc: Open = new Map();
  readonly #stw: Open = new Map();
  readonly #sweeps: Open = new Map();
  readonly #assists: Open = new Map();
  readonly #tasks: Open = new Map();
  /** The open regions of each goroutine, innermost last. */
  readonly #regions = new Map<number, number[]>();

  constructor(events: Columns, version: number) {
    this.#events = events;
    this.#isSTWPerP = version < 10;
  }

  /** Takes event `i`, and returns its fault. */
  add(i: number, type: number): string | undefined {
    const { p, g, args } = this.#events;
    const world = this.#isSTWPerP ? p[i]! : WORLD;
    switch (type) {
      case ev.GCStart:
        return this.#begin(this.#gc, WORLD, i, 'previous GC is not ended before a new one');
      case ev.GCDone:
        return this.#end(this.#gc, WORLD, i, 'bogus GC end: none is open');
      case ev.STWStart:
        return this.#begin(this.#stw, world, i, 'previous STW is not ended before a new one');
      case ev.STWDone:
        return this.#end(this.#stw, world, i, 'bogus STW end: none is open');
      case ev.SweepStart:
        return this.#begin(this.#sweeps, p[i]!, i, `previous sweeping of P ${p[i]} is not ended before a new one`);
      case ev.SweepDone:
        return this.#end(this.#sweeps, p[i]!, i, `bogus sweeping end: none is open on P ${p[i]}`);
      case ev.MarkAssistStart:
        return this.#begin(this.#assists, g[i]!, i, 'previous mark assist is not ended before a new one');
      case ev.UserTaskCreate:
        return this.#begin(this.#tasks, args[0][i]!, i, `task id conflicts: task ${args[0][i]} is open already`);
      // Assists, tasks and regions may have begun before the trace, so an end without a beginning is legal.
      case ev.MarkAssistDone:
        this.#end(this.#assists, g[i]!, i, '');
        return undefined;
      case ev.UserTaskEnd:
        this.#end(this.#tasks, args[0][i]!, i, '');
        return undefined;
      case ev.GoEnd:
        return this.#endRegions(i);
      default:
        return this.#region(i);
    }
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
    const { g, args, link } = this.#events;
    const [tasks, modes, names] = args;
    const own = g[i]!;
    if (modes[i]! > 1) return `invalid user region mode ${modes[i]}, expected 0 or 1`;
    const open = this.#regions.get(own);
    if (modes[i] === 0) {
      if (open === undefined) this.#regions.set(own, [i]);
      else open.push(i);
      return undefined;
    }
    const begin = open?.pop();
    if (begin === undefined) return undefined; // it began before the trace
    if (tasks[begin] !== tasks[i] || names[begin] !== names[i]) {
      return `misuse of region: the innermost open one of the goroutine has another task or name (event ${begin})`;
    }
    link[begin] = i;
    return undefined;
  }

  #endRegions(i: number): undefined {
    if (this.#regions.size === 0) return;
    const own = this.#events.g[i]!;
    for (const begin of this.#regions.get(own) ?? []) this.#events.link[begin] = i;
    this.#regions.delete(own);
  }
}
