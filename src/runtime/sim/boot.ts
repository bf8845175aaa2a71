// The thread that simulates: it does one task after the other, as it is told. A thread of its own, so that the one that
// started it can show progress, hear Ctrl-C, and end a program that never comes to a scheduling point.

import { parentPort } from 'node:worker_threads';
import { UsageError } from '../errors.js';
import { type ExploreTask, explore, type Outcome } from './explore.js';
import { type Simulated, simulate, type Task } from './simulate.js';

/** What it is told to do. */
export type Order = { readonly simulate: Task } | { readonly explore: ExploreTask };
/** What comes back. */
export type Answer =
  | { readonly done: Simulated | readonly Outcome[] }
  /** `misuse`: it is a UsageError, which a message to another thread makes an Error of. */
  | { readonly failed: unknown; readonly misuse: boolean };

parentPort!.on('message', async (order: Order) => {
  let answer: Answer;
  try {
    answer = { done: 'simulate' in order ? await simulate(order.simulate) : await explore(order.explore) };
  } catch (error) {
    answer = { failed: error, misuse: error instanceof UsageError };
  }
  parentPort!.postMessage(answer);
});
