// Gs: the records of goroutines, their allocation and their free lists. After gfget, gfput and newproc1 in
// runtime/proc.go.
//
// Invariants. A G's status is written only by the owner of its next transition: its creator until it is queued, the P
// that runs it, the waker that readies it. Dead records are on one free list: this thread's or the global one.

import { field, field64, type GAddr, type PAddr } from '../memory/address.js';
import { Fatal } from '../memory/errors.js';
import { G, gStatus, H } from '../memory/layout.js';
import { lock, unlock } from '../memory/lock.js';
import { f64, gAddress, i32, solo } from '../memory/memory.js';

/** The state of this thread's M: the running goroutine, and the P that it has. One object for each thread. */
export const m = {
  /** Address of the P this thread runs as now. */
  pp: 0 as PAddr,
  /** G.HOME of the Gs that it makes: -1 - the number of its P. */
  unstarted: -1,
  /** Address of the running G; 0 in the scheduler. */
  curg: 0 as GAddr | 0,
  /** Number of its arena (arena.ts), 0 if it has none. */
  arena: 0,
  /** True from the moment a parked G gets the thread back until its parking call has noticed. */
  resuming: false,
  /** True once an iterator of the running G has answered that the G leaves its thread: to be asked again before that is misuse. */
  leaving: false,
};

/** The running goroutine: Go's getg. For code that a goroutine runs, and the scheduler does not. */
export function getg(): GAddr {
  return m.curg as GAddr;
}

/** Dead Gs that a thread keeps; with more, it gives some to the global list. */
const KEEP = 256;
/** Gs that a thread takes from the global list or the table at a time, or gives to the list. */
const BATCH = 64;
/** Ids that a thread takes at a time, so that few goroutines cost an atomic operation: Go's _GoidCacheBatch. */
const GOID_BATCH = 16;
let gfree: GAddr[] = [];
let goid = 0;
let goidEnd = 0;

/** Forgets what this thread held of an earlier run. */
export function resetGs(): void {
  gfree = [];
  goid = 0;
  goidEnd = 0;
  m.pp = 0 as PAddr;
  m.curg = 0;
  m.arena = 0;
  m.resuming = false;
  m.leaving = false;
}

/**
 * A new G with an id, whose body and arguments the caller fills in. Not queued.
 * @throws Fatal when no more goroutines fit
 */
export function newG(): GAddr {
  const gp = gfree.length > 0 ? gfree.pop()! : gfget();
  if (goid === goidEnd) {
    goid = Atomics.add(i32, H.GOIDGEN, 1) * GOID_BATCH;
    goidEnd = goid + GOID_BATCH;
  }
  goid++;
  i32[field(gp, G.STATUS)] = gStatus.runnable;
  i32[field(gp, G.HOME)] = m.unstarted;
  f64[field64(gp, G.GOID)] = goid;
  return gp;
}

function gfget(): GAddr {
  if (i32[H.GFREE_COUNT]! > 0) {
    lock(H.GFREE_LOCK);
    for (let n = 0; n < BATCH && i32[H.GFREE_HEAD] !== 0; n++) {
      const gp = i32[H.GFREE_HEAD] as GAddr;
      i32[H.GFREE_HEAD] = i32[field(gp, G.LINK)]!;
      i32[H.GFREE_COUNT]!--;
      gfree.push(gp);
    }
    unlock(H.GFREE_LOCK);
    if (gfree.length > 0) return gfree.pop()!;
  }
  const first = Atomics.add(i32, H.GNEXT, BATCH);
  const max = i32[H.GMAX]!;
  if (first + BATCH > max) {
    Atomics.sub(i32, H.GNEXT, BATCH);
    throw new Fatal(`too many goroutines: the table of a run holds ${max}, and all of them are alive`);
  }
  for (let k = BATCH - 1; k > 0; k--) gfree.push(gAddress(first + k));
  return gAddress(first);
}

/** Frees the record of a dead G. */
export function freeG(gp: GAddr): void {
  i32[field(gp, G.STATUS)] = gStatus.dead;
  gfree.push(gp);
  if (gfree.length > KEEP && !solo) spill();
}

function spill(): void {
  lock(H.GFREE_LOCK);
  for (let n = 0; n < BATCH; n++) {
    const gp = gfree.pop()!;
    i32[field(gp, G.LINK)] = i32[H.GFREE_HEAD]!;
    i32[H.GFREE_HEAD] = gp;
  }
  i32[H.GFREE_COUNT]! += BATCH;
  unlock(H.GFREE_LOCK);
}

/** Id of the G at `gp`; main is 1. */
export function goidOf(gp: GAddr): number {
  return f64[field64(gp, G.GOID)]!;
}

const ARENA_SHIFT = 20;
const BODY_SHIFT = 5;
/** Bodies that a program may have. */
export const MAX_BODIES = 2 ** (ARENA_SHIFT - BODY_SHIFT);

/** Its arena, its body's number, its count of arguments, and whether it may park, as one word. */
export function packFn(body: number, nargs: number, parks: number, arena: number): number {
  return (arena << ARENA_SHIFT) | (body << BODY_SHIFT) | (nargs << 1) | parks;
}

export function fnArena(fn: number): number {
  return fn >>> ARENA_SHIFT;
}

export function fnBody(fn: number): number {
  return (fn >>> BODY_SHIFT) & (MAX_BODIES - 1);
}

export function fnArgs(fn: number): number {
  return (fn >>> 1) & 15;
}

/** True if the G's body may park, so that once started it stays on its P. */
export function mayPark(gp: GAddr): boolean {
  return (i32[field(gp, G.FN)]! & 1) === 1;
}
