// Operations on channels: send, recv, recv2 and range, as iterators that park. What they do to the channel in shared memory is in
// hchan.ts. After chansend, chanrecv in runtime/chan.go.

import { type ChanAddr, field, type GAddr, type SlotsAddr } from '../runtime/memory/address.js';
import { message, Panic } from '../runtime/memory/errors.js';
import { G, P, SG } from '../runtime/memory/layout.js';
import { lock } from '../runtime/memory/lock.js';
import { i32 } from '../runtime/memory/memory.js';
import { checkPlainReturn } from '../runtime/sched/callback.js';
import { gopark, type WaitReason, wait } from '../runtime/sched/engine.js';
import { getg, m } from '../runtime/sched/g.js';
import { pace } from '../runtime/sched/hooks.js';
import {
  done,
  doneApart,
  early,
  finish,
  goyield,
  leave,
  nothingForgotten,
  Operation,
  Postponed,
  parked,
  preempted,
  started,
} from '../runtime/sched/op.js';
import { blocked } from '../runtime/sched/timers.js';
import { dropElem, ownSudog } from '../runtime/sched/waitq.js';
import type { Type } from '../runtime/value/type.js';
import { C } from './chanlayout.js';
import { closedEmpty, nothing, queueRecv, queueSend, recvLocked, sendLocked, take } from './hchan.js';
import { unblockTimerChan } from './timerchan.js';

/** The address of the nil channel. */
export const nil = 0 as ChanAddr;

/** An operation on a channel: the handle has one object for each kind. */
abstract class ChanOp<T, R> extends Operation<R> {
  on: ChanAddr;
  readonly elem: Type<T>;

  constructor(on: ChanAddr, elem: Type<T>) {
    super();
    this.on = on;
    this.elem = elem;
  }

  // These two as in Operation: V8 compiles a method once for all that inherit it, and with more than four classes it looks up
  // whose begin() and resume() to call. A copy for the three classes here makes an operation 3 to 7% faster (Node 20, processes
  // in turn).

  override [Symbol.iterator](): Iterator<void, R, void> {
    started();
    return pace?.early(this.on) ? this.postpone() : this.begin();
  }

  override next(): IteratorResult<void, R> {
    if (!m.resuming) return leave();
    m.resuming = false;
    return finish(this.resume());
  }
}

export class SendOp<T> extends ChanOp<T, void> {
  readonly name = 'send';
  v: T | undefined = undefined;

  protected override postpone(): Iterator<void, void, void> {
    const v = this.v as T; // another goroutine may use this object before the operation begins
    return new Postponed(this.on, () => this.#send(v));
  }

  protected begin(): Iterator<void, void, void> {
    const v = this.v as T;
    this.v = undefined;
    return this.#send(v);
  }

  #send(v: T): Iterator<void, void, void> {
    const { on: c, elem } = this;
    if (c === nil) return blockForEver(wait.chanSendNil);
    lock(field(c, C.LOCK));
    if (sendLocked(c, elem, v)) return done(undefined);
    gopark(wait.chanSend, c);
    queueSend(c, elem, v);
    return this;
  }

  protected resume(): void {
    const gp = getg();
    const closed = i32[field(gp, G.PARAM)]! < 0;
    if (closed) this.elem.free?.(elemOf(gp)); // no receiver has it
    dropElem(gp, this.elem.slots);
    if (closed) throw new Panic(message.sendOnClosed);
    i32[field(m.pp, P.NSENDS)]!++;
  }
}

export class RecvOp<T> extends ChanOp<T, T> {
  readonly name = 'recv';

  protected begin(): Iterator<void, T, void> {
    const { on: c, elem } = this;
    if (c === nil) return blockForEver(wait.chanReceiveNil);
    lock(field(c, C.LOCK));
    const v = recvLocked(c, elem);
    if (v !== nothing) return done(v === closedEmpty ? elem.zero : v);
    gopark(wait.chanReceive, c);
    queueRecv(c, elem);
    return this;
  }

