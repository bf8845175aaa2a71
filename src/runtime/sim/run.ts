// Simulated runs, seen from the thread that starts them.

import { Worker } from 'node:worker_threads';
import { type RunResult, resultOf, workOf } from '../ending.js';
import { createMemory, H, P, pAddress, recycleMemory, runStatus } from '../memory.js';
import type { Program, RunOptions } from '../start.js';
import { work } from '../work.js';
import type { Answer } from './boot.js';
import type { Machine } from './machine.js';
import type { Simulated, Task, VirtualTime } from './simulate.js';

/** Milliseconds between two looks at how far the run is. */
const LOOK_MS = 100;
/** Milliseconds that a goroutine may compute without charging anything, and without a scheduling point. */
const STUCK_MS = 10_000;
/** Milliseconds that an interrupted run gets to reach a scheduling point. */
const GRACE_MS = 200;

/** What a simulated run came to. */
export interface SimResult extends RunResult {
  /** What the process would have taken. */
  readonly time: VirtualTime;
}

/** Simulates programs, one after the other, on a thread of its own. */
export class Simulations {
  readonly #procs: number;
  readonly #machine: Machine;
  #worker: Worker | undefined;
  /** Memory that no run uses any more. */
  #buffer: SharedArrayBuffer | undefined;

  constructor(procs: number, machine: Machine) {
    this.#procs = procs;
    this.#machine = machine;
    this.#worker = newWorker();
  }

  /**
   * Runs a program to its end.
   * @throws Error if it could not be started, or never comes to a scheduling point
   */
  async run(program: Program, seed: number, options: RunOptions): Promise<SimResult> {
    const buffer = this.#memory(seed);
    const words = new Int32Array(buffer);
    this.#worker ??= newWorker();
    const answer = this.#ask(this.#worker, {
      buffer,
      modules: program.modules,
      args: program.args ?? [],
      seed,
      machine: this.#machine,
      trace: options.trace,
      audit: options.audit ?? false,
    });
    const stopWatching = this.#watch(words, options);
    try {
      const { ending, time } = await answer;
      this.#buffer = buffer;
      return { ...resultOf(words, [ending]), time };
    } finally {
      stopWatching();
    }
  }

  /** Shows progress, passes on an interrupt, and ends what does not move. @returns what ends that */
  #watch(words: Int32Array, options: RunOptions): () => void {
    let seen = -1;
    let since = performance.now();
    let interruptedAt = Number.POSITIVE_INFINITY;
    const interrupt = () => {
      Atomics.compareExchange(words, H.STATUS, runStatus.running, runStatus.interrupted);
      interruptedAt = performance.now();
    };
    if (options.signal?.aborted) interrupt();
    options.signal?.addEventListener('abort', interrupt);
    const timer = setInterval(() => {
      options.onProgress?.(workOf(words, work.pixel));
      const now = performance.now();
      const moved = movesOf(words);
      if (moved !== seen) since = now;
      seen = moved;
      if (now - interruptedAt > GRACE_MS) this.#end(interruptedResult);
      else if (now - since > STUCK_MS) this.#end(() => stuck(words));
    }, LOOK_MS);
    return () => {
      clearInterval(timer);
      options.signal?.removeEventListener('abort', interrupt);
    };
  }

  #settle: { resolve(done: Simulated): void; reject(error: unknown): void } | undefined;

  #ask(worker: Worker, task: Task): Promise<Simulated> {
    return new Promise<Simulated>((resolve, reject) => {
      this.#settle = { resolve, reject };
      worker.once('message', (answer: Answer) => {
        worker.off('error', reject);
        if ('done' in answer) resolve(answer.done);
        else reject(answer.failed);
      });
      worker.once('error', reject);
      worker.postMessage(task);
    });
  }

  /** Ends the thread in the middle of what it does. */
  #end(because: () => Simulated | Error): void {
    const outcome = because();
    if (outcome instanceof Error) this.#settle?.reject(outcome);
    else this.#settle?.resolve(outcome);
    void this.close();
  }

  #memory(seed: number): SharedArrayBuffer {
    const options = { seed, canSpin: true }; // virtual Ps share no cores
    const buffer = this.#buffer;
    this.#buffer = undefined;
    if (!buffer) return createMemory({ procs: this.#procs, ...options });
    recycleMemory(buffer, options);
    return buffer;
  }

  /** Ends the thread, whatever it does. The next run starts another. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

function newWorker(): Worker {
  return new Worker(new URL('./boot.js', import.meta.url));
}

/** A number that changes whenever the run has moved. */
function movesOf(words: Int32Array): number {
  let moves = workOf(words, work.pixel) + workOf(words, work.syscall);
  for (let id = 0; id < words[H.NPROCS]!; id++) moves += words[pAddress(id) + P.NSWITCHES]! >>> 0;
  return moves;
}

function interruptedResult(): Simulated {
  return { ending: { id: 0 }, time: { real: 0, user: 0, sys: 0 } };
}

function stuck(words: Int32Array): Error {
  const running = Array.from({ length: words[H.NPROCS]! }, (_, id) => words[pAddress(id) + P.CURG]!).find(
    (gp) => gp !== 0,
  );
  const who = running === undefined ? 'the program, while it is loaded,' : 'a goroutine';
  return new Error(
    `sim: ${who} has computed for ${STUCK_MS / 1000} s without a scheduling point, and no virtual time has passed: put a ` +
      '`yield*`, such as `yield* gosched()`, into its loop',
  );
}
