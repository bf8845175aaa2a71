// Run queues: the runnable goroutines of each P, and those of all Ps. After runqput, runqget, runqsteal and globrunqput in
// runtime/proc.go.
//
//   a new plain G (never parks)  -> runnext, then the ring (256), then half of the ring to the global queue
//   a new G that may park        -> runnext, then the new queue of its P
//   a started G, by its own P    -> next, then the local queue of its P
//   a started G, by another P    -> the inbox of its P, which moves it to the local queue
//
// Unlike Go, there are twice as many queues: a goroutine that has taken its first step is a suspended generator, which
// cannot leave its thread. So what may move (ring, new queue, global queue) is kept apart from what may not (next, local
// queue, inbox), and a thief never has to search for something that it may take.
//
// Invariants. A runnable G is in exactly one queue. Only the owner puts into ring and runnext. A ring slot is written
// before TAIL is stored (pairs with the load of TAIL by thieves), and read before HEAD is exchanged, so a thief whose
// exchange succeeds has read what the owner wrote.
//
// ABA is harmless. P 1 steals from P 0 while record 7 is used again:
//
//   P 1: reads RUNNEXT of P 0: G record 7
//   P 0:                        runs it to its end, frees the record, makes another goroutine in it, puts that into RUNNEXT
//   P 1: exchanges RUNNEXT from 7 to 0: succeeds, and has the new goroutine
//
// The new goroutine has not started either, so P 1 may run it as well as the first one. The same holds for the inbox, where
// the link of the pushed G is written again before each attempt, and for ring slots, which are numbered by a HEAD that
// only grows (and wraps after 2^32 goroutines).

import { field, type GAddr, nth, type PAddr, type Word } from '../memory/address.js';
import { G, H, P, pId, RING } from '../memory/layout.js';
import { lock, unlock } from '../memory/lock.js';
import { i32, solo } from '../memory/memory.js';
import { add, exchange, load, replace, store } from '../memory/word.js';
import { mayPark } from './g.js';

/** Whether an unstarted G of the P at `from` may be taken. */
export type Accept = (gp: GAddr, from: PAddr) => boolean;

/** Puts a new, unstarted G on P `pp`, as runnext; the one before goes to the tail of its queue. Owner only. */
export function runqput(pp: PAddr, gp: GAddr): void {
  if (solo) markStealable(pp);
  const kicked = exchange(field(pp, P.RUNNEXT), gp);
  if (kicked === 0) return;
  if (mayPark(kicked)) newqput(pp, kicked);
  else ringput(pp, kicked);
}

function markStealable(pp: PAddr): void {
  const id = pId(pp);
  i32[nth(H.STEALMASK, id >> 5)]! |= 1 << (id & 31);
}

/** Takes runnext. 0 if there is none, or a thief was faster. Owner only. */
export function takeNextNew(pp: PAddr): GAddr | 0 {
  return i32[field(pp, P.RUNNEXT)] === 0 ? 0 : exchange(field(pp, P.RUNNEXT), 0);
}

/** Makes a started G, at home on `pp`, the next to run there. Owner only. */
export function readyNext(pp: PAddr, gp: GAddr): void {
  const kicked = i32[field(pp, P.NEXT)]!;
  i32[field(pp, P.NEXT)] = gp;
  if (kicked !== 0) localput(pp, kicked);
}

/** Takes the started G that is to run next. 0 if there is none. Owner only. */
export function takeNext(pp: PAddr): GAddr | 0 {
  const gp = i32[field(pp, P.NEXT)]!;
  if (gp !== 0) i32[field(pp, P.NEXT)] = 0;
  return gp;
}

/** Moves runnext to the new queue if it is an unstarted G that may park. Owner only. */
export function postponeNew(pp: PAddr): void {
  const gp = i32[field(pp, P.RUNNEXT)]!;
  if (gp === 0 || !mayPark(gp)) return;
  if (replace(field(pp, P.RUNNEXT), gp, 0)) newqput(pp, gp); // else a thief was faster
}

/** Puts a started G at the tail of the local queue. Owner only. */
export function localput(pp: PAddr, gp: GAddr): void {
  i32[field(gp, G.LINK)] = 0;
  appendLinked(field(pp, P.LOCALQ_HEAD), field(pp, P.LOCALQ_TAIL), gp, gp);
}

/** Takes the head of the local queue, 0 if it is empty. Owner only. */
export function localget(pp: PAddr): GAddr | 0 {
  const gp = i32[field(pp, P.LOCALQ_HEAD)]!;
  if (gp !== 0) i32[field(pp, P.LOCALQ_HEAD)] = i32[field(gp, G.LINK)]!;
  return gp;
}

