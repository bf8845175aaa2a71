// Stopping the world: every P between two goroutines, and none goes on until the one that asked for it says so. After
// stopTheWorldWithSema and startTheWorldWithSema in runtime/proc.go. It happens when a trace begins or ends within a run.
//
// The owner writes STW, then PREEMPT of every other P, and wakes it; a P reads PREEMPT between goroutines, then STW, counts
// itself in STOPPED and sleeps on STW. Each stop has its own value of STW, so a P that is late to leave one stop cannot take
// the next for it.
//
// Unlike Go, nobody is stopped inside a computation: the world stops when the last P reaches a scheduling point.

import { field } from '../memory/address.js';
import { H, P, pAddress, runStatus } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { wake } from './park.js';

/** Milliseconds between two looks whether the run has ended meanwhile. */
const LOOK_MS = 10;

let turn = 0;

/** Stops the world for P number `id`, and waits until it has. False if another P stops it, or the run has ended. */
export function stopTheWorld(id: number): boolean {
  const procs = i32[H.NPROCS]!;
  const value = ++turn * procs + id + 1;
  if (Atomics.compareExchange(i32, H.STW, 0, value) !== 0) return false;
  for (let other = 0; other < procs; other++) {
    if (other === id) continue;
    Atomics.store(i32, field(pAddress(other), P.PREEMPT), 1); // pairs with the exchange in M.#schedule
    wake(pAddress(other));
  }
  for (;;) {
    const stopped = Atomics.load(i32, H.STOPPED);
    if (stopped === procs - 1) return true;
    if (Atomics.load(i32, H.STATUS) !== runStatus.running) return false;
    Atomics.wait(i32, H.STOPPED, stopped, LOOK_MS);
  }
}

/** Lets the others go on. By the owner. */
export function startTheWorld(): void {
  Atomics.store(i32, H.STOPPED, 0); // before STW: who leaves this stop may count itself in the next
  Atomics.store(i32, H.STW, 0);
  Atomics.notify(i32, H.STW);
}

/** Stands still until the world goes on, if it is to stop. By every P but the owner, between goroutines. */
export function standStill(): void {
  const value = Atomics.load(i32, H.STW);
  if (value === 0) return;
  Atomics.add(i32, H.STOPPED, 1);
  Atomics.notify(i32, H.STOPPED);
  while (Atomics.load(i32, H.STW) === value && Atomics.load(i32, H.STATUS) === runStatus.running) {
    Atomics.wait(i32, H.STW, value, LOOK_MS);
  }
}
