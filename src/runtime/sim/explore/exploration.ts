// The exploring scheduler: runs a program under a schedule that a strategy makes up, instead of the one that time would
// give. Any goroutine that can go may go next, at every `yield*` and before everything that a plain call does to shared
// objects, so what may happen on some machine on some day can happen here, and again, from the same seed.
//
// A plain call, or an access to a field, cannot leave the stack: other goroutines run on top of it (ontop.ts), for a plain call
// one level deep, for a field MOST_LEVELS. What is below goes on when they have left, so two goroutines cannot both be in the
// middle of plain code and alternate there; one can be interrupted by steps of others. A goroutine on top that reads a field in
// a loop until one below has written it would never leave. Then the run begins again from its seed, and goroutines with this
// body run on top only of one at the bottom that waits in a loop itself (`overtaken`, and exploreOn in simulate.ts).
//
// Time passes, one step after the other; a timer fires when its time has come, or nothing else can go. A goroutine
// lives on one P, as everywhere, so that a trace can be read; the Ps do nothing on their own.

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
import { Course } from '../course.js';
import type { Machine } from '../machine.js';
import { onTop } from '../ontop.js';
import type { Proc } from '../proc.js';
import type { Change, SimTrace } from '../trace.js';
import type { Strategy } from './strategy.js';

/** Steps that a goroutine has on average before it leaves a P that others wait for. */
const SLICE_STEPS = 4;

/** Nanoseconds that a goroutine takes to look at the clock. */
const GLANCE = 1000;

/** Levels of goroutines on top of each other, between two accesses to fields. */
const MOST_LEVELS = 4;

/** What a goroutine does to see whether something has changed, in units of a plain call: a read of a field is a likelier sign. */
const LOOK = { call: 1, read: 200 } as const;
/** Units after which a goroutine seems to wait in a loop. */
const WAITS = 20_000;
/** Units after which one on top of others waits for them, it seems. If it does not, nothing is lost but a little variety. */
const WAITS_BELOW = 1_000_000;
/** Units after which a goroutine waits for what never comes: more than one that only reads much will get to. */
const WAITS_FOR_EVER = 400_000_000;

export class Exploration extends Course implements Pace {
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
  /** Plain calls since a goroutine was given the thread, of the one that is on top of no other. */
  #calls = 0;
  /** How many goroutines are on the stack on top of the first. */
  #level = 0;
  /** What the running goroutine has looked at since it last had the thread, or wrote a field. */
  #looked = 0;
  /** Numbers of the bodies that do not run on top of others that could go on. */
  readonly #loops: ReadonlySet<number>;
  /** The body that waited on top of others for one of them: the run has been given up, and is to be begun again without that. */
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

  /** Those of them that may run on top of the running one: every one, if that is at the bottom and waits in a loop itself. */
  #enabledOnTop(): GAddr[] {
    const enabled = this.#enabled();
    if (this.#loops.size === 0 || (this.#level === 0 && this.#looked >= WAITS)) return enabled;
    return enabled.filter((gp) => !this.#loops.has(bodyOf(gp)));
  }

  #turn(gp: GAddr): void {
    const { executor } = this;
    const looked = this.#looked;
    this.#looked = 0;
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
    this.#passed(p);
    this.#looked = looked;
    if (tracer?.full) this.#trace.flush(p);
  }

  /** True if a goroutine that can go has to wait for `p`: its time slice may be over at any time. */
  #isWanted(p: Proc): boolean {
    const free = this.world.procs.some(isFree);
    return this.#ready.some((gp) => (i32[field(gp, G.HOME)]! < 0 ? !free : i32[field(gp, G.HOME)] === p.id));
  }

  /** The P for a goroutine that no P holds: its home, or the free one that is home to the fewest. */
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
    this.#look(LOOK.call);
    if (this.#level === 0) this.#letOthers(running);
  }

  access(write: boolean): void {
    const running = m.curg;
    if (running === 0) return;
    this.world.spend(this.world.costs.effect); // so that time passes for one that waits for a field
    if (write) this.#looked = 0;
    else this.#look(LOOK.read);
    if (this.#level === MOST_LEVELS) return;
    const timer = this.#nextTimer();
    if (timer !== undefined && timer.timers.minKey <= this.world.now()) this.#above(() => this.#fireTimers());
    this.#letOthers(running);
  }

  /** Others go before the running goroutine goes on, as the strategy says. */
  #letOthers(running: GAddr): void {
    for (let others = this.#enabledOnTop(); others.length > 0; others = this.#enabledOnTop()) {
      if (!this.#strategy.interrupts(running, others)) break;
      this.#above(() => this.#turn(others[this.#strategy.choose(others)]!));
    }
  }

  #above(run: () => void): void {
    this.#passed(this.world.current);
    this.#level++;
    onTop(this.world, () => {
      m.curg = 0;
      run();
    });
    this.#level--;
    this.#enter(this.world.current);
  }

  /** The running goroutine looks at something. @throws Escaping if it does nothing else any more */
  #look(units: number): void {
    this.#looked += units;
    if (this.#looked < WAITS_BELOW) return;
    i32[H.TURNS]!++; // it moves
    const body = bodyOf(getg());
    if (this.#level > 0 && !this.#loops.has(body)) this.overtaken = body;
    else if (this.#looked < WAITS_FOR_EVER) return;
    else if (this.#level > 0) this.refused = waitsInLoop(body);
    else if (i32[H.NTIMERS] !== 0 || this.#enabled().length > 0) return;
    else this.#steps = this.#most + 1;
    i32[H.STATUS] = runStatus.interrupted;
    throw new Escaping(undefined);
  }

  #changeTrace(change: Change): void {
    const moving = this.world.procs.find((p) => p.held !== 0);
    if (moving !== undefined) {
      i32[field(moving.pp, P.PREEMPT)] = 1;
      this.#turn(moving.held as GAddr);
      i32[field(moving.pp, P.PREEMPT)] = 0;
      return;
    }
    this.change = undefined;
    this.#enter(change.p);
    this.#trace.change(change);
    if (change.gp !== 0) this.#ready.push(change.gp);
  }

  /** Looking at the clock takes long enough that who waits for a moment in this way gets there. */
  now(): number {
    if (m.curg !== 0) this.world.spend(GLANCE);
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
    if (i32[field(this.world.current.pp, P.PREEMPT)] === 0) this.#strategy.yielded(gp); // else it did not want to
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
    `explore: goroutines of ${bodyName(body)} wait in loops for each other's fields, and leave their thread nowhere: put a ` +
      '`yield*`, such as `yield* gosched()`, into the loops',
  );
}

/** True if `p` has nothing under way. */
function isFree(p: Proc): boolean {
  return p.held === 0 && !p.running;
}
