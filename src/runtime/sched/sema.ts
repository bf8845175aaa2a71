// Semaphores: counting ones that goroutines sleep on, which Mutex and RWMutex are made of. After runtime/sema.go, with the
// queue in the semaphore itself instead of a table of queues by address.
//
// Invariant: while a goroutine is queued, COUNT is 0: a release passes its token to the first in the queue.

import { type Addr, field, type ObjectAddr, offsets } from '../memory/address.js';
import { lock, unlock } from '../memory/lock.js';
import { i32 } from '../memory/memory.js';
import { gopark, goready, type WaitReason, type WakeReason } from './engine.js';
import { getg } from './g.js';
import { done, type Op, parked } from './op.js';
import { dequeue, enqueue, enqueueFirst, sudogOf, wakeParam } from './waitq.js';

/** The address of a semaphore, which is a part of the object that it belongs to. */
export type SemaAddr = Addr<'sema'>;

/** Words of a semaphore: tokens, lock, wait queue. */
const S = offsets<'sema', { QUEUE: 'sudog' }>()({ COUNT: 0, LOCK: 1, QUEUE: 2 });
export const SEMA_WORDS = 4;

/** Takes a token of the semaphore at `s`. Parks while there is none; at the head of the queue if `first`. */
export function semacquire(s: SemaAddr, reason: WaitReason, on: ObjectAddr, first: boolean): Op<void> {
  return {
    [Symbol.iterator]() {
      lock(field(s, S.LOCK));
      if (i32[field(s, S.COUNT)]! > 0) {
        i32[field(s, S.COUNT)]!--;
        unlock(field(s, S.LOCK));
        return done(undefined);
      }
      gopark(reason, on);
      const sg = sudogOf(getg(), s);
      if (first) enqueueFirst(field(s, S.QUEUE), sg);
      else enqueue(field(s, S.QUEUE), sg);
      unlock(field(s, S.LOCK));
      return parked;
    },
  };
}

/** Gives a token to the first in the queue, or keeps it for the next semacquire. Never parks. */
export function semrelease(s: SemaAddr, reason: WakeReason): void {
  lock(field(s, S.LOCK));
  const sg = dequeue(field(s, S.QUEUE));
  if (sg === 0) i32[field(s, S.COUNT)]!++;
  unlock(field(s, S.LOCK));
  if (sg !== 0) goready(wakeParam(sg, 1), reason);
}

/** The semaphore that is a part of the object at `addr` and begins at this word of it. */
export function semaAt(addr: ObjectAddr, word: number): SemaAddr {
  return (addr + word) as SemaAddr;
}
