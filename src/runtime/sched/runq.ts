// The queues of runnable goroutines, after runqput, runqget, runqsteal and globrunqput in runtime/proc.go.
//
//   a new plain G (never parks)  -> runnext, then the ring (256), then half of the ring to the global queue
//   a new G that may park        -> runnext, then the new queue of its P
//   a started G, by its own P    -> next, then the local queue of its P
//   a started G, by another P    -> the inbox of its P, which moves it to the local queue
//
// Unlike Go, there are twice as many places as in Go: a goroutine that has taken its first step is a suspended
// generator, which cannot leave its thread. So what may move (ring, new queue, global queue) is kept apart from what
// may not (next, local queue, inbox), and a thief never has to look at what it cannot take.
//
// Invariants. A runnable G is in exactly one place. Only the owner puts into ring and runnext. A ring slot is written
// before TAIL is stored (pairs with the load of TAIL by thieves), and read before HEAD is exchanged, so a thief whose
// exchange succeeds has read what the owner wrote. An unstarted G that left a place and came back to it (as another
// goroutine: records are reused) is as good a catch for a slow thief as the one that it saw.

import { G, H, i32, P, pId, RING, solo } from '../memory/layout.js';
import { lock, unlock } from '../memory/lock.js';
import { add, exchange, load, replace, store } from '../memory/word.js';
import { mayPark } from './g.js';

/** Puts a new, unstarted G on P `pp`, as runnext; the one before goes to the tail of its queue. Owner only. */
export function runqput(pp: number, gp: number): void {
  if (solo) markStealable(pp);
  const kicked = exchange(pp + P.RUNNEXT, gp);
  if (kicked === 0) return;
  if (mayPark(kicked)) newqput(pp, kicked);
  else ringput(pp, kicked);
}

function markStealable(pp: number): void {
  const id = pId(pp);
  i32[H.STEALMASK + (id >> 5)]! |= 1 << (id & 31);
}

/** Takes runnext. 0 if there is none, or a thief comes first. Owner only. */
export function takeNextNew(pp: number): number {
  return i32[pp + P.RUNNEXT] === 0 ? 0 : exchange(pp + P.RUNNEXT, 0);
}

/** Makes a started G, at home on `pp`, the next to run there. Owner only. */
export function readyNext(pp: number, gp: number): void {
  const kicked = i32[pp + P.NEXT]!;
  i32[pp + P.NEXT] = gp;
  if (kicked !== 0) localput(pp, kicked);
}

/** Takes the started G that is to run next. 0 if there is none. Owner only. */
export function takeNext(pp: number): number {
  const gp = i32[pp + P.NEXT]!;
  if (gp !== 0) i32[pp + P.NEXT] = 0;
  return gp;
}

/** Moves runnext to the new queue if it is an unstarted G that may park. Owner only. */
export function postponeNew(pp: number): void {
  const gp = i32[pp + P.RUNNEXT]!;
  if (gp === 0 || !mayPark(gp)) return;
  if (replace(pp + P.RUNNEXT, gp, 0)) newqput(pp, gp); // else a thief came first
}

/** Puts a started G at the tail of the local queue. Owner only. */
export function localput(pp: number, gp: number): void {
  i32[gp + G.LINK] = 0;
  const tail = i32[pp + P.LOCALQ_TAIL]!;
  if (i32[pp + P.LOCALQ_HEAD] === 0) i32[pp + P.LOCALQ_HEAD] = gp;
  else i32[tail + G.LINK] = gp;
  i32[pp + P.LOCALQ_TAIL] = gp;
}

/** Takes the head of the local queue, 0 if it is empty. Owner only. */
export function localget(pp: number): number {
  const gp = i32[pp + P.LOCALQ_HEAD]!;
  if (gp !== 0) i32[pp + P.LOCALQ_HEAD] = i32[gp + G.LINK]!;
  return gp;
}

/** Hands a started G to its home P. From any other P. The home may sleep: the caller wakes it afterwards. */
export function inboxput(home: number, gp: number): void {
  for (;;) {
    const head = i32[home + P.INBOX]!; // a hint: the exchange below checks it
    i32[gp + G.LINK] = head;
    // Pairs with the exchange in drainInbox: the owner sees the link and whatever woke the G.
    if (replace(home + P.INBOX, head, gp)) return;
  }
}

