// What a thread does for its profiles where Node's main thread interrupts it, in the middle of a goroutine that computes for
// long (threads/interrupter.ts). V8 calls it at the entry of a function or at the end of a loop's body, or while the thread
// sleeps in Atomics.wait: between any two instructions of the program, and of the runtime.
//
// Invariants:
// - It takes no lock, parks nothing, and writes no word of the scheduler: the goroutine that it interrupts goes on as if
//   nothing had happened.
// - It does not enter the profiles of the thread where they are in the middle of something (atProfiles): the thread then
//   answers by itself, or is interrupted again.
// - Whatever is asked is done once: a handshake has a number (answerHandshake), and P.LEFT says that the last words are on their way.

import { field, type PAddr } from '../memory/address.js';
import { H, P, pId, runStatus } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { m } from '../sched/g.js';
import { INTERRUPTED, left } from './handshake.js';
import { answerHandshake, atProfiles, closeOwn, tell } from './own.js';

export { answerHandshake, closeOwn, startOfRun } from './own.js';

function interrupted(): void {
  const { pp } = m;
  // Not in a run, not up, on the way out, or interrupted at this very place.
  if (pp === 0 || i32[field(pp, P.UP)] !== 1 || i32[field(pp, P.LEFT)] !== left.no || atProfiles()) return;
  if (Atomics.load(i32, H.STATUS) === runStatus.running) answerHandshake();
  else sayLastWords(pp);
}

function sayLastWords(pp: PAddr): void {
  i32[field(pp, P.LEFT)] = left.interrupted; // Node's main thread waits for them from now on
  try {
    tell({ mandel: 'last words', p: pId(pp), parts: closeOwn() });
  } catch {
    i32[field(pp, P.LEFT)] = left.no; // a stack that is full: it is interrupted again
  }
}

(globalThis as Record<symbol, unknown>)[Symbol.for(INTERRUPTED)] = interrupted;
