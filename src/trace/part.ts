// A part of a trace, from one time to another, as a trace of its own: for -from and -to.
//
// It begins with what was there at that time, as a tracer that begins then would write it: goroutines are created, Ps start,
// goroutines start on them, and what was open (waits, system calls, collections, tasks, regions) is begun again, by copies of the
// events that began it. So a wait that began before the part keeps its kind and its stack.

import { Columns, SampleColumns } from './columns.js';
import { creations, ev, isWide, leaves, waits } from './event.js';
import { GoroutineColumns, Lives, Ranges } from './link.js';
import { argOf, type Trace } from './model.js';

const isCreation = (type: number) => creations.includes(type);
const isStart = (type: number) => type === ev.GoStart || type === ev.GoStartLabel;

/** By event type: 1 if a goroutine waits after it. */
const isWaiting = new Uint8Array(64);
for (const type of [...waits, ev.GoSysBlock, ev.GoWaiting, ev.GoInSyscall, ev.GoCreateBlocked, ev.GoCreateSyscall]) {
  isWaiting[type] = 1;
}
/** By event type: whose activity it changes, if any. */
const OWN = 1;
const ARGUMENT = 2;
const ENDS = 3;
const changes = new Uint8Array(64);
for (const type of [...leaves, ev.GoStart, ev.GoStartLabel, ev.GoWaiting, ev.GoInSyscall, ev.GoSysExit]) {
  changes[type] = OWN;
}
for (const type of [...creations, ev.GoUnblock]) changes[type] = ARGUMENT;
for (const type of [ev.GoEnd, ev.GoStop, ev.GoDestroySyscall]) changes[type] = ENDS;

/** Events that begin a range; its link says when it ends. */
const ranges: readonly number[] = [
  ev.GCStart,
  ev.STWStart,
  ev.SweepStart,
  ev.MarkAssistStart,
  ev.UserTaskCreate,
  ev.UserRegion,
];

/** The part of a trace between two times, in nanoseconds since its beginning. Times of the part count from `fromNs`. */
export function partOf(trace: Trace, fromNs: number, toNs: number): Trace {
  const { ts, length } = trace.events;
  let first = 0;
  while (first < length && ts[first]! <= fromNs) first++;
  let end = first;
  while (end < length && ts[end]! <= toNs) end++;
  const part = new Part(trace, fromNs);
  part.begin(first);
  for (let e = first; e < end; e++) part.copy(e, ts[e]! - fromNs);
  return part.finish(Math.min(toNs, trace.durationNs) - fromNs);
}

/** Events that say how large something is from then on. */
const sizes: readonly number[] = [ev.Gomaxprocs, ev.HeapAlloc, ev.HeapGoal];

/** What was there at a time. */
interface State {
  /** By goroutine: the event that began what it does, -1 if it is not there; and its last system call, -1 for none. */
  readonly doing: Int32Array;
  readonly calling: Int32Array;
  /** By P that is started: the event that started it. */
  readonly procs: ReadonlyMap<number, number>;
  /** The events that began ranges which are open. */
  readonly open: readonly number[];
  /** By type of `sizes`: the last event. */
  readonly last: ReadonlyMap<number, number>;
}

function stateBefore({ events, goroutines }: Trace, first: number): State {
  const { type, p, g, arg, link } = events;
  const doing = new Int32Array(goroutines.length).fill(-1);
  const calling = new Int32Array(goroutines.length).fill(-1);
  const procs = new Map<number, number>();
  const open: number[] = [];
  const last = new Map<number, number>();
  for (let e = 0; e < first; e++) {
    const t = type[e]!;
    if (changes[t] !== 0) doing[changes[t] === ARGUMENT ? arg[e]! : g[e]!] = changes[t] === ENDS ? -1 : e;
    if (t === ev.GoSysCall) calling[g[e]!] = e;
    else if (t === ev.ProcStart) procs.set(p[e]!, e);
    else if (t === ev.ProcStop) procs.delete(p[e]!);
    else if (sizes.includes(t)) last.set(t, e);
    else if (ranges.includes(t) && isOpen(e)) open.push(e);
  }
  return { doing, calling, procs, open, last };

  function isOpen(e: number): boolean {
    const isEnd = type[e] === ev.UserRegion && argOf(events, e, 1) === 1;
    return !isEnd && (link[e]! < 0 || link[e]! >= first);
  }
}

class Part {
  readonly #trace: Trace;
  readonly #fromNs: number;
  readonly #events = new Columns();
  readonly #goroutines = new GoroutineColumns();
  /** From indices of goroutines in the trace to those in the part; 0 for those that the part does not have. */
  readonly #goOf: Uint32Array;

  constructor(trace: Trace, fromNs: number) {
    this.#trace = trace;
    this.#fromNs = fromNs;
    this.#goOf = new Uint32Array(trace.goroutines.length);
  }

