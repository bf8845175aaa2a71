// Execution of goroutines on this thread: starting them, resuming them, and noticing their end. After execute, gogo and goexit0
// in runtime/proc.go. The same for both engines, which decide when and on which P.

import { field, type GAddr } from '../memory/address.js';
import { BodyError, Escaping, Misused, verdict } from '../memory/errors.js';
import { G, gStatus, H, P, pId, RING, runStatus } from '../memory/layout.js';
import { gIndex, i32, oneP } from '../memory/memory.js';
import { describe } from '../value/type.js';
import { releaseArena } from './arena.js';
import { callBody } from './args.js';
import { bodyAt, bodyName } from './bodies.js';
import { unfinishedResult } from './callback.js';
import { fnArena, fnArgs, fnBody, freeG, getg, goidOf, m } from './g.js';
import { pace, tracer } from './hooks.js';
import { nothingForgotten } from './op.js';
import { act } from './reason.js';
import { ringget, ringIsFull } from './runq.js';

/**
 * Plain goroutines in the global queue beyond which their creator runs some itself: enough to keep the other Ps busy
 * while the operating system has the creator's thread wait (tens of milliseconds), few enough to stay in the cache.
 */
const PLENTY = 1 << 14;

/** The first goroutine of a run is main. */
const MAIN_GOID = 1;

type Goroutine = Iterator<unknown, unknown, void>;

export class Executor {
  /** The generators of started goroutines that have parked, by the number of their G record. */
  readonly goroutines: (Goroutine | undefined)[] = [];
  readonly #mainReturned: (value: unknown) => void;
  /** True while goroutines run on top of the stack of one that creates too many. */
  #makingRoom = false;

  /** @param mainReturned ends the run */
  constructor(mainReturned: (value: unknown) => void) {
    this.#mainReturned = mainReturned;
  }

  /**
   * Runs `gp` on this thread's P until it parks, yields or ends.
   * @param inherits true if it continues the time slice of the goroutine before
   * @throws what it throws, and what is wrong with it
   */
  execute(gp: GAddr, inherits = false): void {
    const { pp } = m;
    if (!inherits) i32[field(pp, P.SCHEDTICK)]!++;
    i32[field(pp, P.NSWITCHES)]!++;
    i32[field(pp, P.CURG)] = gp;
    i32[field(gp, G.STATUS)] = gStatus.running;
    m.curg = gp;
    const fn = i32[field(gp, G.FN)]!;
    m.arena = fnArena(fn);
    const home = i32[field(gp, G.HOME)]!;
    if (home < 0) {
      if (home !== m.unstarted) i32[field(pp, P.NSTEALS)]!++;
      if ((fn & 1) === 0) {
        if (tracer !== undefined) tracer.firstStart(gp);
        this.#runPlain(gp, fn);
      } else {
        m.resuming = false;
        m.leaving = false;
        const goroutine = callBody(bodyAt(fnBody(fn)), gp, fnArgs(fn)) as Goroutine; // takes the arguments, and no step
        if (tracer !== undefined) tracer.firstStart(gp);
        i32[field(gp, G.HOME)] = pId(pp);
        i32[field(pp, P.NHOME)]!++;
        this.#step(gp, goroutine, true);
      }
    } else {
      if (tracer !== undefined) tracer.start(gp);
      m.resuming = true;
      m.leaving = false;
      this.#step(gp, this.goroutines[gIndex(gp)]!, false);
    }
    this.#left();
  }

  /** Continues `gp`, which was postponed in the middle of a step (Pace in hooks.ts). @throws as execute does */
  goOn(gp: GAddr): void {
    m.curg = gp;
    m.arena = fnArena(i32[field(gp, G.FN)]!);
    m.resuming = true;
    m.leaving = false;
    this.#step(gp, this.goroutines[gIndex(gp)]!, false);
    this.#left();
  }