/** Puts a chain of Gs, linked from `first` to `last`, at the tail of the queue with these two words. TAIL of an empty queue is stale. */
function appendLinked(head: Word<'G'>, tail: Word<'G'>, first: GAddr, last: GAddr): void {
  if (i32[head] === 0) i32[head] = first;
  else i32[field(i32[tail] as GAddr, G.LINK)] = first;
  i32[tail] = last;
}

/** Passes a started G to its home P. From any other P. The home may be asleep: the caller wakes it afterwards. */
export function inboxput(home: PAddr, gp: GAddr): void {
  for (;;) {
    const head = i32[field(home, P.INBOX)]!; // a hint: the exchange below checks it
    i32[field(gp, G.LINK)] = head;
    // Pairs with the exchange in drainInbox: the owner sees the link and what the waker has written.
    if (replace(field(home, P.INBOX), head, gp)) return;
  }
}

/** Moves the inbox to the local queue, in the order of arrival. Owner only. */
export function drainInbox(pp: PAddr): void {
  if (i32[field(pp, P.INBOX)] === 0) return;
  let gp = inOrder(exchange(field(pp, P.INBOX), 0));
  while (gp !== 0) {
    const after: GAddr | 0 = i32[field(gp, G.LINK)]!;
    localput(pp, gp);
    gp = after;
  }
}

/** Reverses a stack that other threads have pushed Gs on: returns the oldest, linked to the younger ones in the order of arrival. */
export function inOrder(stack: GAddr | 0): GAddr | 0 {
  let first: GAddr | 0 = 0;
  for (let gp = stack; gp !== 0; ) {
    const below: GAddr | 0 = i32[field(gp, G.LINK)]!;
    i32[field(gp, G.LINK)] = first;
    first = gp;
    gp = below;
  }
  return first;
}

/** The word of the ring of `pp` for the goroutine with this number since the run began. */
function slot(pp: PAddr, number: number): Word<'G'> {
  return nth(field(pp, P.RING), number & (RING - 1));
}

/** True if the ring of `pp` has no room, as far as its owner knows: thieves may have made some. Owner only. */
export function ringIsFull(pp: PAddr): boolean {
  return ((i32[field(pp, P.RUNQTAIL)]! - i32[field(pp, P.RUNQHEAD)]!) | 0) >= RING;
}

/** Puts a new plain G at the tail of the ring; a full ring gives half of itself to the global queue. Owner only. */
function ringput(pp: PAddr, gp: GAddr): void {
  const tail = i32[field(pp, P.RUNQTAIL)]!;
  // A plain read first: HEAD only grows, so a stale value makes the ring seem fuller than it is, never emptier.
  if (((tail - i32[field(pp, P.RUNQHEAD)]!) | 0) >= RING) {
    const head = load(field(pp, P.RUNQHEAD));
    if (((tail - head) | 0) >= RING) {
      if (!overflow(pp, gp, head)) ringput(pp, gp); // a thief made room
      return;
    }
  }
  i32[slot(pp, tail)] = gp;
  store(field(pp, P.RUNQTAIL), (tail + 1) | 0); // publishes the slot; pairs with the load in ringsteal
}

/**
 * Moves half of a ring that was full when its head was `head`, and `gp`, to the global queue. False if a thief has taken
 * something since: then the ring is not full, and must not be read as if it were.
 */
function overflow(pp: PAddr, gp: GAddr, head: number): boolean {
  const n = RING / 2;
  const taken: GAddr[] = [];
  for (let k = 0; k < n; k++) taken.push(i32[slot(pp, head + k)] as GAddr);
  if (!replace(field(pp, P.RUNQHEAD), head, (head + n) | 0)) return false;
  let first = gp;
  i32[field(gp, G.LINK)] = 0;
  for (let k = n - 1; k >= 0; k--) {
    i32[field(taken[k]!, G.LINK)] = first;
    first = taken[k]!;
  }
  globrunqput(first, gp, n + 1);
  return true;
}

/** Takes the head of the ring, 0 if it is empty. Owner only. */
export function ringget(pp: PAddr): GAddr | 0 {
  for (;;) {
    const head = i32[field(pp, P.RUNQHEAD)]!; // checked by the exchange
    if (head === i32[field(pp, P.RUNQTAIL)]) return 0;
    const gp = i32[slot(pp, head)]!;
    if (replace(field(pp, P.RUNQHEAD), head, (head + 1) | 0)) return gp;
  }
}

