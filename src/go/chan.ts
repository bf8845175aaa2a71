// Channels as programs see them: the handle, and how one is made. The operations that programs `yield*` are in chanops.ts, what
// they do to the channel in shared memory in hchan.ts. After runtime/chan.go.

import { type ChanAddr, field, type SlotsAddr } from '../runtime/memory/address.js';
import { message, Panic, UsageError } from '../runtime/memory/errors.js';
import { hasMemory, i32 } from '../runtime/memory/memory.js';
import { mallocHere } from '../runtime/sched/arena.js';
import { checkPlain, type NotUnfinished } from '../runtime/sched/callback.js';
import { addressFor, allocate, Handle, handleType } from '../runtime/sched/handle.js';
import { effect, type Op } from '../runtime/sched/op.js';
import { amend, noGoroutine, UNMADE } from '../runtime/sched/packagelevel.js';
import { adoptWaited } from '../runtime/sched/waited.js';
import { int } from '../runtime/value/basic.js';
import { describe, parse, registerConstructor, type Type, type TypeLike, typeOf } from '../runtime/value/type.js';
import { C, CHAN_WORDS, chanState } from './chanlayout.js';
import { INSTEAD, nil, RangeOp, Recv2Op, RecvOp, SendOp } from './chanops.js';
import { closechan } from './hchan.js';
import { newTimerChan } from './timerchan.js';

/**
 * A channel of elements of type T. A handle: it may be sent, and handed to goroutines, and is the same channel on
 * every thread. Made by chan() and nilChan().
 * @example
 * export function* squares(c: Chan<number>): Go {
 *   for (let n = 1; n <= 3; n++) yield* c.send(n * n);
 *   c.close();
 * }
 * const c = chan(int);
 * go(squares, c);
 * println(yield* c.recv());
 * yield* c.range((v) => println(v));
 * // Output:
 * // 1
 * // 4
 * // 9
 */
export class Chan<T> extends Handle {
  declare addr: ChanAddr;
  /** Type of the elements. */
  readonly elem: Type<T>;
  readonly #send: SendOp<T>;
  readonly #recv: RecvOp<T>;
  readonly #recv2: Recv2Op<T>;

  /** @internal */
  constructor(addr: ChanAddr, type: Type<Chan<T>>, elem: Type<T>) {
    super(addr, type);
    this.elem = elem;
    this.#send = new SendOp(addr, elem);
    this.#recv = new RecvOp(addr, elem);
    this.#recv2 = new Recv2Op(addr, elem);
  }

