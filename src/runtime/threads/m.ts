// M: the thread of one P, from the moment Piscina gives it the P until the run ends. After schedule, execute, goexit0
// and findRunnable's second half in runtime/proc.go.
//
// A thread is one task for the whole run: it never returns to its event loop in between, so everything it must hear is
// in shared memory (STATUS, PREEMPT, PARK, INBOX).

import { Rng } from '../../lib/rng.js';
import { field, type GAddr, type PAddr } from '../memory/address.js';
import { clockOrigin } from '../memory/clock.js';
import { Exit, UsageError } from '../memory/errors.js';
import { G, H, P, pAddress, park, runStatus, started } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { left } from '../profiling/errand.js';
import type { Ending } from '../run/ending.js';
import type { Stray } from '../run/findings.js';
import { loadProgram, mainOf } from '../run/program.js';
import { forgetStrays, nowLoaded, settle, watchStrays } from '../run/stray.js';
import { culprit, enterRun } from '../run/threadstate.js';
import type { ProgramModule } from '../sched/bodies.js';
import { type Engine, newproc, setEngine } from '../sched/engine.js';
import { Executor } from '../sched/execute.js';
import { m } from '../sched/g.js';
import { tracer } from '../sched/hooks.js';
import { joinRun } from '../sched/packagelevel.js';
import { act } from '../sched/reason.js';
import { inboxput, localput, readyNext, runqput } from '../sched/runq.js';
import { Search } from '../sched/sched.js';
import { Timers } from '../sched/timers.js';
import { Idler, wakep } from './idle.js';
import { Interludes } from './interludes.js';
import { endRun, wake } from './park.js';

/** What a thread is told. */
export interface Task {
  /** Number of the P that it is to run. */
  readonly id: number;
  /** Modules of the program, by URL; the first that exports `main` has the main goroutine. */
  readonly modules: readonly string[];
  /** The modules of the program's own that these import. */
  readonly imported: readonly string[];
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
    forgetStrays();
    setEngine(undefined);
    m.pp = 0 as PAddr; // an interruption finds no run here
  }
}

