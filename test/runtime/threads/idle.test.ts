import '../../support/memory/shared.js';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { field, type GAddr, type PAddr } from '#src/runtime/memory/address.js';
import { H, P, pAddress, park, runStatus, started } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { setEngine } from '#src/runtime/sched/engine.js';
import { inboxput, runqput } from '#src/runtime/sched/runq.js';
import { Search } from '#src/runtime/sched/sched.js';
import { Idler, wakep } from '#src/runtime/threads/idle.js';
import { endRun, enterIdle, wake } from '#src/runtime/threads/park.js';
import { type Access, interleave } from '../../support/atomics.js';
import { bits, nothing, queues } from '../../support/core.js';
import type { TestEngine } from '../../support/engine.js';
import { fresh, homes, make, newSchedule, ringed, sleeps } from '../../support/sched.js';

const [p0, p1, p2, p3] = [0, 1, 2, 3].map(pAddress) as [PAddr, PAddr, PAddr, PAddr];
const PARK = field(p0, P.PARK);
/** Nanoseconds that pass between two looks at the clock. */
const TICK = 1000;
/** How long thieves leave a new goroutine alone. */
const YOUTH_MS = 0.2;

let engine: TestEngine;
let search: Search;
let idler: Idler;

/** How many times the Ps are searched for work, and what is called before that. */
let searches: number;
let onSearch: () => void;

/** What P 0 finds and does: its accesses, with what other threads do before some of them. */
function find(before?: (access: Access, index: number) => void): {
  gp: GAddr | 0;
  accesses: Access[];
  sleeps: Access[];
} {
  let gp: GAddr | 0 = 0;
  const accesses = interleave(() => {
    gp = idler.find();
  }, before);
  return { gp, accesses, sleeps: accesses.filter(([op]) => op === 'wait') };
}

/** What the Ps are counted as. */
function counts() {
  return {
    npidle: i32[H.NPIDLE],
    mask: bits(H.IDLEMASK),
    spinning: i32[H.NMSPINNING],
    park: [p0, p1, p2, p3].map((pp) => i32[field(pp, P.PARK)]),
  };
}

const allAwake = { npidle: 0, mask: [], spinning: 0, park: [0, 0, 0, 0] };

/** A started G that another P makes ready. */
function arrives(): GAddr {
  const gp = make('free', 1);
  inboxput(p0, gp);
  return gp;
}

function begin(cores = 4): void {
  engine = newSchedule(4, cores);
  engine.onNow = () => {
    engine.time += TICK;
  };
  searches = 0;
  onSearch = () => {};
  search = new Search(() => {
    searches++;
    onSearch();
    return 0;
  });
  idler = new Idler(p0, engine, engine.timers, search);
}

beforeEach(() => begin());
afterEach(() => setEngine(undefined));

describe('a thread that comes up', () => {
  test('counts its P as awake, which was taken for asleep', () => {
    sleeps(0);
    i32[field(p0, P.UP)] = 0;
    idler.up();
    expect(i32[field(p0, P.UP)]).toBe(1);
    expect(counts()).toEqual(allAwake);
    expect(i32[H.IDLEGEN]).toBe(1);
  });

  test('does not spin, even if its P was woken to', () => {
    sleeps(0);
    i32[H.NMSPINNING] = 1;
    wake(p0, park.spinning);
    idler.up();
    expect(counts()).toEqual(allAwake);
    expect(i32[H.IDLEGEN]).toBe(1);
  });
});