  #left(): void {
    if (verdict.error !== undefined) throw verdict.error; // the program has caught it, and parked
    if (pace === undefined || !pace.postponed) i32[field(m.pp, P.CURG)] = 0;
    m.curg = 0;
    m.arena = 0; // what timers allocate belongs to no arena
  }

  /** Runs a body that never parks. */
  #runPlain(gp: GAddr, fn: number): void {
    this.#goexit(gp, callBody(bodyAt(fnBody(fn)), gp, fnArgs(fn)));
  }

  /** Runs a body that may park until it does, or ends. */
  #step(gp: GAddr, goroutine: Goroutine, first: boolean): void {
    const step = goroutine.next();
    if (step.done) {
      if (m.leaving) throw new Misused();
      if (!first) this.goroutines[gIndex(gp)] = undefined;
      i32[field(m.pp, P.NHOME)]!--;
      this.#goexit(gp, step.value);
      return;
    }
    if (first) this.goroutines[gIndex(gp)] = goroutine;
    // A parking operation has changed the status, and its waker makes the G runnable; only this thread makes it running.
    if (i32[field(gp, G.STATUS)] === gStatus.running && (pace === undefined || !pace.postponed)) {
      const body = fnBody(i32[field(gp, G.FN)]!);
      const text =
        'expected `yield*`, got a plain `yield`, which means nothing here, or a `yield*` of neither an operation nor a call ' +
        'of a function*';
      throw new BodyError(body, `${bodyName(body)}: ${text}`, true);
    }
  }

  #goexit(gp: GAddr, value: unknown): void {
    nothingForgotten();
    if (value !== undefined) checkResult(value, i32[field(gp, G.FN)]!, goidOf(gp) === MAIN_GOID);
    if (verdict.error !== undefined) throw verdict.error;
    if (tracer !== undefined) tracer.end();
    if (goidOf(gp) === MAIN_GOID) this.#mainReturned(value);
    freeG(gp);
    if (m.arena !== 0) releaseArena(m.arena);
  }

  /** True if the running goroutine creates plain ones faster than the Ps run them. */
  get crowded(): boolean {
    return ringIsFull(m.pp) && (oneP || i32[H.GLOBQ_SIZE]! >= PLENTY) && !this.#makingRoom;
  }

  /**
   * Half of the ring is run before `go` returns, on top of the creator's stack, as if it had been preempted there. They never
   * park, so it goes on soon; and memory does not fill with a million that wait.
   * @param between is called before each of them
   */
  makeRoom(between?: () => void): void {
    const { pp } = m;
    const creator = getg();
    this.#makingRoom = true;
    if (tracer !== undefined) tracer.yield(act.preempt);
    i32[field(creator, G.STATUS)] = gStatus.runnable;
    try {
      for (let k = 0; k < RING / 2 && i32[H.STATUS] === runStatus.running; k++) {
        between?.();
        const gp = ringget(pp);
        if (gp === 0) break;
        this.execute(gp);
      }
    } catch (error) {
      throw new Escaping(error, getg());
    }
    this.#makingRoom = false;
    m.leaving = false;
    i32[field(pp, P.NSWITCHES)]!++;
    i32[field(pp, P.CURG)] = creator;
    i32[field(creator, G.STATUS)] = gStatus.running;
    m.curg = creator;
    m.arena = fnArena(i32[field(creator, G.FN)]!);
    if (tracer !== undefined) tracer.start(creator);
  }
}

/**
 * What a body returns is nothing to wait for, and nothing to run: a promise or a generator is a mistake. What main returns
 * leaves its thread.
 * @throws BodyError
 */
function checkResult(value: unknown, fn: number, isMain: boolean): void {
  const result = unfinishedResult(value);
  const body = fnBody(fn);
  if (result === undefined) {
    if (!isMain || isPrimitive(value)) return;
    try {
      structuredClone(value);
      return;
    } catch (error) {
      const why = (error as Error).message;
      throw new BodyError(
        body,
        `${bodyName(body)}: expected a result that can leave its thread, got ${describe(value)}: ${why}`,
      );
    }
  }
  const text =
    (fn & 1) === 0
      ? `expected a generator function or one that runs to its end, got one that returns ${result}; declare it \`function*\``
      : `expected a result that is a value, got ${result}`;
  const fix = result === 'a generator' ? ' and `yield*` the call that makes it' : ': a goroutine cannot await';
  throw new BodyError(body, `go ${bodyName(body)}: ${text}${fix}`);
}

function isPrimitive(value: unknown): boolean {
  return value === null || /^(bigint|boolean|number|string)$/.test(typeof value);
}
