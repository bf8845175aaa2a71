// The threads of the Ps: a Piscina pool with one thread for each P, and one task for each thread and run.
//
// Why one task a run: a Piscina task costs 15 to 45 us, a goroutine must cost a fraction of one. `atomics: 'disabled'`,
// because our threads sleep on words of our own and Piscina's would wait for messages instead.
//
// The command loads this file before anything else of the runtime, so it imports next to nothing; and not Piscina either:
// to import what is CommonJS, Node first loads a lexer that finds its exports.

import { createRequire } from 'node:module';
import type { Piscina } from 'piscina';
import type { Words } from '../memory/address.js';
import { type Place, reserve, wordsOf } from '../memory/reserve.js';
import type { Ending } from '../run/ending.js';
import type { Task } from './m.js';

const piscina = createRequire(import.meta.url)('piscina') as typeof import('piscina');

/** Milliseconds that threads get to end, on a busy machine too: V8 ends what computes at its next function entry or end of a
 * loop's body. With the grace before it, Ctrl-C ends a process within two seconds. */
const END_MS = 900;
/** Milliseconds until they are told again: often enough within END_MS, and each time is one more listener. */
const AGAIN_MS = 150;

export class Pool {
  /** How many threads. */
  readonly procs: number;
  /** Whether they have loaded what tracing takes. */
  readonly traced: boolean;
  /** The memory of their runs. */
  readonly words: Words;
  readonly #preload: readonly string[];
  readonly #threads: Piscina<Task, Ending>;

  /**
   * Starts the threads, and does not wait for them.
   * @param preload URLs of modules that they load at once
   * @param traced true if they load what tracing takes as well
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

  /** Starts as many threads anew, with memory of their own: these may not all have ended yet. */
  again(): Pool {
    return new Pool(this.procs, this.#preload, this.traced);
  }

  /** Gives one P to a thread. */
  run(task: Task): Promise<Ending> {
    return this.#threads.run(task);
  }

  /** Hears what threads say while they are at it. @returns what ends that */
  listen(heard: (message: unknown) => void): () => void {
    this.#threads.on('message', heard);
    return () => this.#threads.off('message', heard);
  }

  /**
   * Ends the threads, whatever they do.
   * @returns false if that takes longer than END_MS: a thread is in a call that cannot be interrupted, and ends after it
   */
  async close(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, END_MS, false);
    });
    const threads = [...this.#threads.threads];
    // Where a thread evaluates something for the inspector (interrupter.ts), that catches its termination, and it goes on.
    const again = setInterval(() => {
      for (const thread of threads) void thread.terminate();
    }, AGAIN_MS);
    const ended = await Promise.race([this.#threads.destroy().then(() => true), late]);
    clearInterval(again);
    clearTimeout(timer);
    return ended;
  }
}
