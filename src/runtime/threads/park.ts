// Sleeping and waking of Ps. After stopm, startm and pidleput in runtime/proc.go.
//
// A P that finds nothing sleeps on its own word, P.PARK, with Atomics.wait. No wake-up is lost, because each side writes
// first and then looks:
//
//   the sleeper: counts itself idle, sets its bit, stores PARK = asleep  -> then looks for work once more -> sleeps
//   the waker:   makes the work visible (queue or inbox)                 -> then reads PARK, NPIDLE, NMSPINNING -> wakes
//
// All of these are Atomics, so there is one order of them, and in it either the sleeper sees the work or the waker sees
// the sleeper. Atomics.wait itself checks PARK again: a wake-up between the last look and the sleep is not slept through.
//
// NMSPINNING saves wake-ups: a submitter that sees somebody looking leaves it to him. The last to stop looking therefore
// counts himself off *before* his last look (above), and one who finds something wakes the next.
//
// Whoever moves PARK away from asleep, by compare-and-exchange, does the book-keeping: exactly one does.

import { field, nth, type PAddr, type Words } from '../memory/address.js';
import { H, P, pAddress, park, pId, runStatus } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';

/** Counts P `pp` as idle, before its last look for work. Owner only. */
export function enterIdle(pp: PAddr): void {
  const id = pId(pp);
  Atomics.add(i32, H.NPIDLE, 1);
  Atomics.or(i32, nth(H.IDLEMASK, id >> 5), 1 << (id & 31));
  Atomics.store(i32, field(pp, P.PARK), park.asleep); // pairs with the compare-and-exchange in wake()
}

/** Counts P `pp` as awake again. Owner only. @returns true if it was woken to look for work, as a spinning M */
export function leaveIdle(pp: PAddr): boolean {
  if (Atomics.compareExchange(i32, field(pp, P.PARK), park.asleep, park.awake) === park.asleep) {
    countAwake(pp, i32);
    return false;
  }
  return Atomics.exchange(i32, field(pp, P.PARK), park.awake) === park.spinning;
}

function countAwake(pp: PAddr, words: Words): void {
  const id = pId(pp);
  Atomics.add(words, H.IDLEGEN, 1); // before NPIDLE: see deadlocked()
  Atomics.and(words, nth(H.IDLEMASK, id >> 5), ~(1 << (id & 31)));
  Atomics.sub(words, H.NPIDLE, 1);
}

type Awake = typeof park.awake | typeof park.spinning;

/** Wakes P `pp` if it sleeps, and says whether it did. */
export function wake(pp: PAddr, state: Awake = park.awake, words: Words = i32): boolean {
  if (Atomics.compareExchange(words, field(pp, P.PARK), park.asleep, state) !== park.asleep) return false;
  countAwake(pp, words);
  Atomics.notify(words, field(pp, P.PARK), 1);
  return true;
}

/**
 * Ends the run with this status, unless it has ended already, and sees to it that every P notices: the sleeping ones
 * now, the others at their next scheduling point. From any thread; one that is attached to no run, or to another, says
 * which words it means.
 * @returns true if this call ended it
 */
export function endRun(status: (typeof runStatus)[keyof typeof runStatus], words: Words = i32): boolean {
  const first = Atomics.compareExchange(words, H.STATUS, runStatus.running, status) === runStatus.running;
  for (let id = 0; id < words[H.NPROCS]!; id++) {
    Atomics.store(words, field(pAddress(id), P.PREEMPT), 1);
    wake(pAddress(id), park.awake, words);
  }
  return first;
}