  #closeLater(): void {
    amend('close', () => closechan(this.addr));
  }

  /** @internal */
  override get kind(): string {
    if (i32[field(this.addr, C.STATE)] === chanState.timer) return 'timer';
    const size = i32[field(this.addr, C.SIZE)]!;
    return size === 0 ? this.handleType.name : `${this.handleType.name}, buffer ${size}`;
  }

  /** @internal */
  override bind(addr: ChanAddr): void {
    super.bind(addr);
    for (const op of [this.#send, this.#recv, this.#recv2]) op.on = addr;
  }

  /**
   * Sends `v`: Go's `c <- v`. Parks until a receiver takes it or the buffer has room.
   * @throws Panic `send on closed channel`
   */
  send(v: T): Op<void> {
    this.elem.check(v);
    const op = this.#send.make();
    op.v = v;
    return op;
  }

  /** Receives: Go's `v := <-c`. Parks until there is a value. The zero value once the channel is closed and empty. */
  recv(): Op<T> {
    return this.#recv.make();
  }

  /** Receives: Go's `v, ok := <-c`. `ok` is false if the channel was closed and empty. Parks as recv does. */
  recv2(): Op<[v: T, ok: boolean]> {
    return this.#recv2.make();
  }

  /**
   * Calls `each` with every value until the channel is closed and empty: Go's `for v := range c { }`. Parks between
   * the calls; `each` is a plain function and cannot park itself (loop over recv2 where it must).
   */
  range<R>(each: (v: T) => R & NotUnfinished<R>): Op<void> {
    checkPlain('range', each, INSTEAD);
    return new RangeOp(this.addr, this.elem, each).make();
  }

  /**
   * Closes the channel. Never parks. Wakes every receiver, with the zero value, and every sender, with a panic.
   * @throws Panic `close of nil channel`, `close of closed channel`
   */
  close(): void {
    if (this.addr === UNMADE) {
      this.#closeLater();
      return;
    }
    effect(this.addr);
    closechan(this.addr);
  }
}

/**
 * A new channel: Go's `make(chan T, size)`. Never parks.
 * @param size elements that its buffer holds; 0 for a channel on which sender and receiver meet
 * @throws Panic `makechan: size out of range`
 * @example
 * const c = chan(string, 2);
 * yield* c.send('room for two');
 * println(yield* c.recv());
 * // Output: room for two
 */
export function chan<T>(type: TypeLike<T>, size = 0): Chan<T> {
  const elem = typeOf(type);
  if (typeof size !== 'number') throw new UsageError(`chan: expected a number of elements, got ${describe(size)}`);
  const words = size * elem.slots * 2;
  if (!Number.isInteger(size) || size < 0 || size > MAX_SIZE || words > MAX_SIZE) throw new Panic(message.makechanSize);
  const make = () => {
    const addr = allocate<ChanAddr>(CHAN_WORDS);
    i32[field(addr, C.SIZE)] = size;
    i32[field(addr, C.SLOTS)] = elem.slots;
    if (words > 0) i32[field(addr, C.BUF)] = mallocHere<SlotsAddr>(words);
    return addr;
  };
  const c = new Chan(addressFor(make), chanOf(elem), elem);
  if (c.addr === UNMADE) sizes.set(c, size);
  return adoptWaited(c, `chan(${elem.name}, ${size})`, make);
}
/** Sizes of the channels that modules have declared, for cap() while they are loaded. */
const sizes = new WeakMap<object, number>();
/** Words: no arena is larger. */
const MAX_SIZE = 2 ** 30;

/** A channel of int that only a timer sends on, once the timer is reset (timerchan.ts). */
export function timerChan(): Chan<number> {
  return adoptWaited(new Chan(addressFor(newTimerChan), chanOf(int), int), 'a timer', newTimerChan);
}

/**
 * The nil channel of this element type: Go's `var c chan T`. Sends and receives on it block for ever.
 * @example
 * const never = nilChan(int);
 * const s = yield* select([recv(never)], orDefault);
 * println(s.index);
 * // Output: -1
 */
export function nilChan<T>(type: TypeLike<T>): Chan<T> {
  return chanOf(type).zero;
}

/**
 * The type of channels of this element type: `chan(chanOf(int))` is Go's `make(chan chan int)`.
 * @example
 * const requests = chan(chanOf(int), 1);
 * const reply = chan(int, 1);
 * yield* requests.send(reply);
 * yield* (yield* requests.recv()).send(42);
 * println(yield* reply.recv());
 * // Output: 42
 */
export function chanOf<T>(type: TypeLike<T>): Type<Chan<T>> {
  const elem = typeOf(type);
  const wrap = (addr: ChanAddr, self: Type<Chan<T>>) => new Chan(addr, self, elem);
  return handleType<Chan<T>>(`chan ${elem.name}`, wrap, (self) => wrap(nil, self));
}
registerConstructor('chan ', (inner) => chanOf(parse(inner)));

/**
 * Elements in the buffer at this moment: Go's `len(c)`. 0 for a nil channel.
 * @example
 * const c = chan(int, 3);
 * yield* c.send(7);
 * println(len(c), cap(c));
 * // Output: 1 3
 */
export function len(c: Chan<unknown> | Chan<never>): number {
  if (c.addr === 0) return 0;
  if (c.addr === UNMADE) return whileLoading('len', 0);
  effect(c.addr);
  return Atomics.load(i32, field(c.addr, C.COUNT));
}

/**
 * Elements that the buffer holds: Go's `cap(c)`. 0 for a nil channel.
 * @example
 * println(cap(chan(int)), cap(chan(int, 3)));
 * // Output: 0 3
 */
export function cap(c: Chan<unknown> | Chan<never>): number {
  if (c.addr === UNMADE) return whileLoading('cap', sizes.get(c) ?? 0);
  return c.addr === 0 ? 0 : i32[field(c.addr, C.SIZE)]!;
}

/** What is true of a channel that a module has declared, while it is loaded. @throws UsageError if it is not loaded for a run */
function whileLoading(what: string, n: number): number {
  if (!hasMemory) throw noGoroutine(what);
  return n;
}
