// The first file of the simulating thread, which does one order after the other. It is a thread of its own, so that the thread that
// started it can show progress, handle Ctrl-C, and end a program that never comes to a scheduling point.

import { parentPort } from 'node:worker_threads';
import { UsageError } from '../memory/errors.js';
import { type ExploreTask, explore, type Found } from './explore/explore.js';
import { type Simulated, simulate, type Task } from './simulate.js';

/** What the thread is told to do. */
export type Order = { readonly simulate: Task } | { readonly explore: ExploreTask };
/** What it posts back. */
export type Answer =
  /** Exploring has found a new outcome, and continues. */
  | { readonly found: Found }
  /** The order is done. What exploring has found was posted before. */
  | { readonly done: Simulated | 'explored' }
  /** The order has failed. `misuse`: by a UsageError, which arrives as a plain Error, because it is cloned. */
  | { readonly failed: unknown; readonly misuse: boolean };

const answer = (what: Answer) => parentPort!.postMessage(what);

parentPort!.on('message', async (order: Order) => {
  try {
    if ('simulate' in order) {
      answer({ done: await simulate(order.simulate) });
    } else {
      await explore(order.explore, (found) => answer({ found }));
      answer({ done: 'explored' });
    }
  } catch (error) {
    answer({ failed: error, misuse: error instanceof UsageError });
  }
});
