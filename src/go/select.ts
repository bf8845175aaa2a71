// Select: waits on several channels at once. After runtime/select.go.
//
// Invariants. The locks of all channels are taken in the order of their addresses, so two selects never wait for each
// other. A goroutine that waits in a select has a sudog in the wait queue of every case; the thread that fires a case wins the
// exchange on its SELECTDONE, and the goroutine itself removes the other sudogs from their queues when it has been resumed.

import { type ChanAddr, field, type ObjectAddr, type SudogAddr } from '../runtime/memory/address.js';
import { message, Panic } from '../runtime/memory/errors.js';
import { COLD, G, P, SG } from '../runtime/memory/layout.js';
import { lock, unlock } from '../runtime/memory/lock.js';
import { gColdAddress, i32, solo } from '../runtime/memory/memory.js';
import { by, engine, gopark, wait } from '../runtime/sched/engine.js';
import { getg, m } from '../runtime/sched/g.js';
import { done, type Op, Operation } from '../runtime/sched/op.js';
import { enqueue, freeSudog, newSudog, queued, unlink } from '../runtime/sched/waitq.js';
import type { Chan } from './chan.js';
import { C, chanState } from './chanlayout.js';
import { blockForEver } from './chanops.js';
import { closedEmpty, nothing, recvLocked, sendLocked, sendOnTimer, take } from './hchan.js';
import { blockTimerChan, leftTimerChan, unblockTimerChan } from './timerchan.js';

/** A case that receives: `case v, ok := <-c:`. */
export interface RecvCase<T> {
  readonly dir: 'recv';
  readonly c: Chan<T>;
}

/** A case that sends: `case c <- v:`. */
export interface SendCase<T> {
  readonly dir: 'send';
  readonly c: Chan<T>;
  readonly v: T;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of cases holds channels of different types
type Case = RecvCase<any> | SendCase<any>;

type NumberOf<K> = K extends `${infer N extends number}` ? N : never;
/**
 * What a select answers: which case fired; of a receive also the value, and whether it came from a send.
 * @example
 * const c = chan(int, 1);
 * yield* c.send(7);
 * const cases = [recv(c), send(c, 8)] as const;
 * const s: Selected<typeof cases> = yield* select(cases);
 * if (s.index === 0) println(s.value, s.ok);
 * // Output: 7 true
 */
export type Selected<Cases extends readonly Case[]> = {
  [K in keyof Cases]: Cases[K] extends RecvCase<infer T>
    ? { index: NumberOf<K>; value: T; ok: boolean }
    : { index: NumberOf<K>; value: undefined; ok: false };
}[number];
/** What a select answers when no case was ready. */
export interface DefaultSelected {
  index: -1;
  value: undefined;
  ok: false;
}

/**
 * The case `<-c` of a select. On a nil channel it never fires.
 * @example
 * const c = chan(int);
 * c.close();
 * const s = yield* select([recv(c)]);
 * println(s.value, s.ok);
 * // Output: 0 false
 */
export function recv<T>(c: Chan<T>): RecvCase<T> {
  return { dir: 'recv', c };
}

/**
 * The case `c <- v` of a select. On a nil channel it never fires.
 * @throws UsageError if it is the channel of a timer
 * @example
 * const c = chan(int, 1);
 * yield* select([send(c, 7)]);
 * println(yield* c.recv());
 * // Output: 7
 */
export function send<T>(c: Chan<T>, v: T): SendCase<T> {
  c.elem.check(v);
  if (c.addr !== 0 && i32[field(c.addr, C.STATE)] === chanState.timer) throw sendOnTimer();
  return { dir: 'send', c, v };
}

/**
 * The `default:` of a select.
 * @example
 * const s = yield* select([recv(chan(int))], orDefault);
 * println(s.index === -1 ? 'nothing is ready' : s.value);
 * // Output: nothing is ready
 */
export const orDefault = Symbol('default');

/**
 * Waits until one of the cases is ready, and does it: Go's select. Of several that are ready one is chosen at random,
 * each with the same probability, from the run's seed. Parks until one is ready; with orDefault it never parks, and answers
 * index -1 if none is. Without cases it blocks for ever.
 * @throws Panic `send on closed channel`
 * @example
 * const c = chan(int, 1);
 * const d = nilChan(string);
 * const s = yield* select([recv(d), send(c, 1)]);
 * switch (s.index) {
 *   case 0:
 *     println(`received ${s.value}`);
 *     break;
 *   case 1:
 *     println('sent');
 * }
 * // Output: sent
 */
export function select<const Cases extends readonly Case[]>(cases: Cases): Op<Selected<Cases>>;
export function select<const Cases extends readonly Case[]>(
  cases: Cases,
  otherwise: typeof orDefault,
): Op<Selected<Cases> | DefaultSelected>;
export function select(cases: readonly Case[], otherwise?: typeof orDefault): Op<SelectedAny> {
  return new SelectOp(cases, otherwise === orDefault).make();
}

type SelectedAny = { index: number; value: unknown; ok: boolean };

class SelectOp extends Operation<SelectedAny> {
  readonly name = 'select';
  readonly #cases: readonly Case[];
  readonly #otherwise: boolean;
  /** Addresses of the channels that have to be locked, each once, ascending. */
  #channels: ChanAddr[] = [];
  #sudogs: (SudogAddr | 0)[] = [];

  constructor(cases: readonly Case[], otherwise: boolean) {
    super();
    this.#cases = cases;
    this.#otherwise = otherwise;
  }

  protected get on(): ObjectAddr | 0 {
    return this.#cases[0]?.c.addr ?? 0;
  }