describe('a P without work', () => {
  test('takes what is in its inbox without a search, if goroutines live there', () => {
    homes(1);
    const [a, b] = [arrives(), arrives()];
    expect(find()).toMatchObject({ gp: a, accesses: [['exchange', field(p0, P.INBOX), 0]] });
    expect(queues(p0)).toEqual({ ...nothing, local: [b] });
    expect(engine.time).toBe(1e9);
    expect(searches).toBe(0);
  });

  test.each([
    ['no goroutine lives there', [0], 4],
    ['the Ps share cores', [1], 3],
  ] as const)('searches as usual if %s', (_, homesOf, cores) => {
    begin(cores);
    homes(...homesOf);
    const gp = arrives();
    expect(find().gp).toBe(gp);
    expect(engine.time).toBeGreaterThan(1e9);
  });

  test('spins for 40 us, and counts as one that does', () => {
    const seen: unknown[] = [];
    onSearch = () => seen.push([i32[H.NMSPINNING], i32[H.NPIDLE]]);
    let asleep: unknown;
    find(([op]) => {
      if (op !== 'wait') return;
      asleep ??= { at: engine.time, ...counts() };
      endRun(runStatus.exited);
    });
    expect(seen.length).toBeGreaterThan(10);
    expect(new Set(seen.map(String))).toEqual(new Set(['1,0']));
    expect(asleep).toMatchObject({ npidle: 1, mask: [0], spinning: 0, park: [park.asleep, 0, 0, 0] });
    const spun = ((asleep as { at: number }).at - 1e9) / 1000;
    expect(spun).toBeGreaterThan(40);
    expect(spun).toBeLessThan(50);
  });

  test('tells the search for how many milliseconds it has had nothing to run', () => {
    const idleMs: number[] = [];
    const findRunnable = (_: PAddr, ms: number) => {
      idleMs.push(ms);
      return 0;
    };
    const stub = { findRunnable, better: 0, againMs: 0 };
    idler = new Idler(p0, engine, engine.timers, stub as unknown as Search);
    find(([op]) => {
      if (op === 'wait') endRun(runStatus.exited);
    });
    expect(idleMs).toEqual(idleMs.toSorted((a, b) => a - b));
    expect(idleMs[0]).toBeCloseTo(0.002, 3);
    expect(idleMs.at(-1)).toBeCloseTo(0.04, 2);
  });

  test('counts itself off before its last look, so that no submitter relies on it', () => {
    const order: string[] = [];
    find(([op, word, value]) => {
      if (word === H.NMSPINNING) order.push(`NMSPINNING ${op} ${value}`);
      else if (word === H.NPIDLE || word === PARK) order.push(`${word === PARK ? 'PARK' : 'NPIDLE'} ${op}`);
      else if (word === field(p0, P.INBOX)) order.push(`INBOX ${op}`);
      else if (word === field(p1, P.NEWQ_COUNT)) order.push(`NEWQ_COUNT ${op}`);
      else if (word === field(p0, P.PREEMPT) && op === 'load') order.push('PREEMPT load');
      if (op === 'wait') endRun(runStatus.exited);
    });
    expect(order).toEqual([
      'NMSPINNING add 1',
      'NMSPINNING sub 1',
      'NPIDLE add',
      'PARK store',
      'INBOX load',
      'NEWQ_COUNT load',
      'PREEMPT load',
      'PARK wait',
      'PARK compareExchange',
      'PARK exchange',
    ]);
    expect(i32[field(p0, P.NWAKES)]).toBe(1);
  });

  test('does not spin if enough others do, and looks once', () => {
    i32[H.NMSPINNING] = 2;
    find(([op]) => {
      if (op === 'wait') endRun(runStatus.exited);
    });
    expect(searches).toBe(1);
    expect(i32[H.NMSPINNING]).toBe(2);
  });

  test('that may not spin watches its inbox for 40 us if goroutines live there', () => {
    homes(1);
    i32[H.NMSPINNING] = 2;
    let gp: GAddr | 0 = 0;
    engine.onNow = () => {
      engine.time += TICK;
      if (engine.time === 1e9 + 20 * TICK) gp = arrives();
    };
    expect(find().gp).toBe(gp);
    expect(gp).not.toBe(0);
    expect(engine.time - 1e9).toBeLessThan(25 * TICK);
    expect(searches).toBe(0);
    expect(counts()).toEqual({ ...allAwake, spinning: 2 });
  });

  test('that watches its inbox sees the end of the run, and looks once when time is up', () => {
    homes(1);
    i32[H.NMSPINNING] = 2;
    engine.onNow = () => {
      engine.time += TICK;
      if (engine.time === 1e9 + 5 * TICK) endRun(runStatus.exited);
    };
    expect(find()).toMatchObject({ gp: 0, sleeps: [] });
    expect(engine.time - 1e9).toBeLessThan(20 * TICK);
    begin();
    homes(1);
    i32[H.NMSPINNING] = 2;
    let at = 0;
    onSearch = () => {
      at ||= engine.time;
    };
    find(([op]) => {
      if (op === 'wait') endRun(runStatus.exited);
    });
    expect(at - 1e9).toBeGreaterThan(40 * TICK);
    expect(at - 1e9).toBeLessThan(50 * TICK);
  });

  test('that finds something while it spins wakes the next one if there is more', () => {
    const gps = ringed(1, 4);
    sleeps(2);
    sleeps(3);
    expect(find().gp).toBe(gps[1]);
    expect(counts()).toEqual({ npidle: 1, mask: [3], spinning: 1, park: [0, 0, park.spinning, park.asleep] });
  });

  test('that finds something while it spins wakes none if there is nothing more', () => {
    const [gp] = ringed(1) as [GAddr];
    sleeps(2);
    expect(find().gp).toBe(gp);
    expect(counts()).toEqual({ npidle: 1, mask: [2], spinning: 0, park: [0, 0, park.asleep, 0] });
  });

  test('that finds something without having spun wakes none', () => {
    begin(2);
    const gps = ringed(1, 4);
    sleeps(2);
    expect(find().gp).toBe(gps[1]);
    expect(counts()).toEqual({ npidle: 1, mask: [2], spinning: 0, park: [0, 0, park.asleep, 0] });
  });

  test('wakes the P to which it leaves a goroutine, and takes that if the P has not taken it', () => {
    homes(1, 9, 0, 0);
    sleeps(3);
    const [gp] = fresh(1, 8) as [GAddr];
    expect(find()).toMatchObject({ gp, sleeps: [] });
    expect(counts()).toMatchObject({ npidle: 0, mask: [], park: [0, 0, 0, park.awake] });
  });

  test('that has found something leaves that P asleep', () => {
    homes(1, 9, 0, 0);
    sleeps(3);
    const [gp] = ringed(2) as [GAddr];
    search.better = p3; // of an earlier search
    expect(find().gp).toBe(gp);
    expect(counts()).toEqual({ npidle: 1, mask: [3], spinning: 0, park: [0, 0, 0, park.asleep] });
  });

  /** How long (us) it searches or watches its inbox before it sleeps, with nothing to find. */
  function spinsFor(): number {
    const before = engine.time;
    let us = 0;
    find(([op]) => {
      if (op !== 'wait') return;
      us ||= (engine.time - before) / TICK;
      endRun(runStatus.exited);
    });
    i32[H.STATUS] = runStatus.running;
    i32[field(p0, P.PREEMPT)] = 0;
    return us;
  }

  test('spins no more after 750 spins in vain', () => {
    for (let k = 0; k < 750; k++) expect(spinsFor()).toBeGreaterThan(40);
    expect(spinsFor()).toBeLessThan(10);
    expect(spinsFor()).toBeLessThan(10);
    expect(counts()).toEqual(allAwake);
    // What it finds without a spin says nothing of spins.
    for (let k = 0; k < 200; k++) {
      const [gp] = ringed(1) as [GAddr];
      expect(find().gp).toBe(gp);
    }
    expect(spinsFor()).toBeLessThan(10);
  });

  test.each([
    ['in its inbox', 1, () => arrives()],
    ['in a ring', 0, () => ringed(1)[0]!],
  ] as const)('goes on spinning while one wait in five finds something %s', (_, here, come) => {
    for (let k = 0; k < 760; k++) {
      expect(spinsFor()).toBeGreaterThan(40);
      if (k % 4 !== 3) continue;
      homes(here);
      const gp = come();
      expect(find().gp).toBe(gp);
      homes(0);
    }
  });

  test('does not watch its inbox where the Ps share cores', () => {
    begin(3);
    homes(1);
    expect(spinsFor()).toBeLessThan(10);
    begin(4);
    homes(1);
    i32[H.NMSPINNING] = 2;
    expect(spinsFor()).toBeGreaterThan(40);
  });
});

