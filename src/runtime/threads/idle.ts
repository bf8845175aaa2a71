// What an M does when its P has nothing to run: spin for a moment, then sleep. After the second half of findRunnable in
// runtime/proc.go. The protocol with those who wake it is in park.ts.

import { field, type GAddr, type PAddr } from '../memory/address.js';
import { H, P, park, runStatus } from '../memory/layout.js';
import { i32, oneP } from '../memory/memory.js';
import type { Engine } from '../sched/engine.js';
import { tracer } from '../sched/hooks.js';
import { drainInbox, hasWork, localget } from '../sched/runq.js';
import { idlest, isStealable, maySpin, mayWatch, type Search } from '../sched/sched.js';
import { SPIN, Spinning } from '../sched/spinning.js';
import type { Timers } from '../sched/timers.js';
import { deadlocked } from './deadlock.js';
import { endRun, enterIdle, leaveIdle, wake } from './park.js';

/** Glances at the inbox between two looks around, and before the first: about a microsecond. */
const GLANCES = 50;
const FIRST_GLANCES = 600;
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

  /** The P's thread is up: it was counted as asleep until now. */
  up(): void {
    Atomics.store(i32, field(this.#pp, P.UP), 1);
    if (leaveIdle(this.#pp)) Atomics.sub(i32, H.NMSPINNING, 1);
  }

  /** Waits for a runnable G. 0 if a timer is due or PREEMPT is set: the run has ended, or the world is to stop. */
  find(): GAddr | 0 {
    const answer = this.#glance();
    if (answer !== 0) {
      this.#spinning.found();
      return answer;
    }
    const since = this.#engine.now();
    let spin = this.#spinning.begin(since);
    let spinning = spin > 0 && beginSpinning();
    for (;;) {
      const gp = spinning ? this.#spin(since, spin) : this.#await(since, spin);
      if (spinning) Atomics.sub(i32, H.NMSPINNING, 1); // before the last look: see park.ts
      if (gp !== 0) {
        if (spin > 0) this.#spinning.found();
        // Who has submitted work meanwhile has left it to us.
        if (spinning && isStealable(0, false)) wakep();
        return gp;
      }
      if (this.#over()) return 0;
      if (spin > 0) this.#spinning.missed(this.#engine.now());
      spinning = this.#sleep();
      spin = 0;
      if (this.#over()) {
        if (spinning) Atomics.sub(i32, H.NMSPINNING, 1);
        return 0;
      }
    }
  }

  /**
   * Where two goroutines on different Ps take turns, the answer is there within a microsecond. So for that long the inbox is
   * all that is looked at, without a clock and without counting as one who looks for work, on which nobody relies.
   */
  #glance(): GAddr | 0 {
    if (oneP || i32[field(this.#pp, P.NHOME)] === 0 || !mayWatch()) return 0;
    for (let k = 0; k < FIRST_GLANCES; k++) {
      if (i32[field(this.#pp, P.INBOX)] === 0) continue;
      drainInbox(this.#pp);
      return localget(this.#pp);
    }
    return 0;
  }

  /** True if there is something else to do than to wait: a timer is due, or PREEMPT says that there is. */
  #over(): boolean {
    return i32[field(this.#pp, P.PREEMPT)] !== 0 || this.#timers.minKey <= this.#engine.now();
  }

  #look(since: number): GAddr | 0 {
    const gp = this.#search.findRunnable(this.#pp, (this.#engine.now() - since) / NS_PER_MS);
    if (gp === 0 && this.#search.better !== 0) wake(this.#search.better);
    return gp;
  }

  /** @param ns how long; one that was woken to spin does so in any case */
  #spin(since: number, ns: number): GAddr | 0 {
    const until = this.#engine.now() + (ns || SPIN);
    do {
      const gp = this.#look(since);
      if (gp !== 0) return gp;
      // What is most likely to come comes through the inbox, and a glance at that is cheap.
      for (let k = 0; k < GLANCES && i32[field(this.#pp, P.INBOX)] === 0; k++);
    } while (this.#engine.now() < until && !this.#over());
    return 0;
  }

  /**
   * Without leave to spin: a P that is home to started goroutines still watches its inbox for as long, since nobody else
   * can run what arrives there. It does not count as looking for work, so nobody relies on it.
   * @param ns how long it may watch; 0 to look around once
   */
  #await(since: number, ns: number): GAddr | 0 {
    const inbox = field(this.#pp, P.INBOX);
    if (ns > 0 && i32[field(this.#pp, P.NHOME)]! > 0 && mayWatch()) {
      const until = this.#engine.now() + ns;
      while (i32[inbox] === 0 && this.#engine.now() < until && i32[H.STATUS] === runStatus.running);
    }
    return this.#look(since);
  }

  /** Sleeps until it is woken, a timer is due, or something refused may be taken. True if it was woken to spin. */
  #sleep(): boolean {
    const pp = this.#pp;
    const again = this.#search.againMs;
    enterIdle(pp);
    if (!workInSight(pp, again > 0) && Atomics.load(i32, field(pp, P.PREEMPT)) === 0) {
      const timer = (this.#timers.minKey - this.#engine.now()) / NS_PER_MS;
      const timeout = Math.max(0, again > 0 ? Math.min(timer, again) : timer);
      // Not only if no timer of ours is due: that of a ticker that was stopped meanwhile wakes no goroutine.
      if (again === 0 && deadlocked()) endRun(runStatus.deadlocked);
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
 * The last look before sleep: is there anything that this P could take? It takes nothing, because it still counts as
 * idle. Goroutines that it refused a moment ago do not count; it will look at them again.
 */
function workInSight(pp: PAddr, refused: boolean): boolean {
  return hasWork(pp) || isStealable(pp, refused);
}

/** There is new work that any P may take: wakes one to look for it, unless somebody is looking already. */
export function wakep(): void {
  if (oneP || (i32[H.NPIDLE] === 0 && Atomics.load(i32, H.NPIDLE) === 0)) return;
  if (Atomics.load(i32, H.NMSPINNING) !== 0) return;
  if (Atomics.compareExchange(i32, H.NMSPINNING, 0, 1) !== 0) return;
  for (let pp = idlest(); pp !== 0; pp = idlest()) {
    if (wake(pp, park.spinning)) return; // he counts himself off
  }
  Atomics.sub(i32, H.NMSPINNING, 1);
}
