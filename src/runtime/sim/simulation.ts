// The simulator's scheduler: one thread, any number of Ps, virtual time. After schedule in runtime/proc.go, as a discrete
// event simulation: the P whose time is earliest goes next, runs a goroutine until that leaves, and its clock says how long
// that took (meter.ts). Queues, placement and stealing are those of threads (sched.ts, runq.ts).
//
// Invariants. The agenda holds every P that has something to do, but the current one. Clocks never run backwards. What a
// goroutine does to shared objects is done in the order of time (order.ts has the exception).

import { field, type GAddr, type PAddr } from '../memory/address.js';
import { G, H, P, pAddress, pId, runStatus, started } from '../memory/layout.js';
import { gIndex, i32 } from '../memory/memory.js';
import { newproc } from '../sched/engine.js';
import { m } from '../sched/g.js';
import { tracer } from '../sched/hooks.js';
import { joinRun } from '../sched/packagelevel.js';
import { inboxput, localput, readyNext, runqput } from '../sched/runq.js';
import { Search } from '../sched/sched.js';
import { Course } from './course.js';
import { Idle } from './idle.js';
import type { Machine } from './machine.js';
import { Order } from './order.js';
import type { Proc } from './proc.js';
import type { Change, SimTrace } from './trace.js';
import { NS_PER_MS, SLICE } from './world.js';

/** How much (of its price) giving a P to a goroutine varies: no two runs of a machine are the same. */
const JITTER = 0.5;

/** An observer of a simulation, called at every step of a virtual P: the audit of tests (audit/audit.ts). */
export interface Observer {
  /** The next step begins at `at` (ns), and interrupts no other. @throws Error if that is before the last one */
  stepAt(at: number): void;
  /** `gp` is given a P. */
  given(gp: GAddr): void;
  /** The step of `p` is over, in which `gp` (0: none) has been given it. @throws Error if an invariant does not hold */
  over(p: Proc, gp: GAddr | 0): void;
}

export class Simulation extends Course {
  readonly pace: Order;
  observer: Observer | undefined;
  readonly #idle: Idle;
  readonly #trace: SimTrace;
  readonly #search = new Search((n) => this.random(n));
  /** When each unstarted G was made: nobody can start it before. */
  readonly #born: number[] = [];
  readonly #ticks: Int32Array;

  constructor(machine: Machine, seed: number, trace: SimTrace) {
    super(machine, seed);
    this.pace = new Order(this.world, () => this.#step());
    this.#idle = new Idle(this.world);
    this.#trace = trace;
    this.#ticks = new Int32Array(this.world.procs.length);
  }

  /** Runs the program until its run has ended: as the words of the run say, or because nobody has anything to do. */
  run(main: CallableFunction, args: readonly unknown[]): void {
    const { world } = this;
    const { procs, agenda, costs } = world;
    this.#trace.begin(world);
    world.enter(procs[0]!);
    for (const p of procs) {
      p.wakeAt = p.id === 0 ? 0 : costs.bootP;
      world.file(p);
    }
    agenda.remove(0);
    this.#idle.come(procs[0]!, 0);
    procs[0]!.doing = 'busy';
    this.#trace.beginWorld();
    joinRun();
    newproc(main, args);
    i32[H.STARTED] = started.queued;
    world.file(procs[0]!);
    while (Atomics.load(i32, H.STATUS) === runStatus.running) {
      if (this.change !== undefined) {
        const moving = procs.find((p) => p.held !== 0);
        if (moving === undefined) this.#apply(this.change);
        else this.#leaveSoon(moving);
        continue;
      }
      const at = agenda.minKey;
      if (at === Number.POSITIVE_INFINITY) {
        i32[H.STATUS] = runStatus.deadlocked;
        this.endAt = Math.max(...procs.map((p) => p.clock));
        return;
      }
      if (at >= world.nextTick) this.#sysmon(at);
      this.observer?.stepAt(at);
      this.#step();
    }
    if (this.endAt === 0) this.endAt = agenda.minKey; // interrupted
  }

  /** The goroutine that waits for the trace to begin or to end; 0 if none does. */
  get changing(): GAddr | 0 {
    return this.change?.gp ?? 0;
  }

  /** The goroutine of `p`, which is in the middle of a step, leaves it at its next scheduling point. */
  #leaveSoon(p: Proc): void {
    i32[field(p.pp, P.PREEMPT)] = 1;
    this.world.agenda.remove(p.id);
    this.#turn(p, p.next);
  }

