// The first file that a thread loads. Node fetches what a module imports only after it has read that module, so a deep
// graph is fetched level by level; here the runtime, which is one file, and the program that is likely to be run start
// side by side.
//
// CommonJS, because Piscina requires it: where Node 20.20 is asked to require an ECMAScript module, it aborts the whole
// process if the thread is ended at that moment (InstantiateSync, CreateRequiredModuleFacade), as it is when the command line
// turns out to be wrong. What is imported from here can be ended at any time.

import type { Ending } from '../run/ending.js' with { 'resolution-mode': 'import' };
import type { Task } from './m.js' with { 'resolution-mode': 'import' };

const { enableCompileCache } = require('node:module') as { enableCompileCache?: () => unknown };
const { workerData } = require('node:worker_threads') as { workerData: { preload: readonly string[] } };

enableCompileCache?.(); // see cli.ts

const machine = import('./m.js');
for (const url of workerData.preload) {
  import(url).catch(() => {}); // if it is run, that will say what is wrong with it
}

/** Piscina calls this once for each P of a run. */
async function boot(task: Task): Promise<Ending> {
  const { runMachine } = await machine;
  return runMachine(task);
}

module.exports = boot;
