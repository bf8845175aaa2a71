// What the types of addresses refuse, and what they take. Nothing runs this file: `npm run check` compiles it, and an error that
// is expected and does not come is an error.

import {
  type Addr,
  type ChanAddr,
  type ColdAddr,
  field,
  field64,
  type GAddr,
  nth,
  nth64,
  type ObjectAddr,
  offsets,
  type PAddr,
  type SlotsAddr,
  type StringAddr,
  type SudogAddr,
  slot,
  slotsAt,
  type Word,
} from '#src/runtime/memory/address.js';
import { COLD, G, H, P, pAddress, pId, SG } from '#src/runtime/memory/layout.js';
import { malloc, mfree } from '#src/runtime/memory/malloc.js';
import { f64, gColdAddress, gIndex, i32 } from '#src/runtime/memory/memory.js';
import { freeString, readString } from '#src/runtime/memory/string.js';
import { add, exchange, load, replace, store } from '#src/runtime/memory/word.js';
import { by, gopark, goready, wait } from '#src/runtime/sched/engine.js';
import { mayPark } from '#src/runtime/sched/g.js';
import { inboxput, localput, newqget, ringsteal, runqput } from '#src/runtime/sched/runq.js';
import { type SemaAddr, semrelease } from '#src/runtime/sched/sema.js';
import { enqueue, unlink, type WaitQueue } from '#src/runtime/sched/waitq.js';
import { wake } from '#src/runtime/threads/park.js';

/** Words of a mutex and of a channel, as their files declare them. */
const M = offsets<'mutex'>()({ STATE: 1 });
const C = offsets<'chan', { RECVQ: 'sudog'; BUF: 'slots' }>()({ COUNT: 1, RECVQ: 2, BUF: 4 });
type MutexAddr = Addr<'object' | 'mutex'>;

export function wordsOfRecords(pp: PAddr, gp: GAddr, sg: SudogAddr, cold: ColdAddr, c: ChanAddr, mu: MutexAddr): void {
  const id: number = pId(pp);
  i32[field(pp, P.CURG)] = gp;
  i32[field(gp, G.STATUS)] = 1;
  i32[field(sg, SG.G)] = gp;
  f64[field64(gp, G.GOID)] = 1;
  i32[field(c, C.COUNT)]!++;
  i32[H.NPIDLE]!++;

  // @ts-expect-error an address of a P plus a distance is no word
  i32[pp + P.RUNNEXT] = gp;
  // @ts-expect-error nor is that of a G
  i32[gp + G.STATUS] = 1;
  // @ts-expect-error nor a G and a word of a P
  i32[gp + P.RUNNEXT] = gp;
  // @ts-expect-error a number is no word
  i32[5] = 1;
  // @ts-expect-error a word of a P in a G
  i32[field(gp, P.RUNNEXT)] = gp;
  // @ts-expect-error a word of a G in a P
  i32[field(pp, G.STATUS)] = 1;
  // @ts-expect-error a word of a cold record in the hot one
  i32[field(gp, COLD.WAITREASON)] = 1;
  // @ts-expect-error a word of a sudog in a cold record
  i32[field(cold, SG.G)] = gp;
  // @ts-expect-error a P's number is not its address
  i32[field(id, P.RUNNEXT)] = gp;
  // @ts-expect-error nor is a word of the header an address
  i32[field(H.NPIDLE, P.RUNNEXT)] = gp;
  // @ts-expect-error a word of the header is no distance
  i32[field(pp, H.NPIDLE)] = 1;
  // @ts-expect-error a word of a channel in a mutex
  i32[field(mu, C.COUNT)] = 1;
  // @ts-expect-error a word of a mutex in a channel
  i32[field(c, M.STATE)] = 1;
  // @ts-expect-error an object of which nobody knows that it is a channel
  i32[field(c as ObjectAddr, C.COUNT)] = 1;
  // @ts-expect-error half of a float64 is no word
  i32[field(gp, G.GOID)] = 1;
  // @ts-expect-error a word is no float64
  f64[field64(gp, G.STATUS)] = 1;
  // @ts-expect-error a word is no index of a float64
  f64[field(gp, G.STATUS)] = 1;
}

