// Once: does something once. After sync/once.go.

import { field, type ObjectAddr, offsets } from '../runtime/memory/address.js';
import { i32 } from '../runtime/memory/memory.js';
import { checkNoPromise, checkNotAsync, type NotAwaited } from '../runtime/sched/callback.js';
import { addressFor, allocate, Handle, handleAt, handleType, WAITED_WORDS } from '../runtime/sched/handle.js';
import { Compound, type Go, nothingToDo, type Op, toRun } from '../runtime/sched/op.js';
import { adoptWaited } from '../runtime/sched/waited.js';
import type { Type } from '../runtime/value/type.js';
import { Mutex } from './mutex.js';

const O = offsets<'object', { MUTEX: 'object' }>()({ DONE: WAITED_WORDS, MUTEX: 3 });
const ONCE_WORDS = 4;

/** What to write instead of a callback that is async. */
const INSTEAD = 'call what does not park, or `yield*` in a `function*`';

/**
 * A sync.Once. A handle: it may be sent, and handed to goroutines.
 * @example
 * const once = new Once();
 * for (let k = 0; k < 3; k++) yield* once.do(() => println('only once'));
 * // Output: only once
 */
export class Once extends Handle {
  static readonly type: Type<Once> = handleType('sync.Once', (addr) => new Once(addr));
  /** @internal Held while the first call is under way. */
  readonly mutex: Mutex;

  /** Go's `var once sync.Once`. */
  constructor();
  /** @internal */
  constructor(addr: ObjectAddr);
  constructor(addr?: ObjectAddr) {
    const mutex = addr === undefined ? new Mutex() : (handleAt(i32[field(addr, O.MUTEX)] as ObjectAddr) as Mutex);
    const make = () => {
      const at = allocate(ONCE_WORDS);
      i32[field(at, O.MUTEX)] = mutex.addr;
      return at;
    };
    super(addr ?? addressFor(make), Once.type);
    this.mutex = mutex;
    if (addr === undefined) adoptWaited(this, 'new Once()', make);
    mutex.partOf = this.addr;
  }

  /** @internal */
  override bind(addr: ObjectAddr): void {
    super.bind(addr);
    this.mutex.partOf = addr;
  }

  /**
   * Calls `f` if no goroutine has done so before, on any thread; a generator function's calls may park. Parks until the
   * first call has ended. A call that throws counts as done.
   */
  do<R>(f: () => R & NotAwaited<R>): Op<void> {
    this.#do.f = f;
    return this.#do.make();
  }

  readonly #do = new DoOp(this);
}

class DoOp extends Compound<void> {
  readonly name = 'do';
  /** What the operation that was made last is to call: taken when it begins. */
  f: () => unknown = () => {};
  readonly #once: Once;

  constructor(once: Once) {
    super();
    this.#once = once;
  }

  protected begin(): Iterator<void, void, void> {
    if (isDone(this.#once)) return nothingToDo();
    return this.#doing(this.f);
  }

  *#doing(f: () => unknown): Go {
    checkNotAsync('once.do', f, INSTEAD);
    yield* this.#once.mutex.lock();
    try {
      if (isDone(this.#once)) return;
      try {
        const result = f();
        if (result === undefined) return;
        const going = toRun(result);
        if (going !== undefined) yield* going;
        else checkNoPromise('once.do', result, INSTEAD);
      } finally {
        Atomics.store(i32, field(this.#once.addr, O.DONE), 1); // pairs with the load in isDone
      }
    } finally {
      this.#once.mutex.unlock();
    }
  }
}

function isDone(once: Once): boolean {
  return Atomics.load(i32, field(once.addr, O.DONE)) === 1;
}
