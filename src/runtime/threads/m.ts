// M: the thread of one P, from the moment Piscina gives it the P until the run ends. After schedule, execute, goexit0
// and findRunnable's second half in runtime/proc.go.
//
// A thread is one task for the whole run: it never returns to its event loop in between, so everything it must hear is
// in shared memory (STATUS, PREEMPT, PARK, INBOX).

import { fileURLToPath } from 'node:url';
import { MinHeap } from '../../lib/minheap.js';
import { Rng } from '../../lib/rng.js';
import { callBody } from '../args.js';
import { bodyAt, bodyName, fileName, type ProgramModule, setProgram } from '../bodies.js';
import { clockOrigin } from '../clock.js';
import { type Engine, newproc, setEngine } from '../engine.js';
import { Escaping, Exit, resetVerdict, UsageError, verdict } from '../errors.js';
import { fnArgs, fnBody, freeG, goidOf, m, resetGs } from '../g.js';
import { resetHandles } from '../handle.js';
import { resetMalloc } from '../malloc.js';
import { attach, G, gIndex, gStatus, H, i32, P, pAddress, park, RING, runStatus } from '../memory.js';
import { nothingForgotten, resetOps } from '../op.js';
import { act } from '../reason.js';
import type { GoroutineReport } from '../report.js';
import { inboxput, localput, readyNext, ringget, ringIsFull, runqput } from '../runq.js';
import { findRunnable, search } from '../sched.js';
import { tracer } from '../tracing/current.js';
import { resetTypes } from '../type.js';
import { Idler, wakep } from './idle.js';
import { Interludes } from './interludes.js';
import { endRun, wake } from './park.js';

/** What a thread is told. */
export interface Task {
  readonly buffer: SharedArrayBuffer;
  /** Number of the P that it is to run. */
  readonly id: number;
  /** Modules of the program, by URL; the first that exports `main` has the main goroutine. */
  readonly modules: readonly string[];
  readonly args: readonly unknown[];
  /** When the run began, in nanoseconds on the clock of all threads (clock.ts). */
  readonly epoch: number;
}

/** What a thread has to say when the run has ended. */
export interface Ending {
  readonly id: number;
  /** True for the thread on which the run ended as it should: main returned, or somebody called exit(). */
  readonly main?: boolean;
  /** What main returned. */
  readonly value?: unknown;
  readonly exitCode?: number;
  /** A panic or fatal error, in full. */
  readonly report?: string;
  /** True if the report is about a program that is none. */
  readonly misuse?: boolean;
  /** Goroutines that waited here, if the run ended in a deadlock. */
  readonly waiting?: readonly GoroutineReport[];
  /** Why the trace could not be written. */
  readonly traceError?: Error;
}

/** Runs one P for the whole of a run. */
export async function runMachine(task: Task): Promise<Ending> {
  attach(task.buffer);
  resetMalloc();
  resetGs();
  resetTypes();
  resetHandles();
  resetOps();
  resetVerdict();
  Error.stackTraceLimit = FRAMES;
  const machine = new M(task);
  setEngine(machine);
  try {
    return await machine.run();
  } finally {
    setEngine(undefined);
  }
}

/** Frames of a stack that a report may show: the program's, below ours. As many as Go's. */
const FRAMES = 100;

/**
 * Plain goroutines in the global queue beyond which their creator runs some itself: enough to keep the other Ps busy
 * while the operating system has the creator's thread wait (tens of milliseconds), few enough to stay in the cache.
 */
const PLENTY = 1 << 14;

/** The first goroutine of a run is main. */
const MAIN_GOID = 1;

type Goroutine = Iterator<unknown, unknown, void>;

class M implements Engine {
  readonly #task: Task;
  readonly #pp: number;
  readonly #rng: Rng;
  readonly #random = (n: number): number => this.#rng.below(n);
  /** Nanoseconds to add to performance.now() to get the time since the run began. */
  readonly #origin: number;
  /** The generators of started goroutines that have parked, by G number. */
  readonly #goroutines: (Goroutine | undefined)[] = [];
  readonly #timers = new MinHeap<() => void>();
  /** True while goroutines run on top of the stack of one that creates too many. */
  #makingRoom = false;
  readonly #interludes: Interludes;
  /** What main returned, if it did so here. */
  #returned: { value: unknown } | undefined;

  constructor(task: Task) {
    this.#task = task;
    this.#pp = pAddress(task.id);
    this.#rng = new Rng(i32[H.SEED]! + task.id * 7919);
    this.#origin = clockOrigin() - task.epoch;
    this.#interludes = new Interludes(task.id, this.#origin);
  }

