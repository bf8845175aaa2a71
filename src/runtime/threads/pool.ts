// The threads of the Ps: a Piscina pool with one thread per P, which gets one task per run.
//
// One task per run, because a Piscina task costs 15 to 45 us and a goroutine must cost a fraction of one. `atomics: 'disabled'`,
// because our threads sleep on words of our own, and Piscina's would wait for messages instead.
//
// The command loads this file before the rest of the runtime, so it imports very little. Piscina is CommonJS and comes by
// `require`, because before it imports CommonJS, Node loads a lexer that finds the exports.

import { createRequire } from 'node:module';
import type { Piscina } from 'piscina';
import type { Words } from '../memory/address.js';
import { type Place, reserve, wordsOf } from '../memory/reserve.js';
import type { Ending } from '../run/ending.js';
import type { Task } from './m.js';

const piscina = createRequire(import.meta.url)('piscina') as typeof import('piscina');

/**
 * Milliseconds that threads get to end, also on a busy machine: V8 ends a computation at its next function entry or end of a
 * loop's body. With GRACE_MS before it, Ctrl-C ends a process within two seconds.
 */
const END_MS = 900;
/** Milliseconds until threads are told to end once more: several times within END_MS, but each time adds a listener. */
const AGAIN_MS = 150;

export class Pool {
  /** How many threads. */
  readonly procs: number;
  /** True if the threads load what tracing needs when they start. */
  readonly traced: boolean;
  /** The memory of their runs. */
  readonly words: Words;
  readonly #preload: readonly string[];
  readonly #threads: Piscina<Task, Ending>;

  /**
   * Starts the threads, and does not wait for them.
   * @param preload URLs of modules that they load when they start
   * @param traced true if they load what tracing needs as well
   */
  constructor(procs: number, preload: readonly string[], traced: boolean) {
    this.procs = procs;
    this.traced = traced;
    this.#preload = preload;
    const tracing = traced ? [new URL('./tracing.js', import.meta.url).href] : [];
    const shared = reserve();
    this.words = wordsOf(shared);
    const mandel: Place = { shared, procs, alone: false };
    this.#threads = new piscina.Piscina<Task, Ending>({
      filename: new URL('./boot.cjs', import.meta.url).href,
      workerData: { mandel, preload: [...preload, ...tracing] },
      minThreads: procs,
      maxThreads: procs,
      concurrentTasksPerWorker: 1,
      atomics: 'disabled',
      recordTiming: false,
      // A trace is opened on one thread and closed on another, which Node would take for a mistake.
      trackUnmanagedFds: false,
    });
  }

  /** Starts as many new threads, with new memory: the old threads may not all have ended yet. */
  restart(): Pool {
    return new Pool(this.procs, this.#preload, this.traced);
  }

  /** Gives one P to a thread. */
  run(task: Task): Promise<Ending> {
    return this.#threads.run(task);
  }

  /** Calls `onMessage` with what threads post during their tasks. @returns a function that ends that */
  listen(onMessage: (message: unknown) => void): () => void {
    this.#threads.on('message', onMessage);
    return () => this.#threads.off('message', onMessage);
  }

  /**
   * Ends the threads, whatever they are doing.
   * @returns false if that takes longer than END_MS: a thread is in a call that cannot be interrupted, and ends after the call
   */
  async close(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, END_MS, false);
    });
    const threads = [...this.#threads.threads];
    // A thread that evaluates something for the inspector (interrupter.ts) catches its termination there, and continues.
    const again = setInterval(() => {
      for (const thread of threads) void thread.terminate();
    }, AGAIN_MS);
    const ended = await Promise.race([this.#threads.destroy().then(() => true), late]);
    clearInterval(again);
    clearTimeout(timer);
    return ended;
  }
}