describe('a sleeping P', () => {
  /** P 0 may not spin. */
  beforeEach(() => {
    i32[H.NMSPINNING] = 2;
  });

  test.each([
    ['in its inbox', () => void arrives(), []],
    ['in the ring of another P', () => void ringed(2), []],
    ['as runnext of another P', () => runqput(p2, make('plain', 2)), []],
    // Which it refuses, because that is young: it sleeps until it may take it.
    ['in the new queue of another P', () => void fresh(2), [YOUTH_MS]],
  ] satisfies [string, () => void, number[]][])('does not sleep if work has come meanwhile %s', (_, come, timeouts) => {
    let done = false;
    const { gp, sleeps } = find(([op, word]) => {
      if (op === 'wait') {
        engine.time += YOUTH_MS * 1e6;
        i32[field(p2, P.NSWITCHES)]!++;
      }
      if (done || op !== 'store' || word !== PARK) return;
      done = true;
      come();
    });
    expect(gp).not.toBe(0);
    expect(sleeps.map(([, , , timeout]) => timeout)).toEqual(timeouts);
    expect(counts()).toEqual({ ...allAwake, spinning: 2 });
  });

  test('does not sleep if it is asked to do something else meanwhile', () => {
    const { gp, sleeps } = find(([op, word]) => {
      if (op === 'store' && word === PARK) i32[field(p0, P.PREEMPT)] = 1;
    });
    expect([gp, sleeps]).toEqual([0, []]);
    expect(counts()).toEqual({ ...allAwake, spinning: 2 });
    expect(i32[field(p0, P.NWAKES)]).toBe(0);
  });

  test('sleeps until it is woken, and takes what has come', () => {
    let gp: GAddr | 0 = 0;
    const found = find(([op]) => {
      if (op !== 'wait') return;
      expect(counts()).toEqual({ npidle: 1, mask: [0], spinning: 2, park: [park.asleep, 0, 0, 0] });
      gp = arrives();
      expect(wake(p0)).toBe(true);
    });
    expect(found).toMatchObject({ gp, sleeps: [['wait', PARK, park.asleep, Number.POSITIVE_INFINITY]] });
    expect(counts()).toEqual({ ...allAwake, spinning: 2 });
    expect(i32[field(p0, P.NWAKES)]).toBe(1);
    expect(searches).toBe(1);
  });

  test('that is woken looks around once, and does not watch its inbox first', () => {
    homes(1);
    let woken = 0;
    let gp: GAddr | undefined;
    const found = find(([op]) => {
      if (op !== 'wait') return;
      woken = engine.time;
      [gp] = ringed(1);
      wake(p0);
    });
    expect(found.gp).toBe(gp);
    expect(engine.time - woken).toBeLessThan(5 * TICK);
  });

  test('that is woken for nothing sleeps again', () => {
    const gps: GAddr[] = [];
    const { gp, sleeps } = find(([op]) => {
      if (op !== 'wait') return;
      if (i32[field(p0, P.NWAKES)] === 2) gps.push(arrives());
      wake(p0);
    });
    expect(gps).toEqual([gp]);
    expect(sleeps).toHaveLength(3);
    expect(i32[field(p0, P.NWAKES)]).toBe(3);
    expect(counts()).toEqual({ ...allAwake, spinning: 2 });
  });

  test('that is woken to look for work spins for 40 us, counted by the one that has woken it', () => {
    i32[H.NMSPINNING] = 2;
    let woken = 0;
    const { gp, sleeps } = find(([op]) => {
      if (op !== 'wait') return;
      if (woken > 0) {
        expect(i32[H.NMSPINNING]).toBe(0);
        endRun(runStatus.exited);
        return;
      }
      woken = engine.time;
      i32[H.NMSPINNING] = 1;
      searches = 0;
      wake(p0, park.spinning);
    });
    expect(gp).toBe(0);
    expect(sleeps).toHaveLength(2);
    expect(searches).toBeGreaterThan(10);
    expect((engine.time - woken) / TICK).toBeGreaterThan(40);
    expect((engine.time - woken) / TICK).toBeLessThan(60);
    expect(counts()).toEqual(allAwake);
  });

  test('that is woken to look for work when the run ends counts itself off', () => {
    const { gp } = find(([op]) => {
      if (op !== 'wait') return;
      i32[H.NMSPINNING] = 1;
      wake(p0, park.spinning);
      endRun(runStatus.exited);
    });
    expect(gp).toBe(0);
    expect(counts()).toEqual(allAwake);
  });

  test.each([
    // a timer in so many ms, what was refused for so many, at most how long it sleeps
    [5, 0, 5],
    [5, 2, 2],
    [5, 9, 5],
    [Number.POSITIVE_INFINITY, 7, 7],
  ])('has a timer in %f ms, and what it refused for %f: it sleeps for %f at most', (timer, again, most) => {
    if (timer < 1000) engine.timers.start(1e9 + timer * 1e6, () => {});
    const stub = { findRunnable: () => 0, better: 0, againMs: again } as unknown as Search;
    idler = new Idler(p0, engine, engine.timers, stub);
    const { sleeps } = find(([op]) => {
      if (op === 'wait') endRun(runStatus.exited);
    });
    const timeout = sleeps[0]![3]!;
    expect(timeout).toBeLessThanOrEqual(most);
    expect(timeout).toBeGreaterThan(most - 0.1);
  });

  test('wakes by itself when its timer is due, and answers 0', () => {
    engine.timers.start(1e9 + 2e6, () => {});
    const { gp, sleeps } = find(([op]) => {
      if (op === 'wait') engine.time += 3e6;
    });
    expect(gp).toBe(0);
    expect(sleeps).toHaveLength(1);
    expect(counts()).toEqual({ ...allAwake, spinning: 2 });
    expect(i32[H.IDLEGEN]).toBe(1);
  });

  test('does not sleep if a timer is due, or if it is asked to do something else', () => {
    engine.timers.start(1e9, () => {});
    expect(find()).toMatchObject({ gp: 0, sleeps: [] });
    begin();
    i32[field(p0, P.PREEMPT)] = 1;
    expect(find()).toMatchObject({ gp: 0, sleeps: [] });
    expect(counts()).toEqual(allAwake);
  });

  test('does not sleep for a timer that is due at this moment', () => {
    engine.onNow = () => {};
    engine.timers.start(1e9, () => {});
    expect(find()).toMatchObject({ gp: 0, sleeps: [] });
  });

  test('does not count what it has just refused as work', () => {
    fresh(1);
    let timeout = 0;
    find(([op, , , ms]) => {
      if (op !== 'wait') return;
      timeout = ms!;
      endRun(runStatus.exited);
    });
    expect(timeout).toBe(0.2);
  });
});