  /** Runs goroutines until the run ends, and writes the rest of its trace. */
  async run(): Promise<Ending> {
    const ending = await this.#run();
    i32[this.#pp + P.LEFT] = 1;
    const traceError = await this.#interludes.close();
    return traceError ? { ...ending, traceError } : ending;
  }

  async #run(): Promise<Ending> {
    const { id, modules, args } = this.#task;
    try {
      const program = await Promise.all(modules.map(load));
      setProgram(program);
      m.pp = this.#pp;
      m.unstarted = -1 - id;
      await this.#interludes.followTrace();
      const idler = new Idler(this.#pp, this, this.#timers, this.#random);
      idler.up();
      if (id === 0) this.#start(program, args);
      while (this.#schedule(idler)) await this.#interludes.play();
    } catch (error) {
      return await this.#uncaught(error);
    }
    if (i32[H.STATUS] === runStatus.deadlocked) return { id, waiting: await this.#waiting() };
    return this.#returned ? { id, main: true, ...this.#returned } : { id };
  }

  #start(program: readonly ProgramModule[], args: readonly unknown[]): void {
    const main = program.map((p) => p.exports.main).find((f) => typeof f === 'function');
    if (typeof main !== 'function') throw noMain(program);
    this.#interludes.beginTrace();
    newproc(main, args);
    Atomics.store(i32, H.STARTED, 1);
  }

  /** Runs goroutines. False when the run has ended, true if there is something to do that takes an event loop. */
  #schedule(idler: Idler): boolean {
    const pp = this.#pp;
    for (;;) {
      if (i32[pp + P.PREEMPT] !== 0) {
        Atomics.exchange(i32, pp + P.PREEMPT, 0); // endRun and stopTheWorld set their word first and PREEMPT then
        if (Atomics.load(i32, H.STATUS) !== runStatus.running) return false;
        if (Atomics.load(i32, H.STW) !== 0) return true;
      }
      if (this.#interludes.due || tracer?.full) return true;
      if (this.#timers.size > 0) this.#fireTimers();
      let gp = findRunnable(pp, 0, this.#random);
      if (gp === 0) {
        gp = idler.find();
        tracer?.waited();
        if (gp === 0) continue; // a timer is due, or PREEMPT is set
      } else if (search.better !== 0) {
        wake(search.better);
        search.better = 0;
      }
      this.#execute(gp);
    }
  }

  #execute(gp: number): void {
    const pp = this.#pp;
    if (!search.inherits) i32[pp + P.SCHEDTICK]!++;
    i32[pp + P.NSWITCHES]!++;
    i32[pp + P.CURG] = gp;
    i32[gp + G.STATUS] = gStatus.running;
    m.curg = gp;
    const fn = i32[gp + G.FN]!;
    const home = i32[gp + G.HOME]!;
    if (home < 0) {
      if (home !== m.unstarted) i32[pp + P.NSTEALS]!++;
      if ((fn & 1) === 0) {
        if (tracer !== undefined) tracer.firstStart(gp);
        this.#runPlain(gp, fn);
      } else {
        m.resuming = false;
        const goroutine = callBody(bodyAt(fnBody(fn)), gp, fnArgs(fn)) as Goroutine; // takes the arguments, and no step
        if (tracer !== undefined) tracer.firstStart(gp);
        i32[gp + G.HOME] = this.#task.id;
        i32[pp + P.NHOME]!++;
        this.#step(gp, goroutine, true);
      }
    } else {
      if (tracer !== undefined) tracer.start(gp);
      m.resuming = true;
      this.#step(gp, this.#goroutines[gIndex(gp)]!, false);
    }
    if (verdict.error !== undefined) throw verdict.error; // the program has caught it, and parked
    m.curg = 0;
    i32[pp + P.CURG] = 0;
  }

  /** Runs a body that never parks. */
  #runPlain(gp: number, fn: number): void {
    const value = callBody(bodyAt(fnBody(fn)), gp, fnArgs(fn));
    if (value !== undefined) this.#checkPlainResult(value, fn);
    this.#goexit(gp, value);
  }

  #checkPlainResult(value: unknown, fn: number): void {
    const made = value !== null && typeof value === 'object' && Symbol.iterator in value && 'next' in value;
    const promise = value instanceof Promise;
    if (!made && !promise) return;
    throw new UsageError(
      `go ${bodyName(fnBody(fn))}: expected a generator function or one that runs to its end, got one that returns a ` +
        `${made ? 'generator' : 'promise'}; declare it \`function*\``,
    );
  }

  /** Runs a body that may park until it does, or ends. */
  #step(gp: number, goroutine: Goroutine, first: boolean): void {
    const step = goroutine.next();
    if (step.done) {
      if (!first) this.#goroutines[gIndex(gp)] = undefined;
      i32[this.#pp + P.NHOME]!--;
      this.#goexit(gp, step.value);
      return;
    }
    if (first) this.#goroutines[gIndex(gp)] = goroutine;
    // A parking operation has changed the status, and whoever wakes the G makes it runnable; only we make it running.
    if (i32[gp + G.STATUS] === gStatus.running) {
      throw new UsageError(
        `${bodyName(fnBody(i32[gp + G.FN]!))}: expected \`yield*\`, got a plain \`yield\`, which means nothing here`,
      );
    }
  }

  /**
   * The running goroutine creates plain ones faster than anybody runs them: half of the ring is run before `go` returns,
   * on top of its stack, as if it had been preempted there. They never park, so it goes on soon; and memory does not
   * fill with a million that wait.
   */
  #makeRoom(): void {
    const pp = this.#pp;
    const creator = m.curg;
    this.#makingRoom = true;
    if (tracer !== undefined) tracer.yield(act.preempt);
    i32[creator + G.STATUS] = gStatus.runnable;
    try {
      for (let k = 0; k < RING / 2 && i32[H.STATUS] === runStatus.running; k++) {
        const gp = ringget(pp);
        if (gp === 0) break;
        this.#execute(gp);
      }
    } catch (error) {
      throw new Escaping(error, m.curg);
    }
    this.#makingRoom = false;
    i32[pp + P.NSWITCHES]!++;
    i32[pp + P.CURG] = creator;
    i32[creator + G.STATUS] = gStatus.running;
    m.curg = creator;
    if (tracer !== undefined) tracer.start(creator);
  }

