// The exploring scheduler: runs a program under a schedule that a strategy makes up, instead of the one that time would
// give. Any goroutine that can go may go next, at every `yield*` and before everything that a plain call does to shared
// objects, so what may happen on some machine on some day can happen here, and again, from the same seed.
//
// Time passes, one step after the other; a timer fires when its time has come, or nothing else can go. A goroutine
// lives on one P, as everywhere, so that a trace can be read; the Ps do nothing on their own.

import { newproc } from '../engine.js';
import { Escaping } from '../errors.js';
import { m } from '../g.js';
import { G, H, i32, P, pId, runStatus, started } from '../memory.js';
import type { Pace } from '../pace.js';
import { joinRun } from '../packagelevel.js';
import { tracer } from '../tracing/current.js';
import { Course } from './course.js';
import type { Machine } from './machine.js';
import { onTop } from './ontop.js';
import type { Proc } from './proc.js';
import type { Strategy } from './strategy.js';
import type { Change, SimTrace } from './trace.js';

/** Steps that a goroutine has on average before it leaves a P that others wait for. */
const SLICE_STEPS = 4;

/** Nanoseconds that a goroutine takes to look at the clock. */
const GLANCE = 1000;

export class Exploration extends Course implements Pace {
  readonly pace = this;
  postponed = false;
  readonly #strategy: Strategy;
  readonly #trace: SimTrace;
  /** Runnable goroutines that no P holds. */
  #ready: number[] = [];
  #now = 0;
  /** Steps after which the run counts as one that never ends. */
  readonly #most: number;
  #steps = 0;
  /** Plain calls since a goroutine was given the thread. */
  #calls = 0;
  /** True while others run on top of a goroutine. */
  #nested = false;

  constructor(machine: Machine, seed: number, strategy: Strategy, most: number, trace: SimTrace) {
    super(machine, seed);
    this.#strategy = strategy;
    this.#most = most;
    this.#trace = trace;
  }

  /** True if the run was given up because it had no end in sight. */
  get endless(): boolean {
    return Math.max(this.#steps, this.#calls) > this.#most;
  }

  run(main: CallableFunction, args: readonly unknown[]): void {
    this.#trace.begin(this.world);
    this.world.enter(this.world.procs[0]!);
    this.#trace.beginWorld();
    joinRun();
    newproc(main, args);
    i32[H.STARTED] = started.queued;
    while (Atomics.load(i32, H.STATUS) === runStatus.running) {
      this.#fireTimers();
      if (this.change !== undefined) this.#changeTrace(this.change);
      else if (!this.#step()) this.#idle();
      if (this.endless) i32[H.STATUS] = runStatus.interrupted;
    }
    if (this.returned === undefined) this.endAt = this.#now;
  }

  /** Nobody can go: waits for a timer. */
  #idle(): void {
    const at = this.#nextTimer()?.timers.minKey ?? Number.POSITIVE_INFINITY;
    if (at === Number.POSITIVE_INFINITY) {
      i32[H.STATUS] = runStatus.deadlocked;
      return;
    }
    this.#now = Math.max(this.#now, at);
    this.#steps++;
  }

  #fireTimers(): void {
    for (let p = this.#nextTimer(); p !== undefined && p.timers.minKey <= this.#now; p = this.#nextTimer()) {
      this.#steps++;
      this.#enter(p);
      p.timers.fire(this.world.now());
      this.#passed(p);
    }
  }