export function valuesOfWords(pp: PAddr, gp: GAddr, sg: SudogAddr, c: ChanAddr): void {
  i32[field(pp, P.RUNNEXT)] = 0;
  const next: GAddr | 0 | undefined = i32[field(pp, P.RUNNEXT)];
  store(field(pp, P.RUNNEXT), gp);
  const before: GAddr | 0 = exchange(field(pp, P.RUNNEXT), 0);
  replace(field(pp, P.RUNNEXT), gp, 0);
  add(H.NMSPINNING, 1);
  i32[field(sg, SG.ON)] = c;

  // @ts-expect-error a number where a G belongs
  i32[field(pp, P.RUNNEXT)] = 5;
  // @ts-expect-error a P where a G belongs
  i32[field(pp, P.RUNNEXT)] = pp;
  // @ts-expect-error a sudog where a G belongs
  i32[field(sg, SG.G)] = sg;
  // @ts-expect-error a G where a sudog belongs
  i32[field(sg, SG.NEXT)] = gp;
  // @ts-expect-error a G where an object belongs
  i32[field(sg, SG.ON)] = gp;
  // @ts-expect-error a sudog is stored where a G belongs
  store(field(pp, P.RUNNEXT), sg);
  // @ts-expect-error a P is exchanged for a G
  exchange(field(pp, P.INBOX), pp);
  // @ts-expect-error a number is expected where a G is
  replace(field(pp, P.RUNNEXT), 7, gp);
  // @ts-expect-error a G is not added to
  add(field(pp, P.RUNNEXT), 1);
  // @ts-expect-error the same through Atomics
  Atomics.add(i32, field(pp, P.RUNNEXT), 1);
  // @ts-expect-error and a sudog there
  Atomics.store(i32, field(pp, P.RUNNEXT), sg);
  // @ts-expect-error a G that may be 0
  const known: GAddr = load(field(pp, P.RUNNEXT));
  // @ts-expect-error a sudog that is read from a word with a G
  const sudog: SudogAddr | 0 = i32[field(pp, P.RUNNEXT)]!;
  void [next, before, known, sudog];
}

export function callsWithAddresses(pp: PAddr, gp: GAddr, sg: SudogAddr, c: ChanAddr, mu: MutexAddr, s: SemaAddr): void {
  runqput(pp, gp);
  inboxput(pp, gp);
  wake(pAddress(3));
  goready(gp, by.send);
  gopark(wait.chanReceive, c);
  mfree(malloc(8), 8);

  // @ts-expect-error a P's number
  runqput(3, gp);
  // @ts-expect-error the other way round
  runqput(gp, pp);
  // @ts-expect-error a number
  runqput(pp, 64);
  // @ts-expect-error a sudog, not its G
  localput(pp, sg);
  // @ts-expect-error a sudog, not its G
  goready(sg, by.send);
  // @ts-expect-error a G, not what it waits on
  gopark(wait.chanReceive, gp);
  // @ts-expect-error a G that may be 0
  mayPark(i32[field(pp, P.CURG)]!);
  // @ts-expect-error a P's number
  wake(3);
  // @ts-expect-error a G, not a P
  newqget(gp);
  // @ts-expect-error a P's number as the victim
  ringsteal(pp, 1);
  // @ts-expect-error a P, not a G
  gIndex(pp);
  // @ts-expect-error a cold record, not a G
  gColdAddress(gColdAddress(gp));
  // @ts-expect-error a mutex, not its semaphore
  semrelease(mu, by.mutexUnlock);
  // @ts-expect-error a semaphore, not a channel
  field(s, C.COUNT);
  // @ts-expect-error an address is a number, and not the other way round
  const made: GAddr = 64;
  // @ts-expect-error a G is no P
  const other: PAddr = gp;
  // @ts-expect-error not every object is a channel
  const chan: ChanAddr = mu as ObjectAddr;
  void [made, other, chan];
}

export function waitQueues(q: WaitQueue, gp: GAddr, sg: SudogAddr, word: Word<'G'>): void {
  enqueue(q, sg);
  // @ts-expect-error a G, not its sudog
  enqueue(q, gp);
  // @ts-expect-error a word with a G
  unlink(word, sg);
  // @ts-expect-error a G's next is no sudog
  enqueue(q, i32[field(gp, G.LINK)]!);
}

export function slotsAndStrings(gp: GAddr, c: ChanAddr, slots: SlotsAddr, text: StringAddr): void {
  const second: SlotsAddr = slot(slotsAt(gp, G.ARGS), 1);
  f64[nth64(second)] = 1;
  i32[nth<'string'>(second)] = text;
  readString(i32[nth<'string'>(second)]!);

  // @ts-expect-error a G has slots, and is none
  slot(gp, 1);
  // @ts-expect-error a word that holds no slots
  slotsAt(gp, G.STATUS);
  // @ts-expect-error the slots of a channel in a G
  slotsAt(gp, C.BUF);
  // @ts-expect-error slots, not a string
  freeString(slots);
  // @ts-expect-error a string, not slots
  slot(text, 1);
  void c;
}
