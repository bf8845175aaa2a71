// Channels in shared memory: what sending, receiving and closing do to them. After runtime/chan.go; the
// operations that programs `yield*` are in chan.ts and select.ts.
//
// Invariants.
//   At least one of sendq and recvq is empty, but for a goroutine that waits in one select for both ends.
//   For buffered channels: COUNT > 0 implies that recvq is empty; COUNT < SIZE implies that sendq is empty.
//   TYPE, SIZE, BUF and SLOTS never change, nor does a STATE that says timer; everything else is written under LOCK, which is never held while program
//   code runs. A waiting sender has written its element before it is queued; a waiting receiver's element is written
//   before it is readied.

import {
  type ChanAddr,
  field,
  type GAddr,
  nth64,
  type SlotsAddr,
  type SudogAddr,
  slot,
} from '../runtime/memory/address.js';
import { message, Panic, UsageError } from '../runtime/memory/errors.js';
import { P, SG } from '../runtime/memory/layout.js';
import { lock, unlock } from '../runtime/memory/lock.js';
import { f64, i32 } from '../runtime/memory/memory.js';
import { by, goready, type WakeReason } from '../runtime/sched/engine.js';
import { found, setMeets } from '../runtime/sched/firstwait.js';
import { getg, m } from '../runtime/sched/g.js';
import { dequeue, enqueue, ownElem, sudogOf, wakeParam } from '../runtime/sched/waitq.js';
import type { Type } from '../runtime/value/type.js';
import { C, chanState } from './chanlayout.js';
import { blockTimerChan, maybeRunChan } from './timerchan.js';

setMeets((c, sends) => {
  if (i32[field(c, C.STATE)] !== chanState.open) return found.buffer;
  const sg = i32[field(c, sends ? C.RECVQ : C.SENDQ)]!;
  if (sg !== 0) return i32[field(sg, SG.G)]!;
  return i32[field(c, C.COUNT)] === (sends ? i32[field(c, C.SIZE)] : 0) ? found.none : found.buffer;
});

/** The answer of recvLocked if there is nothing to receive: the goroutine has to wait. */
export const nothing = Symbol('nothing to receive');
/** The answer of recvLocked if the channel is closed and empty: the zero value is received. */
export const closedEmpty = Symbol('closed and empty');

/**
 * Sends if that is possible at once. With the lock held; releases it, unless the answer is false. `v` was checked.
 * @throws Panic `send on closed channel`, UsageError on the channel of a timer; the lock released
 */
export function sendLocked<T>(c: ChanAddr, elem: Type<T>, v: T, reason: WakeReason = by.send): boolean {
  if (i32[field(c, C.STATE)] !== chanState.open) refuseSend(c);
  const sg = i32[field(c, C.RECVQ)] === 0 ? 0 : dequeue(field(c, C.RECVQ));
  if (sg !== 0) {
    unlock(field(c, C.LOCK));
    // Only this thread has the receiver until goready: a direct hand-off, past the buffer, which is empty.
    elem.write(i32[field(sg, SG.ELEM)]!, v);
    i32[field(m.pp, P.NSENDS)]!++;
    goready(wakeParam(sg, wokenBy(sg)), reason);
    return true;
  }
  if (i32[field(c, C.COUNT)]! === i32[field(c, C.SIZE)]!) return false;
  const x = i32[field(c, C.SENDX)]!;
  elem.write(element(c, x), v);
  i32[field(c, C.SENDX)] = x + 1 === i32[field(c, C.SIZE)] ? 0 : x + 1;
  i32[field(c, C.COUNT)]!++;
  i32[field(m.pp, P.NSENDS)]!++;
  unlock(field(c, C.LOCK));
  return true;
}

function refuseSend(c: ChanAddr): never {
  const isTimer = i32[field(c, C.STATE)] === chanState.timer;
  unlock(field(c, C.LOCK));
  throw isTimer ? sendOnTimer() : new Panic(message.sendOnClosed);
}

/** Unlike Go, whose compiler knows that this channel can only be received from, we can say so only when it happens. */
export function sendOnTimer(): UsageError {
  return new UsageError(
    'send: expected a channel made by chan(), got that of a timer, on which only the runtime sends',
  );
}

