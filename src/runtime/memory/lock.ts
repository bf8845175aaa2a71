// Locks for the runtime's own short critical sections, after runtime/lock_futex.go. Never held while a goroutine
// runs program code, and never while anything parks.
//
// A lock word is 0 (free), 1 (held) or 2 (held, and a thread may sleep on it). Pairs: the exchange in unlock releases
// what the compare-and-exchange (or exchange) in lock acquires. A sleeper has set the word to 2 before it sleeps, and
// Atomics.wait sleeps only while it still is 2, so the unlock that follows sees 2 and notifies: no wake-up is lost.

import type { Word } from './address.js';
import { H } from './layout.js';
import { i32, solo } from './memory.js';

const FREE = 0;
const HELD = 1;
const CONTENDED = 2;

/** Attempts before a thread sleeps: a critical section takes well under a microsecond, a futex 50. */
const SPINS = 200;

/** Acquires the lock at `addr`. May block this thread, never the goroutine alone. */
export function lock(addr: Word): void {
  if (solo) return; // one thread runs every P: no other one has to be excluded
  if (Atomics.compareExchange(i32, addr, FREE, HELD) !== FREE) lockSlow(addr);
}

function lockSlow(addr: Word): void {
  if (i32[H.NCORES]! > 1) {
    for (let i = 0; i < SPINS; i++) {
      if (i32[addr] === FREE && Atomics.compareExchange(i32, addr, FREE, HELD) === FREE) return;
    }
  }
  // From here on the word is 2 while this thread holds it: it cannot know whether it was the only sleeper.
  while (Atomics.exchange(i32, addr, CONTENDED) !== FREE) Atomics.wait(i32, addr, CONTENDED);
}

/** Releases the lock at `addr`. */
export function unlock(addr: Word): void {
  if (solo) return;
  if (Atomics.exchange(i32, addr, FREE) === CONTENDED) Atomics.notify(i32, addr, 1);
}