/** Moves the inbox to the local queue, in the order of arrival. Owner only. */
export function drainInbox(pp: number): void {
  if (i32[pp + P.INBOX] === 0) return;
  let gp = inOrder(exchange(pp + P.INBOX, 0));
  while (gp !== 0) {
    const after = i32[gp + G.LINK]!;
    localput(pp, gp);
    gp = after;
  }
}

/** The first of the Gs on a stack that others pushed, which are linked in the order of arrival from now on. */
export function inOrder(stack: number): number {
  let first = 0;
  for (let gp = stack; gp !== 0; ) {
    const below = i32[gp + G.LINK]!;
    i32[gp + G.LINK] = first;
    first = gp;
    gp = below;
  }
  return first;
}

/** True if the ring of `pp` has no room, as far as its owner can see without asking thieves. Owner only. */
export function ringIsFull(pp: number): boolean {
  return ((i32[pp + P.RUNQTAIL]! - i32[pp + P.RUNQHEAD]!) | 0) >= RING;
}

/** Puts a new plain G at the tail of the ring; a full ring gives half of itself to the global queue. Owner only. */
function ringput(pp: number, gp: number): void {
  const tail = i32[pp + P.RUNQTAIL]!;
  // A plain read first: HEAD only grows, so an old value makes the ring look fuller than it is, never emptier.
  if (((tail - i32[pp + P.RUNQHEAD]!) | 0) >= RING) {
    const head = load(pp + P.RUNQHEAD);
    if (((tail - head) | 0) >= RING) {
      if (!overflow(pp, gp, head)) ringput(pp, gp); // a thief made room
      return;
    }
  }
  i32[pp + P.RING + (tail & (RING - 1))] = gp;
  store(pp + P.RUNQTAIL, (tail + 1) | 0); // publishes the slot; pairs with the load in ringsteal
}

/**
 * Moves half of a ring that was full when its head was `head`, and `gp`, to the global queue. False if a thief has taken
 * something since: then the ring is not full, and must not be read as if it were.
 */
function overflow(pp: number, gp: number, head: number): boolean {
  const n = RING / 2;
  let batch = gp;
  i32[gp + G.LINK] = 0;
  const taken: number[] = [];
  for (let k = 0; k < n; k++) taken.push(i32[pp + P.RING + ((head + k) & (RING - 1))]!);
  if (!replace(pp + P.RUNQHEAD, head, (head + n) | 0)) return false;
  for (let k = n - 1; k >= 0; k--) {
    i32[taken[k]! + G.LINK] = batch;
    batch = taken[k]!;
  }
  globrunqput(batch, gp, n + 1);
  return true;
}

/** Takes the head of the ring, 0 if it is empty. Owner only. */
export function ringget(pp: number): number {
  for (;;) {
    const head = i32[pp + P.RUNQHEAD]!; // checked by the exchange
    if (head === i32[pp + P.RUNQTAIL]) return 0;
    const gp = i32[pp + P.RING + (head & (RING - 1))]!;
    if (replace(pp + P.RUNQHEAD, head, (head + 1) | 0)) return gp;
  }
}

/** Moves half of the victim's ring into the ring of `pp`, which is empty, and takes one of them. 0 if there is none. */
export function ringsteal(pp: number, victim: number): number {
  for (;;) {
    const head = load(victim + P.RUNQHEAD);
    const size = (load(victim + P.RUNQTAIL) - head) | 0; // pairs with the store in ringput
    if (size <= 0) return 0;
    const n = size - (size >> 1);
    if (n > RING / 2) continue; // head and tail are of different moments
    const tail = i32[pp + P.RUNQTAIL]!;
    for (let k = 0; k < n; k++) {
      i32[pp + P.RING + ((tail + k) & (RING - 1))] = i32[victim + P.RING + ((head + k) & (RING - 1))]!;
    }
    if (!replace(victim + P.RUNQHEAD, head, (head + n) | 0)) continue;
    if (solo) markStealable(pp);
    // The last one is for the caller; the others become visible to other thieves.
    if (n > 1) store(pp + P.RUNQTAIL, (tail + n - 1) | 0);
    return i32[pp + P.RING + ((tail + n - 1) & (RING - 1))]!;
  }
}

