// The scheduling policy, after findRunnable in runtime/proc.go: where a P looks for work, and which new goroutine it may
// take from another. The same for every engine; it never blocks and never wakes anybody (the engines do).
//
// Placement. A goroutine that may park stays where it took its first step, so the first step decides the balance of the
// whole run. Four workers that all take it on one P, because they find the channel empty and park at once, stay there:
// the run has half its speed. Therefore
//   - a P that is idle takes such a goroutine from another only while it is home to fewer than its share, and leaves it
//     to a sleeping P that is home to fewer still; after PATIENCE (10 ms, Go's time slice) it takes it nevertheless, so
//     that nothing waits for ever beside an idle P;
//   - it leaves alone what its own P will take in a moment (YOUTH; for PATIENCE if that P has had no occasion), unless there are
//     many: two goroutines that do nothing but talk to each other are best on one P, and the first usually waits for the second
//     right after creating it;
//   - it leaves alone what would do nothing but wait for its creator, and what would talk to goroutines that do little else
//     (companions.ts);
//   - a P that has anything else to run leaves its own new ones to a sleeping P that is home to fewer;
//   - a P that has nothing else takes one of its own at once, as in Go: what it talks to is near. Further ones it takes
//     while it is home to less than its share; the rest it leaves to thieves for a moment (YOUTH), or, if it has others
//     to run, for PATIENCE.

import { H, i32, isTraced, oneP, P, pAddress, pId, RING, solo } from '../memory/layout.js';
import { load } from '../memory/word.js';
import { areTalking, chosenSince, meetsCompanion, see, seenFor, unsee, WATCH, waitsForCreator } from './companions.js';
import { waited } from './firstwait.js';
import { m, mayPark } from './g.js';
import { netpoll } from './netpoll.js';
import {
  drainInbox,
  globrunqget,
  localget,
  newqget,
  nextsteal,
  postponeNew,
  ringget,
  ringsteal,
  takeNext,
  takeNextNew,
} from './runq.js';

/** How long (ms) a goroutine keeps its P while others wait, as in Go. */
export const TIME_SLICE = 10;
/** Every so many time slices the global queue comes first, as in Go. */
const GLOBAL_TICK = 61;
/** How long (ms) a goroutine waits beside an idle P that already has its share. */
export const PATIENCE = 10;
/** How long (us) an idle P looks at a new goroutine before it takes it, and how many of them are no longer looked at. */
const YOUTH = 200;
/**
 * The same in a traced run for the second of two goroutines: the first events of a trace are slow, and a pair that would be
 * on one P without the trace should be on one with it.
 */
const TRACED_YOUTH = 2000;
const CROWD = 8;
/** How long (ms) it waits for a P whose thread has not come up yet. */
const BOOT_PATIENCE = 100;

/** What the last search found out besides a G. `better` and `again` are of the last search beyond P.NEXT. */
export const search = {
  /** The sleeping P to leave it to, because it is home to fewer: the engine wakes it. 0 if none. */
  better: 0,
  /** If something was refused: how long (ms) to wait before looking again. 0 if nothing was. */
  again: 0,
  /** True if the found G continues the time slice of the one before (runnext). */
  inherits: false,
};

let thief = 0;
let victim = 0;
let idleMs = 0;

/**
 * A runnable G for P `pp`, or 0. Leaves in `search` what it refused.
 * @param idle how long (ms) this P has had nothing to run
 * @param random a number from 0 to n-1: where to start stealing
 */
export function findRunnable(pp: number, idle: number, random: (n: number) => number): number {
  // What the last goroutine made ready goes on in its time slice; when that is over, sysmon makes room for the others.
  const gp = takeNext(pp);
  search.inherits = gp !== 0;
  return gp !== 0 ? gp : findOther(pp, idle, random);
}

