// The first file that a thread loads. Node fetches what a module imports only after it has read that module, so a deep
// graph is fetched level by level; here the runtime, which is one file, and the program that is likely to be run start
// side by side.

import module from 'node:module';
import { workerData } from 'node:worker_threads';
import type { Ending } from '../ending.js';
import type { Task } from './m.js';

// See cli.ts.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

const machine = import('./m.js');
for (const url of (workerData as { preload: readonly string[] }).preload) {
  import(url).catch(() => {}); // if it is run, that will say what is wrong with it
}

/**
 * Piscina requires this file. Without this mark, Node would make a facade for the default export, and abort the whole process
 * if the thread is ended at that moment (20.20: CreateRequiredModuleFacade), as it is when the command line turns out to be wrong.
 */
export const __esModule = true;

/** Piscina calls this once for each P of a run. */
export default async function boot(task: Task): Promise<Ending> {
  const { runMachine } = await machine;
  return runMachine(task);
}
