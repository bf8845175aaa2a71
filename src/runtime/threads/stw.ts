// Stopping the world: every P waits between two goroutines until the P that asked for it lets them continue. After
// stopTheWorldWithSema and startTheWorldWithSema in runtime/proc.go. A trace begins and ends like this within a run.
//
//   time    P 0, the owner                              P 1
//    0 us   STW: 0 to 7, by compare-and-exchange        runs goroutine 5
//    1      PREEMPT of P 1 = 1; wakes P 1 if it sleeps
//    2      STOPPED is 0 of 1: waits on STOPPED
//   40                                                  goroutine 5 parks; PREEMPT is 1, and STW is 7
//   41                                                  adds 1 to STOPPED, notifies; waits on STW while it is 7
//   45      STOPPED is 1 of 1: the world has stopped
//   90      STOPPED = 0, then STW = 0, notifies
//   95                                                  STW is not 7: continues
//
// Each stop has a value of STW of its own. If P 0 begins the next stop, 9, before P 1 has seen the 0, then P 1 sees 9, which is
// not 7: it leaves the first stop, and joins the second one when it next reads PREEMPT.
//
// Unlike Go, no goroutine is stopped inside a computation: the world stops when the last P reaches a scheduling point.

import { field } from '../memory/address.js';
import { H, P, pAddress, runStatus } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { wake } from './park.js';

/** Milliseconds after which a P that waits here checks whether the run has ended meanwhile. */
const CHECK_MS = 10;

/** How many stops this thread has asked for, on whichever P. */
let stops = 0;

/** Stops the world for P number `id`, and waits until it has. @returns false if another P stops it, or the run has ended */
export function stopTheWorld(id: number): boolean {
  const procs = i32[H.NPROCS]!;
  const value = ++stops * procs + id + 1;
  if (Atomics.compareExchange(i32, H.STW, 0, value) !== 0) return false;
  for (let other = 0; other < procs; other++) {
    if (other === id) continue;
    Atomics.store(i32, field(pAddress(other), P.PREEMPT), 1); // pairs with the exchange in M.#takeRequest
    wake(pAddress(other));
  }
  for (;;) {
    const stopped = Atomics.load(i32, H.STOPPED);
    if (stopped === procs - 1) return true;
    if (Atomics.load(i32, H.STATUS) !== runStatus.running) return false;
    Atomics.wait(i32, H.STOPPED, stopped, CHECK_MS);
  }
}

/** Lets the other Ps continue. By the owner. */
export function startTheWorld(): void {
  Atomics.store(i32, H.STOPPED, 0); // before STW: a P that leaves this stop may count itself in the next one
  Atomics.store(i32, H.STW, 0);
  Atomics.notify(i32, H.STW);
}

/** Waits until the world continues, if it is to stop. By every P but the owner, between goroutines. */
export function standStill(): void {
  const value = Atomics.load(i32, H.STW);
  if (value === 0) return;
  Atomics.add(i32, H.STOPPED, 1);
  Atomics.notify(i32, H.STOPPED);
  while (Atomics.load(i32, H.STW) === value && Atomics.load(i32, H.STATUS) === runStatus.running) {
    Atomics.wait(i32, H.STW, value, CHECK_MS);
  }
}
