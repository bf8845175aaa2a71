// P 0 of a run, when it has nothing to run: what it does through Atomics, and what the Ps are counted as. Import a file of memory/
// first.

import { afterEach, beforeEach } from 'vitest';
import { field, type GAddr } from '#src/runtime/memory/address.js';
import { H, P } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { setEngine } from '#src/runtime/sched/engine.js';
import { inboxput } from '#src/runtime/sched/runq.js';
import { Search } from '#src/runtime/sched/sched.js';
import { Idler } from '#src/runtime/threads/idle.js';
import { type Access, interleave } from './atomics.js';
import { bits, p0, p1, p2, p3 } from './core.js';
import type { TestEngine } from './engine.js';
import { make, newSchedule } from './sched.js';

/** The word on which P 0 sleeps. */
export const PARK = field(p0, P.PARK);
/** Nanoseconds that pass between two looks at the clock. */
export const TICK = 1000;

/** P 0 of a run of four Ps, all of which are awake. */
export class IdleP {
  readonly engine: TestEngine;
  readonly search: Search;
  readonly idler: Idler;
  /** How many times the Ps are searched for work, and what is called before that. */
  searches = 0;
  onSearch = (): void => {};

  /** @param search searches instead of the scheduler */
  constructor(cores = 4, search?: Pick<Search, 'findRunnable' | 'better' | 'againMs'>) {
    this.engine = newSchedule(4, cores);
    this.engine.onNow = () => {
      this.engine.time += TICK;
    };
    const random = () => {
      this.searches++;
      this.onSearch();
      return 0;
    };
    this.search = (search as Search | undefined) ?? new Search(random);
    this.idler = new Idler(p0, this.engine, this.engine.timers, this.search);
  }

  /** What P 0 finds and does: its accesses, with what other threads do before some of them. */
  find(before?: (access: Access, index: number) => void): { gp: GAddr | 0; accesses: Access[]; sleeps: Access[] } {
    let gp: GAddr | 0 = 0;
    const accesses = interleave(() => {
      gp = this.idler.find();
    }, before);
    return { gp, accesses, sleeps: accesses.filter(([op]) => op === 'wait') };
  }
}

/** What the Ps are counted as. */
export function counts() {
  return {
    npidle: i32[H.NPIDLE],
    mask: bits(H.IDLEMASK),
    spinning: i32[H.NMSPINNING],
    park: [p0, p1, p2, p3].map((pp) => i32[field(pp, P.PARK)]),
  };
}

export const allAwake = { npidle: 0, mask: [], spinning: 0, park: [0, 0, 0, 0] };

/** A started G that another P makes ready. */
export function arrives(): GAddr {
  const gp = make('free', 1);
  inboxput(p0, gp);
  return gp;
}

/** P 0 of the running test. */
export let p: IdleP;

export const find: IdleP['find'] = (before) => p.find(before);

/** Begins a new run, see IdleP. */
export function begin(...args: ConstructorParameters<typeof IdleP>): void {
  p = new IdleP(...args);
}

/** Gives each test of the file a new run. */
export function beginEachTest(): void {
  beforeEach(() => begin());
  afterEach(() => setEngine(undefined));
}
