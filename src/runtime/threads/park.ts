// Sleeping and waking of Ps. After stopm, startm and pidleput in runtime/proc.go.
//
// A P without work sleeps on a word of its own, P.PARK, by Atomics.wait:
//
//   PARK changes from   to         by
//   awake               asleep     its P, in enterIdle
//   asleep              awake      its P, in leaveIdle; or a waker, in wake: compare-and-exchange, so exactly one of them
//   asleep              spinning   a waker that wants the P to search for work: the same compare-and-exchange
//   spinning            awake      its P, in leaveIdle
//
// The thread that moves PARK away from asleep counts the P as awake (NPIDLE, IDLEMASK, IDLEGEN).
//
// No wake-up is lost, because the sleeper and the waker each write first and then read:
//
//   sleeper: writes NPIDLE, IDLEMASK and PARK = asleep,  then checks its queues once more,              then sleeps
//   waker:   writes the goroutine into a queue or inbox, then reads PARK, or NPIDLE and NMSPINNING,     then wakes
//
// All of these are Atomics, so there is one order of them, in which the sleeper sees the work or the waker sees the sleeper:
//
//   time    P 1, the sleeper                               P 0, the waker
//   0 us    PARK = asleep
//   1       its inbox is empty
//   2                                                      puts G 7 into P 1's inbox
//   3                                                      PARK is asleep: makes it awake, notifies
//   4       Atomics.wait: PARK is not asleep, so it
//           returns at once
//
//   0 us                                                   puts G 7 into P 1's inbox
//   1       PARK = asleep
//   2       G 7 is in its inbox: it does not sleep
//   3       makes PARK awake itself                        PARK is awake: nothing to do
//
// NMSPINNING saves wake-ups: a P that submits work while another P spins wakes none, as the spinning P will find the work. So the
// last P to stop spinning subtracts itself from NMSPINNING *before* its last check of the queues, and a spinning P that finds
// something wakes the next one.

import { field, nth, type PAddr, type Words } from '../memory/address.js';
import { H, P, pAddress, park, pId, runStatus } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';

/** Counts P `pp` as idle, before its last check for work. Owner only. */
export function enterIdle(pp: PAddr): void {
  const id = pId(pp);
  Atomics.add(i32, H.NPIDLE, 1);
  Atomics.or(i32, nth(H.IDLEMASK, id >> 5), 1 << (id & 31));
  Atomics.store(i32, field(pp, P.PARK), park.asleep); // pairs with the compare-and-exchange in wake()
}

/** Counts P `pp` as awake again. Owner only. @returns true if it was woken to search for work, as a spinning M */
export function leaveIdle(pp: PAddr): boolean {
  if (Atomics.compareExchange(i32, field(pp, P.PARK), park.asleep, park.awake) === park.asleep) {
    countAwake(pp, i32);
    return false;
  }
  return Atomics.exchange(i32, field(pp, P.PARK), park.awake) === park.spinning;
}

function countAwake(pp: PAddr, words: Words): void {
  const id = pId(pp);
  Atomics.add(words, H.IDLEGEN, 1); // before NPIDLE: see isDeadlocked in idle.ts
  Atomics.and(words, nth(H.IDLEMASK, id >> 5), ~(1 << (id & 31)));
  Atomics.sub(words, H.NPIDLE, 1);
}

type Awake = typeof park.awake | typeof park.spinning;

/** Wakes P `pp` if it sleeps. @returns true if it did */
export function wake(pp: PAddr, state: Awake = park.awake, words: Words = i32): boolean {
  if (Atomics.compareExchange(words, field(pp, P.PARK), park.asleep, state) !== park.asleep) return false;
  countAwake(pp, words);
  Atomics.notify(words, field(pp, P.PARK), 1);
  return true;
}

/**
 * Ends the run with this status, unless it has ended already, and makes every P notice: the sleeping ones now, the others at
 * their next scheduling point. From any thread.
 * @param words the memory of the run, for a thread that is attached to no run or to another one
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
