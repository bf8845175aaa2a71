// Mutex: mutual exclusion. After sync/mutex.go, with both of its modes. In normal mode a woken waiter competes with
// goroutines that call lock() now, which have the advantage of running already. A waiter that has waited for more than a millisecond
// switches the mutex to starvation mode: unlock then hands it to the first in the queue, and newcomers queue at the tail.
//
// STATE: LOCKED, WOKEN (a waiter has been woken and competes), STARVING, and above them the number of waiters. All
// changes are compare-and-exchange or add on this word; the queue is that of the semaphore.

import { field, type ObjectAddr, offsets } from '../runtime/memory/address.js';
import { Fatal, message } from '../runtime/memory/errors.js';
import { i32 } from '../runtime/memory/memory.js';
import { by, engine, wait } from '../runtime/sched/engine.js';
import { addressFor, allocate, handleType, WAITED_WORDS } from '../runtime/sched/handle.js';
import { HOLDER_WORDS, holderIn, holds, Lock, type LockState, stackOf } from '../runtime/sched/holder.js';
import { done, effect, type Go, type Op, VoidOperation } from '../runtime/sched/op.js';
import { requireMade } from '../runtime/sched/packagelevel.js';
import { SEMA_WORDS, semaAt, semacquire, semrelease } from '../runtime/sched/sema.js';
import { adoptWaited } from '../runtime/sched/waited.js';
import type { Type } from '../runtime/value/type.js';

const M = offsets<'object', { HOLDER: 'f64' }>()({ STATE: WAITED_WORDS, SEMA: 3, HOLDER: 4 + SEMA_WORDS });
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
    if (addr === undefined) adoptWaited(this, 'new Mutex()', make);
  }

  /** @internal Address of the object that this mutex is a part of, which reports show; 0 if it is of none. */
  partOf: ObjectAddr | 0 = 0;

  /** Locks. Parks while another goroutine holds the lock. */
  lock(): Op<void> {
    return this.#lock.make();
  }

  readonly #lock = new LockOp(this);

  /** Locks if that is possible at once, and says whether it did. Never parks. */
  tryLock(): boolean {
    requireMade(this.addr, 'mu.tryLock');
    effect(this.addr);
    return this.lockFast();
  }

  /** @internal */
  lockFast(): boolean {
    if (Atomics.compareExchange(i32, field(this.addr, M.STATE), 0, LOCKED) !== 0) return false;
    holds(field(this.addr, M.HOLDER), this);
    return true;
  }

  /** @internal After lockFast has failed. */
  *lockSlow(): Go {
    const state = field(this.addr, M.STATE);
    const since = engine().now();
    let waited = false;
    let starving = false;
    for (;;) {
      const old = Atomics.load(i32, state);
      if (Atomics.compareExchange(i32, state, old, attempt(old, waited, starving)) !== old) continue;
      if (isFree(old)) break;
      yield* semacquire(semaAt(this.addr, M.SEMA), wait.mutexLock, this.partOf || this.addr, waited);
      waited = true;
      starving ||= engine().now() - since > STARVATION_NS;
      if ((Atomics.load(i32, state) & STARVING) !== 0) {
        this.#takeHandedOver(starving);
        break;
      }
    }
    holds(field(this.addr, M.HOLDER), this);
  }

  /**
   * Locks what unlock has handed to this goroutine in starvation mode: it is not marked as locked yet, and the goroutine still counts as
   * a waiter. The last waiter, or one that has not waited long, ends starvation mode.
   */
  #takeHandedOver(starving: boolean): void {
    const state = field(this.addr, M.STATE);
    const last = Atomics.load(i32, state) >> 3 === 1;
    Atomics.add(i32, state, LOCKED - WAITER - (!starving || last ? STARVING : 0));
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
    // Wake one, unless none waits, one has been woken already, or another goroutine has got the lock in the meantime.
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

class LockOp extends VoidOperation {
  readonly name = 'lock';
  readonly #mutex: Mutex;

  constructor(mutex: Mutex) {
    super();
    this.#mutex = mutex;
  }

  protected get on(): ObjectAddr {
    return this.#mutex.addr;
  }

  protected begin(): Iterator<void, void, void> {
    return this.#mutex.lockFast() ? done(undefined) : this.#mutex.lockSlow();
  }
}

function isFree(state: number): boolean {
  return (state & (LOCKED | STARVING)) === 0;
}

/**
 * The state after an attempt to lock by a goroutine that has found `old`: locked, or with one waiter more.
 * @param waited true if the goroutine has been woken: it was the one that WOKEN stands for, and either locks now or sleeps again
 * @param starving true if it has waited for longer than STARVATION_NS
 */
function attempt(old: number, waited: boolean, starving: boolean): number {
  let next = old | LOCKED;
  if (!isFree(old)) next += WAITER;
  if ((old & STARVING) !== 0) next = old + WAITER; // it is being handed over: the queue is the only way
  if (starving && (old & LOCKED) !== 0) next |= STARVING;
  return waited ? next & ~WOKEN : next;
}
