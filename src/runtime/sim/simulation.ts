// The simulator's scheduler: one thread, any number of Ps, virtual time. After schedule in runtime/proc.go, as a discrete event
// simulation: the P whose time is earliest is next, runs a goroutine until that leaves, and the P's clock is moved by what this cost
// (meter.ts). Queues, placement and stealing are those of threads (sched/sched.ts, sched/runq.ts).
//
// Invariants. The agenda holds every P that has something to do, except those in the middle of a step. Clocks never run backwards.
// Effects on shared objects happen in the order of time (order.ts has the exception).

import { field, type GAddr, type PAddr } from '../memory/address.js';
import { G, H, P, pAddress, pId, runStatus, started } from '../memory/layout.js';
import { gIndex, i32 } from '../memory/memory.js';
import { newproc } from '../sched/engine.js';
import { m } from '../sched/g.js';
import { tracer } from '../sched/hooks.js';
import { joinRun } from '../sched/packagelevel.js';
import { inboxput, localput, readyNext, runqput } from '../sched/runq.js';
import { Search } from '../sched/sched.js';
import { Idle } from './idle.js';
import type { Machine } from './machine.js';
import { Order } from './order.js';
import type { Proc } from './proc.js';
import type { Change, SimTrace } from './trace.js';
import { VirtualRun } from './virtualrun.js';
import { NS_PER_MS, SLICE } from './world.js';

/** By what part of its cost a switch to another goroutine varies, because no two runs of a machine are the same. */
const JITTER = 0.5;

/** An observer of a simulation, called at every step of a virtual P: the audit of tests (audit/audit.ts). */
export interface Observer {
  /** The next step is at `at` (ns), and on top of no other. @throws Violation if that is before the last one */
  beginStep(at: number): void;
  /** `gp` is given a P. */
  givePTo(gp: GAddr): void;
  /** The step of `p` is over, in which `gp` (0: none) had it. @throws Violation if an invariant does not hold */
  endStep(p: Proc, gp: GAddr | 0): void;
}

/**
 * An invariant of the simulator does not hold: the run is rejected, on top of whatever goroutine this was found. It is here, not in
 * audit/, so that a run without an audit does not load one.
 */
export class Violation extends Error {
  override readonly name = 'Violation';
}

export class Simulation extends VirtualRun {
  readonly pace: Order;
  observer: Observer | undefined;
  readonly #idle: Idle;
  readonly #trace: SimTrace;
  readonly #search = new Search((n) => this.random(n));
  /** When each unstarted G was made, by its number: no P can start it before. */
  readonly #madeAt: number[] = [];
  /** SCHEDTICK of each P at sysmon's last tick. */
  readonly #ticks: Int32Array;

  constructor(machine: Machine, seed: number, trace: SimTrace) {
    super(machine, seed);
    this.pace = new Order(this.world, () => this.#runNext());
    this.#idle = new Idle(this.world);
    this.#trace = trace;
    this.#ticks = new Int32Array(this.world.procs.length);
  }

  /** Runs the program until its run has ended: as H.STATUS says, or because no P has anything to do. */
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
    this.#idle.resume(procs[0]!, 0);
    procs[0]!.doing = 'busy';
    this.#trace.beginWorld();
    joinRun();
    newproc(main, args);
    i32[H.STARTED] = started.queued;
    world.file(procs[0]!);
    while (Atomics.load(i32, H.STATUS) === runStatus.running) {
      if (this.change !== undefined) {
        const holding = procs.find((p) => p.held !== 0);
        if (holding === undefined) this.#changeTrace(this.change);
        else this.#endStepOf(holding);
        continue;
      }
      const at = agenda.minKey;
      if (at === Number.POSITIVE_INFINITY) {
        i32[H.STATUS] = runStatus.deadlocked;
        this.endAt = Math.max(...procs.map((p) => p.clock));
        return;
      }
      if (at >= world.nextTick) this.#sysmon(at);
      this.observer?.beginStep(at);
      this.#runNext();
    }
    if (this.endAt === 0) this.endAt = agenda.minKey; // interrupted
  }

  /** The goroutine that waits for the trace to begin or to end; 0 if none does. */
  get changing(): GAddr | 0 {
    return this.change?.gp ?? 0;
  }

