// Mutex: mutual exclusion. After sync/mutex.go, with both of its modes. In normal mode a woken waiter competes with
// whoever comes along, who has the advantage of running already. A waiter that has waited for more than a millisecond
// turns the mutex to starvation mode: unlock then hands it to the first in the queue, and newcomers queue at the tail.
//
// STATE: LOCKED, WOKEN (a waiter has been woken and competes), STARVING, and above them the number of waiters. All
// changes are compare-and-exchange or add on this word; the queue is that of the semaphore.

import { field, type ObjectAddr, offsets } from '../runtime/memory/address.js';
import { Fatal, message } from '../runtime/memory/errors.js';
import { i32 } from '../runtime/memory/memory.js';
import { by, engine, wait } from '../runtime/sched/engine.js';
import { addressFor, adopt, allocate, handleType } from '../runtime/sched/handle.js';
import { HOLDER_WORDS, holderIn, holds, Lock, type LockState, stackOf } from '../runtime/sched/holder.js';
import {
  done,
  early,
  effect,
  type Go,
  making,
  type NamedOp,
  type Op,
  postponed,
  started,
} from '../runtime/sched/op.js';
import { requireMade } from '../runtime/sched/packagelevel.js';
import { SEMA_WORDS, semaAt, semacquire, semrelease } from '../runtime/sched/sema.js';
import type { Type } from '../runtime/value/type.js';

const M = offsets<'object', { HOLDER: 'f64' }>()({ TYPE: 0, STATE: 1, SEMA: 2, HOLDER: 2 + SEMA_WORDS });
const MUTEX_WORDS = M.HOLDER + HOLDER_WORDS;

const LOCKED = 1;
const WOKEN = 2;
const STARVING = 4;
const WAITER = 8;
/** Nanoseconds that a waiter lets others pass: starvationThresholdNs. */
const STARVATION_NS = 1e6;

const make = () => allocate(MUTEX_WORDS);

/**
 * A sync.Mutex. A handle: it may be sent, and handed to goroutines.
 * @example
 * const mu = new Mutex();
 * yield* mu.lock();
 * println(mu.tryLock());
 * mu.unlock();
 * println(mu.tryLock());
 * // Output:
 * // false
 * // true
 */
export class Mutex extends Lock {
  static readonly type: Type<Mutex> = handleType('sync.Mutex', (addr) => new Mutex(addr));

  /** Go's `var mu sync.Mutex`. */
  constructor();
  /** @internal */
  constructor(addr: ObjectAddr);
  constructor(addr?: ObjectAddr) {
    super(addr ?? addressFor(make), Mutex.type);
    if (addr === undefined) adopt(this, 'new Mutex()', make);
  }

  /** @internal Address of the object that this mutex is a part of, which reports show; 0 if it is of none. */
  partOf: ObjectAddr | 0 = 0;

  /** Locks. Parks while another goroutine holds the lock. */
  lock(): Op<void> {
    making(this.#lock);
    return this.#lock;
  }

  readonly #lock: NamedOp<void> = {
    name: 'lock',
    [Symbol.iterator]: () => {
      started();
      return early(this.addr) ? postponed(this.addr, this.#begin) : this.#begin();
    },
  };

  readonly #begin = (): Iterator<void, void, void> => (this.#lockFast() ? done(undefined) : this.#lockSlow());

  /** Locks if that is possible at once, and says whether it did. Never parks. */
  tryLock(): boolean {
    requireMade(this.addr, 'mu.tryLock');
    effect(this.addr);
    return this.#lockFast();
  }

  #lockFast(): boolean {
    if (Atomics.compareExchange(i32, field(this.addr, M.STATE), 0, LOCKED) !== 0) return false;
    holds(field(this.addr, M.HOLDER), this);
    return true;
  }

  *#lockSlow(): Go {
    const state = field(this.addr, M.STATE);
    const since = engine().now();
    let waited = false;
    let starving = false;
    for (;;) {
      const old = Atomics.load(i32, state);
      const free = (old & (LOCKED | STARVING)) === 0;
      let next = free ? old | LOCKED : (old | LOCKED) + WAITER;
      if ((old & STARVING) !== 0) next = old + WAITER; // it is being handed over: the queue is the only way
      if (starving && (old & LOCKED) !== 0) next |= STARVING;
      if (waited) next &= ~WOKEN; // we were the woken one, and either have it now or sleep again
      if (Atomics.compareExchange(i32, state, old, next) !== old) continue;
      if (free) break;
      yield* semacquire(semaAt(this.addr, M.SEMA), wait.mutexLock, this.partOf || this.addr, waited);
      waited = true;
      starving ||= engine().now() - since > STARVATION_NS;
      if ((Atomics.load(i32, state) & STARVING) !== 0) {
        // unlock handed it to us without marking it locked, and we still count as a waiter. The last to wait, or one
        // that did not wait long, ends starvation mode.
        const last = Atomics.load(i32, state) >> 3 === 1;
        Atomics.add(i32, state, LOCKED - WAITER - (!starving || last ? STARVING : 0));
        break;
      }
    }
    holds(field(this.addr, M.HOLDER), this);
  }

  /** Unlocks. Never parks. @throws Fatal `sync: unlock of unlocked mutex`, which no program can catch */
  unlock(): void {
    requireMade(this.addr, 'mu.unlock');
    effect(this.addr);
    this.stack = undefined;
    const state = field(this.addr, M.STATE);
    let left = Atomics.sub(i32, state, LOCKED) - LOCKED;
    if (left === 0) return;
    if ((left & LOCKED) !== 0) throw new Fatal(message.unlockOfUnlocked);
    if ((left & STARVING) !== 0) {
      semrelease(semaAt(this.addr, M.SEMA), by.mutexUnlock);
      return;
    }
    // Wake one, unless nobody waits, or somebody has been woken or has taken the lock in the meantime.
    while (left >> 3 !== 0 && (left & (LOCKED | WOKEN | STARVING)) === 0) {
      const seen = Atomics.compareExchange(i32, state, left, (left - WAITER) | WOKEN);
      if (seen === left) {
        semrelease(semaAt(this.addr, M.SEMA), by.mutexUnlock);
        return;
      }
      left = seen;
    }
  }
  /** @internal */
  state(): LockState | undefined {
    return i32[field(this.addr, M.STATE)]! >> 3 === 0 ? undefined : { ...this.holder(), readers: 0, reading: [] };
  }

  /** @internal Who holds it, whether or not others wait. */
  holder(): Pick<LockState, 'lock' | 'holder' | 'stack'> {
    const lock = this.partOf || this.addr;
    const word = field(this.addr, M.HOLDER);
    if ((i32[field(this.addr, M.STATE)]! & LOCKED) === 0) return { lock, holder: 0 };
    return { lock, holder: holderIn(word), stack: stackOf(word, this) };
  }
}
