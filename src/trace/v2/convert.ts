// From the rows of format v2 to the events of the model, which has the types of format v1 and four more.
//
// A status says what a goroutine or a P has been since its generation began. Those of the first generation become the beginning
// of the trace: at time 0 all goroutines are created, those that wait begin to wait, and those that run start on their Ps. They
// are complete only when the first generation is, because goroutines that did nothing get their statuses last; so its events are
// written first, moved up to make room, and linked then. Statuses of later generations say nothing new.
//
// A P in a system call still belongs to its goroutine in the model, until another thread takes it:
//
//   rows of format v2                                     events of the model
//   M 1  GoSyscallBegin                                   GoSysCall of g on P 0
//   M 2  ProcSteal of P 0 from M 1                        GoSysBlock of g on P 0, ProcStop of P 0
//   M 1  GoSyscallEndBlocked                              GoSysExit of g
//   M 3  GoStart of g                                     GoStart of g on P 2

import { Checker } from '../check.js';
import { Columns, MAX_THREADS, SampleColumns, withRoom } from '../columns.js';
import { badEvent, type TraceError } from '../error.js';
import { ev } from '../event.js';
import { GoroutineColumns, Lives, Ranges } from '../link.js';
import { fakeP } from '../model.js';
import { Beginning } from './beginning.js';
import { goState, procState, SYNC, wire } from './event.js';
import type { Tables } from './reader.js';
import { Reasons } from './reasons.js';
import type { Rows } from './rows.js';
import { gStatus, pStatus } from './world.js';

/** Numbers of Ps from here on are not those of the file: no machine has that many processors, and tools list all Ps. */
const MAX_P = 10_000;

/** Converts rows, a block at a time. */
export class Converter {
  readonly events = new Columns();
  readonly goroutines = new GoroutineColumns();
  readonly samples = new SampleColumns();
  /** One more than the highest number of a P. */
  procs = 0;
  /** The first event that is not legal; nothing after it is converted. Go's reader lets more pass than its runtime writes. */
  fault: TraceError | undefined;

  readonly #tables: Tables;
  readonly #checker: Checker;
  readonly #lives: Lives;
  readonly #ranges: Ranges;
  /** By index in the reader's tables: the index of a goroutine here, and the number of a P. */
  #goOf = new Uint32Array(64);
  #procOf = new Int32Array(64).fill(-1);
  /** By index of a P: its status in the first generation; the goroutine on it; the event with which that one started. */
  #statusOf = new Uint8Array(64);
  #on = new Uint32Array(64);
  #started = new Int32Array(64);
  /** What the statuses of the first generation say; undefined after it. */
  #beginning: Beginning | undefined = new Beginning();
  /** Number of events that have been linked. */
  #linked = 0;
  /** By stack: itself, or 0 if it is empty; and how many have been looked at. A frame of zeros stands for no stack. */
  #stackOf = new Uint32Array(64);
  #stacksSeen = 1;
  /** By stack: the stack of its outermost frame alone. */
  readonly #entryOf = new Map<number, number>();
  readonly #reasons: Reasons;

  /** @param version minor version in the header */
  constructor(tables: Tables, version: number) {
    this.#tables = tables;
    this.#reasons = new Reasons(tables.texts.texts);
    this.#checker = new Checker(this.events, this.goroutines);
    this.#lives = new Lives(this.events, this.goroutines);
    this.#ranges = new Ranges(this.events, version);
  }

