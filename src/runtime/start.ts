// The door of the runtime: starts programs, and is the one place that chooses an engine.

/// <reference types="node" preserve="true" />

import { UsageError } from './memory/errors.js';
import type { ErrandAct } from './profiling/errand.js';
import type { Part, ProfileKind } from './profiling/part.js';
import { MAX_THREADS, type Program, procsWanted, type RunOptions } from './run/options.js';
import { programOf } from './run/programurl.js';
import type { RunResult } from './run/result.js';
import { checkCallbacks } from './sched/callback.js';
import type { Outcome } from './sim/explore/explore.js';
import type { StrategyName } from './sim/explore/strategy.js';
import type { Machine } from './sim/machine.js';
import type { ExploreOptions, SimResult, Simulations } from './sim/run.js';
import { Pool } from './threads/pool.js';
import { Threads } from './threads/run.js';

export type { ErrandAct } from './profiling/errand.js';
export type { Part, ProfileKind } from './profiling/part.js';
export { MAX_THREADS, type Program, type RawProfile, type RunOptions } from './run/options.js';
export { QUIT, type RunResult, type RunStats } from './run/result.js';
export type { Outcome } from './sim/explore/explore.js';
export type { StrategyName } from './sim/explore/strategy.js';
export type { Machine } from './sim/machine.js';
export type { ExploreOptions, SimResult } from './sim/run.js';
export type { VirtualTime } from './sim/simulate.js';
export type { Dialer, Reply } from './threads/dialer.js';

/** Most Ps of a simulated run. */
export const MAX_PROCS = 1024;

/** The seed of a simulated run without the option `seed`: every such run is the same. */
export const DEFAULT_SEED = 1;

/**
 * The number of Ps of a run without the option `procs`: GOMAXPROCS, else the number of cores.
 * @throws UsageError if GOMAXPROCS is set to something else than a number of Ps
 */
export function defaultProcs(): number {
  const procs = procsWanted();
  if (procs !== undefined) return procs;
  const text = JSON.stringify(process.env.GOMAXPROCS);
  throw new UsageError(`GOMAXPROCS: expected a whole number from 1 to ${MAX_THREADS}, got ${text}`);
}

/** Threads that stay up for several runs. */
export class Runtime {
  readonly #threads: Threads;

  /**
   * Starts the threads, and does not wait for them.
   * @param procs how many; or threads that are coming up already, which end with this
   * @param preload URLs of modules that are likely to be run: the threads load them while they come up
   * @param traced true if the run is likely to be traced: what that takes is loaded as well
   * @throws RangeError if `procs` is no number of Ps
   */
  constructor(procs: number | Pool = defaultProcs(), preload: readonly string[] = [], traced = false) {
    if (typeof procs === 'number' && (!Number.isInteger(procs) || procs < 1 || procs > MAX_THREADS)) {
      throw new RangeError(`procs: expected a whole number from 1 to ${MAX_THREADS}, got ${procs}`);
    }
    this.#threads = new Threads(typeof procs === 'number' ? new Pool(procs, preload, traced) : procs);
  }

  /**
   * Runs a program to its end, and returns how it ended. One run at a time.
   * @throws UsageError if there is no such file; Error if it could not be started
   */
  async run(
    program: string | URL | Program,
    options: Omit<RunOptions, 'procs' | 'engine' | 'machine'> = {},
  ): Promise<RunResult> {
    checkOptions(options);
    const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
    return this.#threads.run(programOf(program), seed, options);
  }

  /**
   * Has every P of the run that is under way begin a profile, say what it has found so far, or end it; each does so at its
   * next scheduling point, or in the middle of its goroutine if that computes for long. A P that does not answer within two
   * seconds has a part that says so.
   * @throws Error if no run is under way, it ends meanwhile, or no P can do it
   */
  profile(act: ErrandAct, kind: ProfileKind): Promise<Part[]> {
    return this.#threads.profile(act, kind);
  }

  /** Ends the threads, but does not wait for those that are stuck. */
  close(): Promise<void> {
    return this.#threads.close();
  }

  /** The same in the middle of a run, which then never returns: for a process that is about to end. */
  abandon(): Promise<void> {
    return this.#threads.abandon();
  }

  /**
   * True if a thread has been told to end, and has not: it is in a call that cannot be interrupted, such as a read that
   * waits. It ends after that, and the process cannot end before it, but by a signal.
   */
  get stuck(): boolean {
    return this.#threads.stuck;
  }
}

/** Virtual Ps: the same programs in virtual time, on one thread. The same seed gives the same run. */
export class Simulator {
  readonly #simulations: Promise<Simulations>;

  /**
   * @param procs how many Ps; 1 to 1024
   * @param options.machine what things cost; by default as on the machine that the project's own figures are from
   * @throws RangeError if `procs` is no number of Ps
   */
  constructor(procs: number = defaultProcs(), options: { readonly machine?: Machine } = {}) {
    if (!Number.isInteger(procs) || procs < 1 || procs > MAX_PROCS) {
      throw new RangeError(`procs: expected a whole number from 1 to ${MAX_PROCS}, got ${procs}`);
    }
    // Most runs are on threads: what simulating takes is loaded when it is wanted.
    this.#simulations = import('./sim/run.js').then(({ Simulations }) => new Simulations(procs, options.machine));
  }

  /**
   * Simulates a program to its end, and returns how it ended and what that would have taken. One run at a time.
   * @throws Error if it could not be started, or never comes to a scheduling point
   */
  async run(
    program: string | URL | Program,
    options: Omit<RunOptions, 'procs' | 'engine' | 'machine'> = {},
  ): Promise<SimResult> {
    checkOptions(options);
    return (await this.#simulations).run(programOf(program), options.seed ?? DEFAULT_SEED, options);
  }

  /**
   * Runs a program under many schedules that time alone would hardly ever give, and returns the different ways in which it
   * ended, the most frequent first.
   * @throws Error as run does
   */
  async explore(program: string | URL | Program, options: ExploreOptions): Promise<readonly Outcome[]> {
    checkOptions(options);
    return (await this.#simulations).explore(programOf(program), options);
  }

  /** Runs a program under the schedule that explore() has made from this seed. @throws Error as run does */
  async replay(
    program: string | URL | Program,
    options: Pick<RunOptions, 'trace' | 'signal'> & { readonly seed: number; readonly strategy: StrategyName },
  ): Promise<SimResult> {
    return (await this.#simulations).run(programOf(program), options.seed, options, options.strategy);
  }

  /** Ends the thread that simulates. */
  async close(): Promise<void> {
    await (await this.#simulations).close();
  }
}

/** @throws UsageError if a callback is one that nothing would run */
function checkOptions(options: Pick<RunOptions, 'onProfile' | 'onListen'> & { readonly onProgress?: unknown }): void {
  const { onProfile, onProgress, onListen } = options;
  checkCallbacks('run', { onProfile, onProgress, onListen });
}

/**
 * Runs a program on threads of its own, and returns how it ended.
 * @param program its module, as Node takes one for a Worker: a `file:` URL, an absolute path, or one that begins with `./` or
 * `../`, which counts from the working directory; or several modules, and what main is called with
 * @throws UsageError if there is no such file; Error if it could not be started
 * @example
 * const result = await run(new URL('./sieve.js', import.meta.url), { procs: 2 });
 */
export async function run(program: string | URL | Program, options: RunOptions = {}): Promise<RunResult> {
  const runtime = options.engine === 'sim' ? new Simulator(options.procs, options) : new Runtime(options.procs);
  try {
    return await runtime.run(program, options);
  } finally {
    await runtime.close();
  }
}
