// The exploring engine: runs a program under a schedule that a strategy makes up, instead of the one that time would give. At every
// `yield*`, and before everything that a plain call does to shared objects, any enabled goroutine may be next. So what may happen on
// some machine on some day can happen here, and again, from the same seed.
//
// A plain call, or an access to a field, cannot leave the stack: other goroutines run on top of it (World.onTop), in a plain call one
// level deep, in an access MOST_LEVELS. The goroutine below continues when they have left the stack:
//
//   stack                          G 1 reads a field (x), and the strategy lets G 2 run first
//   G 1 reads x
//   G 1 reads x / G 2 writes y     a step of G 2, on top; before its write G 3 might run, on top of both
//   G 1 reads x / G 2 parks        G 2 leaves the stack
//   G 1 reads x                    G 1 continues with the value of now
//
// So a goroutine in the middle of plain code can be interrupted by steps of others, but two goroutines in the middle of plain code
// cannot alternate. If G 2 above read a field in a loop until G 1 had written it, it would never leave. The run then begins again
// from its seed, and goroutines with this body run on top only of one at the bottom that waits in a loop itself (`overtaken`, and
// exploreOn in simulate.ts).
//
// There is one clock: a step begins when the one before it has ended. A timer fires when its time has come, or if no goroutine is
// enabled. A goroutine stays on its home P, as everywhere, so that a trace can be read; the Ps do nothing on their own.

import { field, type GAddr, type PAddr } from '../../memory/address.js';
import { Escaping } from '../../memory/errors.js';
import { G, H, P, pId, runStatus, started } from '../../memory/layout.js';
import { i32 } from '../../memory/memory.js';
import { bodyName } from '../../sched/bodies.js';
import { newproc } from '../../sched/engine.js';
import { fnBody, getg, m } from '../../sched/g.js';
import type { Pace } from '../../sched/hooks.js';
import { tracer } from '../../sched/hooks.js';
import { joinRun } from '../../sched/packagelevel.js';
import type { Machine } from '../machine.js';
import type { Proc } from '../proc.js';
import type { Change, SimTrace } from '../trace.js';
import { VirtualRun } from '../virtualrun.js';
import type { Strategy } from './strategy.js';

/** Steps that a goroutine takes on average before it leaves a P that other goroutines wait for. */
const SLICE_STEPS = 4;

/** Nanoseconds that a read of the clock takes: a goroutine that reads it in a loop gets to the time that it waits for. */
const CLOCK_READ = 1000;

/** Levels of goroutines on top of each other, between two accesses to fields. */
const MOST_LEVELS = 4;

/** What a goroutine may poll by, in units of a plain call. A read of a field is a stronger sign that it waits in a loop. */
const POLL = { call: 1, read: 200 } as const;
/** Units after which a goroutine is taken to wait in a loop. */
const IN_LOOP = 20_000;
/** Units after which a goroutine on top of others is taken to wait for one of them. If it does not, only variety is lost. */
const FOR_BELOW = 1_000_000;
/** Units after which a goroutine is taken to wait for ever: more than one that only reads a lot gets to. */
const FOR_EVER = 400_000_000;

export class Exploration extends VirtualRun implements Pace {
  readonly pace = this;
  postponed = false;
  readonly #strategy: Strategy;
  readonly #trace: SimTrace;
  /** Runnable goroutines that no P holds. */
  #ready: GAddr[] = [];
  #now = 0;
  /** Steps after which the run counts as one that never ends. */
  readonly #most: number;
  #steps = 0;
  /** Plain calls of the goroutine at the bottom of the stack, since it was given the thread. */
  #calls = 0;
  /** How many goroutines are on the stack on top of the one at the bottom. */
  #level = 0;
  /** Units by which the running goroutine has polled since it was given the thread, or last wrote a field. */
  #polled = 0;
  /** Numbers of the bodies that do not run on top of goroutines that could continue. */
  readonly #loops: ReadonlySet<number>;
  /** The body that waited on top of others for one of them: this run has ended, and another begins with it in `loops`. */
  overtaken: number | undefined;
  /** Why the program cannot be explored. */
  refused: Error | undefined;