/** Takes the victim's runnext, if it is an unstarted G that `accept` likes. 0 if not. */
export function nextsteal(victim: number, accept: (gp: number) => boolean): number {
  const gp = load(victim + P.RUNNEXT);
  if (gp === 0 || !accept(gp)) return 0;
  return replace(victim + P.RUNNEXT, gp, 0) ? gp : 0;
}

/** Puts an unstarted G that may park at the tail of the new queue of its P. */
function newqput(pp: number, gp: number): void {
  i32[gp + G.LINK] = 0;
  lock(pp + P.NEWQ_LOCK);
  if (i32[pp + P.NEWQ_HEAD] === 0) i32[pp + P.NEWQ_HEAD] = gp;
  else i32[i32[pp + P.NEWQ_TAIL]! + G.LINK] = gp;
  i32[pp + P.NEWQ_TAIL] = gp;
  add(pp + P.NEWQ_COUNT, 1); // read without the lock by whoever looks for work
  unlock(pp + P.NEWQ_LOCK);
}

/** Takes the head of the new queue of `pp`, its own or a victim's, if `accept` likes it. 0 if not. */
export function newqget(pp: number, accept?: (gp: number) => boolean): number {
  if (i32[pp + P.NEWQ_COUNT] === 0) return 0;
  lock(pp + P.NEWQ_LOCK);
  let gp = i32[pp + P.NEWQ_HEAD]!;
  if (gp !== 0 && accept && !accept(gp)) gp = 0;
  if (gp !== 0) {
    i32[pp + P.NEWQ_HEAD] = i32[gp + G.LINK]!;
    add(pp + P.NEWQ_COUNT, -1);
  }
  unlock(pp + P.NEWQ_LOCK);
  return gp;
}

/** Puts a chain of `n` plain Gs, `first` to `last`, at the tail of the global queue. */
function globrunqput(first: number, last: number, n: number): void {
  lock(H.GLOBQ_LOCK);
  i32[last + G.LINK] = 0;
  if (i32[H.GLOBQ_HEAD] === 0) i32[H.GLOBQ_HEAD] = first;
  else i32[i32[H.GLOBQ_TAIL]! + G.LINK] = first;
  i32[H.GLOBQ_TAIL] = last;
  add(H.GLOBQ_SIZE, n); // read without the lock by whoever looks for work
  unlock(H.GLOBQ_LOCK);
}

/**
 * Takes a fair share of the global queue, at most `max` (at least 1): one to run, the others into the ring of `pp`, which
 * must have room for them. 0 if the queue is empty.
 */
export function globrunqget(pp: number, max: number): number {
  if (i32[H.GLOBQ_SIZE] === 0) return 0;
  lock(H.GLOBQ_LOCK);
  const size = i32[H.GLOBQ_SIZE]!;
  const share = Math.floor(size / i32[H.NPROCS]!) + 1;
  let n = Math.min(size, share, max, RING / 2);
  const gp = i32[H.GLOBQ_HEAD]!;
  if (n > 0) {
    add(H.GLOBQ_SIZE, -n);
    if (solo) markStealable(pp);
    let next = i32[gp + G.LINK]!;
    let tail = i32[pp + P.RUNQTAIL]!;
    for (; n > 1; n--) {
      i32[pp + P.RING + (tail++ & (RING - 1))] = next;
      next = i32[next + G.LINK]!;
    }
    store(pp + P.RUNQTAIL, tail | 0); // as in ringput
    i32[H.GLOBQ_HEAD] = next;
  }
  unlock(H.GLOBQ_LOCK);
  return gp;
}

/** True if P `pp` has anything to run that others cannot see to, or that they may take. Takes nothing. */
export function hasWork(pp: number): boolean {
  return (
    load(pp + P.INBOX) !== 0 ||
    Atomics.load(i32, pp + P.NETPOLL) !== 0 || // Node's thread writes it, even if all Ps have one thread
    load(pp + P.RUNNEXT) !== 0 ||
    load(pp + P.RUNQHEAD) !== load(pp + P.RUNQTAIL) ||
    load(pp + P.NEWQ_COUNT) !== 0 ||
    i32[pp + P.NEXT] !== 0 ||
    i32[pp + P.LOCALQ_HEAD] !== 0
  );
}