/** Receives if that is possible at once. With the lock held; releases it, unless the answer is `nothing`. */
export function recvLocked<T>(
  c: ChanAddr,
  elem: Type<T>,
  reason: WakeReason = by.recv,
): T | typeof nothing | typeof closedEmpty {
  const count = i32[field(c, C.COUNT)]!;
  const sg = i32[field(c, C.SENDQ)] === 0 ? 0 : dequeue(field(c, C.SENDQ));
  if (count === 0 && sg === 0) {
    if (i32[field(c, C.STATE)] === chanState.open) return nothing;
    if (i32[field(c, C.STATE)] === chanState.timer) return recvTick(c) as T | typeof nothing;
    unlock(field(c, C.LOCK));
    return closedEmpty;
  }
  let v: T;
  if (i32[field(c, C.SIZE)] === 0) {
    unlock(field(c, C.LOCK));
    v = take(elem, i32[field(sg as SudogAddr, SG.ELEM)]!); // only this thread has the sender until goready
  } else {
    const x = i32[field(c, C.RECVX)]!;
    v = take(elem, element(c, x));
    i32[field(c, C.RECVX)] = x + 1 === i32[field(c, C.SIZE)] ? 0 : x + 1;
    if (sg === 0) i32[field(c, C.COUNT)] = count - 1;
    else {
      // A sender waits, so the buffer was full: its element goes to the tail, which is the slot just emptied.
      move(i32[field(sg, SG.ELEM)]!, element(c, x), i32[field(c, C.SLOTS)]!);
      i32[field(c, C.SENDX)] = i32[field(c, C.RECVX)]!;
    }
    unlock(field(c, C.LOCK));
  }
  i32[field(m.pp, P.NRECVS)]!++;
  if (sg !== 0) goready(wakeParam(sg, wokenBy(sg)), reason);
  return v;
}

/** The same on the channel of a timer. */
function recvTick(c: ChanAddr): number | typeof nothing {
  const at = maybeRunChan(c);
  if (at < 0) return nothing;
  unlock(field(c, C.LOCK));
  i32[field(m.pp, P.NRECVS)]!++;
  return at;
}

/** Queues the running G as a sender of `v`. With the lock held; releases it. The G was marked by gopark before. */
export function queueSend<T>(c: ChanAddr, elem: Type<T>, v: T): void {
  const sg = sudogOf(getg(), c);
  elem.write(ownElem(getg(), elem.slots), v);
  enqueue(field(c, C.SENDQ), sg);
  unlock(field(c, C.LOCK));
}

/** Queues the running G as a receiver. With the lock held; releases it. The G was marked by gopark before. */
export function queueRecv<T>(c: ChanAddr, elem: Type<T>): void {
  const sg = sudogOf(getg(), c);
  ownElem(getg(), elem.slots);
  enqueue(field(c, C.RECVQ), sg);
  if (i32[field(c, C.STATE)] === chanState.timer) blockTimerChan(c);
  unlock(field(c, C.LOCK));
}

/** Closes. @throws Panic `close of nil channel`, `close of closed channel`; UsageError if it is the channel of a timer */
export function closechan(c: ChanAddr): void {
  if (c === 0) throw new Panic(message.closeOfNil);
  lock(field(c, C.LOCK));
  if (i32[field(c, C.STATE)] !== chanState.open) refuseClose(c);
  i32[field(c, C.STATE)] = chanState.closed;
  const woken: GAddr[] = [];
  for (const q of [field(c, C.RECVQ), field(c, C.SENDQ)]) {
    for (let sg = dequeue(q); sg !== 0; sg = dequeue(q)) woken.push(wakeParam(sg, -wokenBy(sg)));
  }
  unlock(field(c, C.LOCK));
  for (const gp of woken) goready(gp, by.close);
}

function refuseClose(c: ChanAddr): never {
  const isTimer = i32[field(c, C.STATE)] === chanState.timer;
  unlock(field(c, C.LOCK));
  if (!isTimer) throw new Panic(message.closeOfClosed);
  throw new UsageError(
    'close: expected a channel made by chan(), got that of a timer, which is never closed; stop a Ticker with stop()',
  );
}

/** G.PARAM of a goroutine that this sudog wakes: 1 + its case in a select, else 1. Negative: by close. */
function wokenBy(sg: SudogAddr): number {
  return i32[field(sg, SG.CASE)]! || 1;
}

/** The value at `at`, which owns nothing afterwards. */
export function take<T>(elem: Type<T>, at: SlotsAddr): T {
  const v = elem.read(at);
  if (elem.free) elem.free(at);
  return v;
}

function element(c: ChanAddr, x: number): SlotsAddr {
  return slot(i32[field(c, C.BUF)]!, x * i32[field(c, C.SLOTS)]!);
}

function move(from: SlotsAddr, to: SlotsAddr, slots: number): void {
  for (let k = 0; k < slots; k++) f64[nth64(to, k)] = f64[nth64(from, k)]!;
}