  /** The P whose timer is due first; undefined if no timer ever will be. */
  #nextTimer(): Proc | undefined {
    if (i32[H.NTIMERS] === 0) return undefined;
    return this.world.procs.reduce((first, p) => (p.timers.minKey < first.timers.minKey ? p : first));
  }

  #enter(p: Proc): void {
    p.clock = Math.max(p.clock, this.#now);
    this.world.enter(p);
  }

  #passed(p: Proc): void {
    this.world.now();
    this.#now = Math.max(this.#now, p.clock);
  }

  /** A step of whoever is chosen. False if nobody can go. */
  #step(): boolean {
    const enabled = this.#enabled();
    if (enabled.length === 0) return false;
    this.#turn(enabled[this.#strategy.choose(enabled)]!);
    return true;
  }

  /** The goroutines that can go: those in the middle of a step, and those for which there is a P. */
  #enabled(): number[] {
    const enabled: number[] = [];
    let free = false;
    for (const p of this.world.procs) {
      if (p.held !== 0) enabled.push(p.held);
      else if (!p.running) free = true;
    }
    for (const gp of this.#ready) {
      const home = i32[gp + G.HOME]!;
      if (home < 0 ? free : isFree(this.world.procs[home]!)) enabled.push(gp);
    }
    return enabled;
  }

  #turn(gp: number): void {
    const { executor } = this;
    this.#steps++;
    this.#calls = 0;
    const holder = this.world.procs.find((p) => p.held === gp);
    const p = holder ?? this.#placeFor(gp);
    this.#enter(p);
    p.running = true;
    if (this.#isWanted(p) && this.world.rng.below(SLICE_STEPS) === 0) i32[p.pp + P.PREEMPT] = 1;
    if (holder !== undefined) {
      p.held = 0;
      executor.goOn(gp);
    } else {
      this.#ready.splice(this.#ready.indexOf(gp), 1);
      executor.execute(gp);
    }
    if (this.postponed) p.held = gp;
    this.postponed = false;
    p.running = false;
    i32[p.pp + P.PREEMPT] = 0;
    this.#passed(p);
    if (tracer?.full) this.#trace.flush(p);
  }

  /** True if a goroutine that can go has to wait for `p`: its time slice may be over at any time. */
  #isWanted(p: Proc): boolean {
    const free = this.world.procs.some(isFree);
    return this.#ready.some((gp) => (i32[gp + G.HOME]! < 0 ? !free : i32[gp + G.HOME] === p.id));
  }

  /** The P for a goroutine that no P holds: its home, or the free one that is home to the fewest. */
  #placeFor(gp: number): Proc {
    const { procs } = this.world;
    const home = i32[gp + G.HOME]!;
    if (home >= 0) return procs[home]!;
    return procs.filter(isFree).reduce((best, p) => (i32[p.pp + P.NHOME]! < i32[best.pp + P.NHOME]! ? p : best));
  }

  early(): boolean {
    const p = this.world.current;
    if (p.begins) {
      p.begins = false;
      return false;
    }
    this.world.spend(this.world.costs.operation);
    p.begins = true;
    this.postponed = true;
    return true;
  }

  effect(): void {
    const running = m.curg;
    if (running === 0) return;
    this.#calls++;
    if (this.endless) i32[H.STATUS] = runStatus.interrupted;
    if (i32[H.STATUS] !== runStatus.running) throw new Escaping(undefined, 0);
    this.world.spend(this.world.costs.effect);
    if (this.#nested) return;
    for (let others = this.#enabled(); others.length > 0; others = this.#enabled()) {
      if (!this.#strategy.interrupts(running, others)) break;
      this.#passed(this.world.current);
      this.#nested = true;
      onTop(this.world, () => this.#step());
      this.#nested = false;
      this.#enter(this.world.current);
    }
  }

  #changeTrace(change: Change): void {
    const moving = this.world.procs.find((p) => p.held !== 0);
    if (moving !== undefined) {
      i32[moving.pp + P.PREEMPT] = 1;
      this.#turn(moving.held);
      i32[moving.pp + P.PREEMPT] = 0;
      return;
    }
    this.change = undefined;
    this.#enter(change.p);
    this.#trace.change(change);
    this.#ready.push(change.gp);
  }

  /** Looking at the clock takes long enough that who waits for a moment in this way gets there. */
  now(): number {
    if (m.curg !== 0) this.world.spend(GLANCE);
    this.effect();
    return this.world.now();
  }

  submit(gp: number): void {
    this.#ready.push(gp);
  }

  ready(gp: number): void {
    this.#ready.push(gp);
  }

  yieldG(gp: number): void {
    if (i32[this.world.current.pp + P.PREEMPT] === 0) this.#strategy.yielded(gp); // else it did not want to
    this.#ready.push(gp);
  }

  retime(pp: number): void {
    this.world.procs[pId(pp)]!.timers.adjust();
  }
}

/** True if `p` has nothing under way. */
function isFree(p: Proc): boolean {
  return p.held === 0 && !p.running;
}
