// Once: does something once. After sync/once.go.

import { adopt, allocate, Handle, handleType } from '../runtime/handle.js';
import { i32 } from '../runtime/memory.js';
import type { Go } from '../runtime/op.js';
import type { Type } from '../runtime/type.js';
import { Mutex } from './mutex.js';

const O = { TYPE: 0, DONE: 1, MUTEX: 2 } as const;
const ONCE_WORDS = 4;

/** A sync.Once. A handle: it may be sent, and handed to goroutines. */
export class Once extends Handle {
  static readonly type: Type<Once> = handleType('sync.Once', (addr) => new Once(addr));
  readonly #mutex: Mutex;

  /** Go's `var once sync.Once`. */
  constructor();
  /** @internal */
  constructor(addr: number);
  constructor(addr?: number) {
    super(addr ?? allocate(ONCE_WORDS), Once.type);
    if (addr === undefined) {
      i32[this.addr + O.MUTEX] = new Mutex().addr;
      adopt(this);
    }
    this.#mutex = Mutex.type.read(this.addr + O.MUTEX);
    this.#mutex.partOf = this.addr;
  }

  /**
   * Calls `f` if nobody has done so before, on whatever thread; a generator function's calls may park. Parks until the
   * first call has ended. A call that throws counts as done.
   */
  *do(f: () => void | Go): Go {
    if (Atomics.load(i32, this.addr + O.DONE) === 1) return; // pairs with the store below
    yield* this.#mutex.lock();
    try {
      if (Atomics.load(i32, this.addr + O.DONE) === 1) return;
      try {
        const going = f();
        if (going) yield* going;
      } finally {
        Atomics.store(i32, this.addr + O.DONE, 1);
      }
    } finally {
      this.#mutex.unlock();
    }
  }
}