describe('the last P to fall asleep', () => {
  beforeEach(() => {
    for (const id of [1, 2, 3]) sleeps(id);
    i32[H.STARTED] = started.queued;
  });

  test('ends a run in which no goroutine can run', () => {
    expect(find().gp).toBe(0);
    expect(i32[H.STATUS]).toBe(runStatus.deadlocked);
    expect(counts()).toEqual(allAwake);
  });

  test('does not if it is to search again soon', () => {
    const stub = { findRunnable: () => 0, better: 0, againMs: 7 } as unknown as Search;
    idler = new Idler(p0, engine, engine.timers, stub);
    let status: number | undefined;
    find(([op]) => {
      if (op !== 'wait') return;
      status ??= i32[H.STATUS];
      endRun(runStatus.exited);
    });
    expect(status).toBe(runStatus.running);
  });

  test('does not if a goroutine sleeps', () => {
    engine.timers.start(1e9 + 5e6, () => {});
    find(([op]) => {
      if (op === 'wait') engine.time += 6e6;
    });
    expect(i32[H.STATUS]).toBe(runStatus.running);
  });

  test('does not if it has refused a goroutine', () => {
    fresh(1);
    find(([op]) => {
      if (op !== 'wait') return;
      expect(i32[H.STATUS]).toBe(runStatus.running);
      endRun(runStatus.exited);
    });
    expect(i32[H.STATUS]).toBe(runStatus.exited);
  });
});

