// Tracer of one P: writes an event for each action of its goroutines and its thread. After traceGoCreate, traceGoStart,
// traceGoPark, ... in runtime/trace.go (Go 1.19). Which events may follow each other is specified by the table of states that a
// reader checks (trace/check.ts).
//
// Invariants.
//   An effect is never stamped before its cause, neither on one P nor across Ps. A goroutine carries the time of its last event
//   (TRACETS), and the P that writes the next one makes its stamp later, before another P can get the goroutine.
//   A goroutine's sequence number (TRACESEQ) grows with every start and every wake-up, and the reader orders the events of the
//   Ps by it. At `G` in memory/layout.ts is an example with two Ps.
//   The trace words of a goroutine are written by the P that owns its next transition, like its status.
//
// One reading of the clock stamps all that happens at once: where a goroutine leaves its P, and the next is found without
// waiting, both events have one stamp. Reading the clock is most of the cost of an event.

import { ev } from '../../trace/event.js';
import { Writer } from '../../trace/writer.js';
import { field, field64, type GAddr, nth64, type ObjectAddr, type PAddr } from '../memory/address.js';
import { G, gStatus, H, P, pAddress } from '../memory/layout.js';
import { f64, gAddress, i32, traceBytes } from '../memory/memory.js';
import { bodyCount } from '../sched/bodies.js';
import { fnBody, getg, goidOf, m, mayPark } from '../sched/g.js';
import { act, type WaitReason, type WakeReason } from '../sched/reason.js';
import { blockEvent } from './kinds.js';
import { Objects } from './objects.js';
import { Sites } from './sites.js';
import type { Mark } from './splice.js';
import { StackTable } from './stacks.js';

/** Sequence number of a goroutine's first event after its creation, as in Go. */
const FIRST = 1;
/** Nanoseconds that a system call may take before its P counts as retaken: the interval of sysmon in Go, 20 us. */
const LONG_SYSCALL = 20_000;
/** Most nanoseconds between the clocks of two threads: far above the some 100 ns that were measured. */
const SKEW = 1e6;
/** Bytes after which a P writes a chunk at its next scheduling point: 256 KiB, so that a write to the file is rare. */
const CHUNK = 1 << 18;
/** Bytes from one mark to the next: a splice reads at most so many to find its place (splice.ts). */
const MARK = 1 << 12;

export class Tracer {
  readonly #id: number;
  readonly #pp: PAddr;
  readonly #procs: number;
  readonly #now: () => number;
  readonly #writeOut: (chunk: readonly Uint8Array[]) => void;
  readonly #writer: Writer;
  readonly #stacks: StackTable;
  readonly #sites: Sites;
  readonly #objects: Objects;
  /** The time of the last event, in nanoseconds since the start of the run. */
  #last = 0;
  /** True if that still is the time: this P has not waited for anything since. */
  #fresh = false;
  /** True while a goroutine runs. */
  #running = false;
  /** True between ProcStart and ProcStop. */
  #started = false;
  /** H.CLOCK, in milliseconds, at the last mark. Sysmon moves it every 10 ms. */
  #clockThen = 0;
  /** Marks in the chunk, and the position of the last one. */
  #marks: Mark[] = [];
  #marked = 0;
  /** 0 or 1: which of its two thread numbers this P has. It changes when a system call keeps the other thread. */
  #thread = 0;

  /**
   * @param id number of the P
   * @param now nanoseconds since the start of the run
   * @param writeOut writes a chunk, in pieces, to the file
   */
  constructor(id: number, now: () => number, writeOut: (chunk: readonly Uint8Array[]) => void) {
    this.#id = id;
    this.#pp = pAddress(id);
    this.#procs = i32[H.NPROCS]!;
    this.#now = now;
    this.#writeOut = writeOut;
    this.#writer = new Writer(traceBytes(id));
    this.#stacks = new StackTable(this.#writer, id, this.#procs);
    this.#sites = new Sites(bodyCount(), this.#stacks);
    this.#objects = new Objects(this.#stacks);
    this.#begin(this.#clock());
  }

  /** True if there are enough bytes for a chunk. */
  get full(): boolean {
    return this.#writer.pos >= CHUNK;
  }

