// The threads of the Ps: a Piscina pool with one thread for each P, and one task for each thread and run.
//
// Why one task a run: a Piscina task costs 15 to 45 us, a goroutine must cost a fraction of one. `atomics: 'disabled'`,
// because our threads sleep on words of our own and Piscina's would wait for messages instead.

import { Piscina } from 'piscina';
import type { Ending } from '../ending.js';
import type { Task } from './m.js';

export class Pool {
  readonly #piscina: Piscina<Task, Ending>;

  /** Starts the threads, which load these modules at once; does not wait for them. */
  constructor(procs: number, preload: readonly string[]) {
    this.#piscina = new Piscina<Task, Ending>({
      filename: new URL('./boot.js', import.meta.url).href,
      workerData: { preload },
      minThreads: procs,
      maxThreads: procs,
      concurrentTasksPerWorker: 1,
      atomics: 'disabled',
      recordTiming: false,
      // A trace is opened on one thread and closed on another, which Node would take for a mistake.
      trackUnmanagedFds: false,
    });
  }

  /** Gives one P to a thread. */
  run(task: Task): Promise<Ending> {
    return this.#piscina.run(task);
  }

  /** Ends the threads, whatever they do. */
  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}
