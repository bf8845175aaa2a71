// Whether the run can go on. After checkdead in runtime/proc.go.

import { field } from '../memory/address.js';
import { H, P, pAddress, park, started } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { hasWork } from '../sched/runq.js';

/**
 * True if no goroutine can ever run again. Called by a P that is idle, has looked for work, and found none.
 *
 * All Ps idle is not enough: one may be about to see what its last look will find. So all queues are looked at as well,
 * between two readings of IDLEGEN. If it did not change, no P stopped being idle in between (one that had changed
 * IDLEGEN but not yet NPIDLE has not touched a queue yet), so nobody put or took anything, and nobody is left to do so.
 */
export function deadlocked(): boolean {
  const procs = i32[H.NPROCS]!;
  const generation = Atomics.load(i32, H.IDLEGEN);
  if (Atomics.load(i32, H.STARTED) !== started.queued) return false;
  if (Atomics.load(i32, H.NPIDLE) !== procs || Atomics.load(i32, H.NTIMERS) !== 0) return false;
  if (Atomics.load(i32, H.GLOBQ_SIZE) !== 0) return false;
  for (let id = 0; id < procs; id++) {
    const pp = pAddress(id);
    // A waker moves PARK first and counts then: until it has, a P that runs again may be counted twice.
    if (Atomics.load(i32, field(pp, P.PARK)) !== park.asleep || hasWork(pp)) return false;
  }
  return Atomics.load(i32, H.NPIDLE) === procs && Atomics.load(i32, H.IDLEGEN) === generation;
}