function findOther(pp: number, idle: number, random: (n: number) => number): number {
  search.better = 0;
  search.again = 0;
  drainInbox(pp);
  if (i32[pp + P.NETPOLL] !== 0) netpoll(pp);
  const tick = i32[pp + P.SCHEDTICK]!;
  let gp = 0;
  if (tick % GLOBAL_TICK === 0) {
    gp = globrunqget(pp, 1);
    if (gp !== 0) return gp;
  }
  if (!oneP && i32[pp + P.RUNNEXT] !== 0 && (othersRunnable(pp) || !belongsHere())) postponeNew(pp);
  gp = takeNextNew(pp);
  if (gp !== 0) {
    search.inherits = true;
    return gp;
  }
  // Three queues in turn, so that none starves another.
  for (let k = 0; k < 3 && gp === 0; k++) {
    const turn = (tick + k) % 3;
    gp = turn === 0 ? localget(pp) : turn === 1 ? ringget(pp) : newqget(pp, oneP ? undefined : mayKeep);
  }
  if (gp === 0) gp = globrunqget(pp, RING / 2);
  if (gp === 0) gp = newqget(pp, oneP || idle * 1000 >= YOUTH ? undefined : mayBegin);
  if (gp === 0 && !oneP) gp = steal(pp, idle, random);
  return gp;
}

/** True if P `pp` has something else to run than goroutines that may park and have not started. */
function othersRunnable(pp: number): boolean {
  return i32[pp + P.LOCALQ_HEAD] !== 0 || i32[pp + P.RUNQHEAD] !== i32[pp + P.RUNQTAIL];
}

/** Whether the P that runs now may start its own new goroutine although it has others to run. */
function mayKeep(gp: number): boolean {
  see(gp, m.pp);
  if (areTalking(m.pp, gp)) return true;
  const better = fewerHomes(m.pp);
  if (better !== 0) {
    if (i32[better + P.UP] === 0 && waited(gp) >= BOOT_PATIENCE) return true;
    if (seenFor(gp) >= youth()) search.better = better; // before that it would look, refuse and sleep again
    return false;
  }
  return belongsHere() || waited(gp) >= PATIENCE;
}

/** Whether the P that runs now, which has nothing else to run, may start its own new goroutine at once. */
function mayBegin(gp: number): boolean {
  return belongsHere() || meetsCompanion(m.pp, gp);
}

/** True if the P that runs now is home to one goroutine, which has thus a companion, or to less than its share. */
function belongsHere(): boolean {
  const homes = i32[m.pp + P.NHOME]!;
  return homes <= 1 || homes < Math.floor(alive() / i32[H.NPROCS]!);
}

/**
 * A P that has nothing to do and is home to fewer goroutines than `pp`, and than others like it: it sleeps, or its thread
 * has not come up yet (it may count as awake then, because somebody has woken it). 0 if there is none.
 */
function fewerHomes(pp: number): number {
  let better = 0;
  let fewest = i32[pp + P.NHOME]!;
  for (let k = 0; k < i32[H.NPROCS]!; k++) {
    const home = i32[pAddress(k) + P.NHOME]!;
    if (home < fewest && (isIdle(k) || i32[pAddress(k) + P.UP] === 0)) {
      fewest = home;
      better = pAddress(k);
    }
  }
  return better;
}

function steal(pp: number, idle: number, random: (n: number) => number): number {
  thief = pp;
  idleMs = idle;
  const procs = i32[H.NPROCS]!;
  const start = random(procs);
  // runnext only when nothing else is there: its P is about to run it.
  let nexts = false;
  for (let round = 0; round === 0 || (round === 1 && nexts); round++) {
    for (let k = 0, id = start; k < procs; k++, id = id + 1 === procs ? 0 : id + 1) {
      if (solo && nothingIn(id)) {
        const skip = Math.min(31 - (id & 31), procs - 1 - id);
        k += skip;
        id += skip;
        continue;
      }
      victim = pAddress(id);
      if (victim === pp) continue;
      const gp = round === 0 ? stealFrom(pp) : nextsteal(victim, mayTake);
      if (gp !== 0) return gp;
      if (i32[victim + P.RUNNEXT] !== 0) nexts = true;
      else if (solo) unmark(id);
    }
  }
  return 0;
}

/** Takes from the victim's ring or new queue. Plain reads first: most have nothing, and what they miss is found before sleep. */
function stealFrom(pp: number): number {
  const gp = i32[victim + P.RUNQHEAD] === i32[victim + P.RUNQTAIL] ? 0 : ringsteal(pp, victim);
  return gp === 0 && i32[victim + P.NEWQ_COUNT] !== 0 ? newqget(victim, mayTake) : gp;
}

