// Starts programs: the one place that picks an engine.

import { availableParallelism } from 'node:os';
import type { RunResult } from './ending.js';
import { UsageError } from './errors.js';
import { Threads } from './threads/run.js';

export type { RunResult, RunStats } from './ending.js';

/** Most threads of a run. More Ps than this on real cores teach nothing; the simulator has up to 1024. */
export const MAX_THREADS = 256;

/** A program: modules whose exports are goroutine bodies, the first `main` among them the main goroutine. */
export interface Program {
  /** URLs. */
  readonly modules: readonly string[];
  /** What main is called with. */
  readonly args?: readonly unknown[];
}

export interface RunOptions {
  /** How many Ps; default defaultProcs(). */
  readonly procs?: number;
  /** Decides every random choice of the scheduler and of select; random by default. */
  readonly seed?: number;
  /** Interrupts the run: status `interrupted`. */
  readonly signal?: AbortSignal;
  /** Where to write an execution trace of the run, for `go tool trace` and `mandel trace`; none by default. */
  readonly trace?: string;
  /** Is told from time to time how much work the program has charged (see charge). */
  readonly onProgress?: (work: number) => void;
}

/**
 * The number of Ps unless somebody says otherwise: GOMAXPROCS, else as many as there are cores.
 * @throws UsageError if GOMAXPROCS is set to something else than a number of Ps
 */
export function defaultProcs(): number {
  const text = process.env.GOMAXPROCS;
  if (text === undefined || text === '') return Math.min(availableParallelism(), MAX_THREADS);
  const procs = Number(text);
  if (/^\d+$/.test(text) && procs >= 1 && procs <= MAX_THREADS) return procs;
  throw new UsageError(`GOMAXPROCS: expected a whole number from 1 to ${MAX_THREADS}, got ${JSON.stringify(text)}`);
}

/** Threads that stay up for several runs. */
export class Runtime {
  readonly #threads: Threads;

  /**
   * Starts the threads, and does not wait for them.
   * @param preload URLs of modules that are likely to be run: the threads load them while they come up
   * @param traced true if the run is likely to be traced: what that takes is loaded as well
   * @throws RangeError if `procs` is no number of Ps
   */
  constructor(procs: number = defaultProcs(), preload: readonly string[] = [], traced = false) {
    if (!Number.isInteger(procs) || procs < 1 || procs > MAX_THREADS) {
      throw new RangeError(`procs: expected a whole number from 1 to ${MAX_THREADS}, got ${procs}`);
    }
    this.#threads = new Threads(procs, preload, traced);
  }

  /**
   * Runs a program to its end, and returns how it ended. One run at a time.
   * @throws Error if it could not be started
   */
  run(program: string | URL | Program, options: Omit<RunOptions, 'procs'> = {}): Promise<RunResult> {
    const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
    const modules = typeof program === 'string' || program instanceof URL ? { modules: [String(program)] } : program;
    return this.#threads.run(modules, seed, options);
  }

  /** Ends the threads. */
  close(): Promise<void> {
    return this.#threads.close();
  }
}

/**
 * Runs a program on threads of its own, and returns how it ended.
 * @throws Error if it could not be started
 * @example
 * const result = await run(new URL('./sieve.js', import.meta.url), { procs: 2 });
 */
export async function run(program: string | URL | Program, options: RunOptions = {}): Promise<RunResult> {
  const runtime = new Runtime(options.procs);
  try {
    return await runtime.run(program, options);
  } finally {
    await runtime.close();
  }
}