/** Moves half of the victim's ring, rounded up, into the ring of `pp`, which is empty, and takes one of them. 0 if there is none. */
export function ringsteal(pp: PAddr, victim: PAddr): GAddr | 0 {
  for (;;) {
    const head = load(field(victim, P.RUNQHEAD));
    const size = (load(field(victim, P.RUNQTAIL)) - head) | 0; // pairs with the store in ringput
    if (size <= 0) return 0;
    const n = size - (size >> 1);
    if (n > RING / 2) continue; // HEAD and TAIL were read at different moments
    const tail = i32[field(pp, P.RUNQTAIL)]!;
    for (let k = 0; k < n; k++) i32[slot(pp, tail + k)] = i32[slot(victim, head + k)]!;
    if (!replace(field(victim, P.RUNQHEAD), head, (head + n) | 0)) continue;
    if (solo) markStealable(pp);
    // The last one is for the caller; the others become visible to other thieves.
    if (n > 1) store(field(pp, P.RUNQTAIL), (tail + n - 1) | 0);
    return i32[slot(pp, tail + n - 1)]!;
  }
}

/** Takes the victim's runnext, if `accept` allows it. 0 if not. */
export function nextsteal(victim: PAddr, accept: Accept): GAddr | 0 {
  const gp = load(field(victim, P.RUNNEXT));
  if (gp === 0 || !accept(gp, victim)) return 0;
  return replace(field(victim, P.RUNNEXT), gp, 0) ? gp : 0;
}

/** Puts an unstarted G that may park at the tail of the new queue of its P. */
function newqput(pp: PAddr, gp: GAddr): void {
  i32[field(gp, G.LINK)] = 0;
  lock(field(pp, P.NEWQ_LOCK));
  appendLinked(field(pp, P.NEWQ_HEAD), field(pp, P.NEWQ_TAIL), gp, gp);
  add(field(pp, P.NEWQ_COUNT), 1); // Ps that look for work read it without the lock
  unlock(field(pp, P.NEWQ_LOCK));
}

/** Takes the head of the new queue of `pp`, its own or a victim's, if `accept` allows it. 0 if not. */
export function newqget(pp: PAddr, accept?: Accept): GAddr | 0 {
  if (i32[field(pp, P.NEWQ_COUNT)] === 0) return 0;
  lock(field(pp, P.NEWQ_LOCK));
  let gp = i32[field(pp, P.NEWQ_HEAD)]!;
  if (gp !== 0 && accept && !accept(gp, pp)) gp = 0;
  if (gp !== 0) {
    i32[field(pp, P.NEWQ_HEAD)] = i32[field(gp, G.LINK)]!;
    add(field(pp, P.NEWQ_COUNT), -1);
  }
  unlock(field(pp, P.NEWQ_LOCK));
  return gp;
}

/** Puts a chain of `n` plain Gs, `first` to `last`, at the tail of the global queue. */
function globrunqput(first: GAddr, last: GAddr, n: number): void {
  lock(H.GLOBQ_LOCK);
  i32[field(last, G.LINK)] = 0;
  appendLinked(H.GLOBQ_HEAD, H.GLOBQ_TAIL, first, last);
  add(H.GLOBQ_SIZE, n); // Ps that look for work read it without the lock
  unlock(H.GLOBQ_LOCK);
}

/**
 * Takes a fair share of the global queue, at most `max` (at least 1): one to run, the others into the ring of `pp`, which
 * must have room for them. 0 if the queue is empty.
 */
export function globrunqget(pp: PAddr, max: number): GAddr | 0 {
  if (i32[H.GLOBQ_SIZE] === 0) return 0;
  lock(H.GLOBQ_LOCK);
  const size = i32[H.GLOBQ_SIZE]!;
  const share = Math.floor(size / i32[H.NPROCS]!) + 1;
  let n = Math.min(size, share, max, RING / 2);
  const gp = i32[H.GLOBQ_HEAD]!;
  if (n > 0 && gp !== 0) {
    add(H.GLOBQ_SIZE, -n);
    if (solo) markStealable(pp);
    let next = i32[field(gp, G.LINK)]!;
    let tail = i32[field(pp, P.RUNQTAIL)]!;
    for (; n > 1; n--) {
      const moved = next as GAddr;
      i32[slot(pp, tail++)] = moved;
      next = i32[field(moved, G.LINK)]!;
    }
    store(field(pp, P.RUNQTAIL), tail | 0); // publishes the slots, as in ringput
    i32[H.GLOBQ_HEAD] = next;
  }
  unlock(H.GLOBQ_LOCK);
  return gp;
}

/** True if P `pp` has anything to run: what only it can take, or what others may take as well. Takes nothing. */
export function hasWork(pp: PAddr): boolean {
  return (
    load(field(pp, P.INBOX)) !== 0 ||
    Atomics.load(i32, field(pp, P.NETPOLL)) !== 0 || // Node's main thread writes it, even if all Ps have one thread
    load(field(pp, P.RUNNEXT)) !== 0 ||
    load(field(pp, P.RUNQHEAD)) !== load(field(pp, P.RUNQTAIL)) ||
    load(field(pp, P.NEWQ_COUNT)) !== 0 ||
    i32[field(pp, P.NEXT)] !== 0 ||
    i32[field(pp, P.LOCALQ_HEAD)] !== 0
  );
}