  constructor(
    machine: Machine,
    seed: number,
    strategy: Strategy,
    options: { readonly most: number; readonly trace: SimTrace; readonly loops: ReadonlySet<number> },
  ) {
    super(machine, seed);
    this.#strategy = strategy;
    this.#most = options.most;
    this.#trace = options.trace;
    this.#loops = options.loops;
  }

  /** True if the run was given up because it took too many steps, or plain calls without a step. */
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
      else if (!this.#runStep()) this.#passTime();
      if (this.endless) i32[H.STATUS] = runStatus.interrupted;
    }
    if (this.returned === undefined) this.endAt = this.#now;
  }

  /** No goroutine is enabled: moves the clock to the next timer; without one, the run is deadlocked. */
  #passTime(): void {
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
      this.#noteTime(p);
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

  /** Moves the clock to that of `p`. */
  #noteTime(p: Proc): void {
    this.world.now();
    this.#now = Math.max(this.#now, p.clock);
  }

  /** Runs a step of a goroutine that the strategy chooses. @returns false if none is enabled */
  #runStep(): boolean {
    const enabled = this.#enabled();
    if (enabled.length === 0) return false;
    this.#runGoroutine(enabled[this.#strategy.choose(enabled)]!);
    return true;
  }

  /** The goroutines that may take the next step: those in the middle of one, and runnable ones for which a P is free. */
  #enabled(): GAddr[] {
    const enabled: GAddr[] = [];
    let free = false;
    for (const p of this.world.procs) {
      if (p.held !== 0) enabled.push(p.held);
      else if (!p.running) free = true;
    }
    for (const gp of this.#ready) {
      const home = i32[field(gp, G.HOME)]!;
      if (home < 0 ? free : isFree(this.world.procs[home]!)) enabled.push(gp);
    }
    return enabled;
  }

  /** The enabled goroutines that may run on top of the running one: all, if that is at the bottom and waits in a loop itself. */
  #enabledOnTop(): GAddr[] {
    const enabled = this.#enabled();
    if (this.#loops.size === 0 || (this.#level === 0 && this.#polled >= IN_LOOP)) return enabled;
    return enabled.filter((gp) => !this.#loops.has(bodyOf(gp)));
  }

  /** Runs `gp` until it leaves the thread, or is about to begin an operation. */
  #runGoroutine(gp: GAddr): void {
    const { executor } = this;
    const polled = this.#polled;
    this.#polled = 0;
    this.#steps++;
    this.#calls = 0;
    const holder = this.world.procs.find((p) => p.held === gp);
    const p = holder ?? this.#placeFor(gp);
    this.#enter(p);
    p.running = true;
    if (this.#isWanted(p) && this.world.rng.below(SLICE_STEPS) === 0) i32[field(p.pp, P.PREEMPT)] = 1;
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
    i32[field(p.pp, P.PREEMPT)] = 0;
    this.#noteTime(p);
    this.#polled = polled;
    if (tracer?.full) this.#trace.flush(p);
  }

  /** True if a runnable goroutine has to wait for `p`: the time slice there may be over at any time. */
  #isWanted(p: Proc): boolean {
    const free = this.world.procs.some(isFree);
    return this.#ready.some((gp) => (i32[field(gp, G.HOME)]! < 0 ? !free : i32[field(gp, G.HOME)] === p.id));
  }

  /** The P for a goroutine that no P holds: its home, or the free P that is home to the fewest. */
  #placeFor(gp: GAddr): Proc {
    const { procs } = this.world;
    const home = i32[field(gp, G.HOME)]!;
    if (home >= 0) return procs[home]!;
    return procs
      .filter(isFree)
      .reduce((best, p) => (i32[field(p.pp, P.NHOME)]! < i32[field(best.pp, P.NHOME)]! ? p : best));
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
    if (this.#level === 0) this.#calls++;
    if (this.endless) i32[H.STATUS] = runStatus.interrupted;
    if (i32[H.STATUS] !== runStatus.running) throw new Escaping(undefined);
    this.world.spend(this.world.costs.effect);
    this.#countPoll(POLL.call);
    if (this.#level === 0) this.#letOthers(running);
  }

  access(write: boolean): void {
    const running = m.curg;
    if (running === 0) return;
    this.world.spend(this.world.costs.effect); // so that time passes for a goroutine that waits for a field
    if (write) this.#polled = 0;
    else this.#countPoll(POLL.read);
    if (this.#level === MOST_LEVELS) return;
    const timer = this.#nextTimer();
    if (timer !== undefined && timer.timers.minKey <= this.world.now()) this.#runOnTop(() => this.#fireTimers());
    this.#letOthers(running);
  }

  /** Lets other goroutines run before the running one continues, as the strategy says. */
  #letOthers(running: GAddr): void {
    for (let others = this.#enabledOnTop(); others.length > 0; others = this.#enabledOnTop()) {
      if (!this.#strategy.interrupts(running, others)) break;
      this.#runOnTop(() => this.#runGoroutine(others[this.#strategy.choose(others)]!));
    }
  }

  #runOnTop(run: () => void): void {
    this.#noteTime(this.world.current);
    this.#level++;
    this.world.onTop(() => {
      m.curg = 0;
      run();
    });
    this.#level--;
    this.#enter(this.world.current);
  }

  /** The running goroutine may be polling. @throws Escaping if it is taken to do nothing else any more */
  #countPoll(units: number): void {
    this.#polled += units;
    if (this.#polled < FOR_BELOW) return;
    i32[H.STEPS]!++; // progress, for the thread that watches this one
    const body = bodyOf(getg());
    if (this.#level > 0 && !this.#loops.has(body)) this.overtaken = body;
    else if (this.#polled < FOR_EVER) return;
    else if (this.#level > 0) this.refused = waitsInLoop(body);
    else if (i32[H.NTIMERS] !== 0 || this.#enabled().length > 0) return;
    else this.#steps = this.#most + 1;
    i32[H.STATUS] = runStatus.interrupted;
    throw new Escaping(undefined);
  }

  /** Begins or ends the trace, when every P is between two goroutines: until then, has those in the middle of a step end it. */
  #changeTrace(change: Change): void {
    const holding = this.world.procs.find((p) => p.held !== 0);
    if (holding !== undefined) {
      i32[field(holding.pp, P.PREEMPT)] = 1;
      this.#runGoroutine(holding.held as GAddr);
      i32[field(holding.pp, P.PREEMPT)] = 0;
      return;
    }
    this.change = undefined;
    this.#enter(change.p);
    this.#trace.change(change);
    if (change.gp !== 0) this.#ready.push(change.gp);
  }

  now(): number {
    if (m.curg !== 0) this.world.spend(CLOCK_READ);
    this.effect();
    return this.world.now();
  }

  submit(gp: GAddr): void {
    this.#ready.push(gp);
  }

  ready(gp: GAddr): void {
    this.#ready.push(gp);
  }

  yieldG(gp: GAddr): void {
    if (i32[field(this.world.current.pp, P.PREEMPT)] === 0) this.#strategy.yielded(gp); // otherwise it was preempted
    this.#ready.push(gp);
  }

  retime(pp: PAddr): void {
    this.world.procs[pId(pp)]!.timers.adjust();
  }
}

/** Number of the body of the G at `gp`. */
function bodyOf(gp: GAddr): number {
  return fnBody(i32[field(gp, G.FN)]!);
}

function waitsInLoop(body: number): Error {
  return new Error(
    `explore: goroutines of ${bodyName(body)} wait in loops for each other's fields, and never leave their thread: put a ` +
      '`yield*`, such as `yield* gosched()`, into the loops',
  );
}

/** True if no goroutine is in the middle of a step on `p`. */
function isFree(p: Proc): boolean {
  return p.held === 0 && !p.running;
}
