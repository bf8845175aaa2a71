// WaitGroup: waits for a number of goroutines to finish. After sync/waitgroup.go.
//
// Invariant: the goroutine that brings COUNT to 0 wakes all that are queued. No wake-up is lost, because each side writes first:
//
//   wait():  takes LOCK, adds 1 to WAITERS            -> reads COUNT again -> parks if it is not 0, and releases LOCK
//   done():  takes 1 from COUNT, which becomes 0      -> reads WAITERS     -> if it is not 0: takes LOCK, wakes the queue
//
// All of these are atomic, so either wait() sees that COUNT is 0, or done() sees the waiter, and gets LOCK only when it is
// queued. By then other goroutines may wait for the next round: COUNT is not 0 then, and the goroutine that brings it to 0
// wakes them.

import { field, type GAddr, type ObjectAddr, offsets, type SudogAddr } from '../runtime/memory/address.js';
import { message, Panic } from '../runtime/memory/errors.js';
import { lock, unlock } from '../runtime/memory/lock.js';
import { add, load } from '../runtime/memory/word.js';
import { by, gopark, goready, wait } from '../runtime/sched/engine.js';
import { getg } from '../runtime/sched/g.js';
import { addressFor, allocate, Handle, handleType, WAITED_WORDS } from '../runtime/sched/handle.js';
import { done, effect, type Op, VoidOperation } from '../runtime/sched/op.js';
import { amend, UNMADE } from '../runtime/sched/packagelevel.js';
import { adoptWaited } from '../runtime/sched/waited.js';
import { dequeue, enqueue, sudogOf, wakeParam } from '../runtime/sched/waitq.js';
import type { Type } from '../runtime/value/type.js';

const W = offsets<'object', { QUEUE: 'sudog' }>()({
  COUNT: WAITED_WORDS,
  WAITERS: 3,
  LOCK: 4,
  QUEUE: 5,
});
const WAITGROUP_WORDS = 7;

const make = () => allocate(WAITGROUP_WORDS);

/**
 * A sync.WaitGroup. A handle: it may be sent, and handed to goroutines.
 * @example
 * export function* work(wg: WaitGroup): Go {
 *   yield* sleep(millisecond);
 *   println('worked');
 *   wg.done();
 * }
 * const wg = new WaitGroup();
 * wg.add(2);
 * go(work, wg);
 * go(work, wg);
 * yield* wg.wait();
 * println('all done');
 * // Output:
 * // worked
 * // worked
 * // all done
 */
export class WaitGroup extends Handle {
  static readonly type: Type<WaitGroup> = handleType('sync.WaitGroup', (addr) => new WaitGroup(addr));

  /** Go's `var wg sync.WaitGroup`. */
  constructor();
  /** @internal */
  constructor(addr: ObjectAddr);
  constructor(addr?: ObjectAddr) {
    super(addr ?? addressFor(make), WaitGroup.type);
    if (addr === undefined) adoptWaited(this, 'new WaitGroup()', make);
  }

  /**
   * Adds `delta`, which may be negative, to the count. Never parks.
   * @throws Panic `sync: negative WaitGroup counter`
   */
  add(delta: number): void {
    if (this.addr === UNMADE) {
      this.#addLater(delta);
      return;
    }
    effect(this.addr);
    const count = add(field(this.addr, W.COUNT), delta);
    if (count < 0) throw new Panic(message.negativeWaitGroup);
    if (count === 0 && load(field(this.addr, W.WAITERS)) !== 0) this.#release();
  }

  /** Apart, because V8 would make room for what the closure captures at every call of add(). */
  #addLater(delta: number): void {
    amend('wg.add', () => this.add(delta));
  }

  /** Takes one off the count. Never parks. @throws Panic `sync: negative WaitGroup counter` */
  done(): void {
    this.add(-1);
  }

  /** Parks until the count is 0. */
  wait(): Op<void> {
    return this.#wait.make();
  }

  readonly #wait = new WaitOp(this);

  #release(): void {
    const woken: GAddr[] = [];
    lock(field(this.addr, W.LOCK));
    const over = load(field(this.addr, W.COUNT)) === 0;
    for (
      let sg: SudogAddr | 0 = over ? dequeue(field(this.addr, W.QUEUE)) : 0;
      sg !== 0;
      sg = dequeue(field(this.addr, W.QUEUE))
    )
      woken.push(wakeParam(sg, 1));
    add(field(this.addr, W.WAITERS), -woken.length);
    unlock(field(this.addr, W.LOCK));
    for (const gp of woken) goready(gp, by.waitGroupDone);
  }
}

class WaitOp extends VoidOperation {
  readonly name = 'wait';
  readonly #wg: WaitGroup;

  constructor(wg: WaitGroup) {
    super();
    this.#wg = wg;
  }

  protected get on(): ObjectAddr {
    return this.#wg.addr;
  }

  protected begin(): Iterator<void, void, void> {
    const wg = this.on;
    if (load(field(wg, W.COUNT)) === 0) return done(undefined);
    lock(field(wg, W.LOCK));
    add(field(wg, W.WAITERS), 1); // pairs with the load in add()
    if (load(field(wg, W.COUNT)) === 0) {
      add(field(wg, W.WAITERS), -1);
      unlock(field(wg, W.LOCK));
      return done(undefined);
    }
    gopark(wait.waitGroupWait, wg);
    enqueue(field(wg, W.QUEUE), sudogOf(getg(), wg));
    unlock(field(wg, W.LOCK));
    return this;
  }
}