  protected resume(): T {
    return takeReceived(this.elem);
  }
}

export class Recv2Op<T> extends ChanOp<T, [T, boolean]> {
  readonly name = 'recv2';

  protected begin(): Iterator<void, [T, boolean], void> {
    const { on: c, elem } = this;
    if (c === nil) return blockForEver(wait.chanReceiveNil);
    lock(field(c, C.LOCK));
    const v = recvLocked(c, elem);
    if (v !== nothing) return doneApart(v === closedEmpty ? [elem.zero, false] : [v, true]);
    gopark(wait.chanReceive, c);
    queueRecv(c, elem);
    return this;
  }

  protected resume(): [T, boolean] {
    const ok = i32[field(getg(), G.PARAM)]! > 0;
    return [takeReceived(this.elem), ok];
  }
}

/** What to write instead of a callback that parks. */
export const INSTEAD =
  'where the loop parks, write `for (;;) { const [v, ok] = yield* c.recv2(); if (!ok) break; ... }`';

/** A loop over a channel. It parks as often as it must, so its next() does more than that of other operations. */
export class RangeOp<T> extends ChanOp<T, void> {
  readonly name = 'range';
  readonly #each: (v: T) => unknown;
  /** True if the goroutine has left its thread in the channel's wait queue; false if for the sake of other goroutines. */
  #queued = false;

  constructor(c: ChanAddr, elem: Type<T>, each: (v: T) => unknown) {
    super(c, elem);
    this.#each = each;
  }

  override [Symbol.iterator](): Iterator<void, void, void> {
    started();
    return this.begin();
  }

  protected begin(): Iterator<void, void, void> {
    if (this.on === nil) return blockForEver(wait.chanReceiveNil);
    return this.#run() ? done(undefined) : this;
  }

  override next(): IteratorResult<void, void> {
    if (!m.resuming) return leave();
    m.resuming = false;
    if (this.#queued) {
      const ok = i32[field(getg(), G.PARAM)]! > 0;
      const v = takeReceived(this.elem);
      if (!ok) return finish(undefined);
      this.#call(v);
    }
    return this.#run() ? finish(undefined) : leave();
  }

  protected resume(): void {} // next() does all of it

  /** @throws UsageError if `each` forgets a `yield*`, or returns what nothing would run or wait for */
  #call(v: T): void {
    const result = this.#each(v);
    nothingForgotten(); // before another goroutine of this thread is blamed for it
    if (result !== undefined) checkPlainReturn('range', result, INSTEAD);
  }

  /** Receives until the channel is closed (true), or the goroutine has to leave its thread (false). */
  #run(): boolean {
    const { on: c, elem } = this;
    for (;;) {
      this.#queued = false;
      if (preempted()) {
        goyield();
        return false;
      }
      if (early(c)) return false;
      lock(field(c, C.LOCK));
      const v = recvLocked(c, elem);
      if (v === nothing) break;
      if (v === closedEmpty) return true;
      this.#call(v);
    }
    this.#queued = true;
    gopark(wait.chanReceive, c);
    queueRecv(c, elem);
    return false;
  }
}

function elemOf(gp: GAddr): SlotsAddr {
  return i32[field(ownSudog(gp), SG.ELEM)]!;
}

/** What the parked receive of the running G was handed; the zero value if it was woken by close. */
function takeReceived<T>(elem: Type<T>): T {
  const sent = i32[field(getg(), G.PARAM)]! > 0;
  const v = sent ? take(elem, elemOf(getg())) : elem.zero;
  if (blocked > 0) unblockTimerChan(i32[field(ownSudog(getg()), SG.ON)] as ChanAddr);
  dropElem(getg(), elem.slots);
  if (sent) i32[field(m.pp, P.NRECVS)]!++;
  return v;
}

/** Parks the running G for ever: it is in no wait queue. */
export function blockForEver(reason: WaitReason): Iterator<void, never, void> {
  gopark(reason, 0);
  return parked as Iterator<void, never, void>;
}