  protected begin(): Iterator<void, SelectedAny, void> {
    const order = pollOrder(this.#cases);
    if (order.length === 0 && !this.#otherwise) return blockForEver(wait.selectNoCases);
    if (!solo) this.#channels = lockOrder(this.#cases, order);
    for (const c of this.#channels) lock(field(c, C.LOCK));
    const selected = this.#fire(order);
    if (selected) return done(selected);
    this.#queue(order);
    for (const c of this.#channels) unlock(field(c, C.LOCK));
    return this;
  }

  /** Does the first case that is ready, or the default, and releases all locks then. */
  #fire(order: readonly number[]): SelectedAny | undefined {
    for (const index of order) {
      const kase = this.#cases[index]!;
      const { addr } = kase.c;
      let selected: SelectedAny | undefined;
      try {
        selected = kase.dir === 'send' ? fireSend(index, kase) : fireRecv(index, kase);
      } catch (error) {
        this.#unlockAllBut(addr); // a send on a closed channel has released its own
        throw error;
      }
      if (selected === undefined) continue;
      this.#unlockAllBut(addr);
      return selected;
    }
    if (!this.#otherwise) return undefined;
    this.#unlockAllBut(0);
    return sent(-1);
  }

  #unlockAllBut(addr: ChanAddr | 0): void {
    for (const c of this.#channels) if (c !== addr) unlock(field(c, C.LOCK));
  }

  /** Puts the running G into the wait queue of every case. */
  #queue(order: readonly number[]): void {
    // No other thread sees the G yet: the locks of all its channels are held. Pairs with the exchange in dequeue.
    Atomics.store(i32, field(gColdAddress(getg()), COLD.SELECTDONE), 0);
    this.#sudogs = new Array(this.#cases.length).fill(0);
    let chain: SudogAddr | 0 = 0; // for reports
    for (const index of order) {
      const kase = this.#cases[index]!;
      const { addr, elem } = kase.c;
      const sg = newSudog(getg(), addr, elem.slots, index);
      if (kase.dir === 'send') elem.write(i32[field(sg, SG.ELEM)]!, kase.v);
      enqueue(field(addr, kase.dir === 'send' ? C.SENDQ : C.RECVQ), sg);
      if (i32[field(addr, C.STATE)] === chanState.timer) blockTimerChan(addr);
      i32[field(sg, SG.WAITLINK)] = chain;
      chain = sg;
      this.#sudogs[index] = sg;
    }
    gopark(wait.select, chain as number as ObjectAddr); // reports find all channels by the chain
  }

  protected resume(): SelectedAny {
    const param = i32[field(getg(), G.PARAM)]!;
    const fired = Math.abs(param) - 1;
    const closed = param < 0;
    this.#leaveQueues();
    let selected = sent(fired);
    for (const [index, kase] of this.#cases.entries()) {
      const sg = this.#sudogs[index]!;
      if (sg === 0) continue;
      const { elem } = kase.c;
      const at = i32[field(sg, SG.ELEM)]!;
      if (kase.dir === 'recv') {
        if (index === fired) selected = { index, value: closed ? elem.zero : take(elem, at), ok: !closed };
      } else if (index !== fired || closed) elem.free?.(at); // no receiver has it
      freeSudog(sg, elem.slots);
    }
    const sending = this.#cases[fired]!.dir === 'send';
    if (closed && sending) throw new Panic(message.sendOnClosed);
    if (!closed) i32[field(m.pp, sending ? P.NSENDS : P.NRECVS)]!++;
    return selected;
  }

  /** Removes the sudogs of the cases that did not fire from their queues. */
  #leaveQueues(): void {
    for (const [index, sg] of this.#sudogs.entries()) {
      if (sg === 0) continue;
      const { dir, c } = this.#cases[index]!;
      const q = field(c.addr, dir === 'send' ? C.SENDQ : C.RECVQ);
      lock(field(c.addr, C.LOCK));
      if (queued(q, sg)) unlink(q, sg);
      const isTimer = i32[field(c.addr, C.STATE)] === chanState.timer;
      if (isTimer) leftTimerChan(c.addr);
      unlock(field(c.addr, C.LOCK));
      if (isTimer) unblockTimerChan(c.addr);
    }
  }
}

/** Sends if that is possible at once; see sendLocked. */
function fireSend(index: number, { c, v }: SendCase<unknown>): SelectedAny | undefined {
  return sendLocked(c.addr, c.elem, v, by.select) ? sent(index) : undefined;
}

/** Receives if that is possible at once; see recvLocked. */
function fireRecv(index: number, { c }: RecvCase<unknown>): SelectedAny | undefined {
  const v = recvLocked(c.addr, c.elem, by.select);
  if (v === nothing) return undefined;
  return v === closedEmpty ? { index, value: c.elem.zero, ok: false } : { index, value: v, ok: true };
}

function sent(index: number): SelectedAny {
  return { index, value: undefined, ok: false };
}

/** The cases on channels that are not nil, in random order. */
function pollOrder(cases: readonly Case[]): number[] {
  const order: number[] = [];
  for (let index = 0; index < cases.length; index++) {
    if (cases[index]!.c.addr === 0) continue;
    const k = engine().random(order.length + 1);
    order.push(order[k] ?? index);
    order[k] = index;
  }
  return order;
}

/** The addresses of the channels of these cases, each once, ascending: all goroutines lock in this order. */
function lockOrder(cases: readonly Case[], order: readonly number[]): ChanAddr[] {
  const addrs: ChanAddr[] = [];
  for (const index of order) {
    const { addr } = cases[index]!.c;
    if (addrs.includes(addr)) continue;
    let at = addrs.length;
    for (; at > 0 && addrs[at - 1]! > addr; at--) addrs[at] = addrs[at - 1]!;
    addrs[at] = addr;
  }
  return addrs;
}
