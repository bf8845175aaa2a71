// Queues of goroutines that wait: sudogs, linked both ways, first come first served. After runtime/chan.go's waitq.
// A queue is two words, first and last, under the lock of the object that it belongs to.

import { COLD, G, gColdAddress, INLINE_SLOTS, i32, SG, SG_WORDS } from '../memory/layout.js';
import { malloc, mfree } from '../memory/malloc.js';
import { replace } from '../memory/word.js';

/** Puts the sudog at the tail. */
export function enqueue(q: number, sg: number): void {
  const last = i32[q + 1]!;
  i32[sg + SG.NEXT] = 0;
  i32[sg + SG.PREV] = last;
  if (last === 0) i32[q] = sg;
  else i32[last + SG.NEXT] = sg;
  i32[q + 1] = sg;
}

/** Puts the sudog at the head. */
export function enqueueFirst(q: number, sg: number): void {
  const first = i32[q]!;
  i32[sg + SG.NEXT] = first;
  i32[sg + SG.PREV] = 0;
  if (first === 0) i32[q + 1] = sg;
  else i32[first + SG.PREV] = sg;
  i32[q] = sg;
}

/** Takes the sudog out, wherever it stands. It must be in this queue. */
export function unlink(q: number, sg: number): void {
  const next = i32[sg + SG.NEXT]!;
  const prev = i32[sg + SG.PREV]!;
  if (prev === 0) i32[q] = next;
  else i32[prev + SG.NEXT] = next;
  if (next === 0) i32[q + 1] = prev;
  else i32[next + SG.PREV] = prev;
  i32[sg + SG.NEXT] = 0;
  i32[sg + SG.PREV] = 0;
}

/** True if the sudog stands in this queue. */
export function queued(q: number, sg: number): boolean {
  return i32[sg + SG.PREV] !== 0 || i32[sg + SG.NEXT] !== 0 || i32[q] === sg;
}

/**
 * Takes the first sudog whose goroutine still waits. One that waits in a select is taken only by whoever wins the
 * exchange on its SELECTDONE: other cases of the same select may be firing on other channels at this moment.
 * @returns its address, 0 if nobody waits
 */
export function dequeue(q: number): number {
  for (;;) {
    const sg = i32[q]!;
    if (sg === 0) return 0;
    unlink(q, sg);
    if (i32[sg + SG.CASE] === 0) return sg;
    const cold = gColdAddress(i32[sg + SG.G]!);
    if (replace(cold + COLD.SELECTDONE, 0, 1)) return sg;
  }
}

/** The G's own sudog, ready to be queued on the object at `on`. */
export function sudogOf(gp: number, on: number): number {
  const sg = gColdAddress(gp) + COLD.SUDOG;
  i32[sg + SG.G] = gp;
  i32[sg + SG.ON] = on;
  i32[sg + SG.CASE] = 0;
  return sg;
}

/** Gives the G's own sudog room for an element of so many slots. */
export function ownElem(gp: number, slots: number): number {
  const cold = gColdAddress(gp);
  const at = slots <= INLINE_SLOTS ? cold + COLD.ELEM : malloc(slots * 2);
  i32[cold + COLD.SUDOG + SG.ELEM] = at;
  return at;
}

/** Takes back what ownElem gave. */
export function dropElem(gp: number, slots: number): void {
  if (slots > INLINE_SLOTS) mfree(i32[gColdAddress(gp) + COLD.SUDOG + SG.ELEM]!, slots * 2);
}

/** A sudog for a case of a select, with room for an element behind it. */
export function newSudog(gp: number, on: number, slots: number, index: number): number {
  const sg = malloc(SG_WORDS + slots * 2);
  i32[sg + SG.G] = gp;
  i32[sg + SG.ON] = on;
  i32[sg + SG.ELEM] = sg + SG_WORDS;
  i32[sg + SG.CASE] = index + 1;
  return sg;
}

/** Gives back what newSudog made. */
export function freeSudog(sg: number, slots: number): void {
  mfree(sg, SG_WORDS + slots * 2);
}

/** Notes for a dequeued sudog's G what woke it, and returns the G, for goready. */
export function wakeParam(sg: number, param: number): number {
  const gp = i32[sg + SG.G]!;
  i32[gp + G.PARAM] = param;
  return gp;
}