  #goexit(gp: number, value: unknown): void {
    nothingForgotten();
    if (verdict.error !== undefined) throw verdict.error;
    if (tracer !== undefined) tracer.end();
    if (goidOf(gp) === MAIN_GOID) {
      this.#returned = { value };
      endRun(runStatus.exited);
    }
    freeG(gp);
  }

  async #uncaught(error: unknown): Promise<Ending> {
    const { id } = this.#task;
    let last: unknown = verdict.error ?? error;
    if (last instanceof Escaping) {
      m.curg = last.gp;
      last = last.cause;
    }
    if (m.curg !== 0) tracer?.abandon(last instanceof Exit ? act.exit : act.panic);
    if (last instanceof Exit) {
      return endRun(runStatus.exited) ? { id, main: true, exitCode: last.code } : { id };
    }
    const first = endRun(m.curg === 0 ? runStatus.failed : runStatus.panicked);
    if (!first) return { id };
    const { reportPanic } = await import('../report.js');
    return { id, ...reportPanic(last) };
  }

  async #waiting(): Promise<GoroutineReport[]> {
    const [{ reportWaiting }, { locate }] = await Promise.all([import('../report.js'), import('./where.js')]);
    return reportWaiting(this.#goroutines, locate);
  }

  #fireTimers(): void {
    const now = this.now();
    while (this.#timers.minKey <= now) {
      const fire = this.#timers.pop()!;
      Atomics.sub(i32, H.NTIMERS, 1); // what it wakes is queued by us, and we are not idle
      fire();
    }
  }

  now(): number {
    return performance.now() * 1e6 + this.#origin;
  }

  random(n: number): number {
    return this.#rng.below(n);
  }

  submit(gp: number): void {
    if (ringIsFull(this.#pp) && i32[H.GLOBQ_SIZE]! >= PLENTY && !this.#makingRoom) this.#makeRoom();
    runqput(this.#pp, gp);
    wakep();
  }

  ready(gp: number): void {
    const home = pAddress(i32[gp + G.HOME]!);
    if (home === this.#pp) {
      readyNext(home, gp);
      return;
    }
    inboxput(home, gp);
    // A load first, which leaves the word in the caches of both, because the home hardly ever sleeps.
    if (Atomics.load(i32, home + P.PARK) === park.asleep) wake(home);
  }

  yieldG(gp: number): void {
    localput(this.#pp, gp);
  }

  startTimer(at: number, fire: () => void): void {
    Atomics.add(i32, H.NTIMERS, 1);
    this.#timers.push(at, fire);
  }

  trace(path: string | undefined, then: (error: unknown) => void): void {
    this.#interludes.change({ gp: m.curg, path, then });
  }
}

/** @throws Error that names the module, and the line if the syntax is wrong */
async function load(url: string): Promise<ProgramModule> {
  try {
    return { url, exports: await import(url) };
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const at = error instanceof Error ? /^(file:\S+?:\d+)\n/.exec(error.stack ?? '')?.[1] : undefined;
    throw new Error(`${fileURLToPath(at ?? url)}: cannot be loaded: ${text}`, { cause: error });
  }
}

function noMain(program: readonly ProgramModule[]): UsageError {
  const where = program.map((p) => fileName(p.url)).join(' or ');
  const names = program.flatMap((p) => Object.keys(p.exports));
  const some = names.length > 5 ? [...names.slice(0, 5), '...'] : names;
  const found = names.length === 0 ? 'no exports at all' : `only ${some.join(', ')}`;
  return new UsageError(`${where}: expected an exported function main, which is the main goroutine, got ${found}`);
}