describe('new work', () => {
  const spinner = [
    ['load', H.NMSPINNING],
    ['compareExchange', H.NMSPINNING, 0, 1],
  ];

  test('wakes no P if all are awake, or if one looks for work', () => {
    expect(interleave(wakep)).toEqual([['load', H.NPIDLE]]);
    sleeps(2);
    i32[H.NMSPINNING] = 1;
    expect(interleave(wakep)).toEqual([['load', H.NMSPINNING]]);
    expect(counts()).toEqual({ npidle: 1, mask: [2], spinning: 1, park: [0, 0, park.asleep, 0] });
  });

  test('wakes the P that is home to the fewest, to look for work', () => {
    homes(0, 0, 2, 1);
    sleeps(2);
    sleeps(3);
    expect(interleave(wakep)).toEqual([
      ...spinner,
      ['compareExchange', field(p3, P.PARK), park.asleep, park.spinning],
      ['add', H.IDLEGEN, 1],
      ['and', H.IDLEMASK, ~8],
      ['sub', H.NPIDLE, 1],
      ['notify', field(p3, P.PARK), 1],
    ]);
    expect(counts()).toEqual({ npidle: 1, mask: [2], spinning: 1, park: [0, 0, park.asleep, park.spinning] });
    wakep();
    expect(counts()).toMatchObject({ npidle: 1, spinning: 1 });
  });

  test('wakes one P if two others submit some at the same time', () => {
    sleeps(2);
    sleeps(3);
    let done = false;
    interleave(wakep, ([op, word]) => {
      if (done || op !== 'compareExchange' || word !== H.NMSPINNING) return;
      done = true;
      wakep();
    });
    expect(done).toBe(true);
    expect(counts()).toEqual({ npidle: 1, mask: [3], spinning: 1, park: [0, 0, park.spinning, park.asleep] });
  });

  test('wakes another P if one has just woken by itself, and counts none as looking if none sleeps', () => {
    for (const others of [[2, 3], [2]]) {
      begin();
      for (const id of others) sleeps(id);
      interleave(wakep, ([op, word]) => {
        if (op === 'compareExchange' && word === field(p2, P.PARK)) wake(p2);
      });
      const woken = others.length === 2;
      expect(counts()).toEqual({
        npidle: 0,
        mask: [],
        spinning: woken ? 1 : 0,
        park: [0, 0, 0, woken ? park.spinning : 0],
      });
    }
  });

  test('sees a P that has counted itself idle a moment ago', () => {
    interleave(wakep, ([op, word]) => {
      if (op === 'load' && word === H.NPIDLE) enterIdle(p1);
    });
    expect(counts()).toEqual({ npidle: 0, mask: [], spinning: 1, park: [0, park.spinning, 0, 0] });
  });
});