  /** Writes what was there before event `first`. */
  begin(first: number): void {
    const { type } = this.#trace.events;
    const { doing, calling, procs, open, last } = stateBefore(this.#trace, first);
    const alive = [...doing.keys()].filter((own) => own > 0 && doing[own]! >= 0);
    for (const own of alive) this.#create(own);
    for (const own of alive) {
      if (isWaiting[type[doing[own]!]!] === 1) this.#wait(doing[own]!, own, calling[own]!);
    }
    for (const e of procs.values()) this.copy(e, 0);
    for (const own of alive) {
      const e = doing[own]!;
      if (!isStart(type[e]!)) continue;
      this.copy(e, 0);
      if (this.#inCall(calling[own]!, e, first)) this.copy(calling[own]!, 0);
    }
    for (const e of last.values()) this.copy(e, 0);
    for (const e of open) this.copy(e, 0);
  }

  /**
   * True if the system call is later than the start of its goroutine, and has not returned before event `first`. Format v1 tells
   * only of calls that blocked when they returned.
   */
  #inCall(call: number, start: number, first: number): boolean {
    const { version, events } = this.#trace;
    const returned = events.link[call] ?? -1;
    return call > start && (returned >= first || (version >= 22 && returned < 0));
  }

  #create(own: number): void {
    const { id, entry } = this.#trace.goroutines;
    const made = this.#goroutines.add(id[own]!, entry[own]!);
    this.#goOf[own] = made;
    this.#events.setArgs(this.#events.add(ev.GoCreate, 0, 0, -1, 0, 0), made);
  }

  /** Writes that a goroutine waits, since event `e`; `call` is its last system call. */
  #wait(e: number, own: number, call: number): void {
    const { type, stack, arg } = this.#trace.events;
    const t = type[e]!;
    if (waits.includes(t)) this.#events.setArgs(this.#write(t, e, own, stack[e]!), arg[e]!);
    else if (t === ev.GoCreateBlocked) this.#write(ev.GoBlock, e, own, 0);
    else if (t === ev.GoWaiting) this.#write(t, e, own, stack[e]!);
    else if (t === ev.GoSysBlock && this.#trace.version < 22) {
      // In format v1 GoInSyscall is the wait of a goroutine about which nothing is known.
      if (call >= 0) this.#write(ev.GoSysCall, call, own, stack[call]!);
      this.#write(t, e, own, 0);
    } else {
      const n = this.#write(ev.GoInSyscall, e, own, stack[t === ev.GoSysBlock && call >= 0 ? call : e]!);
      if (t === ev.GoInSyscall) this.#events.setArgs(n, this.#saidArg(e));
    }
  }

  /** The argument of a system call that was there at the beginning of the trace: how long it takes until the file says so. */
  #saidArg(e: number): number {
    return Math.max(0, this.#trace.events.arg[e]! - this.#fromNs);
  }

  #write(type: number, e: number, own: number, stack: number): number {
    return this.#events.add(type, 0, this.#trace.events.m[e]!, -1, this.#goOf[own]!, stack);
  }

  /** Copies event `e`, with this time. */
  copy(e: number, time: number): void {
    const { events, goroutines } = this.#trace;
    const t = events.type[e]!;
    let a = argOf(events, e);
    if (isCreation(t)) {
      const made = this.#goroutines.add(goroutines.id[a]!, goroutines.entry[a]!);
      this.#goOf[a] = made;
      a = made;
    } else if (t === ev.GoUnblock) a = this.#goOf[a]!;
    else if (t === ev.GoSysCall) a = this.#saidArg(e);
    const n = this.#events.add(t, time, events.m[e]!, events.p[e]!, this.#goOf[events.g[e]!]!, events.stack[e]!);
    if (isWide[t] === 1) this.#events.setArgs(n, a, argOf(events, e, 1), argOf(events, e, 2));
    else this.#events.setArgs(n, a);
  }

  /** The part, which ends at this time. */
  finish(durationNs: number): Trace {
    const trace = this.#trace;
    const events = this.#events;
    const lives = new Lives(events, this.#goroutines);
    const nesting = new Ranges(events, trace.version);
    for (let i = 0; i < events.length; i++) {
      lives.add(i);
      nesting.add(i);
    }
    const { samples } = trace;
    const kept = new SampleColumns();
    for (let s = 0; s < samples.length; s++) {
      const time = samples.ts[s]! - this.#fromNs;
      if (time >= 0 && time <= durationNs) {
        kept.add(time, samples.m[s]!, samples.p[s]!, this.#goOf[samples.g[s]!]!, samples.stack[s]!);
      }
    }
    const clocks = trace.generations.filter(({ clock }) => clock !== undefined).slice(0, 1);
    return {
      ...trace,
      events,
      goroutines: this.#goroutines.view(),
      samples: kept.view(),
      generations: clocks.map(({ number, clock }) => ({
        number,
        first: 0,
        clock: clock && { ...clock, traceNs: clock.traceNs - this.#fromNs },
      })),
      durationNs,
      cut: undefined,
      offsets: undefined,
    };
  }
}
