// The runtime's core without an engine: memory that is new, Gs, and what stands in the queues. Import a file of memory/ first.

import { field, type GAddr, nth, type PAddr, type Word, type Words } from '#src/runtime/memory/address.js';
import { layOut } from '#src/runtime/memory/initial.js';
import { G, H, P, pAddress, RING } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { attached } from '#src/runtime/memory/reserve.js';
import { enterRun } from '#src/runtime/run/threadstate.js';
import { m, newG, packFn } from '#src/runtime/sched/g.js';
import { runqput, takeNextNew } from '#src/runtime/sched/runq.js';

/** The first Ps. */
export const [p0, p1, p2, p3] = [0, 1, 2, 3].map(pAddress) as [PAddr, PAddr, PAddr, PAddr];

/** The memory as plain words, for those of which a test knows only the place. */
export const raw = i32 as unknown as Int32Array;

/** How many Ps the memory has room for. */
export const room: number = attached()!.procs;

/** The words at address 0, which is nil, and what stands there: an access to them is one to a G, a P or a sudog that is none. */
const NIL_WORDS = 16;
const NIL = 77;

/** What stands in the slots of new rings, and in the links of new Gs: what was there before must not matter. */
export const STALE = 7 as GAddr;

/** Begins a run in new memory, of as many Ps as there is room for, or fewer. This thread acts as P 0. */
export function newRun(options: { procs?: number; cores?: number; seed?: number } = {}): void {
  const { procs = Math.min(room, 4), cores = procs, seed = 1 } = options;
  const { stackTraceLimit } = Error;
  layOut(i32, { procs: room, cores, seed });
  i32[H.NPROCS] = procs;
  i32[H.NPIDLE] = procs;
  for (let id = procs; id < room; id++) i32[nth(H.IDLEMASK, id >> 5)]! &= ~(1 << (id & 31));
  raw.fill(NIL, 0, NIL_WORDS);
  for (const pp of count(procs).map(pAddress)) raw.fill(STALE, pp + P.RING, pp + P.RING + RING);
  if (procs < room) raw.fill(NIL, pAddress(procs), pAddress(procs + 1)); // a P that is none
  enterRun();
  Error.stackTraceLimit = stackTraceLimit;
  actAs(0);
}

/** From now on this thread is that of P number `id`. */
export function actAs(id: number): void {
  m.pp = pAddress(id);
  m.unstarted = -1 - id;
}

/** The numbers from 0 to n-1. */
export function count(n: number): number[] {
  return Array.from({ length: n }, (_, k) => k);
}

/** New plain Gs, with links of an earlier life. */
export function plainGs(n: number): GAddr[] {
  return gs(n, 0);
}

/** New Gs that may park, with links of an earlier life. */
export function parkingGs(n: number): GAddr[] {
  return gs(n, 1);
}

function gs(n: number, parks: number): GAddr[] {
  return count(n).map(() => {
    const gp = newG();
    i32[field(gp, G.FN)] = packFn(0, 0, parks, 0);
    i32[field(gp, G.LINK)] = STALE;
    return gp;
  });
}

/** The Gs that are linked from this one on. */
export function linked(first: GAddr | 0): GAddr[] {
  const found: GAddr[] = [];
  for (let gp = first; gp !== 0; gp = i32[field(gp, G.LINK)]!) {
    if (found.push(gp) > 10_000) throw new Error('test: links in a circle');
  }
  return found;
}

/** A queue of linked Gs. @throws Error if its tail is not the last one */
function queue(head: Word<'G'>, tail: Word<'G'>): GAddr[] {
  const found = linked(i32[head]!);
  if (found.length > 0 && i32[tail] !== found.at(-1)) throw new Error('test: TAIL is not the last');
  return found;
}

/** All that stands in the queues of a P. */
export interface Queues {
  next: GAddr | 0;
  runnext: GAddr | 0;
  ring: GAddr[];
  fresh: GAddr[];
  local: GAddr[];
  /** From the youngest to the oldest. */
  inbox: GAddr[];
  netpoll: GAddr[];
}

