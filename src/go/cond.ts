// Cond: waits for something to change under a lock. After sync/cond.go and notifyList in runtime/sema.go.

import { field, type GAddr, type ObjectAddr, offsets } from '../runtime/memory/address.js';
import { lock, unlock } from '../runtime/memory/lock.js';
import { i32 } from '../runtime/memory/memory.js';
import { by, gopark, goready, wait } from '../runtime/sched/engine.js';
import { getg } from '../runtime/sched/g.js';
import { addressFor, allocate, Handle, handleAt, handleType, WAITED_WORDS } from '../runtime/sched/handle.js';
import { Compound, effect, type Go, type Op, VoidOperation } from '../runtime/sched/op.js';
import { requireMade } from '../runtime/sched/packagelevel.js';
import { adoptWaited } from '../runtime/sched/waited.js';
import { dequeue, enqueue, sudogOf, wakeParam } from '../runtime/sched/waitq.js';
import type { Type } from '../runtime/value/type.js';
import type { Mutex } from './mutex.js';
import type { RWMutex } from './rwmutex.js';

const K = offsets<'object', { L: 'object'; QUEUE: 'sudog' }>()({ L: WAITED_WORDS, LOCK: 3, QUEUE: 4 });
const COND_WORDS = 6;

/**
 * A sync.Cond. A handle: it may be sent, and handed to goroutines.
 * @example
 * const State = struct({ ready: bool });
 * export function* prepare(state: Shared<typeof State.zero>, cond: Cond): Go {
 *   yield* cond.l.lock();
 *   state.ready = true;
 *   cond.l.unlock();
 *   cond.broadcast();
 * }
 * const state = alloc(State);
 * const cond = new Cond(new Mutex());
 * go(prepare, state, cond);
 * yield* cond.l.lock();
 * while (!state.ready) yield* cond.wait();
 * cond.l.unlock();
 * println('ready');
 * // Output: ready
 */
export class Cond extends Handle {
  static readonly type: Type<Cond> = handleType('sync.Cond', (addr) => {
    return new Cond(handleAt(i32[field(addr, K.L)] as ObjectAddr) as Mutex | RWMutex, addr);
  });
  /** The lock to hold when the condition is looked at or changed: Go's `c.L`. */
  readonly l: Mutex | RWMutex;

  /** Go's `sync.NewCond(l)`. */
  constructor(l: Mutex | RWMutex);
  /** @internal */
  constructor(l: Mutex | RWMutex, addr: ObjectAddr);
  constructor(l: Mutex | RWMutex, addr?: ObjectAddr) {
    const make = () => {
      const at = allocate(COND_WORDS);
      i32[field(at, K.L)] = l.addr;
      return at;
    };
    super(addr ?? addressFor(make), Cond.type);
    this.l = l;
    if (addr === undefined) adoptWaited(this, 'new Cond()', make);
  }

  /**
   * Unlocks `l`, parks until signal or broadcast, and locks `l` again. The condition may have changed back by then:
   * call it in a loop.
   */
  wait(): Op<void> {
    return this.#wait.make();
  }

  readonly #wait = new CondWait(this);

  /** Wakes the goroutine that has waited longest. Never parks. */
  signal(): void {
    requireMade(this.addr, 'cond.signal');
    effect(this.addr);
    const c = this.addr;
    lock(field(c, K.LOCK));
    const sg = dequeue(field(c, K.QUEUE));
    unlock(field(c, K.LOCK));
    if (sg !== 0) goready(wakeParam(sg, 1), by.condSignal);
  }

  /** Wakes all goroutines that wait. Never parks. */
  broadcast(): void {
    requireMade(this.addr, 'cond.broadcast');
    effect(this.addr);
    const c = this.addr;
    const woken: GAddr[] = [];
    lock(field(c, K.LOCK));
    for (let sg = dequeue(field(c, K.QUEUE)); sg !== 0; sg = dequeue(field(c, K.QUEUE))) woken.push(wakeParam(sg, 1));
    unlock(field(c, K.LOCK));
    for (const gp of woken) goready(gp, by.condBroadcast);
  }
}

/** Waits for the condition, and locks again. */
class CondWait extends Compound<void> {
  readonly name = 'wait';
  readonly #cond: Cond;

  constructor(cond: Cond) {
    super();
    this.#cond = cond;
  }

  protected *begin(): Go {
    yield* new CondSleep(this.#cond);
    yield* this.#cond.l.lock();
  }
}

/** Unlocks, and waits for signal or broadcast. */
class CondSleep extends VoidOperation {
  readonly name = 'wait';
  readonly on: ObjectAddr;
  readonly #l: Mutex | RWMutex;

  constructor(cond: Cond) {
    super();
    this.on = cond.addr;
    this.#l = cond.l;
  }

  protected begin(): Iterator<void, void, void> {
    const c = this.on;
    // A goroutine that gets `l` from now on has to wait for LOCK to signal, and we are queued by then: no signal is lost.
    lock(field(c, K.LOCK));
    try {
      this.#l.unlock();
    } catch (error) {
      unlock(field(c, K.LOCK));
      throw error;
    }
    gopark(wait.condWait, c);
    enqueue(field(c, K.QUEUE), sudogOf(getg(), c));
    unlock(field(c, K.LOCK));
    return this;
  }
}