  /** Converts a block of rows. */
  add(rows: Rows): void {
    if (this.fault !== undefined) return;
    for (let i = 0; i < rows.length; i++) this.#convert(rows, i);
    if (this.#beginning === undefined) this.#link();
  }

  /** Says that the first generation is complete. */
  endFirst(): void {
    if (this.#beginning === undefined) return;
    const { length } = this.events;
    this.#beginning.write(this.events);
    this.events.rotate(length);
    this.#started.fill(-1); // these numbers are no longer those of the starts
    this.#beginning = undefined;
    this.#link();
  }

  /** Drops all events from number `n` on, and all samples from number `s` on: those of a generation that is not whole. */
  truncate(n: number, s: number): void {
    const { events, goroutines, samples } = this;
    samples.length = s;
    events.truncate(n);
    for (let i = 0; i < n; i++) if (events.link[i]! >= n) events.link[i] = -1;
    const { created, started, ended } = goroutines;
    while (goroutines.length > 1 && created[goroutines.length - 1]! >= n) goroutines.length--;
    for (let g = 0; g < goroutines.length; g++) {
      if (started[g]! >= n) started[g] = -1;
      if (ended[g]! >= n) ended[g] = -1;
    }
  }

  #link(): void {
    const illegal = this.#checker.check(this.events.length);
    if (illegal !== undefined) {
      this.fault = badEvent(illegal.event, -1, illegal.what);
      return;
    }
    const { length } = this.events;
    for (let i = this.#linked; i < length; i++) {
      this.#lives.add(i);
      this.#ranges.add(i);
    }
    this.#linked = length;
  }

  #convert(rows: Rows, i: number): void {
    const type = rows.type[i]!;
    switch (type) {
      case wire.GoStart:
        this.#start(rows, i);
        break;
      case wire.GoBlock:
      case wire.GoStop:
        this.#leave(rows, i, this.#reasons.typeOf(type, rows.a[i]!));
        break;
      case wire.GoUnblock:
      case wire.GoSwitch:
      case wire.GoSwitchDestroy:
        this.#add(rows, i, ev.GoUnblock, this.#g(rows.a[i]!));
        break;
      case wire.GoDestroy:
        this.#leave(rows, i, ev.GoEnd);
        break;
      case wire.GoSyscallBegin:
        this.#noteStack(this.#g(rows.g[i]!), this.#stack(rows.stack[i]!));
        this.#add(rows, i, ev.GoSysCall);
        break;
      case wire.GoSyscallEnd:
        this.#add(rows, i, ev.GoSyscallEnd);
        break;
      case wire.GoSyscallEndBlocked:
        this.events.p[this.#add(rows, i, ev.GoSysExit)] = fakeP.syscalls;
        break;
      case wire.GoCreate:
        this.#create(rows, i, ev.GoCreate);
        break;
      case wire.GoCreateBlocked:
        this.#create(rows, i, ev.GoCreateBlocked);
        break;
      case wire.ProcStart:
        this.#startProc(rows.time[i]!, rows.a[i]!, rows.m[i]!);
        break;
      case wire.ProcStop:
        this.#stopProc(rows.time[i]!, rows.p[i]!, rows.m[i]!);
        break;
      default:
        this.#convertRare(rows, i, type);
    }
  }

  #convertRare(rows: Rows, i: number, type: number): void {
    const plain = plainTypes[type];
    if (plain !== undefined) {
      this.#add(rows, i, plain, rows.a[i]!, rows.b[i]!, rows.c[i]!);
      return;
    }
    switch (type) {
      case wire.HeapAlloc:
        this.#add(rows, i, ev.HeapAlloc, this.#tables.wide.nearest(rows.a[i]!));
        break;
      case wire.HeapGoal:
        this.#add(rows, i, ev.HeapGoal, this.#tables.wide.nearest(rows.a[i]!));
        break;
      case wire.UserTaskBegin:
        this.#add(rows, i, ev.UserTaskCreate, rows.a[i]!, rows.b[i] === -1 ? 0 : rows.b[i]!, rows.c[i]!);
        break;
      case wire.UserRegionBegin:
        this.#add(rows, i, ev.UserRegion, rows.a[i]!, 0, rows.b[i]!);
        break;
      case wire.UserRegionEnd:
        this.#add(rows, i, ev.UserRegion, rows.a[i]!, 1, rows.b[i]!);
        break;
      case wire.ProcSteal:
        // The theft of an abandoned P, from idle to idle, was shown when its thread vanished.
        if (rows.from[i] !== procState.Idle) this.#stopProc(rows.time[i]!, rows.a[i]!, rows.c[i]!);
        break;
      case wire.ProcStatus:
        this.#procStatus(rows, i);
        break;
      case wire.GoStatus:
      case wire.GoStatusStack:
        this.#goStatus(rows, i);
        break;
      case wire.GoLabel:
        this.#label(rows.p[i]!, rows.a[i]!);
        break;
      case wire.GoCreateSyscall:
        this.events.p[this.#create(rows, i, ev.GoCreateSyscall)] = -1;
        break;
      case wire.GoDestroySyscall:
        this.events.p[this.#add(rows, i, ev.GoDestroySyscall)] = -1;
        break;
      case wire.CPUSample:
        this.samples.add(
          rows.time[i]!,
          thread(rows.m[i]!),
          this.#p(rows.p[i]!),
          this.#g(rows.g[i]!),
          this.#stack(rows.stack[i]!),
        );
        break;
      case wire.GCActive:
        this.#beginning?.addRange({ type: ev.GCStart, p: -1, g: 0, arg: rows.a[i]! });
        break;
      case wire.GCSweepActive:
        this.#beginning?.addRange({ type: ev.SweepStart, p: this.#p(rows.a[i]!), g: 0, arg: 0 });
        break;
      case wire.GCMarkAssistActive:
        this.#beginning?.addRange({ type: ev.MarkAssistStart, p: -1, g: this.#g(rows.a[i]!), arg: 0 });
        break;
      case SYNC:
        break;
    }
  }

  /** Adds the event of a row, in its context. @returns its number */
  #add(rows: Rows, i: number, type: number, a = 0, b = 0, c = 0): number {
    const { events } = this;
    const p = this.#p(rows.p[i]!);
    const n = events.add(type, rows.time[i]!, thread(rows.m[i]!), p, this.#g(rows.g[i]!), this.#stack(rows.stack[i]!));
    events.setArgs(n, a, b, c);
    return n;
  }

  #start(rows: Rows, i: number): void {
    const p = rows.p[i]!;
    const g = this.#g(rows.a[i]!);
    const n = this.#add(rows, i, ev.GoStart);
    this.events.g[n] = g;
    this.#on[p] = g;
    this.#started[p] = n;
  }

  #leave(rows: Rows, i: number, type: number): void {
    this.#noteStack(this.#g(rows.g[i]!), this.#stack(rows.stack[i]!));
    this.#add(rows, i, type, type === ev.GoEnd ? 0 : rows.a[i]!);
    this.#on[rows.p[i]!] = 0;
  }

