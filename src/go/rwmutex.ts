// RWMutex: many readers or one writer. After sync/rwmutex.go.
//
// READERS counts the readers; a writer that waits or writes takes MAX_READERS off, so that it is negative and new
// readers queue behind the writer. LEAVING is how many readers the writer still waits for.
//
// For reports, each thread notes on its own handle which of its goroutines have got the lock for reading. A goroutine that has
// started stays on its thread, so it finds its note when it unlocks. One that unlocks for another leaves the other's note: there are
// then more notes than readers, and as there are never fewer, notes are good if there are as many as readers.

import { field, type ObjectAddr, offsets } from '../runtime/memory/address.js';
import { Fatal, message } from '../runtime/memory/errors.js';
import { i32 } from '../runtime/memory/memory.js';
import { by, wait } from '../runtime/sched/engine.js';
import { getg, goidOf } from '../runtime/sched/g.js';
import { addressFor, allocate, handleAt, handleType, WAITED_WORDS } from '../runtime/sched/handle.js';
import { Lock, type LockState, type Stack, sitesSpent, stackHere } from '../runtime/sched/holder.js';
import { pace } from '../runtime/sched/hooks.js';
import { Compound, done, effect, type Go, type Op, VoidOperation } from '../runtime/sched/op.js';
import { requireMade } from '../runtime/sched/packagelevel.js';
import { SEMA_WORDS, semaAt, semacquire, semrelease } from '../runtime/sched/sema.js';
import { adoptWaited } from '../runtime/sched/waited.js';
import type { Type } from '../runtime/value/type.js';
import { Mutex } from './mutex.js';

const RW = offsets<'object', { WRITERS: 'object' }>()({
  WRITERS: WAITED_WORDS,
  READERS: 3,
  LEAVING: 4,
  WRITER_SEMA: 5,
  READER_SEMA: 5 + SEMA_WORDS,
});
const RWMUTEX_WORDS = RW.READER_SEMA + SEMA_WORDS;
const MAX_READERS = 1 << 30;
/** Readers that a thread notes: more than a report shows. */
const NOTED = 64;
const NONE = new Float64Array(0);

/**
 * A sync.RWMutex. A handle: it may be sent, and handed to goroutines.
 * @example
 * const mu = new RWMutex();
 * yield* mu.rLock();
 * yield* mu.rLock(); // readers share the lock
 * println(mu.tryLock());
 * mu.rUnlock();
 * mu.rUnlock();
 * yield* mu.lock();
 * println(mu.tryRLock());
 * mu.unlock();
 * // Output:
 * // false
 * // false
 */
export class RWMutex extends Lock {
  static readonly type: Type<RWMutex> = handleType('sync.RWMutex', (addr) => new RWMutex(addr));
  /** Held by the one writer that waits or writes. */
  readonly #writers: Mutex;
  /** Goroutines of this thread that read: their ids, one for each time that they have locked. */
  #noted = NONE;
  #count = 0;
  /** True if there were more than are noted. */
  #tooMany = false;
  /** Where they have locked, by goroutine, as far as this thread has looked. */
  #stacks: Map<number, Stack> | undefined;

  /** Go's `var mu sync.RWMutex`. */
  constructor();
  /** @internal */
  constructor(addr: ObjectAddr);
  constructor(addr?: ObjectAddr) {
    const writers = addr === undefined ? new Mutex() : (handleAt(i32[field(addr, RW.WRITERS)] as ObjectAddr) as Mutex);
    const make = () => {
      const at = allocate(RWMUTEX_WORDS);
      i32[field(at, RW.WRITERS)] = writers.addr;
      return at;
    };
    super(addr ?? addressFor(make), RWMutex.type);
    this.#writers = writers;
    if (addr === undefined) adoptWaited(this, 'new RWMutex()', make);
    writers.partOf = this.addr;
  }

  /** @internal */
  override bind(addr: ObjectAddr): void {
    super.bind(addr);
    this.#writers.partOf = addr;
    this.#forgetReaders();
  }