/** True if none of the Ps from number `id` on that share a word of the mask has anything to steal. */
function nothingIn(id: number): boolean {
  return i32[H.STEALMASK + (id >> 5)]! >>> (id & 31) === 0;
}

/** P number `id` has no runnext. It stays marked if it has anything else. */
function unmark(id: number): void {
  if (i32[victim + P.RUNQHEAD] !== i32[victim + P.RUNQTAIL] || i32[victim + P.NEWQ_COUNT] !== 0) return;
  i32[H.STEALMASK + (id >> 5)]! &= ~(1 << (id & 31));
}

/** Whether the thief may take this unstarted G of the victim's. */
function mayTake(gp: number): boolean {
  if (!mayPark(gp)) return true; // it runs to its end and leaves nothing behind
  if (waitsForCreator(victim, gp)) {
    unsee(gp); // it counts from when its creator leaves
    search.again = Math.min(PATIENCE, Math.max(youth() / 1000, idleMs));
    return false;
  }
  if (i32[victim + P.NEWQ_COUNT]! < CROWD && isYoung(gp)) {
    search.again = youth() / 1000;
    return false;
  }
  if (areTalking(victim, gp) !== false) {
    search.again = WATCH / 1000;
    return false;
  }
  const better = fewerHomes(thief);
  if (better === 0 && i32[thief + P.NHOME]! < Math.ceil(alive() / i32[H.NPROCS]!)) return true;
  if (idleMs >= PATIENCE && waited(gp) >= PATIENCE) return true;
  search.again = PATIENCE;
  search.better = better;
  return false;
}

/** How long (us) thieves leave the new ones of the victim alone. */
function youth(): number {
  return isTraced() && alive() <= 2 ? TRACED_YOUTH : YOUTH;
}

/**
 * True if a thief first saw this G only a moment ago; if its P has not chosen what to run since, it is young for longer: that P
 * computes, or its thread has to wait for a core, and had no occasion to take it.
 */
function isYoung(gp: number): boolean {
  see(gp, victim);
  const age = seenFor(gp);
  if (age < youth()) return true;
  return age < PATIENCE * 1000 && !chosenSince(gp, victim) && !isIdle(pId(victim));
}

/**
 * True if there is anything that a P could take from others, or from all.
 * @param self the P, whose own queues do not count; 0 for any P
 * @param refused whether it has refused a moment ago what may park: then that does not count
 */
export function isStealable(self: number, refused: boolean): boolean {
  if (load(H.GLOBQ_SIZE) !== 0) return true;
  for (let id = 0; id < i32[H.NPROCS]!; id++) {
    if (solo && nothingIn(id)) {
      id |= 31;
      continue;
    }
    const pp = pAddress(id);
    if (pp === self) continue;
    if (load(pp + P.RUNQHEAD) !== load(pp + P.RUNQTAIL)) return true;
    if (refused) continue;
    if (load(pp + P.NEWQ_COUNT) !== 0 || load(pp + P.RUNNEXT) !== 0) return true;
  }
  return false;
}

/** How many goroutines there are that may park. */
function alive(): number {
  let count = 0;
  for (let k = 0; k < i32[H.NPROCS]!; k++) {
    const pp = pAddress(k);
    count += i32[pp + P.NHOME]! + i32[pp + P.NEWQ_COUNT]! + (nextIsNew(pp) ? 1 : 0);
  }
  return count;
}

/** True if the runnext of `pp` is a goroutine that may park and has not started, as far as one can see. */
function nextIsNew(pp: number): boolean {
  const next = i32[pp + P.RUNNEXT]!;
  return next !== 0 && mayPark(next);
}

/** True if P number `id` is asleep, as far as one can see. */
function isIdle(id: number): boolean {
  return (i32[H.IDLEMASK + (id >> 5)]! & (1 << (id & 31))) !== 0;
}

/** Whether an idle P may look around before it sleeps: at most half as many do as run. */
export function maySpin(): boolean {
  return 2 * i32[H.NMSPINNING]! < i32[H.NPROCS]! - i32[H.NPIDLE]! && mayWatch();
}

/** Whether an idle P may watch its inbox before it sleeps: not where the Ps that are awake share cores. */
export function mayWatch(): boolean {
  const awake = i32[H.NPROCS]! - i32[H.NPIDLE]!;
  return awake <= i32[H.NCORES]!;
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
