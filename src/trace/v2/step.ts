// Step: the event that the merge tries to advance, with the context of its thread; and how it becomes rows. The rules of each
// type (procs.ts, goroutines.ts, ranges.ts, annotations.ts) are functions of a step.
//
// A rule returns false if the event is not ready, because something that must precede it has not been seen; throws if the
// trace is broken; else changes the world, sets the next context of the thread, and emits the event, and those that it implies.

import { badEvent, type TraceError } from '../error.js';
import { goState, procState, wire, wireName } from './event.js';
import type { Generation } from './generation.js';
import type { RowBuffer } from './rows.js';
import type { Streams } from './streams.js';
import type { World } from './world.js';

/** States before and after, by type of event, where the type alone says it. */
const from = new Uint8Array(256);
const to = new Uint8Array(256);
const transitions: readonly (readonly [type: number, from: number, to: number])[] = [
  [wire.ProcStart, procState.Idle, procState.Running],
  [wire.ProcStop, procState.Running, procState.Idle],
  [wire.ProcSteal, procState.Running, procState.Idle],
  [wire.GoCreate, goState.NotExist, goState.Runnable],
  [wire.GoCreateBlocked, goState.NotExist, goState.Waiting],
  [wire.GoCreateSyscall, goState.NotExist, goState.Syscall],
  [wire.GoStart, goState.Runnable, goState.Running],
  [wire.GoDestroy, goState.Running, goState.NotExist],
  [wire.GoDestroySyscall, goState.Syscall, goState.NotExist],
  [wire.GoStop, goState.Running, goState.Runnable],
  [wire.GoBlock, goState.Running, goState.Waiting],
  [wire.GoUnblock, goState.Waiting, goState.Runnable],
  [wire.GoSwitch, goState.Waiting, goState.Runnable],
  [wire.GoSwitchDestroy, goState.Waiting, goState.Runnable],
  [wire.GoSyscallBegin, goState.Running, goState.Syscall],
  [wire.GoSyscallEnd, goState.Syscall, goState.Running],
  [wire.GoSyscallEndBlocked, goState.Syscall, goState.Runnable],
];
for (const [type, before, after] of transitions) {
  from[type] = before;
  to[type] = after;
}

/** The event that is tried, and all that its rule may need. */
export class Step {
  readonly world: World;
  readonly rows: RowBuffer;
  gen!: Generation;
  streams!: Streams;
  /** True in the first generation of the file, in which statuses are news. */
  isInitial = true;
  /** The event: its type, its arguments and stack id as in the file. */
  type = 0;
  a = 0.1; // The fields that hold doubles begin as 0.1, so that V8 stores them as doubles from the start.
  b = 0.1;
  c = 0.1;
  stack = 0.1;
  time = 0.1;
  offset = 0.1;
  /** Context of the event: thread, P and goroutine, as indices, 0 for none. */
  m = 0;
  p = 0;
  g = 0;
  /** P and goroutine of the thread after the event. */
  nextP = 0;
  nextG = 0;
  /** Time of the last event of all. */
  last = 0.1;

  constructor(world: World, rows: RowBuffer) {
    this.world = world;
    this.rows = rows;
  }

  /** The error for a fault in this event. */
  fault(what: string): TraceError {
    return badEvent(this.rows.total, this.offset, what);
  }

  /** The exact number of a word, signed, as Go's messages and dumps show ids. */
  id(word: number): bigint {
    return BigInt.asIntN(64, this.rows.wide.exact(word));
  }

  /** Requires a thread. Like `needP` and `needG`: @throws TraceError */
  needM(): void {
    if (this.m === 0) throw this.fault("expected a thread but didn't have one");
  }

  needP(): void {
    if (this.p === 0) throw this.fault("expected a proc but didn't have one");
  }

  needG(): void {
    if (this.g === 0) throw this.fault("expected a goroutine but didn't have one");
  }

  /** Requires what events of running goroutines have: a thread, a P and a goroutine. @throws TraceError */
  needAll(): void {
    this.needM();
    this.needP();
    this.needG();
  }

  /** The index of the stack with this id. @throws TraceError if it is not defined */
  stackOf(id: number): number {
    if (id === 0) return 0;
    const stack = this.gen.stackIds.get(id);
    if (stack < 0)
      throw this.fault(`found invalid stack ID ${this.rows.wide.exact(id)} for event ${wireName(this.type)}`);
    return stack;
  }

  /** The index of the text with this id. @throws TraceError if it is not defined */
  textOf(id: number): number {
    if (id === 0) return 0;
    const text = this.gen.strings.get(id);
    if (text < 0)
      throw this.fault(`found invalid string ID ${this.rows.wide.exact(id)} for event ${wireName(this.type)}`);
    return text;
  }

  /** Writes an event in the context of this one, with its time; `stack` is an index. @returns its place in the rows */
  emit(type: number, a: number, b: number, c: number, stack: number): number {
    const rows = this.rows;
    const n = rows.length + rows.pending++;
    // The clock of Go's reader: strictly increasing times, whatever the clocks of the processors say.
    const time = this.time <= this.last ? this.last + 1 : this.time;
    this.last = time;
    rows.type[n] = type;
    rows.time[n] = time;
    rows.m[n] = this.m;
    rows.p[n] = this.p;
    rows.g[n] = this.g;
    rows.stack[n] = stack;
    rows.a[n] = a;
    rows.b[n] = b;
    rows.c[n] = c;
    rows.from[n] = from[type]!;
    rows.to[n] = to[type]!;
    rows.offset[n] = this.offset;
    return n;
  }

  /** Writes this event, with these arguments and its own stack. @returns its place in the rows */
  emitOwn(a: number, b: number, c: number): number {
    return this.emit(this.type, a, b, c, this.stackOf(this.stack));
  }
}
