// The scheduling policy, after findRunnable in runtime/proc.go: where a P looks for work, and which new goroutine it may
// take from another. The same for every engine; it never blocks and never wakes anybody (the engines do).
//
// Placement. A goroutine that may park stays where it took its first step, so the first step decides the balance of the
// whole run. Four workers that all take it on one P, because they find the channel empty and park at once, stay there:
// the run has half its speed. Therefore an idle P takes such a goroutine only while it is home to fewer than its share,
// and leaves it to a P that is home to fewer still. So that nothing waits for ever beside an idle P, the rule ends
// after PATIENCE: 10 ms, Go's time slice.

import { mayPark } from './g.js';
import { COLD, gColdAddress, H, i32, P, PINNED, pAddress } from './memory.js';
import { drainInbox, globrunqget, localget, newqget, nextsteal, ringget, ringsteal, takeNext } from './runq.js';

/** Every so many time slices the global queue comes first, as in Go. */
const GLOBAL_TICK = 61;
/** How long (ms) a goroutine waits beside an idle P that already has its share. */
export const PATIENCE = 10;

/** What the last search saw but did not take: */
export const search = {
  /** The P to leave it to, because it is home to fewer; 0 if none. */
  better: 0,
  /** True if something was refused: look again after PATIENCE. */
  refused: false,
  /** True if the found G continues the time slice of the one before (runnext). */
  inherits: false,
};

let thief = 0;
let idleMs = 0;

/**
 * A runnable G for P `pp`, or 0. Leaves in `search` what it refused.
 * @param idle how long (ms) this P has had nothing to run
 * @param random a number from 0 to n-1: where to start stealing
 */
export function findRunnable(pp: number, idle: number, random: (n: number) => number): number {
  search.better = 0;
  search.refused = false;
  search.inherits = false;
  drainInbox(pp);
  const tick = i32[pp + P.SCHEDTICK]!;
  let gp = 0;
  if (tick % GLOBAL_TICK === 0) {
    gp = globrunqget(pp, 1);
    if (gp !== 0) return gp;
  }
  gp = takeNext(pp);
  if (gp !== 0) {
    search.inherits = true;
    return gp;
  }
  // Three queues in turn, so that none starves another.
  for (let k = 0; k < 3 && gp === 0; k++) {
    const turn = (tick + k) % 3;
    gp = turn === 0 ? localget(pp) : turn === 1 ? ringget(pp) : newqget(pp);
  }
  if (gp !== 0) return gp;
  gp = globrunqget(pp, i32[H.GLOBQ_SIZE]!);
  if (gp !== 0) return gp;
  return i32[H.NPROCS] === 1 ? 0 : steal(pp, idle, random);
}

function steal(pp: number, idle: number, random: (n: number) => number): number {
  thief = pp;
  idleMs = idle;
  const procs = i32[H.NPROCS]!;
  const start = random(procs);
  // runnext only when nothing else is there: its P is about to run it.
  for (let round = 0; round < 2; round++) {
    for (let k = 0; k < procs; k++) {
      const victim = pAddress((start + k) % procs);
      if (victim === pp) continue;
      let gp = 0;
      if (round === 0) {
        gp = ringsteal(pp, victim);
        if (gp === 0) gp = newqget(victim, mayTake);
      } else {
        gp = nextsteal(victim, mayTake);
      }
      if (gp !== 0) {
        i32[pp + P.NSTEALS]!++;
        return gp;
      }
    }
  }
  return 0;
}

/** Whether the thief may take this unstarted G. */
function mayTake(gp: number): boolean {
  if (!mayPark(gp)) return true; // it runs to its end and leaves nothing behind
  const procs = i32[H.NPROCS]!;
  const mine = i32[thief + P.NHOME]!;
  let alive = 0;
  let better = 0;
  let fewest = mine;
  for (let k = 0; k < procs; k++) {
    const pp = pAddress(k);
    const home = i32[pp + P.NHOME]!;
    alive += home + i32[pp + P.NEWQ_COUNT]! + (nextIsNew(pp) ? 1 : 0);
    if (home < fewest && isIdle(k)) {
      fewest = home;
      better = pp;
    }
  }
  if (mine < Math.ceil(alive / procs) && better === 0) return true;
  const waited = (i32[H.CLOCK]! - i32[gColdAddress(gp) + COLD.CREATED]!) | 0;
  if (idleMs >= PATIENCE && waited >= PATIENCE) return true;
  search.refused = true;
  search.better = better;
  return false;
}

/** True if the runnext of `pp` is a goroutine that may park and has not started, as far as one can see. */
function nextIsNew(pp: number): boolean {
  const next = i32[pp + P.RUNNEXT]!;
  return next !== 0 && (next & PINNED) === 0 && mayPark(next);
}

/** True if P number `id` is asleep, as far as one can see. */
function isIdle(id: number): boolean {
  return (i32[H.IDLEMASK + (id >> 5)]! & (1 << (id & 31))) !== 0;
}

/** The sleeping P to wake: one whose thread is up, and of these the home of the fewest. 0 if none sleeps. */
export function idlest(): number {
  const procs = i32[H.NPROCS]!;
  let best = 0;
  for (let k = 0; k < procs; k++) {
    const pp = pAddress(k);
    if (isIdle(k) && (best === 0 || wakesBefore(pp, best))) best = pp;
  }
  return best;
}

function wakesBefore(a: number, b: number): boolean {
  return i32[a + P.UP] !== i32[b + P.UP] ? i32[a + P.UP] === 1 : i32[a + P.NHOME]! < i32[b + P.NHOME]!;
}
