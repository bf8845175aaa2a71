// M: the thread of one P, from the moment Piscina gives it the P until the run ends. After schedule, execute, goexit0
// and findRunnable's second half in runtime/proc.go.
//
// A thread is one task for the whole run: it never returns to its event loop in between, so everything it must hear is
// in shared memory (STATUS, PREEMPT, PARK, INBOX).

import { MinHeap } from '../../lib/minheap.js';
import { Rng } from '../../lib/rng.js';
import type { ProgramModule } from '../bodies.js';
import { clockOrigin } from '../clock.js';
import type { Ending } from '../ending.js';
import { type Engine, newproc, setEngine } from '../engine.js';
import { Exit } from '../errors.js';
import { Executor } from '../execute.js';
import { m } from '../g.js';
import { G, H, i32, P, pAddress, park, runStatus, started } from '../memory.js';
import { left } from '../profiling/errand.js';
import { loadProgram, mainOf } from '../program.js';
import { act } from '../reason.js';
import type { GoroutineReport } from '../report.js';
import { inboxput, localput, readyNext, runqput } from '../runq.js';
import { findRunnable, search } from '../sched.js';
import { culprit, enterRun } from '../thread.js';
import { tracer } from '../tracing/current.js';
import { Idler, wakep } from './idle.js';
import { Interludes } from './interludes.js';
import { endRun, wake } from './park.js';

/** What a thread is told. */
export interface Task {
  /** Number of the P that it is to run. */
  readonly id: number;
  /** Modules of the program, by URL; the first that exports `main` has the main goroutine. */
  readonly modules: readonly string[];
  readonly args: readonly unknown[];
  /** When the run began, in nanoseconds on the clock of all threads (clock.ts). */
  readonly epoch: number;
}

/** Runs one P for the whole of a run. */
export async function runMachine(task: Task): Promise<Ending> {
  enterRun();
  const machine = new M(task);
  setEngine(machine);
  try {
    return await machine.run();
  } finally {
    setEngine(undefined);
    m.pp = 0; // an interruption finds no run here
  }
}

class M implements Engine {
  readonly #task: Task;
  readonly #pp: number;
  readonly #rng: Rng;
  readonly #random = (n: number): number => this.#rng.below(n);
  /** Nanoseconds to add to performance.now() to get the time since the run began. */
  readonly #origin: number;
  readonly #executor = new Executor((value) => {
    this.#returned = { value };
    endRun(runStatus.exited);
  });
  readonly #timers = new MinHeap<() => void>();
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
    i32[this.#pp + P.LEFT] = left.yes;
    const traceError = await this.#interludes.close();
    const parts = await this.#interludes.closeProfiles();
    return { ...ending, ...(traceError && { traceError }), ...(parts.length > 0 && { parts }) };
  }

  async #run(): Promise<Ending> {
    const { id, modules, args } = this.#task;
    try {
      const program = await loadProgram(modules);
      m.pp = this.#pp;
      m.unstarted = -1 - id;
      await this.#interludes.followTrace();
      await this.#interludes.followProfiles();
      const idler = new Idler(this.#pp, this, this.#timers, this.#random);
      idler.up();
      if (Atomics.compareExchange(i32, H.STARTED, started.no, started.begun) === started.no) this.#start(program, args);
      while (this.#schedule(idler)) await this.#interludes.play();
    } catch (error) {
      return await this.#uncaught(error);
    }
    if (i32[H.STATUS] === runStatus.deadlocked) return { id, waiting: await this.#waiting() };
    return this.#returned ? { id, main: true, ...this.#returned } : { id };
  }

  #start(program: readonly ProgramModule[], args: readonly unknown[]): void {
    const main = mainOf(program);
    this.#interludes.beginTrace();
    newproc(main, args);
    Atomics.store(i32, H.STARTED, started.queued);
  }

  /** Runs goroutines. False when the run has ended, true if there is something to do that takes an event loop. */
  #schedule(idler: Idler): boolean {
    const pp = this.#pp;
    for (;;) {
      if (i32[pp + P.PREEMPT] !== 0) {
        // endRun, stopTheWorld and errands set their word first and PREEMPT then.
        Atomics.exchange(i32, pp + P.PREEMPT, 0);
        if (Atomics.load(i32, H.STATUS) !== runStatus.running) return false;
        if (Atomics.load(i32, H.STW) !== 0 || this.#interludes.called) return true;
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
      this.#executor.execute(gp);
    }
  }

  async #uncaught(error: unknown): Promise<Ending> {
    const { id } = this.#task;
    const last = culprit(error);
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
    const [{ reportWaiting }, { locate }] = await Promise.all([import('../report.js'), import('../where.js')]);
    return reportWaiting(this.#executor.goroutines, locate);
  }

  #fireTimers(): void {
    const now = this.now();
    while (this.#timers.minKey <= now) {
      const fire = this.#timers.pop()!;
      Atomics.sub(i32, H.NTIMERS, 1); // what it wakes is queued by us, and we are not idle
      fire();
    }
  }

  get goroutines(): readonly (object | undefined)[] {
    return this.#executor.goroutines;
  }

  now(): number {
    return performance.now() * 1e6 + this.#origin;
  }

  random(n: number): number {
    return this.#rng.below(n);
  }

  submit(gp: number): void {
    if (this.#executor.crowded) this.#executor.makeRoom();
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

  trace(path: string | undefined, then: (error: unknown) => void, gp: number): void {
    this.#interludes.change({ gp, path, then });
  }
}
