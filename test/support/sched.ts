// A run for tests of the scheduler: bodies, Gs of them that have not started, Ps that are awake, and a clock. Import a file of
// memory/ first.

import { afterEach, beforeEach } from 'vitest';
import { field, field64, type GAddr, nth, type PAddr } from '#src/runtime/memory/address.js';
import { COLD, G, H, P, pAddress } from '#src/runtime/memory/layout.js';
import { f64, gColdAddress, i32 } from '#src/runtime/memory/memory.js';
import { type Body, bodyNumber, setProgram } from '#src/runtime/sched/bodies.js';
import { setEngine } from '#src/runtime/sched/engine.js';
import { setMeets } from '#src/runtime/sched/firstwait.js';
import { newG, packFn } from '#src/runtime/sched/g.js';
import { localput, postponeNew, runqput } from '#src/runtime/sched/runq.js';
import { Search } from '#src/runtime/sched/sched.js';
import { actAs, count, newRun, raw, room } from './core.js';
import { newEngine, type TestEngine } from './engine.js';

// Bodies as text: the test's compiler would write the sources anew, and the scheduler reads them.
const body = (source: string) => new Function(`return ${source}`)() as Body;

/** A body that never parks; one that may, of which nobody knows what it waits for; one whose first step receives. */
const bodies = {
  plain: body('function plain() {}'),
  free: body('function* free() { work(); }'),
  receives: body('function* receives(c) { yield* c.recv(); }'),
};

/** The tag of an argument that is a handle, and the address of the channel that it is of. */
const HANDLE = 5;
const CHANNEL = 512;

/** What a receive in the first step would find: `found`, or a G. */
export const first = { meets: 0 as number, asked: [] as unknown[] };

/** When the runs of these tests have been under way for a while: in nanoseconds, microseconds and milliseconds. */
const NOW = { ns: 1e9, us: 1e6, ms: 1000 };

/** Begins a run of Ps that are awake, whose threads are up, and that have had nothing to do. */
export function newSchedule(procs = Math.min(room, 4), cores = procs): TestEngine {
  newRun({ procs, cores });
  const engine = newEngine();
  engine.time = NOW.ns;
  i32[H.CLOCK] = NOW.ms;
  i32[H.NPIDLE] = 0;
  for (const id of count(procs)) {
    const pp = pAddress(id);
    i32[nth(H.IDLEMASK, id >> 5)] = 0;
    i32[field(pp, P.UP)] = 1;
    i32[field(pp, P.PARK)] = 0;
    i32[field(pp, P.WATCHED)] = NOW.us;
    i32[field(pp, P.SCHEDTICK)] = 3; // the local queue comes first, and the global one does not
  }
  setProgram([{ url: 'file:///program.js', exports: bodies }]);
  first.meets = 0;
  first.asked = [];
  setMeets((c, sends) => {
    first.asked.push([c, sends]);
    return first.meets;
  });
  return engine;
}

/** Time passes. */
export function pass(engine: TestEngine, ms: number): void {
  engine.time += ms * 1e6;
  i32[H.CLOCK] = Math.floor(engine.time / 1e6);
}

/** A new G that P number `by` has made now. */
export function make(name: keyof typeof bodies, by = 0): GAddr {
  actAs(by);
  const gp = newG();
  const receives = name === 'receives';
  i32[field(gp, G.FN)] = packFn(bodyNumber(bodies[name]), receives ? 1 : 0, name === 'plain' ? 0 : 1, 0);
  i32[field(gp, G.ARGTAGS)] = receives ? HANDLE : 0;
  raw[gp + G.ARGS] = CHANNEL;
  const cold = gColdAddress(gp);
  i32[field(cold, COLD.CREATED)] = i32[H.CLOCK]!;
  i32[field(cold, COLD.SEEN)] = 0;
  f64[field64(cold, COLD.PARENT)] = 0;
  actAs(0);
  return gp;
}

/** New Gs in the new queue of P number `id`. */
export function fresh(id: number, n = 1, name: keyof typeof bodies = 'free'): GAddr[] {
  return count(n).map(() => {
    const gp = make(name, id);
    const before = i32[field(pAddress(id), P.RUNNEXT)]!;
    i32[field(pAddress(id), P.RUNNEXT)] = 0;
    runqput(pAddress(id), gp);
    postponeNew(pAddress(id));
    i32[field(pAddress(id), P.RUNNEXT)] = before;
    return gp;
  });
}

/** Plain Gs in the ring of P number `id`. */
export function ringed(id: number, n = 1): GAddr[] {
  const pp = pAddress(id);
  const before = i32[field(pp, P.RUNNEXT)]!;
  i32[field(pp, P.RUNNEXT)] = 0;
  const gps = count(n).map(() => make('plain', id));
  for (const gp of gps) runqput(pp, gp);
  runqput(pp, make('plain', id)); // pushes the last one into the ring
  i32[field(pp, P.RUNNEXT)] = before;
  return gps;
}

/** Started Gs in the local queue of P number `id`. */
export function local(id: number, n = 1): GAddr[] {
  return count(n).map(() => {
    const gp = make('free', id);
    i32[field(gp, G.HOME)] = id;
    localput(pAddress(id), gp);
    return gp;
  });
}

/** P number `id` sleeps. */
export function sleeps(id: number): void {
  i32[nth(H.IDLEMASK, id >> 5)]! |= 1 << (id & 31);
  i32[field(pAddress(id), P.PARK)] = 1;
  i32[H.NPIDLE]!++;
}

/** As many started goroutines live on the Ps. */
export function homes(...counts: number[]): void {
  counts.forEach((n, id) => {
    i32[field(pAddress(id), P.NHOME)] = n;
  });
}

/** What a search has found. */
export interface Answer {
  gp: GAddr | 0;
  better: PAddr | 0;
  againMs: number;
  inherits: boolean;
}

/** The answer of a search that finds this G and nothing else. */
export const plainly = (gp: GAddr | 0): Answer => ({ gp, better: 0, againMs: 0, inherits: false });

/** The searches of a thread, as any P. */
export class Searches {
  /** The P to steal from first, and the numbers of Ps of which it was to be one. */
  start = 0;
  readonly asked: number[] = [];
  readonly search = new Search((n) => {
    this.asked.push(n);
    return this.start;
  });

  /** What a search answers, for P number `id` that has had nothing to run for so long. */
  find(id = 0, idleMs = 0): Answer {
    const gp = this.search.findRunnable(pAddress(id), idleMs);
    const { better, againMs, inherits } = this.search;
    return { gp, better, againMs, inherits };
  }
}

/** How long thieves leave a new goroutine alone, in milliseconds. */
export const YOUTH_MS = 0.2;

/** The engine and the searches of the running test. */
export let engine: TestEngine;
export let searches: Searches;

/** Begins a new run, of so many Ps, and its searches. */
export function begin(procs?: number): void {
  engine = newSchedule(procs);
  searches = new Searches();
}

export const find: Searches['find'] = (id, idleMs) => searches.find(id, idleMs);

/** Gives each test of the file a new run. */
export function beginEachTest(): void {
  beforeEach(() => begin());
  afterEach(() => setEngine(undefined));
}