  #create(rows: Rows, i: number, type: number): number {
    const made = this.#addGoroutine(rows.a[i]!, type === ev.GoCreateSyscall ? 0 : this.#stack(rows.b[i]!));
    return this.#add(rows, i, type, made);
  }

  #addGoroutine(index: number, entry: number): number {
    const { wide, goroutines } = this.#tables;
    const g = this.goroutines.add(wide.nearest(goroutines.id[index]!), entry);
    this.#goOf = withRoom(this.#goOf, index);
    this.#goOf[index] = g;
    return g;
  }

  /** Takes the name of a goroutine that the trace does not create from the outermost frame of the first stack of its own. */
  #noteStack(g: number, stack: number): void {
    if (g === 0 || stack === 0 || this.goroutines.entry[g] !== 0) return;
    let entry = this.#entryOf.get(stack);
    if (entry === undefined) {
      const { stacks } = this.#tables;
      const last = stacks.first[stack + 1]! - 1;
      entry = stacks.indexOf(stacks.frame, last, last + 1);
      this.#entryOf.set(stack, entry);
    }
    this.goroutines.entry[g] = entry;
    const started = this.goroutines.started[g]!;
    if (started >= 0) this.events.stack[started] = entry;
  }

  #startProc(time: number, index: number, m: number): void {
    const n = this.events.add(ev.ProcStart, time, thread(m), this.#p(index), 0, 0);
    this.events.setArgs(n, thread(m));
    this.#on[index] = 0;
  }

  /** A thread gives up its P, or loses it while its goroutine is in a system call. */
  #stopProc(time: number, index: number, m: number): void {
    const p = this.#p(index);
    const g = this.#on[index]!;
    if (g !== 0) this.events.add(ev.GoSysBlock, time, thread(m), p, g, 0);
    this.#on[index] = 0;
    this.events.add(ev.ProcStop, time, thread(m), p, 0, 0);
  }

  #procStatus(rows: Rows, i: number): void {
    const index = rows.a[i]!;
    this.#p(index); // gives it its place in the columns
    this.#statusOf[index] = rows.b[i]!;
    if (rows.to[i] !== procState.Running) return;
    if (rows.from[i] === procState.Undetermined) this.#beginning?.addProc(this.#p(index), thread(rows.m[i]!));
    else if (rows.from[i] === procState.NotExist) this.#startProc(rows.time[i]!, index, rows.m[i]!);
  }

  #goStatus(rows: Rows, i: number): void {
    const stack = this.#stack(rows.stack[i]!);
    const index = rows.a[i]!;
    if (rows.from[i] === goState.Undetermined && this.#beginning !== undefined) {
      const g = this.#addGoroutine(index, 0);
      const p = rows.p[i]!;
      const status = rows.c[i]!;
      // If the P of the thread runs again, a goroutine that is still in a call is not in that call with this P.
      const isOnP = status === gStatus.Running || (status === gStatus.Syscall && this.#statusOf[p] === pStatus.Syscall);
      if (isOnP) {
        this.#on[p] = g;
        this.#started[p] = -1;
      }
      this.#beginning.addGoroutine({
        g,
        status,
        m: thread(rows.m[i]!),
        p: isOnP ? this.#p(p) : -1,
        stack,
        saidNs: rows.time[i]!,
      });
    }
    this.#noteStack(this.#g(index), stack);
  }

  /** The label of the goroutine that runs becomes part of its start. */
  #label(index: number, text: number): void {
    const start = this.#started[index]!;
    if (this.#on[index] === 0 || this.events.type[start] !== ev.GoStart) return;
    this.events.type[start] = ev.GoStartLabel;
    this.events.setArgs(start, text);
  }

  #g(index: number): number {
    return this.#goOf[index] ?? 0;
  }

  /** The number of the P with this index in the reader's table. */
  #p(index: number): number {
    if (index === 0) return -1;
    const known = this.#procOf[index] ?? -1;
    return known >= 0 ? known : this.#numberProc(index);
  }

  #numberProc(index: number): number {
    const places = this.#procOf.length;
    if (index >= places) {
      this.#procOf = withRoom(this.#procOf, index).fill(-1, places);
      this.#statusOf = withRoom(this.#statusOf, index);
      this.#on = withRoom(this.#on, index);
      this.#started = withRoom(this.#started, index);
    }
    const id = this.#tables.procs.id[index]!;
    const number = id >= 0 && id < MAX_P ? id : MAX_P + (index % 100_000);
    this.#procOf[index] = number;
    this.procs = Math.max(this.procs, number + 1);
    return number;
  }

  #stack(index: number): number {
    if (index >= this.#stacksSeen) this.#lookAtStacks();
    return this.#stackOf[index]!;
  }

  #lookAtStacks(): void {
    const { stacks, frames } = this.#tables;
    this.#stackOf = withRoom(this.#stackOf, stacks.length);
    for (; this.#stacksSeen < stacks.length; this.#stacksSeen++) {
      const first = stacks.first[this.#stacksSeen]!;
      const size = stacks.first[this.#stacksSeen + 1]! - first;
      const isEmpty = size === 0 || (size === 1 && frames.pc[stacks.frame[first]!] === 0);
      this.#stackOf[this.#stacksSeen] = isEmpty ? 0 : this.#stacksSeen;
    }
  }
}

/** The index of a thread in the column of the events. */
function thread(index: number): number {
  return index > MAX_THREADS ? 0 : index;
}

/** Types whose arguments are those of the model. */
const plainTypes: { readonly [type: number]: number } = {
  [wire.ProcsChange]: ev.Gomaxprocs,
  [wire.STWBegin]: ev.STWStart,
  [wire.STWEnd]: ev.STWDone,
  [wire.GCBegin]: ev.GCStart,
  [wire.GCEnd]: ev.GCDone,
  [wire.GCSweepBegin]: ev.SweepStart,
  [wire.GCSweepEnd]: ev.SweepDone,
  [wire.GCMarkAssistBegin]: ev.MarkAssistStart,
  [wire.GCMarkAssistEnd]: ev.MarkAssistDone,
  [wire.UserTaskEnd]: ev.UserTaskEnd,
  [wire.UserLog]: ev.UserLog,
};
