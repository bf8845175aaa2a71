// A thread of test/runtime/corethreads.test.ts: it works in the memory that it was started with, at the same time as others.

import { parentPort, workerData } from 'node:worker_threads';
import { Rng } from '#src/lib/rng.js';
import { type BlockAddr, field, type GAddr, nth } from '#src/runtime/memory/address.js';
import { G, H, P, pAddress } from '#src/runtime/memory/layout.js';
import { lock, unlock } from '#src/runtime/memory/lock.js';
import { malloc, mfree } from '#src/runtime/memory/malloc.js';
import { gIndex, i32 } from '#src/runtime/memory/memory.js';
import { enterRun } from '#src/runtime/run/threadstate.js';
import { m, newG, packFn } from '#src/runtime/sched/g.js';
import {
  drainInbox,
  globrunqget,
  inboxput,
  localget,
  newqget,
  nextsteal,
  postponeNew,
  ringget,
  ringsteal,
  runqput,
  takeNextNew,
} from '#src/runtime/sched/runq.js';
import { enterIdle, leaveIdle, wake } from '#src/runtime/threads/park.js';

interface Start {
  readonly act: keyof typeof acts;
  /** Number of this thread, which is that of its P, and how many there are. */
  readonly id: number;
  readonly threads: number;
  readonly n: number;
  readonly seed: number;
  /** Words beside the memory of the run: how many threads are up, a word for the act, and a table. */
  readonly beside: SharedArrayBuffer;
}

const { act, id, threads, n, seed, beside } = workerData as Start;
const table = new Int32Array(beside);
/** Places in the table: threads that are up, what is left to do, and where the rest begins. */
const [UP, LEFT, REST] = [0, 1, 16];
const rng = new Rng(seed * 31 + id);
const pp = pAddress(id);
/** Milliseconds after which a wake-up is taken for lost. */
const LOST = 3000;

const acts = {
  /**
   * Thread 0 makes `n` Gs and runs some of them; the others steal. Each G that is run is passed to the inbox of P 0. The table has
   * how often each was run, and how often it came home.
   */
  queues(): void {
    const home = pAddress(0);
    const ran = (gp: GAddr | 0) => {
      if (gp === 0) return false;
      Atomics.add(table, REST + 2 * gIndex(gp), 1);
      if (id === 0) cameHome(gp);
      else inboxput(home, gp);
      return true;
    };
    const cameHome = (gp: GAddr) => {
      Atomics.add(table, REST + 2 * gIndex(gp) + 1, 1);
      Atomics.sub(table, LEFT, 1);
    };
    const accept = () => rng.below(8) > 0;
    let made = 0;
    while (Atomics.load(table, LEFT) > 0) {
      if (id > 0) {
        const victim = pAddress(rng.below(threads));
        const choice = rng.below(4);
        if (ran(ringget(pp))) continue;
        if (choice === 0) ran(newqget(victim, accept));
        else if (choice === 1) ran(nextsteal(victim, accept));
        else if (choice === 2) ran(globrunqget(pp, 1 + rng.below(60)));
        else if (victim !== pp) ran(ringsteal(pp, victim));
        continue;
      }
      for (let k = rng.below(400); k > 0 && made < n; k--, made++) {
        const gp = newG();
        i32[field(gp, G.FN)] = packFn(0, 0, rng.below(4) === 0 ? 1 : 0, 0);
        runqput(pp, gp);
        if (rng.below(5) === 0) postponeNew(pp);
      }
      for (let k = rng.below(100); k > 0; k--) ran(rng.below(2) === 0 ? ringget(pp) : newqget(pp));
      ran(takeNextNew(pp));
      drainInbox(pp);
      for (let gp = localget(pp); gp !== 0; gp = localget(pp)) cameHome(gp);
    }
  },

  /** Each thread adds to words that only a lock protects. */
  lock(): void {
    for (let k = 0; k < n; k++) {
      lock(H.GFREE_LOCK);
      i32[H.GFREE_COUNT]!++;
      table[REST]!++;
      unlock(H.GFREE_LOCK);
    }
  },

  /** A G goes round all Ps `n` times. A P sleeps while it has none, and the P that passes the G on wakes it. */
  park(): void {
    if (id === 0) inboxput(pp, newG());
    const next = pAddress((id + 1) % threads);
    for (let k = 0; k < n; k++) {
      for (;;) {
        drainInbox(pp);
        const gp = localget(pp);
        if (gp !== 0) {
          inboxput(next, gp);
          wake(next);
          break;
        }
        enterIdle(pp);
        if (Atomics.load(i32, field(pp, P.INBOX)) === 0) {
          const woken = Atomics.wait(i32, field(pp, P.PARK), 1, LOST);
          if (woken === 'timed-out') throw new Error(`P ${id} has not been woken`);
        }
        leaveIdle(pp);
      }
    }
  },

  /** Threads exchange blocks, which each fills with its own mark, and gives back what it gets. */
  malloc(): void {
    const places = 64;
    const sizes = [3, 8, 8, 20, 20, 100, 4097];
    for (let k = 0; k < n; k++) {
      const words = sizes[rng.below(sizes.length)]!;
      const mark = rng.next() | 0;
      const block = malloc(words);
      i32[nth(block)] = words;
      for (let w = 1; w < words; w++) i32[nth(block, w)] = mark;
      const other = Atomics.exchange(table, REST + rng.below(places), block) as BlockAddr | 0;
      if (other === 0) continue;
      const size = i32[nth(other)]!;
      const first = i32[nth(other, 1)];
      for (let w = 1; w < size; w++) {
        if (i32[nth(other, w)] !== first) throw new Error('a block in use has changed');
      }
      mfree(other, size);
    }
  },
};

enterRun();
m.pp = pp;
m.unstarted = -1 - id;
leaveIdle(pp);
Atomics.add(table, UP, 1);
while (Atomics.load(table, UP) < threads); // all begin at the same time
acts[act]();
parentPort!.postMessage('done');