class M implements Engine {
  readonly #task: Task;
  readonly #pp: PAddr;
  readonly #rng: Rng;
  readonly #search = new Search((n) => this.#rng.below(n));
  /** Nanoseconds to add to performance.now() to get the time since the run began. */
  readonly #origin: number;
  readonly #executor = new Executor((value) => {
    this.#returned = { value };
    endRun(runStatus.exited);
  });
  readonly timers = new Timers();
  readonly #interludes: Interludes;
  /** How exit() has ended the run, if that was called outside of the goroutines here. */
  #exited: Partial<Ending> = {};
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
    watchStrays((stray) => this.#stray(stray));
    const ending = await this.#run();
    const astray = await settle(); // before LEFT is set: what is called there may never return
    i32[field(this.#pp, P.LEFT)] = left.yes;
    const traceError = await this.#interludes.close();
    const parts = await this.#interludes.closeProfiles();
    return {
      ...ending,
      ...this.#exited,
      ...astray,
      ...(traceError && { traceError }),
      ...(parts.length > 0 && { parts }),
    };
  }

  async #run(): Promise<Ending> {
    const { id, modules, imported, args } = this.#task;
    try {
      const program = await loadProgram(modules, imported);
      nowLoaded();
      m.pp = this.#pp;
      m.unstarted = -1 - id;
      const refused = this.#join();
      if (refused !== undefined) return { id, ...refused };
      await this.#interludes.followTrace();
      await this.#interludes.followProfiles();
      const idler = new Idler(this.#pp, this, this.timers, this.#search);
      idler.up();
      if (Atomics.compareExchange(i32, H.STARTED, started.no, started.begun) === started.no) this.#start(program, args);
      while (this.#schedule(idler)) await this.#interludes.play();
    } catch (error) {
      return await this.#uncaught(error);
    }
    if (i32[H.STATUS] === runStatus.deadlocked) return { id, ...(await this.#asleep()) };
    if (i32[H.STATUS] === runStatus.interrupted && i32[H.QUIT] !== 0) return { id, goroutines: await this.#census() };
    return this.#returned ? { id, main: true, ...this.#returned } : { id };
  }

  /** Joins the run. @returns a part of the thread's ending if that is impossible: the run has failed, here or on another thread */
  #join(): Pick<Ending, 'differs'> | undefined {
    try {
      return joinRun() ? undefined : {};
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      endRun(runStatus.failed); // it has failed also if it is over meanwhile
      return { differs: error.message };
    }
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
    const search = this.#search;
    for (;;) {
      if (i32[field(pp, P.PREEMPT)] !== 0) {
        // endRun, stopTheWorld, errands and retime set their word first and PREEMPT then.
        Atomics.exchange(i32, field(pp, P.PREEMPT), 0);
        if (Atomics.load(i32, H.STATUS) !== runStatus.running) return false;
        if (Atomics.exchange(i32, field(pp, P.RETIMED), 0) !== 0) this.timers.adjust();
        if (Atomics.load(i32, H.STW) !== 0 || this.#interludes.called) return true;
      }
      if (this.#interludes.due || tracer?.full) return true;
      if (this.timers.size > 0) this.#fireTimers();
      let gp = search.findRunnable(pp, 0);
      if (gp === 0) {
        gp = idler.find();
        tracer?.waited();
        if (gp === 0) continue; // a timer is due, or PREEMPT is set
      } else if (search.better !== 0) {
        wake(search.better);
        search.better = 0;
      }
      this.#executor.execute(gp, search.inherits);
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
    const { reportPanic } = await import('../report/report.js');
    return { id, ...(await reportPanic(last)) };
  }

  /** Something outside of the goroutines has gone wrong, or wants the run to end. */
  #stray(stray: Stray | Exit): void {
    const exits = stray instanceof Exit;
    if (endRun(exits ? runStatus.exited : runStatus.panicked) && exits) {
      this.#exited = { main: true, exitCode: stray.code };
    }
  }

  async #asleep(): Promise<Pick<Ending, 'waiting' | 'locks'>> {
    const { locate, reportAsleep } = await import('../report/report.js');
    return reportAsleep(this.#executor.goroutines, locate);
  }

  /** What the goroutines here do, for SIGQUIT. */
  async #census(): Promise<Ending['goroutines'] & object> {
    i32[field(this.#pp, P.LEFT)] = left.yes; // Node's main thread waits for this from now on
    const { goroutinesHere } = await import('../profiling/goroutineprofile.js');
    return goroutinesHere((home) => home === -1 - this.#task.id);
  }

  #fireTimers(): void {
    const now = this.now();
    while (this.timers.minKey <= now) this.timers.fire(now);
  }

  get goroutines(): readonly (object | undefined)[] {
    return this.#executor.goroutines;
  }

  now(): number {
    return performance.now() * 1e6 + this.#origin;
  }

  nanotime(): number {
    return this.now();
  }

  random(n: number): number {
    return this.#rng.below(n);
  }

  submit(gp: GAddr): void {
    if (this.#executor.crowded) this.#executor.makeRoom();
    runqput(this.#pp, gp);
    wakep();
  }

  ready(gp: GAddr): void {
    const home = pAddress(i32[field(gp, G.HOME)]!);
    if (home === this.#pp) {
      readyNext(home, gp);
      return;
    }
    inboxput(home, gp);
    // A load first, which leaves the word in the caches of both, because the home hardly ever sleeps.
    if (Atomics.load(i32, field(home, P.PARK)) === park.asleep) wake(home);
  }

  yieldG(gp: GAddr): void {
    localput(this.#pp, gp);
  }

  retime(pp: PAddr): void {
    if (pp === this.#pp) {
      this.timers.adjust();
      return;
    }
    // Pairs with #schedule, and by PREEMPT with Idler.#sleep: the other P looks before it sleeps, or is woken.
    Atomics.store(i32, field(pp, P.RETIMED), 1);
    Atomics.store(i32, field(pp, P.PREEMPT), 1);
    wake(pp);
  }

  trace(path: string | undefined, then: (error: unknown) => void, gp: GAddr | 0): void {
    this.#interludes.change({ gp, path, then });
  }
}
