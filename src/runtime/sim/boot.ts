// The thread that simulates: it does one run after the other, as it is told. A thread of its own, so that the one that
// started it can show progress, hear Ctrl-C, and end a program that never comes to a scheduling point.

import { parentPort } from 'node:worker_threads';
import { type Simulated, simulate, type Task } from './simulate.js';

/** What comes back for a task. */
export type Answer = { readonly done: Simulated } | { readonly failed: unknown };

parentPort!.on('message', async (task: Task) => {
  let answer: Answer;
  try {
    answer = { done: await simulate(task) };
  } catch (error) {
    answer = { failed: error };
  }
  parentPort!.postMessage(answer);
});
