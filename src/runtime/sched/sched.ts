// The scheduling policy: where a P searches for a goroutine to run, and which new goroutine it may take from another P. After
// findRunnable in runtime/proc.go. The same for both engines; it never blocks and wakes no P (the engines do).
//
// Placement. A goroutine that may park stays on the P where it took its first step, so the first step decides the balance of
// the whole run. Four workers that all take it on one P, because they find the channel empty and park at once, stay there:
// the run has half its speed. Therefore
//   - an idle P takes such a goroutine from another P only while it is home to fewer than its share, and leaves it to a
//     sleeping P that is home to fewer still; after PATIENCE (10 ms, Go's time slice) it takes it nevertheless, so that
//     no goroutine waits for ever beside an idle P;
//   - it leaves alone what the other P will probably run at once (YOUTH; for PATIENCE if that P has not chosen a goroutine
//     since), unless there are many: two goroutines that mostly wait for each other are best on one P, and the first usually
//     waits for the second right after creating it;
//   - it leaves alone a goroutine that would only wait for its creator, and one that would wait for goroutines which do little
//     but wait for others (companions.ts);
//   - a P that has anything else to run leaves its own new ones to a sleeping P that is home to fewer;
//   - a P that has nothing else runs one of its own at once, as in Go: what it waits for is near. Further ones it runs
//     while it is home to less than its share; the rest it leaves to thieves for YOUTH, or, if it has others to run, for
//     PATIENCE.

import { field, type GAddr, nth, type PAddr } from '../memory/address.js';
import { H, P, pAddress, pId, RING } from '../memory/layout.js';
import { i32, isTraced, oneP, solo } from '../memory/memory.js';
import { load } from '../memory/word.js';
import { areTalking, chosenSince, meetsCompanion, see, seenFor, unsee, WATCH, waitsForCreator } from './companions.js';
import { waited } from './firstwait.js';
import { mayPark } from './g.js';
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

/** How long (ms) a goroutine keeps its P while others wait: forcePreemptNS in Go. */
export const TIME_SLICE = 10;
/** In one of so many time slices the global queue comes first, so that it does not starve: as in Go, a prime. */
const GLOBAL_TICK = 61;
/** How long (ms) a goroutine waits at most beside an idle P that already has its share: a time slice. */
export const PATIENCE = 10;
/** How long (us) thieves leave a new goroutine alone: some times what its own P takes to get to it. */
const YOUTH = 200;
/**
 * YOUTH (us) in a traced run for the second of two goroutines: the first events of a trace take long, and a pair that would
 * be on one P without the trace should be on one with it.
 */
const TRACED_YOUTH = 2000;
/** New goroutines on one P from which on YOUTH does not count: its P will not get to all of them soon. */
const CROWD = 8;
/** How long (ms) a P leaves a goroutine to a P whose thread is not up yet: threads come up in 20 to 60. */
const BOOT_PATIENCE = 100;

/** Searches of one thread for goroutines to run. The members say what the last search has found out besides a G. */
export class Search {
  /** The sleeping P that the last search beyond P.NEXT left a goroutine to, as it is home to fewer: to be woken. 0 if none. */
  better: PAddr | 0 = 0;
  /** How long (ms) to wait before searching again, if that search has refused something. 0 if it has not. */
  againMs = 0;
  /** True if the G that was found continues the time slice of the one before (runnext). */
  inherits = false;

  readonly #random: (n: number) => number;
  /** The P that searches, and how long (ms) it has had nothing to run: for the functions that accept a goroutine. */
  #pp = 0 as PAddr;
  #idleMs = 0;
  /** True if a P with a runnext has been passed over. */
  #nextSeen = false;

  /** @param random a number from 0 to n-1: which P to steal from first */
  constructor(random: (n: number) => number) {
    this.#random = random;
  }

