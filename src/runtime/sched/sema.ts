// Counting semaphores that goroutines sleep on: what Mutex and RWMutex are made of. After runtime/sema.go, with the
// queue in the semaphore itself instead of a table of queues by address.
//
// Invariant: while anybody is queued, COUNT is 0: a release hands its token to the first in the queue.

import { i32 } from '../memory/layout.js';
import { lock, unlock } from '../memory/lock.js';
import { gopark, goready, type WaitReason, type WakeReason } from './engine.js';
import { m } from './g.js';
import { done, type Op, parked } from './op.js';
import { dequeue, enqueue, enqueueFirst, sudogOf, wakeParam } from './waitq.js';

const COUNT = 0;
const LOCK = 1;
const QUEUE = 2;

/** Words of a semaphore. */
export const SEMA_WORDS = 4;

/** Takes a token of the semaphore at `s`. Parks while there is none; at the head of the queue if `first`. */
export function semacquire(s: number, reason: WaitReason, on: number, first: boolean): Op<void> {
  return {
    [Symbol.iterator]() {
      lock(s + LOCK);
      if (i32[s + COUNT]! > 0) {
        i32[s + COUNT]!--;
        unlock(s + LOCK);
        return done(undefined);
      }
      gopark(reason, on);
      const sg = sudogOf(m.curg, s);
      if (first) enqueueFirst(s + QUEUE, sg);
      else enqueue(s + QUEUE, sg);
      unlock(s + LOCK);
      return parked;
    },
  };
}

/** Gives a token to the first in the queue, or keeps it for the next to come. Never parks. */
export function semrelease(s: number, reason: WakeReason): void {
  lock(s + LOCK);
  const sg = dequeue(s + QUEUE);
  if (sg === 0) i32[s + COUNT]!++;
  unlock(s + LOCK);
  if (sg !== 0) goready(wakeParam(sg, 1), reason);
}
