// RWMutex: many readers or one writer. After sync/rwmutex.go.
//
// READERS counts the readers; a writer that waits or writes takes MAX_READERS off, so that it is negative and new
// readers queue behind the writer. LEAVING is how many readers the writer still waits for.

import { by, wait } from '../runtime/engine.js';
import { Fatal, message } from '../runtime/errors.js';
import { adopt, allocate, Handle, handleType } from '../runtime/handle.js';
import { i32 } from '../runtime/memory.js';
import { done, early, effect, type Go, making, type NamedOp, type Op, postponed, started } from '../runtime/op.js';
import { pace } from '../runtime/pace.js';
import { SEMA_WORDS, semacquire, semrelease } from '../runtime/sema.js';
import type { Type } from '../runtime/type.js';
import { Mutex } from './mutex.js';

const RW = { TYPE: 0, WRITERS: 1, READERS: 2, LEAVING: 3, WRITER_SEMA: 4, READER_SEMA: 4 + SEMA_WORDS } as const;
const RWMUTEX_WORDS = RW.READER_SEMA + SEMA_WORDS;
const MAX_READERS = 1 << 30;

/** A sync.RWMutex. A handle: it may be sent, and handed to goroutines. */
export class RWMutex extends Handle {
  static readonly type: Type<RWMutex> = handleType('sync.RWMutex', (addr) => new RWMutex(addr));
  /** Held by the one writer that waits or writes. */
  readonly #writers: Mutex;

  /** Go's `var mu sync.RWMutex`. */
  constructor();
  /** @internal */
  constructor(addr: number);
  constructor(addr?: number) {
    super(addr ?? allocate(RWMUTEX_WORDS), RWMutex.type);
    if (addr === undefined) {
      i32[this.addr + RW.WRITERS] = new Mutex().addr;
      adopt(this);
    }
    this.#writers = Mutex.type.read(this.addr + RW.WRITERS);
  }

  /** Locks for reading. Parks while a writer writes or waits. */
  rLock(): Op<void> {
    making(this.#rLock);
    return this.#rLock;
  }

  readonly #rLock: NamedOp<void> = {
    name: 'rLock',
    [Symbol.iterator]: () => {
      started();
      return early(this.addr) ? postponed(this.addr, this.#begin) : this.#begin();
    },
  };

  readonly #begin = (): Iterator<void, void, void> => {
    if (Atomics.add(i32, this.addr + RW.READERS, 1) + 1 >= 0) return done(undefined);
    return semacquire(this.addr + RW.READER_SEMA, wait.rwMutexRLock, this.addr, false)[Symbol.iterator]();
  };

  /** Locks for reading if that is possible at once, and says whether it did. Never parks. */
  tryRLock(): boolean {
    effect(this.addr);
    for (;;) {
      const readers = Atomics.load(i32, this.addr + RW.READERS);
      if (readers < 0) return false;
      if (Atomics.compareExchange(i32, this.addr + RW.READERS, readers, readers + 1) === readers) return true;
    }
  }

  /** Ends reading. Never parks. @throws Fatal `sync: RUnlock of unlocked RWMutex`, which no program can catch */
  rUnlock(): void {
    effect(this.addr);
    const readers = Atomics.sub(i32, this.addr + RW.READERS, 1) - 1;
    if (readers >= 0) return;
    if (readers + 1 === 0 || readers + 1 === -MAX_READERS) throw new Fatal(message.rUnlockOfUnlocked);
    if (Atomics.sub(i32, this.addr + RW.LEAVING, 1) - 1 === 0)
      semrelease(this.addr + RW.WRITER_SEMA, by.rwMutexRUnlock);
  }

  /** Locks for writing. Parks while others read or write. */
  lock(): Op<void> {
    making(this.#lock);
    return this.#lock;
  }

  readonly #lock: NamedOp<void> = {
    name: 'lock',
    [Symbol.iterator]: () => {
      started();
      // In virtual time, and if there is another writer, this parks.
      if (pace !== undefined || !this.#writers.tryLock()) return this.#locking();
      const readers = this.#keepReadersOut();
      return readers === 0 ? done(undefined) : this.#awaitReaders(readers);
    },
  };

  *#locking(): Go {
    yield* this.#writers.lock();
    yield* this.#awaitReaders(this.#keepReadersOut());
  }

  /** From now on new readers queue. @returns how many there are */
  #keepReadersOut(): number {
    return Atomics.sub(i32, this.addr + RW.READERS, MAX_READERS);
  }

  *#awaitReaders(readers: number): Go {
    if (readers !== 0 && Atomics.add(i32, this.addr + RW.LEAVING, readers) + readers !== 0) {
      yield* semacquire(this.addr + RW.WRITER_SEMA, wait.rwMutexLock, this.addr, false);
    }
  }

  /** Locks for writing if that is possible at once, and says whether it did. Never parks. */
  tryLock(): boolean {
    if (!this.#writers.tryLock()) return false;
    if (Atomics.compareExchange(i32, this.addr + RW.READERS, 0, -MAX_READERS) === 0) return true;
    this.#writers.unlock();
    return false;
  }

  /** Ends writing. Never parks. @throws Fatal `sync: Unlock of unlocked RWMutex`, which no program can catch */
  unlock(): void {
    effect(this.addr);
    const readers = Atomics.add(i32, this.addr + RW.READERS, MAX_READERS) + MAX_READERS;
    if (readers >= MAX_READERS) throw new Fatal(message.unlockOfUnlockedRW);
    for (let k = 0; k < readers; k++) semrelease(this.addr + RW.READER_SEMA, by.rwMutexUnlock);
    this.#writers.unlock();
  }
}
