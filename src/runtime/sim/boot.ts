// The thread that simulates: it does one task after the other, as it is told. A thread of its own, so that the one that
// started it can show progress, hear Ctrl-C, and end a program that never comes to a scheduling point.

import { parentPort } from 'node:worker_threads';
import { UsageError } from '../memory/errors.js';
import { type ExploreTask, explore, type Found } from './explore/explore.js';
import { type Simulated, simulate, type Task } from './simulate.js';

/** What it is told to do. */
export type Order = { readonly simulate: Task } | { readonly explore: ExploreTask };
/** What comes back. */
export type Answer =
  /** Exploring has found a new outcome, and goes on. */
  | { readonly found: Found }
  /** It is over. What exploring has come to has been said before. */
  | { readonly done: Simulated | 'explored' }
  /** `misuse`: it is a UsageError, which a message to another thread makes an Error of. */
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
