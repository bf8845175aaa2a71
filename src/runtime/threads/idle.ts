// Idling: what an M does while its P has nothing to run. After the second half of findRunnable and checkdead in runtime/proc.go.
//
//   phase        for how long                              where it searches          counts as
//   poll         600 reads, about 1 us                     its inbox                  nothing
//   spin         40 us, or 120 (sched/spinning.ts)         everywhere                 spinning (NMSPINNING)
//   watch        the same, if it may not spin              its inbox                  nothing
//   last check   once                                      everywhere, takes nothing  idle
//   sleep        until it is woken, a timer is due, or     nowhere                    idle
//                what it has refused may be taken
//
// Wakers rely on a P that counts as spinning, or as idle: park.ts has the protocol. No waker relies on one that only reads its
// inbox. A P that was woken to search begins again with the phase "spin", one that was woken for its inbox with a single search.

import { field, type GAddr, type PAddr } from '../memory/address.js';
import { H, P, pAddress, park, runStatus, started } from '../memory/layout.js';
import { i32, oneP } from '../memory/memory.js';
import type { Engine } from '../sched/engine.js';
import { tracer } from '../sched/hooks.js';
import { drainInbox, hasWork, localget } from '../sched/runq.js';
import { idlest, isStealable, maySpin, mayWatch, type Search } from '../sched/sched.js';
import { SPIN, Spinning } from '../sched/spinning.js';
import type { Timers } from '../sched/timers.js';
import { endRun, enterIdle, leaveIdle, wake } from './park.js';

/** Reads of the inbox between two searches of a spinning P: about 0.1 us. */
const POLLS = 50;
/** Reads of the inbox before the first search: about 1 us, within which another P answers. */
const FIRST_POLLS = 600;
const NS_PER_MS = 1e6;

export class Idler {
  readonly #pp: PAddr;
  readonly #engine: Engine;
  readonly #timers: Timers;
  readonly #search: Search;
  readonly #spinning = new Spinning();

  constructor(pp: PAddr, engine: Engine, timers: Timers, search: Search) {
    this.#pp = pp;
    this.#engine = engine;
    this.#timers = timers;
    this.#search = search;
  }

