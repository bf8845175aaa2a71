// Interruption of a goroutine that computes for long, so that its thread can answer for its profiles. Node's main thread calls
// this through the inspector (threads/interrupter.ts). V8 makes the call at the entry of a function, at the end of a loop's
// body, or while the thread sleeps in Atomics.wait: between any two instructions of the program, and of the runtime.
//
// Invariants:
// - It takes no lock, parks nothing, and writes no word of the scheduler, so the interrupted goroutine sees no difference.
// - While the thread is in a method of its profiles (atProfiles) it does nothing: the thread then answers without it, or is
//   interrupted again.
// - Each request is answered once: a handshake has a number (runErrand), and P.LEFT says that the profiles have been ended.

import { field, type PAddr } from '../memory/address.js';
import { H, P, pId, runStatus } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { m } from '../sched/g.js';
import { INTERRUPTED, left } from './errand.js';
import { atProfiles, closeOwn, runErrand, tell } from './threadprofiles.js';

export { runErrand } from './threadprofiles.js';

function interrupted(): void {
  const { pp } = m;
  // Nothing to do if the thread is in no run, is not up, has noticed the end, or is interrupted at this very place.
  if (pp === 0 || i32[field(pp, P.UP)] !== 1 || i32[field(pp, P.LEFT)] !== left.no || atProfiles()) return;
  if (Atomics.load(i32, H.STATUS) === runStatus.running) runErrand();
  else sendLastParts(pp);
}

function sendLastParts(pp: PAddr): void {
  i32[field(pp, P.LEFT)] = left.interrupted; // Node's main thread waits for the message from now on
  try {
    tell({ mandel: 'last words', p: pId(pp), parts: closeOwn() });
  } catch {
    i32[field(pp, P.LEFT)] = left.no; // the stack is full: Node's main thread interrupts again
  }
}

(globalThis as Record<symbol, unknown>)[Symbol.for(INTERRUPTED)] = interrupted;
