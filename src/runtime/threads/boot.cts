// The first file that a thread loads. Node fetches the imports of a module only after it has read the module, so it fetches a
// deep graph level by level; here the runtime, which is one file, and the program that the thread will probably run are
// fetched side by side.
//
// CommonJS, because Piscina requires it: if Node 20.20 requires an ECMAScript module at the moment when the thread is ended, it
// aborts the whole process (InstantiateSync, CreateRequiredModuleFacade); and a thread is ended there when the command line
// turns out to be wrong. A thread can be ended at any time while it imports.

import type { Ending } from '../run/ending.js' with { 'resolution-mode': 'import' };
import type { Task } from './m.js' with { 'resolution-mode': 'import' };

const { enableCompileCache } = require('node:module') as { enableCompileCache?: () => unknown };
const { workerData } = require('node:worker_threads') as { workerData: { preload: readonly string[] } };

enableCompileCache?.(); // see cli.ts

const machine = import('./m.js');
for (const url of workerData.preload) {
  import(url).catch(() => {}); // a run of this module reports what is wrong with it
}

/** Piscina calls this once for each P of a run. */
async function boot(task: Task): Promise<Ending> {
  const { runMachine } = await machine;
  return runMachine(task);
}

module.exports = boot;