  /** The P's thread is up: the P was counted as asleep until now. */
  up(): void {
    Atomics.store(i32, field(this.#pp, P.UP), 1);
    if (leaveIdle(this.#pp)) Atomics.sub(i32, H.NMSPINNING, 1);
  }

  /** Waits for a runnable G. 0 if a timer is due or PREEMPT is set: the run has ended, or the world is to stop. */
  find(): GAddr | 0 {
    const answer = this.#pollInbox();
    if (answer !== 0) {
      this.#spinning.found();
      return answer;
    }
    const since = this.#engine.now();
    let spin = this.#spinning.begin(since);
    let spinning = spin > 0 && beginSpinning();
    for (;;) {
      const gp = spinning ? this.#spin(since, spin) : this.#watch(since, spin);
      if (spinning) Atomics.sub(i32, H.NMSPINNING, 1); // before the last check: see park.ts
      if (gp !== 0) {
        this.#found(spin > 0, spinning);
        return gp;
      }
      if (this.#isOver()) return 0;
      if (spin > 0) this.#spinning.missed(this.#engine.now());
      spinning = this.#sleep();
      spin = 0;
      if (this.#isOver()) {
        if (spinning) Atomics.sub(i32, H.NMSPINNING, 1);
        return 0;
      }
    }
  }

  /** @param waited true if the P was spinning or watching when it found a G, and had not slept */
  #found(waited: boolean, spinning: boolean): void {
    if (waited) this.#spinning.found();
    // A P that has submitted work meanwhile has woken none, as this one was spinning.
    if (spinning && isStealable(0, false)) wakep();
  }

  /**
   * Where goroutines on two Ps answer each other, the answer comes within a microsecond. For that long the P only reads its
   * inbox: it reads no clock, and does not count as spinning.
   */
  #pollInbox(): GAddr | 0 {
    if (oneP || i32[field(this.#pp, P.NHOME)] === 0 || !mayWatch()) return 0;
    for (let k = 0; k < FIRST_POLLS; k++) {
      if (i32[field(this.#pp, P.INBOX)] === 0) continue;
      drainInbox(this.#pp);
      return localget(this.#pp);
    }
    return 0;
  }

  /** True if there is something else to do than to wait: a timer is due, or PREEMPT is set. */
  #isOver(): boolean {
    return i32[field(this.#pp, P.PREEMPT)] !== 0 || this.#timers.minKey <= this.#engine.now();
  }

  /** Searches once, and wakes the P that a goroutine was left to. */
  #searchOnce(since: number): GAddr | 0 {
    const gp = this.#search.findRunnable(this.#pp, (this.#engine.now() - since) / NS_PER_MS);
    if (gp === 0 && this.#search.better !== 0) wake(this.#search.better);
    return gp;
  }

  /** @param ns for how long; 0 for a P that was woken to spin: SPIN */
  #spin(since: number, ns: number): GAddr | 0 {
    const until = this.#engine.now() + (ns || SPIN);
    do {
      const gp = this.#searchOnce(since);
      if (gp !== 0) return gp;
      // Most work comes through the inbox, and to read that costs little.
      for (let k = 0; k < POLLS && i32[field(this.#pp, P.INBOX)] === 0; k++);
    } while (this.#engine.now() < until && !this.#isOver());
    return 0;
  }

  /**
   * Waits without spinning: a P that is home to started goroutines still watches its inbox, since no other P can run what
   * arrives there. It does not count as spinning, so no waker relies on it.
   * @param ns for how long; 0 to search once
   */
  #watch(since: number, ns: number): GAddr | 0 {
    const inbox = field(this.#pp, P.INBOX);
    if (ns > 0 && i32[field(this.#pp, P.NHOME)]! > 0 && mayWatch()) {
      const until = this.#engine.now() + ns;
      while (i32[inbox] === 0 && this.#engine.now() < until && i32[H.STATUS] === runStatus.running);
    }
    return this.#searchOnce(since);
  }

  /** Sleeps until it is woken, a timer is due, or what it has refused may be taken. @returns true if it was woken to spin */
  #sleep(): boolean {
    const pp = this.#pp;
    const again = this.#search.againMs;
    enterIdle(pp);
    if (!seesWork(pp, again > 0) && Atomics.load(i32, field(pp, P.PREEMPT)) === 0) {
      const timer = (this.#timers.minKey - this.#engine.now()) / NS_PER_MS;
      const timeout = Math.max(0, again > 0 ? Math.min(timer, again) : timer);
      // Also if a timer of this P is due later: that of a ticker that was stopped meanwhile wakes no goroutine.
      if (again === 0 && isDeadlocked()) endRun(runStatus.deadlocked);
      if (tracer !== undefined) tracer.procStop();
      // Pairs with the compare-and-exchange in wake(): returns at once if PARK has changed.
      Atomics.wait(i32, field(pp, P.PARK), park.asleep, timeout);
      if (tracer !== undefined) tracer.procStart();
      i32[field(pp, P.NWAKES)]!++;
    }
    return leaveIdle(pp);
  }
}

/** Becomes a spinning M if that pays. */
function beginSpinning(): boolean {
  if (!maySpin()) return false;
  Atomics.add(i32, H.NMSPINNING, 1);
  return true;
}

/**
 * The last check before sleep: is there anything that this P could take? It takes nothing, because the P still counts as
 * idle.
 * @param refused true if it has refused goroutines a moment ago: those do not count, it will search again for them
 */
function seesWork(pp: PAddr, refused: boolean): boolean {
  return hasWork(pp) || isStealable(pp, refused);
}

/** There is new work that any P may take: wakes a P to search for it, unless one is spinning already. */
export function wakep(): void {
  if (oneP || (i32[H.NPIDLE] === 0 && Atomics.load(i32, H.NPIDLE) === 0)) return;
  if (Atomics.load(i32, H.NMSPINNING) !== 0) return;
  if (Atomics.compareExchange(i32, H.NMSPINNING, 0, 1) !== 0) return;
  for (let pp = idlest(); pp !== 0; pp = idlest()) {
    if (wake(pp, park.spinning)) return; // that P subtracts itself from NMSPINNING
  }
  Atomics.sub(i32, H.NMSPINNING, 1);
}

/**
 * True if no goroutine can ever run again. Called by a P that is idle, has searched for work, and found none.
 *
 * That all Ps are idle is not enough: the last check of one may find work. So all queues are checked as well, between two
 * reads of IDLEGEN, which grows whenever a P stops being idle. With two Ps:
 *
 *     P 0, which calls this                          P 1, which counts as idle
 *     IDLEGEN is 8, NPIDLE is 2
 *     the queues of P 0 are empty
 *                                                    its last check finds G 5: IDLEGEN = 9, NPIDLE = 1
 *                                                    G 5 puts G 3 into P 0's inbox, and parks
 *                                                    idle again: NPIDLE = 2
 *     the queues of P 1 are empty, NPIDLE is 2
 *     IDLEGEN is 9: no deadlock
 *
 * If IDLEGEN has not changed, no P has put or taken a goroutine in between, and no P is left to do so: one that has changed
 * IDLEGEN but not yet NPIDLE has not touched a queue yet.
 */
export function isDeadlocked(): boolean {
  const procs = i32[H.NPROCS]!;
  const generation = Atomics.load(i32, H.IDLEGEN);
  if (Atomics.load(i32, H.STARTED) !== started.queued) return false;
  if (Atomics.load(i32, H.NPIDLE) !== procs || Atomics.load(i32, H.NTIMERS) !== 0) return false;
  if (Atomics.load(i32, H.GLOBQ_SIZE) !== 0) return false;
  for (let id = 0; id < procs; id++) {
    const pp = pAddress(id);
    // A waker moves PARK first and counts then: until it has counted, a P that runs again may be counted twice.
    if (Atomics.load(i32, field(pp, P.PARK)) !== park.asleep || hasWork(pp)) return false;
  }
  return Atomics.load(i32, H.NPIDLE) === procs && Atomics.load(i32, H.IDLEGEN) === generation;
}
