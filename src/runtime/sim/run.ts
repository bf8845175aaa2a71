// Simulated runs, seen from the thread that starts them: runs in virtual time, and explorations of many schedules.

/// <reference types="node" preserve="true" />

import { field, type Words } from '../memory/address.js';
import { layOut } from '../memory/initial.js';
import { H, P, pAddress, runStatus } from '../memory/layout.js';
import { importedModules } from '../run/modulegraph.js';
import type { Program, RunOptions } from '../run/options.js';
import { QUIT, type RunResult, resultOf, workOf } from '../run/result.js';
import type { Snapshot } from '../run/snapshot.js';
import { work } from '../sched/work.js';
import { control, type Found, newControl, type Outcome, outcomesOf, stuckAt } from './explore/explore.js';
import type { StrategyName } from './explore/strategy.js';
import type { Machine } from './machine.js';
import { machines } from './machines.js';
import { SimThread, Stuck } from './simthread.js';
import type { Simulated, Task, VirtualTime } from './simulate.js';

/** The result of a simulated run. */
export interface SimResult extends RunResult {
  /** How long the process would have taken. */
  readonly time: VirtualTime;
}

/** How to explore a program. */
export interface ExploreOptions {
  /** How many schedules. */
  readonly runs: number;
  /** The seed of the first; the others follow. 1 by default. */
  readonly seed?: number;
  /** `random` by default: any enabled goroutine is next. `pct`: by random priorities, which change at a few random steps. */
  readonly strategy?: StrategyName;
  /**
   * Steps after which a run is given up as one that never ends; 200,000 by default. A timer that fires counts as a step, too, and
   * so does each plain call of a goroutine that makes as many without a scheduling point.
   */
  readonly steps?: number;
  /** False if runs that differ in nothing but what they print and return are one outcome; true by default. */
  readonly sameOutput?: boolean;
  /** Ends the exploration early: the result is what has been found so far. */
  readonly signal?: AbortSignal;
  /** Called now and then with the number of schedules that have been run. */
  readonly onProgress?: (runs: number) => void;
}

type SimOptions = Pick<RunOptions, 'signal' | 'trace' | 'audit' | 'onProgress'>;

/** Steps of a run that explores before it is given up, by default: programs that end do so in far fewer. */
const STEPS = 200_000;
/** The time of a run whose thread had to be ended. */
const UNKNOWN: VirtualTime = { run: 0, real: 0, user: 0, sys: 0 };

/** Simulates programs, one after the other, on a thread of its own. */
export class Simulations {
  readonly #procs: number;
  readonly #machine: Machine;
  readonly #thread: SimThread;
  /** True while a run is under way. */
  #busy = false;

  constructor(procs: number, machine: Machine = machines[0]!) {
    this.#procs = procs;
    this.#machine = machine;
    this.#thread = new SimThread(procs);
  }

  /**
   * Runs a program to its end: in the order of time, or as the strategy says.
   * @throws Error if another run is under way, the program could not be started, or it never comes to a scheduling point
   */
  run(program: Program, seed: number, options: SimOptions, strategy?: StrategyName): Promise<SimResult> {
    return this.#alone(() => this.#run(program, seed, options, strategy));
  }

  /** Runs a program under many schedules. @throws Error as run does */
  explore(program: Program, options: ExploreOptions): Promise<readonly Outcome[]> {
    return this.#alone(() => this.#explore(program, options));
  }

  /** Calls `run`, unless another run is under way: there is one thread, and one memory. */
  async #alone<T>(run: () => Promise<T>): Promise<T> {
    if (this.#busy) {
      throw new Error('sim: expected one run at a time, got another: wait for the first, or make another Simulator');
    }
    this.#busy = true;
    try {
      return await run();
    } finally {
      this.#busy = false;
    }
  }

  async #run(program: Program, seed: number, options: SimOptions, strategy?: StrategyName): Promise<SimResult> {
    const task = await this.#task(program, seed, strategy, options);
    const words = this.#words(seed);
    const { signal } = options;
    let snapshots: Snapshot[] = [];
    const done = (await this.#thread.ask({ simulate: task }, words, {
      signal,
      interrupt: () => {
        if (signal?.reason === QUIT) words[H.QUIT] = 1;
        interruptRun(words);
      },
      beforeEnd: async () => {
        if (words[H.QUIT] !== 0) snapshots = await (await import('../run/quit.js')).snapshotsOf(1, () => true);
      },
      progress: () => options.onProgress?.(workOf(words, work.pixel)),
    })) as Simulated | undefined;
    // There is no ending if the thread was ended in the middle of a goroutine.
    const endings = done === undefined ? [] : [done.ending];
    const result = { ...resultOf(words, endings), time: done?.time ?? UNKNOWN };
    if (words[H.QUIT] === 0 || result.status !== 'interrupted') return result;
    const { quitReport } = await import('../run/quit.js'); // few runs end by SIGQUIT
    return { ...result, exitCode: 2, report: `${quitReport(words, endings, [], snapshots)}${result.report}` };
  }

  async #explore(program: Program, options: ExploreOptions): Promise<readonly Outcome[]> {
    const { runs, seed = 1, strategy = 'random', steps = STEPS, sameOutput = true } = options;
    const counts = newControl(runs);
    const task = await this.#task(program, seed, strategy, {});
    const words = this.#words(seed);
    const found: Found[] = [];
    const care = {
      signal: options.signal,
      interrupt: () => {
        Atomics.store(counts, control.stop, 1);
        interruptRun(words);
      },
      progress: () => options.onProgress?.(Atomics.load(counts, control.done)),
      found: (outcome: Found) => found.push(outcome),
    };
    try {
      await this.#thread.ask({ explore: { ...task, strategy, steps, runs, sameOutput, control: counts } }, words, care);
    } catch (error) {
      if (!(error instanceof Stuck && error.inGoroutine)) throw error;
      // The thread was ended in the middle of this run, which is an outcome, too, and the last one.
      counts[control.counts + found.length] = 1;
      found.push(stuckAt(seed + Atomics.load(counts, control.done), error));
    }
    return outcomesOf(found, counts);
  }

  async #task(program: Program, seed: number, strategy: StrategyName | undefined, options: SimOptions): Promise<Task> {
    const { modules, args = [] } = program;
    const { trace, audit = false } = options;
    const imported = await importedModules(modules);
    return { modules, imported, args, seed, machine: this.#machine, strategy, steps: STEPS, trace, audit };
  }

  /** The memory of the thread, laid out for a run. */
  #words(seed: number): Words {
    const words = this.#thread.words();
    layOut(words, { procs: this.#procs, seed, cores: this.#procs }); // virtual Ps share no cores
    return words;
  }

  /** Ends the thread, whatever it is doing. The next run starts a new one. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}

/** Has the run end at its next scheduling point: there a goroutine reads PREEMPT even if it never leaves its thread. */
function interruptRun(words: Words): void {
  Atomics.compareExchange(words, H.STATUS, runStatus.running, runStatus.interrupted);
  for (let id = 0; id < words[H.NPROCS]!; id++) Atomics.store(words, field(pAddress(id), P.PREEMPT), 1);
}