  /** Locks for reading. Parks while a writer writes or waits. */
  rLock(): Op<void> {
    return this.#rLock.make();
  }

  readonly #rLock = new RLockOp(this);

  /** @internal Locks for reading, or queues behind the writer. */
  beginRLock(): Iterator<void, void, void> {
    const readers = Atomics.add(i32, field(this.addr, RW.READERS), 1) + 1;
    if (readers >= 0) {
      this.#noteReader(readers);
      return done(undefined);
    }
    const op = semacquire(semaAt(this.addr, RW.READER_SEMA), wait.rwMutexRLock, this.addr, false);
    return new Noting(op[Symbol.iterator](), () => this.#noteReader(0));
  }

  /** The running goroutine reads now. @param readers how many do, if that is known */
  #noteReader(readers: number): void {
    if (readers === 1 && this.#count > 0) this.#forgetReaders(); // what others have unlocked
    if (this.#count < this.#noted.length || this.#grow()) this.#noted[this.#count++] = goidOf(getg());
    if (!sitesSpent()) this.#look();
  }

  #grow(): boolean {
    const size = Math.min(NOTED, Math.max(4, 2 * this.#count));
    this.#tooMany ||= size === this.#count;
    if (this.#tooMany) return false;
    const noted = new Float64Array(size);
    noted.set(this.#noted);
    this.#noted = noted;
    return true;
  }

  /** Looks where the running goroutine has locked, if that is its first time: when it unlocks, that is what is left. */
  #look(): void {
    const goid = goidOf(getg());
    if (this.#indexOf(goid) !== this.#count - 1) return;
    const stack = stackHere();
    if (stack === undefined) return;
    this.#stacks ??= new Map();
    this.#stacks.set(goid, stack);
  }

  /** Where the goroutine's first note is; -1 if there is none. */
  #indexOf(goid: number): number {
    return this.#noted.subarray(0, this.#count).indexOf(goid);
  }

  /** The running goroutine reads no more. @param readers how many still do */
  #forgetReader(readers: number): void {
    const goid = goidOf(getg());
    const last = this.#count - 1;
    if (last >= 0 && this.#noted[last] === goid) this.#count = last;
    else this.#remove(goid);
    if (this.#stacks !== undefined) this.#forgetStack(this.#stacks, goid);
    if (readers === 0 && this.#count > 0) this.#forgetReaders();
  }

  #forgetStack(stacks: Map<number, Stack>, goid: number): void {
    if (this.#indexOf(goid) !== -1) return;
    stacks.delete(goid);
    if (stacks.size === 0) this.#stacks = undefined; // so that the many whose stack is not looked at pay nothing
  }

  #remove(goid: number): void {
    const k = this.#indexOf(goid);
    if (k !== -1) this.#noted.copyWithin(k, k + 1, this.#count--);
  }

  #forgetReaders(): void {
    this.#count = 0;
    this.#tooMany = false;
    this.#stacks = undefined;
  }

  /** Locks for reading if that is possible at once, and says whether it did. Never parks. */
  tryRLock(): boolean {
    requireMade(this.addr, 'mu.tryRLock');
    effect(this.addr);
    for (;;) {
      const readers = Atomics.load(i32, field(this.addr, RW.READERS));
      if (readers < 0) return false;
      if (Atomics.compareExchange(i32, field(this.addr, RW.READERS), readers, readers + 1) !== readers) continue;
      this.#noteReader(readers + 1);
      return true;
    }
  }

  /** Ends reading. Never parks. @throws Fatal `sync: RUnlock of unlocked RWMutex`, which no program can catch */
  rUnlock(): void {
    requireMade(this.addr, 'mu.rUnlock');
    effect(this.addr);
    const readers = Atomics.sub(i32, field(this.addr, RW.READERS), 1) - 1;
    this.#forgetReader(readers);
    if (readers >= 0) return;
    if (readers + 1 === 0 || readers + 1 === -MAX_READERS) throw new Fatal(message.rUnlockOfUnlocked);
    if (Atomics.sub(i32, field(this.addr, RW.LEAVING), 1) - 1 === 0)
      semrelease(semaAt(this.addr, RW.WRITER_SEMA), by.rwMutexRUnlock);
  }

  /** Locks for writing. Parks while others read or write. */
  lock(): Op<void> {
    return this.#lock.make();
  }

  readonly #lock = new WriteLockOp(this);

  /** @internal Locks for writing. */
  beginLock(): Iterator<void, void, void> {
    // In virtual time, and if there is another writer, this parks.
    if (pace !== undefined || !this.#writers.tryLock()) return this.#locking();
    const readers = this.#keepReadersOut();
    return readers === 0 ? done(undefined) : this.#awaitReaders(readers);
  }

  *#locking(): Go {
    yield* this.#writers.lock();
    yield* this.#awaitReaders(this.#keepReadersOut());
  }

  /** From now on new readers queue. @returns how many there are */
  #keepReadersOut(): number {
    return Atomics.sub(i32, field(this.addr, RW.READERS), MAX_READERS);
  }

  *#awaitReaders(readers: number): Go {
    if (readers !== 0 && Atomics.add(i32, field(this.addr, RW.LEAVING), readers) + readers !== 0) {
      yield* semacquire(semaAt(this.addr, RW.WRITER_SEMA), wait.rwMutexLock, this.addr, false);
    }
  }

  /** Locks for writing if that is possible at once, and says whether it did. Never parks. */
  tryLock(): boolean {
    if (!this.#writers.tryLock()) return false;
    if (Atomics.compareExchange(i32, field(this.addr, RW.READERS), 0, -MAX_READERS) === 0) return true;
    this.#writers.unlock();
    return false;
  }

  /** Ends writing. Never parks. @throws Fatal `sync: Unlock of unlocked RWMutex`, which no program can catch */
  unlock(): void {
    requireMade(this.addr, 'mu.unlock');
    effect(this.addr);
    const readers = Atomics.add(i32, field(this.addr, RW.READERS), MAX_READERS) + MAX_READERS;
    if (readers >= MAX_READERS) throw new Fatal(message.unlockOfUnlockedRW);
    for (let k = 0; k < readers; k++) semrelease(semaAt(this.addr, RW.READER_SEMA), by.rwMutexUnlock);
    this.#writers.unlock();
  }
  /** @internal */
  state(): LockState | undefined {
    const writer = this.#writers.holder();
    if (writer.holder === 0 && this.#writers.state() === undefined) return undefined;
    const stacks = this.#stacks;
    const noted = [...this.#noted.subarray(0, this.#count)];
    const reading = noted.map((goid) => ({ goid, stack: stacks?.get(goid) }));
    return { ...writer, readers: i32[field(this.addr, RW.LEAVING)]!, reading: this.#tooMany ? undefined : reading };
  }
}

/** A parking operation, and what is to be done when it is over. */
class Noting implements Iterator<void, void, void> {
  readonly #op: Iterator<void, void, void>;
  readonly #then: () => void;

  constructor(op: Iterator<void, void, void>, then: () => void) {
    this.#op = op;
    this.#then = then;
  }

  next(): IteratorResult<void, void> {
    const result = this.#op.next();
    if (result.done) this.#then();
    return result;
  }
}

class RLockOp extends VoidOperation {
  readonly name = 'rLock';
  readonly #mutex: RWMutex;

  constructor(mutex: RWMutex) {
    super();
    this.#mutex = mutex;
  }

  protected get on(): ObjectAddr {
    return this.#mutex.addr;
  }

  protected begin(): Iterator<void, void, void> {
    return this.#mutex.beginRLock();
  }
}

class WriteLockOp extends Compound<void> {
  readonly name = 'lock';
  readonly #mutex: RWMutex;

  constructor(mutex: RWMutex) {
    super();
    this.#mutex = mutex;
  }

  protected begin(): Iterator<void, void, void> {
    return this.#mutex.beginLock();
  }
}