  /**
   * A runnable G for P `pp`, which the caller runs as, or 0.
   * @param idleMs how long this P has had nothing to run
   */
  findRunnable(pp: PAddr, idleMs: number): GAddr | 0 {
    // What the last goroutine made ready continues its time slice; when that is over, sysmon preempts it for the others.
    const gp = takeNext(pp);
    this.inherits = gp !== 0;
    return gp !== 0 ? gp : this.#findOther(pp, idleMs);
  }

  #findOther(pp: PAddr, idleMs: number): GAddr | 0 {
    this.#pp = pp;
    this.#idleMs = idleMs;
    this.better = 0;
    this.againMs = 0;
    drainInbox(pp);
    if (i32[field(pp, P.NETPOLL)] !== 0) netpoll(pp);
    const tick = i32[field(pp, P.SCHEDTICK)]!;
    if (tick % GLOBAL_TICK === 0) {
      const gp = globrunqget(pp, 1);
      if (gp !== 0) return gp;
    }
    if (!oneP && i32[field(pp, P.RUNNEXT)] !== 0 && (othersRunnable(pp) || !belongsOn(pp))) postponeNew(pp);
    const gp = takeNextNew(pp);
    if (gp !== 0) {
      this.inherits = true;
      return gp;
    }
    return this.#findOwn(pp, tick) || globrunqget(pp, RING / 2) || this.#findNewOrSteal(pp);
  }

  /** From three queues of the P, another one first in each time slice, so that none starves the others. */
  #findOwn(pp: PAddr, tick: number): GAddr | 0 {
    let gp: GAddr | 0 = 0;
    for (let k = 0; k < 3 && gp === 0; k++) {
      const queue = (tick + k) % 3;
      if (queue === 0) gp = localget(pp);
      else if (queue === 1) gp = ringget(pp);
      else gp = newqget(pp, oneP ? undefined : this.#mayKeep);
    }
    return gp;
  }

  #findNewOrSteal(pp: PAddr): GAddr | 0 {
    const gp = newqget(pp, oneP || this.#idleMs * 1000 >= YOUTH ? undefined : this.#mayBegin);
    return gp !== 0 || oneP ? gp : this.#steal(pp);
  }

  /** Whether the P that searches may start its own new goroutine although it has others to run. */
  readonly #mayKeep = (gp: GAddr): boolean => {
    const pp = this.#pp;
    see(gp, pp);
    if (areTalking(pp, gp)) return true;
    const better = withFewerHomes(pp);
    if (better === 0) return belongsOn(pp) || waited(gp) >= PATIENCE;
    if (i32[field(better, P.UP)] === 0 && waited(gp) >= BOOT_PATIENCE) return true;
    if (seenFor(gp) >= youth()) this.better = better; // woken before that, it would refuse the G and sleep again
    return false;
  };

  /** Whether the P that searches, which has nothing else to run, may start its own new goroutine at once. */
  readonly #mayBegin = (gp: GAddr): boolean => belongsOn(this.#pp) || meetsCompanion(this.#pp, gp);

  #steal(pp: PAddr): GAddr | 0 {
    const start = this.#random(i32[H.NPROCS]!);
    this.#nextSeen = false;
    // runnext only where nothing else is: its P is about to run it.
    return this.#stealFromAll(pp, start, false) || (this.#nextSeen ? this.#stealFromAll(pp, start, true) : 0);
  }

  /** Steals from one P after the other, beginning with number `start`: from their queues, or runnext if `nexts`. */
  #stealFromAll(pp: PAddr, start: number, nexts: boolean): GAddr | 0 {
    const procs = i32[H.NPROCS]!;
    for (let k = 0, id = start; k < procs; k++, id = id + 1 === procs ? 0 : id + 1) {
      if (solo && nothingIn(id)) {
        const skip = Math.min(31 - (id & 31), procs - 1 - id);
        k += skip;
        id += skip;
        continue;
      }
      const victim = pAddress(id);
      if (victim === pp) continue;
      const gp = nexts ? nextsteal(victim, this.#mayTake) : this.#stealQueued(pp, victim);
      if (gp !== 0) return gp;
      if (i32[field(victim, P.RUNNEXT)] !== 0) this.#nextSeen = true;
      else if (solo) unmark(victim, id);
    }
    return 0;
  }

  /** Takes from the victim's ring or new queue. Plain reads first: most are empty, and what they miss is found before sleep. */
  #stealQueued(pp: PAddr, victim: PAddr): GAddr | 0 {
    const gp = i32[field(victim, P.RUNQHEAD)] === i32[field(victim, P.RUNQTAIL)] ? 0 : ringsteal(pp, victim);
    return gp === 0 && i32[field(victim, P.NEWQ_COUNT)] !== 0 ? newqget(victim, this.#mayTake) : gp;
  }

  /** Whether the P that searches may take this unstarted G of the victim's. */
  readonly #mayTake = (gp: GAddr, victim: PAddr): boolean => {
    if (!mayPark(gp)) return true; // it runs to its end, and stays nowhere
    if (waitsForCreator(victim, gp)) {
      unsee(gp); // its time counts from when its creator leaves
      return this.#refuse(Math.min(PATIENCE, Math.max(youth() / 1000, this.#idleMs)));
    }
    if (i32[field(victim, P.NEWQ_COUNT)]! < CROWD && isYoung(victim, gp)) return this.#refuse(youth() / 1000);
    if (areTalking(victim, gp) !== false) return this.#refuse(WATCH / 1000);
    const better = withFewerHomes(this.#pp);
    if (better === 0 && i32[field(this.#pp, P.NHOME)]! < Math.ceil(alive() / i32[H.NPROCS]!)) return true;
    if (this.#idleMs >= PATIENCE && waited(gp) >= PATIENCE) return true;
    this.better = better;
    return this.#refuse(PATIENCE);
  };

  #refuse(againMs: number): false {
    this.againMs = againMs;
    return false;
  }
}

/** True if P `pp` has something else to run than goroutines that may park and have not started. */
function othersRunnable(pp: PAddr): boolean {
  return i32[field(pp, P.LOCALQ_HEAD)] !== 0 || i32[field(pp, P.RUNQHEAD)] !== i32[field(pp, P.RUNQTAIL)];
}

/** True if one more goroutine belongs on P `pp`: it is home to one, which has thus a companion, or to less than its share. */
function belongsOn(pp: PAddr): boolean {
  const homes = i32[field(pp, P.NHOME)]!;
  return homes <= 1 || homes < Math.floor(alive() / i32[H.NPROCS]!);
}

/**
 * A P without work that is home to fewer goroutines than `pp`, and of these the one with the fewest: it sleeps, or its thread
 * is not up yet (it may count as awake then, because another P has woken it). 0 if there is none.
 */
function withFewerHomes(pp: PAddr): PAddr | 0 {
  let better: PAddr | 0 = 0;
  let fewest = i32[field(pp, P.NHOME)]!;
  for (let k = 0; k < i32[H.NPROCS]!; k++) {
    const home = i32[field(pAddress(k), P.NHOME)]!;
    if (home < fewest && (isIdle(k) || i32[field(pAddress(k), P.UP)] === 0)) {
      fewest = home;
      better = pAddress(k);
    }
  }
  return better;
}

/** True if none of the Ps from number `id` on that share a word of the mask has anything to steal. */
function nothingIn(id: number): boolean {
  return i32[nth(H.STEALMASK, id >> 5)]! >>> (id & 31) === 0;
}

/** Clears the bit of the P in the mask, which has no runnext, unless it has anything else. */
function unmark(victim: PAddr, id: number): void {
  const ringIsEmpty = i32[field(victim, P.RUNQHEAD)] === i32[field(victim, P.RUNQTAIL)];
  if (ringIsEmpty && i32[field(victim, P.NEWQ_COUNT)] === 0) i32[nth(H.STEALMASK, id >> 5)]! &= ~(1 << (id & 31));
}

/** How long (us) thieves leave new goroutines alone. */
function youth(): number {
  return isTraced() && alive() <= 2 ? TRACED_YOUTH : YOUTH;
}

/**
 * True if a thief has first seen this G less than YOUTH ago; or less than PATIENCE ago, if its P has not chosen a goroutine since:
 * that P computes, or its thread has no core, and had no occasion to run it.
 */
function isYoung(victim: PAddr, gp: GAddr): boolean {
  see(gp, victim);
  const age = seenFor(gp);
  if (age < youth()) return true;
  return age < PATIENCE * 1000 && !chosenSince(gp, victim) && !isIdle(pId(victim));
}

/**
 * True if there is anything that a P could take from others, or from all.
 * @param self the P, whose own queues do not count; 0 for any P
 * @param refused true if it has just refused what may park: then that does not count
 */
export function isStealable(self: PAddr | 0, refused: boolean): boolean {
  if (load(H.GLOBQ_SIZE) !== 0) return true;
  for (let id = 0; id < i32[H.NPROCS]!; id++) {
    if (solo && nothingIn(id)) {
      id |= 31;
      continue;
    }
    const pp = pAddress(id);
    if (pp === self) continue;
    if (load(field(pp, P.RUNQHEAD)) !== load(field(pp, P.RUNQTAIL))) return true;
    if (refused) continue;
    if (load(field(pp, P.NEWQ_COUNT)) !== 0 || load(field(pp, P.RUNNEXT)) !== 0) return true;
  }
  return false;
}

/** How many goroutines there are that may park. */
function alive(): number {
  let count = 0;
  for (let k = 0; k < i32[H.NPROCS]!; k++) {
    const pp = pAddress(k);
    count += i32[field(pp, P.NHOME)]! + i32[field(pp, P.NEWQ_COUNT)]! + (nextIsNew(pp) ? 1 : 0);
  }
  return count;
}

/** True if the runnext of `pp` is a goroutine that may park and has not started. A hint: other Ps change it. */
function nextIsNew(pp: PAddr): boolean {
  const next = i32[field(pp, P.RUNNEXT)]!;
  return next !== 0 && mayPark(next);
}

/** True if P number `id` is asleep. A hint. */
function isIdle(id: number): boolean {
  return (i32[nth(H.IDLEMASK, id >> 5)]! & (1 << (id & 31))) !== 0;
}

/** Whether an idle P may spin, that is search for work before it sleeps: at most half as many Ps do as run goroutines. */
export function maySpin(): boolean {
  return 2 * i32[H.NMSPINNING]! < i32[H.NPROCS]! - i32[H.NPIDLE]! && mayWatch();
}

/** Whether an idle P may watch its inbox before it sleeps: not where the Ps that are awake share cores. */
export function mayWatch(): boolean {
  const awake = i32[H.NPROCS]! - i32[H.NPIDLE]!;
  return awake <= i32[H.NCORES]!;
}

/** The sleeping P to wake: one whose thread is up, and of these the home of the fewest. 0 if none sleeps. */
export function idlest(): PAddr | 0 {
  const procs = i32[H.NPROCS]!;
  let best: PAddr | 0 = 0;
  for (let k = 0; k < procs; k++) {
    const pp = pAddress(k);
    if (isIdle(k) && (best === 0 || wakesBefore(pp, best))) best = pp;
  }
  return best;
}

function wakesBefore(a: PAddr, b: PAddr): boolean {
  const aIsUp = i32[field(a, P.UP)]!;
  if (aIsUp !== i32[field(b, P.UP)]) return aIsUp === 1;
  return i32[field(a, P.NHOME)]! < i32[field(b, P.NHOME)]!;
}