  /** Runs `p`, whose goroutine is in the middle of a step, and preempts that at its next scheduling point. */
  #endStepOf(p: Proc): void {
    i32[field(p.pp, P.PREEMPT)] = 1;
    this.world.agenda.remove(p.id);
    this.#runStep(p, p.next);
  }

  /** Begins or ends the trace, as a goroutine has asked for. */
  #changeTrace(change: Change): void {
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

  /** Runs the P that is first on the agenda, for one step. */
  #runNext(): void {
    const { agenda, procs } = this.world;
    const at = agenda.minKey;
    this.#runStep(procs[agenda.take()]!, at);
  }

  /** Runs `p` for one step, which is at `at`: until its goroutine leaves it or is held, or it finds nothing to run. */
  #runStep(p: Proc, at: number): void {
    const { world, pace, executor } = this;
    world.enter(p);
    p.running = true;
    let gp: GAddr | 0 = p.held;
    if (gp !== 0) {
      p.held = 0;
      p.clock = Math.max(p.clock, at);
      this.observer?.givePTo(gp);
      executor.goOn(gp);
      this.#afterGoroutine(p, gp);
    } else {
      if (p.doing !== 'busy') this.#idle.resume(p, at);
      gp = this.#schedule(p);
      if (gp !== 0) {
        this.observer?.givePTo(gp);
        executor.execute(gp, this.#search.inherits);
        this.#afterGoroutine(p, gp);
      }
    }
    pace.postponed = false;
    p.running = false;
    world.file(p);
    this.observer?.endStep(p, gp);
  }

  /** The goroutine has left `p`, or is held. */
  #afterGoroutine(p: Proc, gp: GAddr): void {
    this.world.now();
    if (this.pace.postponed) p.held = gp;
    if (tracer?.full) this.#trace.flush(p);
  }

  /** The goroutine that `p` runs next; 0 if it finds none, and waits. */
  #schedule(p: Proc): GAddr | 0 {
    const { world } = this;
    if (i32[field(p.pp, P.PREEMPT)] !== 0) i32[field(p.pp, P.PREEMPT)] = 0;
    while (p.timers.minKey <= p.clock) {
      this.pace.effective = p.clock;
      p.timers.fire(p.clock);
    }
    for (let gp = p.takeArrival(); gp !== 0; gp = p.takeArrival()) inboxput(p.pp, gp);
    const search = this.#search;
    const gp = search.findRunnable(p.pp, p.doing === 'busy' ? 0 : (p.clock - p.idleSince) / NS_PER_MS);
    if (search.better !== 0) {
      this.#idle.wake(search.better);
      search.better = 0;
    }
    if (gp === 0) {
      this.#idle.wait(p, search.againMs);
      return 0;
    }
    this.#idle.found(p);
    p.clock = Math.max(p.clock, this.#earliestStart(gp));
    world.spend(world.costs.switch * JITTER * (world.rng.next() / 2 ** 32 - 0.5));
    return gp;
  }

  #earliestStart(gp: GAddr): number {
    return i32[field(gp, G.HOME)]! < 0 ? (this.#madeAt[gIndex(gp)] ?? 0) : 0;
  }

  /** Keeps the run's clock, and preempts goroutines that have run for a time slice. @param at the time of the next step */
  #sysmon(at: number): void {
    // A goroutine is preempted at the second tick that finds it: two ticks if two or more have passed.
    const rounds = at >= this.world.nextTick + SLICE ? 2 : 1;
    const tick = Math.floor(at / SLICE) * SLICE;
    i32[H.CLOCK] = Math.round(tick / NS_PER_MS);
    this.world.nextTick = tick + SLICE;
    for (let round = 0; round < rounds; round++) {
      for (const { id, pp } of this.world.procs) {
        const slice = i32[field(pp, P.SCHEDTICK)]!;
        if (slice === this.#ticks[id] && i32[field(pp, P.CURG)] !== 0) i32[field(pp, P.PREEMPT)] = 1;
        this.#ticks[id] = slice;
      }
    }
  }

  /** Reading the clock costs time, so a goroutine that reads it in a loop until some moment gets there. */
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
    this.#madeAt[gIndex(gp)] = now;
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