  /** Begins or ends the trace, as a goroutine has asked for. */
  #apply(change: Change): void {
    const { p, gp } = change;
    this.change = undefined;
    this.world.agenda.remove(p.id);
    const now = Math.max(...this.world.procs.map((other) => (other.doing === 'busy' ? other.clock : 0)));
    for (const other of this.world.procs) if (other.doing === 'busy') other.clock = now;
    this.world.enter(p);
    this.#trace.change(change);
    if (gp !== 0) readyNext(p.pp, gp);
    this.world.file(p);
  }

  /** Runs the P that is next until it is another's turn. */
  #step(): void {
    const { agenda, procs } = this.world;
    const at = agenda.minKey;
    this.#turn(procs[agenda.take()]!, at);
  }

  /** Runs `p`, whose turn is at `at`. */
  #turn(p: Proc, at: number): void {
    const { world, pace, executor } = this;
    world.enter(p);
    p.running = true;
    let gp: GAddr | 0 = p.held;
    if (gp !== 0) {
      p.held = 0;
      p.clock = Math.max(p.clock, at);
      this.observer?.given(gp);
      executor.goOn(gp);
      this.#left(p, gp);
    } else {
      if (p.doing !== 'busy') this.#idle.come(p, at);
      gp = this.#schedule(p);
      if (gp !== 0) {
        this.observer?.given(gp);
        executor.execute(gp, this.#search.inherits);
        this.#left(p, gp);
      }
    }
    pace.postponed = false;
    p.running = false;
    world.file(p);
    this.observer?.over(p, gp);
  }

  #left(p: Proc, gp: GAddr): void {
    this.world.now();
    if (this.pace.postponed) p.held = gp;
    if (tracer?.full) this.#trace.flush(p);
  }

  /** What `p` runs next; 0 if there is nothing. */
  #schedule(p: Proc): GAddr | 0 {
    const { world } = this;
    if (i32[field(p.pp, P.PREEMPT)] !== 0) i32[field(p.pp, P.PREEMPT)] = 0;
    while (p.timers.minKey <= p.clock) {
      this.pace.effective = p.clock;
      p.timers.fire(p.clock);
    }
    for (let gp = p.arrived(); gp !== 0; gp = p.arrived()) inboxput(p.pp, gp);
    const search = this.#search;
    const gp = search.findRunnable(p.pp, p.doing === 'busy' ? 0 : (p.clock - p.idleSince) / NS_PER_MS);
    if (search.better !== 0) {
      this.#idle.wake(search.better);
      search.better = 0;
    }
    if (gp === 0) {
      this.#idle.rest(p, search.againMs);
      return 0;
    }
    this.#idle.found(p);
    p.clock = Math.max(p.clock, this.#bornAt(gp));
    world.spend(world.costs.switch * JITTER * (world.rng.next() / 2 ** 32 - 0.5));
    return gp;
  }

  #bornAt(gp: GAddr): number {
    return i32[field(gp, G.HOME)]! < 0 ? (this.#born[gIndex(gp)] ?? 0) : 0;
  }

  /** Keeps the run's clock, and takes the P from goroutines that have had it for a time slice. */
  #sysmon(at: number): void {
    const looks = at >= this.world.nextTick + SLICE ? 2 : 1;
    const tick = Math.floor(at / SLICE) * SLICE;
    i32[H.CLOCK] = Math.round(tick / NS_PER_MS);
    this.world.nextTick = tick + SLICE;
    for (let look = 0; look < looks; look++) {
      for (const { id, pp } of this.world.procs) {
        const slice = i32[field(pp, P.SCHEDTICK)]!;
        if (slice === this.#ticks[id] && i32[field(pp, P.CURG)] !== 0) i32[field(pp, P.PREEMPT)] = 1;
        this.#ticks[id] = slice;
      }
    }
  }

  /** Asking for the time takes some, so a goroutine that waits for a moment by looking at the clock gets there. */
  now(): number {
    if (m.curg !== 0) {
      this.world.spend(this.world.costs.effect);
      this.pace.letOthers();
    }
    return this.world.now();
  }

  submit(gp: GAddr): void {
    if (this.executor.crowded) this.executor.makeRoom(() => this.pace.letOthers());
    const now = this.world.now();
    this.#born[gIndex(gp)] = now;
    runqput(this.world.current.pp, gp);
    this.#idle.wakep(now);
  }

  ready(gp: GAddr): void {
    const p = this.world.current;
    const home = pAddress(i32[field(gp, G.HOME)]!);
    const at = Math.max(this.world.now(), this.pace.effective);
    if (home === p.pp) {
      if (at <= p.clock) readyNext(home, gp);
      else p.expect(at, gp);
      return;
    }
    this.world.spend(this.world.costs.remote);
    this.#idle.send(home, gp, at + this.world.costs.handoff);
  }

  yieldG(gp: GAddr): void {
    localput(this.world.current.pp, gp);
  }

  retime(pp: PAddr): void {
    const p = this.world.procs[pId(pp)]!;
    p.timers.adjust();
    this.world.file(p);
  }
}