/** A P without anything to run. */
export const nothing: Queues = { next: 0, runnext: 0, ring: [], fresh: [], local: [], inbox: [], netpoll: [] };

/** @throws Error if what is at address 0 has been written */
export function checkNil(): void {
  if (raw.subarray(0, NIL_WORDS).some((word) => word !== NIL)) throw new Error('test: nil has been written');
}

/** What stands in the queues of a P. @throws Error if a count, a tail, a lock or nil is not what it has to be */
export function queues(pp: PAddr): Queues {
  checkNil();
  const fresh = queue(field(pp, P.NEWQ_HEAD), field(pp, P.NEWQ_TAIL));
  if (i32[field(pp, P.NEWQ_COUNT)] !== fresh.length) throw new Error('test: NEWQ_COUNT is wrong');
  if (i32[field(pp, P.NEWQ_LOCK)] !== 0) throw new Error('test: NEWQ_LOCK is taken');
  return {
    next: i32[field(pp, P.NEXT)]!,
    runnext: i32[field(pp, P.RUNNEXT)]!,
    ring: ring(pp),
    fresh,
    local: queue(field(pp, P.LOCALQ_HEAD), field(pp, P.LOCALQ_TAIL)),
    inbox: linked(i32[field(pp, P.INBOX)]!),
    netpoll: linked(i32[field(pp, P.NETPOLL)]!),
  };
}

function ring(pp: PAddr): GAddr[] {
  const found: GAddr[] = [];
  const tail = i32[field(pp, P.RUNQTAIL)]!;
  for (let k = i32[field(pp, P.RUNQHEAD)]!; k !== tail; k = (k + 1) | 0) {
    if (found.push(i32[nth(field(pp, P.RING), k & (RING - 1))] as GAddr) > RING)
      throw new Error('test: the ring overflows');
  }
  return found;
}

/** Has the ring of a P begin after so many Gs, as if these had gone through it. */
export function startRing(pp: PAddr, number: number): void {
  i32[field(pp, P.RUNQHEAD)] = number;
  i32[field(pp, P.RUNQTAIL)] = number;
}

/** What stands in the global queue. @throws Error if its size, its tail or its lock is not what it has to be */
export function globalQueue(): GAddr[] {
  const found = queue(H.GLOBQ_HEAD, H.GLOBQ_TAIL);
  if (i32[H.GLOBQ_SIZE] !== found.length) throw new Error('test: GLOBQ_SIZE is wrong');
  if (i32[H.GLOBQ_LOCK] !== 0) throw new Error('test: GLOBQ_LOCK is taken');
  return found;
}

/** Fills the global queue, which is empty. */
export function fillGlobalQueue(gps: readonly GAddr[]): void {
  gps.forEach((gp, k) => {
    i32[field(gp, G.LINK)] = gps[k + 1] ?? 0;
  });
  i32[H.GLOBQ_HEAD] = gps[0] ?? 0;
  i32[H.GLOBQ_TAIL] = gps.at(-1) ?? STALE;
  i32[H.GLOBQ_SIZE] = gps.length;
}

/** Numbers of the Ps that have a bit in a mask. */
export function bits(mask: Word, words: Words = i32): number[] {
  return count(1024).filter((id) => (words[nth(mask, id >> 5)]! >>> (id & 31)) & 1);
}

/** HEADs at which a ring begins in tests: new, in the middle, and about to pass the largest and the smallest word. */
export const starts = [0, 200, 2 ** 31 - 100, -100];

/** Puts plain Gs into the ring of P `pp`, and leaves its runnext empty. */
export function fillRing(pp: PAddr, gps: readonly GAddr[]): void {
  for (const gp of [...gps, ...plainGs(1)]) runqput(pp, gp); // the last one pushes the one before into the ring
  takeNextNew(pp);
}
