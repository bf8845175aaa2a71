// Wait queues: the sudogs of goroutines that wait on one object, linked both ways, first in, first out. After waitq in
// runtime/chan.go. A queue is two words, first and last, under the lock of the object that it belongs to.

import {
  type Addr,
  field,
  type GAddr,
  nth,
  type ObjectAddr,
  type SlotsAddr,
  type SudogAddr,
  slotsAt,
  type Word,
} from '../memory/address.js';
import { COLD, G, INLINE_SLOTS, SG, SG_WORDS } from '../memory/layout.js';
import { malloc, mfree } from '../memory/malloc.js';
import { gColdAddress, i32 } from '../memory/memory.js';
import { replace } from '../memory/word.js';

/** The first word of a wait queue: its first sudog. The next word is its last one. */
export type WaitQueue = Word<'sudog'>;

/** Puts the sudog at the tail. */
export function enqueue(q: WaitQueue, sg: SudogAddr): void {
  const last = i32[nth(q, 1)]!;
  i32[field(sg, SG.NEXT)] = 0;
  i32[field(sg, SG.PREV)] = last;
  if (last === 0) i32[q] = sg;
  else i32[field(last, SG.NEXT)] = sg;
  i32[nth(q, 1)] = sg;
}

/** Puts the sudog at the head. */
export function enqueueFirst(q: WaitQueue, sg: SudogAddr): void {
  const first = i32[q]!;
  i32[field(sg, SG.NEXT)] = first;
  i32[field(sg, SG.PREV)] = 0;
  if (first === 0) i32[nth(q, 1)] = sg;
  else i32[field(first, SG.PREV)] = sg;
  i32[q] = sg;
}

/** Removes the sudog from anywhere in the queue. It must be in this queue. */
export function unlink(q: WaitQueue, sg: SudogAddr): void {
  const next = i32[field(sg, SG.NEXT)]!;
  const prev = i32[field(sg, SG.PREV)]!;
  if (prev === 0) i32[q] = next;
  else i32[field(prev, SG.NEXT)] = next;
  if (next === 0) i32[nth(q, 1)] = prev;
  else i32[field(next, SG.PREV)] = prev;
  i32[field(sg, SG.NEXT)] = 0;
  i32[field(sg, SG.PREV)] = 0;
}

/** True if the sudog is in this queue. */
export function queued(q: WaitQueue, sg: SudogAddr): boolean {
  return i32[field(sg, SG.PREV)] !== 0 || i32[field(sg, SG.NEXT)] !== 0 || i32[q] === sg;
}

/**
 * Removes the first sudog whose goroutine still waits. One that waits in a select belongs to the thread that wins the
 * exchange on its SELECTDONE: other cases of the same select may be firing on other channels at this moment.
 * @returns its address, 0 if no goroutine waits
 */
export function dequeue(q: WaitQueue): SudogAddr | 0 {
  for (;;) {
    const sg = i32[q]!;
    if (sg === 0) return 0;
    unlink(q, sg);
    if (i32[field(sg, SG.CASE)] === 0) return sg;
    const cold = gColdAddress(i32[field(sg, SG.G)] as GAddr);
    if (replace(field(cold, COLD.SELECTDONE), 0, 1)) return sg;
  }
}

/** The G's own sudog, which is the beginning of its cold record. */
export function ownSudog(gp: GAddr): SudogAddr {
  return (gColdAddress(gp) + COLD.SUDOG) as SudogAddr;
}

/** The G's own sudog, ready to be queued on the object at `on`. */
export function sudogOf(gp: GAddr, on: Addr<string>): SudogAddr {
  const sg = ownSudog(gp);
  i32[field(sg, SG.G)] = gp;
  i32[field(sg, SG.ON)] = on as ObjectAddr;
  i32[field(sg, SG.CASE)] = 0;
  return sg;
}

/** Gives the G's own sudog room for an element of so many slots. */
export function ownElem(gp: GAddr, slots: number): SlotsAddr {
  const inline = slotsAt(gColdAddress(gp), COLD.ELEM);
  const elem = slots <= INLINE_SLOTS ? inline : malloc<SlotsAddr>(slots * 2);
  i32[field(ownSudog(gp), SG.ELEM)] = elem;
  return elem;
}

/** Frees what ownElem has allocated. */
export function dropElem(gp: GAddr, slots: number): void {
  if (slots > INLINE_SLOTS) mfree(i32[field(ownSudog(gp), SG.ELEM)]!, slots * 2);
}

/** A sudog for a case of a select, with room for an element behind it. */
export function newSudog(gp: GAddr, on: ObjectAddr, slots: number, index: number): SudogAddr {
  const sg = malloc<SudogAddr>(SG_WORDS + slots * 2);
  i32[field(sg, SG.G)] = gp;
  i32[field(sg, SG.ON)] = on;
  i32[field(sg, SG.ELEM)] = (sg + SG_WORDS) as SlotsAddr;
  i32[field(sg, SG.CASE)] = index + 1;
  return sg;
}

/** Frees what newSudog has allocated. */
export function freeSudog(sg: SudogAddr, slots: number): void {
  mfree(sg, SG_WORDS + slots * 2);
}

/** Notes for the G of a dequeued sudog what woke it, and returns the G, for goready. */
export function wakeParam(sg: SudogAddr, param: number): GAddr {
  const gp = i32[field(sg, SG.G)] as GAddr;
  i32[field(gp, G.PARAM)] = param;
  return gp;
}