  /**
   * Writes a chunk with all records so far. What follows is a new batch.
   * @param add adds to the chunk what was not known before: garbage collections
   */
  flush(add: (chunk: Uint8Array, marks: readonly Mark[]) => readonly Uint8Array[] = (chunk) => [chunk]): void {
    const makeRoom = () => {
      this.#writeOut([this.#written]);
      this.#begin(this.#clock());
    };
    if (!this.#writer.hasRoom) makeRoom();
    this.#stacks.flush(makeRoom);
    this.#writeOut(add(this.#written, this.#marks));
    this.#begin(this.#clock());
  }

  get #written(): Uint8Array {
    return this.#writer.buffer.subarray(0, this.#writer.pos);
  }

  #begin(t: number): void {
    this.#last = t;
    this.#writer.pos = 0;
    this.#writer.batch(this.#id, t);
    this.#marked = this.#writer.pos;
    this.#marks = [{ pos: this.#marked, time: t, running: this.#running }];
    this.#published();
  }

  /** Begins the trace, with the number of Ps. Called on one P. */
  gomaxprocs(): void {
    // Twice: Go's readers take the first as the end of the events that describe the state before the trace.
    for (let k = 0; k < 2; k++) this.#writer.event2(ev.Gomaxprocs, this.#tick(), this.#procs, 0);
    f64[nth64(H.TRACE_BEGIN)] = this.#last;
    this.#published();
  }

  /** The thread has its P, and searches for goroutines. */
  procStart(): void {
    const begin = f64[nth64(H.TRACE_BEGIN)]!;
    if (this.#started || begin === 0) return;
    this.#started = true;
    this.#writer.event1(ev.ProcStart, this.#after(begin), this.#threadId());
    this.#published();
  }

  /** The thread falls asleep. */
  procStop(): void {
    if (!this.#started) return;
    this.#started = false;
    this.#fresh = false;
    this.#writer.event0(ev.ProcStop, this.#clock());
    this.#published();
  }

  /** Notes that this P has waited for something: the time of the last event is no longer the time. */
  waited(): void {
    this.#fresh = false;
  }

  /** The running goroutine, or the scheduler, has created `gp`. */
  create(gp: GAddr): void {
    const t = this.#clock();
    const body = fnBody(i32[field(gp, G.FN)]!);
    const entry = this.#stacks.entry(body);
    const stack = m.curg === 0 ? 0 : this.#field(act.go, body);
    this.#writer.event3(ev.GoCreate, t, goidOf(gp), entry, stack);
    i32[field(gp, G.PARAM)] = t | 0;
    this.#published();
  }

  /** Notes the last event of a goroutine that may park, which was on this P. */
  #note(gp: GAddr, t: number, seq: number): void {
    f64[field64(gp, G.TRACETS)] = t;
    i32[field(gp, G.TRACESEQ)] = seq;
    i32[field(gp, G.TRACEP)] = this.#id;
  }

  /** `gp` runs for the first time. Its home is not set yet, and if it may park, its arguments have been taken. */
  firstStart(gp: GAddr): void {
    let t = this.#fresh ? this.#last : this.#clock();
    // PARAM has the low 32 bits of the creation time only, which repeat every 4 seconds. So the stamp is changed only if the
    // creation seems to lie ahead, and that by less than SKEW according to a clock that has just been read.
    let since = ((t | 0) - i32[field(gp, G.PARAM)]!) | 0;
    if (since <= 0) {
      if (this.#fresh) {
        t = this.#clock();
        since = ((t | 0) - i32[field(gp, G.PARAM)]!) | 0;
      }
      if (since <= 0 && since > -SKEW) t += 1 - since;
    }
    if (mayPark(gp)) this.#note(gp, t, FIRST + 1);
    else i32[field(gp, G.PARAM)] = FIRST + 1;
    this.#start(gp, t, FIRST, i32[field(gp, G.HOME)] === m.unstarted);
  }

  /** `gp` resumes, after a wait or a preemption. */
  start(gp: GAddr): void {
    const now = this.#fresh ? this.#last : this.#clock();
    if (!mayPark(gp)) {
      // A plain goroutine was preempted by goroutines that it has created (Executor.makeRoom), on this P.
      this.#start(gp, now, i32[field(gp, G.PARAM)]!++, true);
      return;
    }
    const t = Math.max(now, f64[field64(gp, G.TRACETS)]! + 1);
    const seq = i32[field(gp, G.TRACESEQ)]!;
    const local = i32[field(gp, G.TRACEP)] === this.#id;
    this.#note(gp, t, seq + 1);
    this.#start(gp, t, seq, local);
  }

  #start(gp: GAddr, t: number, seq: number, local: boolean): void {
    if (!this.#started) this.procStart();
    const at = Math.max(t, this.#last);
    this.#last = at;
    this.#fresh = false;
    this.#running = true;
    if (local) this.#writer.event1(ev.GoStartLocal, at, goidOf(gp));
    else this.#writer.event2(ev.GoStart, at, goidOf(gp), seq);
    this.#published();
  }

  /** The running goroutine has returned. */
  end(): void {
    this.#writer.event0(ev.GoEnd, this.#clock());
    this.#fresh = true;
    this.#running = false;
    this.#published();
  }

  /** The running goroutine is about to wait, and no waker can have found it yet. */
  block(reason: WaitReason, on: ObjectAddr | 0): void {
    this.#leave(blockEvent[reason]!, this.#field(reason, on, this.#objects.name(reason, on)));
  }

  /** The running goroutine has made an object that goroutines wait for, such as `chan int`. */
  made(addr: ObjectAddr, kind: string): void {
    const body = fnBody(i32[field(getg(), G.FN)]!);
    this.#objects.made(addr, kind, this.#objects.isFull ? 0 : this.#sites.at(body, act.make, 0));
  }

  /** The running goroutine yields its P: by Gosched, at the end of its time slice, or to end the trace. */
  yield(kind: typeof act.gosched | typeof act.preempt | typeof act.traceStop): void {
    this.#leave(kind === act.preempt ? ev.GoPreempt : ev.GoSched, this.#field(kind, 0));
  }

  /**
   * The running goroutine, if there is one, will not resume: the run has ended.
   * @param kind how it has ended the run; undefined if another goroutine has, while this one was in the middle of a step
   */
  abandon(kind?: typeof act.panic | typeof act.exit): void {
    if (this.#running) this.#leave(ev.GoPreempt, kind === undefined ? 0 : this.#field(kind, 0));
  }

  #leave(event: number, stack: number): void {
    const gp = getg();
    const t = this.#clock();
    this.#writer.event1(event, t, stack);
    if (mayPark(gp)) f64[field64(gp, G.TRACETS)] = t; // sequence number and P are those of its start
    this.#fresh = true;
    this.#running = false;
    this.#published();
  }

  /** The running goroutine, or the scheduler, makes the waiting `gp` runnable, which is in no run queue yet. */
  unblock(gp: GAddr, reason: WakeReason): void {
    const t = this.#after(f64[field64(gp, G.TRACETS)]!);
    const seq = i32[field(gp, G.TRACESEQ)]!;
    const stack = m.curg === 0 ? 0 : this.#field(reason, 0);
    if (i32[field(gp, G.TRACEP)] === this.#id) this.#writer.event2(ev.GoUnblockLocal, t, goidOf(gp), stack);
    else this.#writer.event3(ev.GoUnblock, t, goidOf(gp), seq, stack);
    this.#note(gp, t, seq + 1);
    this.#published();
  }

  /** Makes a call that blocks the thread in the system. If it takes long, the trace shows that the P was retaken. */
  syscall<T>(call: () => T): T {
    const gp = getg();
    if (gp === 0) return call(); // a module prints while it is loaded
    const entered = this.#clock();
    this.#writer.event1(ev.GoSysCall, entered, this.#field(act.syscall, 0));
    try {
      return call();
    } finally {
      if (this.#now() - entered >= LONG_SYSCALL) this.#sysblock(gp, entered + 1);
      this.#published();
    }
  }

  /** Events of a system call after which Go would have retaken the P from its thread, at `t`. */
  #sysblock(gp: GAddr, t: number): void {
    this.#writer.event0(ev.GoSysBlock, t);
    this.#writer.event0(ev.ProcStop, t + 1);
    this.#last = t + 1;
    this.#thread ^= 1; // the thread in the system call returns without a P
    this.#writer.event1(ev.ProcStart, this.#clock(), this.#threadId());
    const exited = this.#tick();
    const seq = mayPark(gp) ? i32[field(gp, G.TRACESEQ)]! : i32[field(gp, G.PARAM)]!;
    this.#writer.event3(ev.GoSysExit, exited, goidOf(gp), seq, 0);
    const started = this.#tick();
    this.#writer.event2(ev.GoStart, started, goidOf(gp), seq + 1);
    if (mayPark(gp)) this.#note(gp, started, seq + 2);
    else i32[field(gp, G.PARAM)] = seq + 2;
    i32[field(this.#pp, P.NSWITCHES)]!++;
  }

  taskCreate(task: number, parent: number, name: string): void {
    const text = this.#stacks.text(name);
    this.#writer.event4(ev.UserTaskCreate, this.#clock(), task, parent, text, this.#field(act.taskCreate, text));
    this.#published();
  }

  taskEnd(task: number): void {
    this.#writer.event2(ev.UserTaskEnd, this.#clock(), task, this.#field(act.taskEnd, 0));
    this.#published();
  }

  /** A region of the running goroutine begins (mode 0) or ends (1). */
  region(task: number, mode: 0 | 1, name: string): void {
    const text = this.#stacks.text(name);
    this.#writer.event4(ev.UserRegion, this.#clock(), task, mode, text, this.#field(act.region, 2 * text + mode));
    this.#published();
  }

  log(task: number, key: string, message: string): void {
    const text = this.#stacks.text(key);
    this.#writer.event3(ev.UserLog, this.#clock(), task, text, this.#field(act.log, text));
    this.#writer.message(message);
    this.#published();
  }

  /** Notes the bytes in use on the heaps of all threads, and the bytes committed. */
  heap(used: number, committed: number): void {
    if (!this.#started) return;
    this.#writer.event1(ev.HeapAlloc, this.#clock(), used);
    this.#writer.event1(ev.HeapGoal, this.#last, committed);
    this.#published();
  }

  /**
   * Writes the goroutines that exist when a trace begins in the middle of a run, before any other event. No goroutine may be in
   * the middle of a step, except the one that begins the trace.
   */
  existing(): void {
    const count = Math.min(i32[H.GNEXT]!, i32[H.GMAX]!);
    for (let k = 0; k < count; k++) {
      const gp = gAddress(k);
      const status = i32[field(gp, G.STATUS)];
      if (status === gStatus.runnable || status === gStatus.waiting) this.#exists(gp, status === gStatus.waiting);
    }
  }

  #exists(gp: GAddr, waits: boolean): void {
    const t = this.#tick();
    this.#writer.event3(ev.GoCreate, t, goidOf(gp), this.#stacks.entry(fnBody(i32[field(gp, G.FN)]!)), 0);
    if (waits) this.#writer.event1(ev.GoWaiting, this.#tick(), goidOf(gp));
    if (i32[field(gp, G.HOME)]! < 0) {
      i32[field(gp, G.PARAM)] = this.#last | 0;
      i32[field(gp, G.HOME)] = m.unstarted; // the trace shows it as created on this P
    } else this.#note(gp, this.#last, waits ? FIRST + 1 : FIRST);
    this.#published();
  }

  /** Number of the stack of the running goroutine. @param name of the object that it waits for, see Objects.name */
  #field(kind: number, on: number, name = 0): number {
    return this.#stacks.stack(this.#sites.at(fnBody(i32[field(getg(), G.FN)]!), kind, on), name);
  }

  #threadId(): number {
    return this.#id + this.#thread * this.#procs;
  }

  /** The time, later than the last event of this P. */
  #clock(): number {
    const t = Math.floor(this.#now());
    this.#last = t > this.#last ? t : this.#last + 1;
    return this.#last;
  }

  /** The time, later than `cause` as well. */
  #after(cause: number): number {
    const t = this.#clock();
    if (t <= cause) this.#last = cause + 1;
    return this.#last;
  }

  /** One nanosecond after the last event. */
  #tick(): number {
    return ++this.#last;
  }

  /** Counts an event as whole: if this thread is ended, Node's main thread writes the records up to here (file.ts). */
  #published(): void {
    const { pos } = this.#writer;
    i32[field(this.#pp, P.TRACEPOS)] = pos;
    if (pos - this.#marked >= MARK) this.#mark();
  }

  #mark(): void {
    this.#marked = this.#writer.pos;
    this.#marks.push({ pos: this.#marked, time: this.#last, running: this.#running });
    if (!this.#writer.hasRoom) this.flush();
    if (i32[H.CLOCK] !== this.#clockThen) {
      this.#clockThen = i32[H.CLOCK]!;
      this.#sites.doubt();
    }
  }
}
