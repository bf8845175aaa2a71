import '../../support/memory/shared.js';

import { describe, expect, test } from 'vitest';
import { field, type GAddr, type PAddr } from '#src/runtime/memory/address.js';
import { H, P, park, runStatus } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { wakep } from '#src/runtime/threads/idle.js';
import { endRun, enterIdle, wake } from '#src/runtime/threads/park.js';
import { interleave } from '../../support/atomics.js';
import { nothing, p0, p1, p2, p3, queues } from '../../support/core.js';
import { allAwake, arrives, begin, beginEachTest, counts, find, PARK, p, TICK } from '../../support/idle.js';
import { fresh, homes, ringed, sleeps } from '../../support/sched.js';

beginEachTest();

describe('a thread that comes up', () => {
  test('counts its P as awake, which was taken for asleep', () => {
    sleeps(0);
    i32[field(p0, P.UP)] = 0;
    p.idler.up();
    expect(i32[field(p0, P.UP)]).toBe(1);
    expect(counts()).toEqual(allAwake);
    expect(i32[H.IDLEGEN]).toBe(1);
  });

  test('does not spin, even if its P was woken to', () => {
    sleeps(0);
    i32[H.NMSPINNING] = 1;
    wake(p0, park.spinning);
    p.idler.up();
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
    expect(p.engine.time).toBe(1e9);
    expect(p.searches).toBe(0);
  });

  test.each([
    ['no goroutine lives there', [0], 4],
    ['the Ps share cores', [1], 3],
  ] as const)('searches as usual if %s', (_, homesOf, cores) => {
    begin(cores);
    homes(...homesOf);
    const gp = arrives();
    expect(find().gp).toBe(gp);
    expect(p.engine.time).toBeGreaterThan(1e9);
  });

  test('spins for 40 us, and counts as one that does', () => {
    const seen: unknown[] = [];
    p.onSearch = () => seen.push([i32[H.NMSPINNING], i32[H.NPIDLE]]);
    let asleep: unknown;
    find(([op]) => {
      if (op !== 'wait') return;
      asleep ??= { at: p.engine.time, ...counts() };
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
    const findRunnable = (_: PAddr, ms: number): 0 => {
      idleMs.push(ms);
      return 0;
    };
    begin(4, { findRunnable, better: 0, againMs: 0 });
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
    expect(p.searches).toBe(1);
    expect(i32[H.NMSPINNING]).toBe(2);
  });

  test('that may not spin watches its inbox for 40 us if goroutines live there', () => {
    homes(1);
    i32[H.NMSPINNING] = 2;
    let gp: GAddr | 0 = 0;
    p.engine.onNow = () => {
      p.engine.time += TICK;
      if (p.engine.time === 1e9 + 20 * TICK) gp = arrives();
    };
    expect(find().gp).toBe(gp);
    expect(gp).not.toBe(0);
    expect(p.engine.time - 1e9).toBeLessThan(25 * TICK);
    expect(p.searches).toBe(0);
    expect(counts()).toEqual({ ...allAwake, spinning: 2 });
  });

  test('that watches its inbox sees the end of the run, and looks once when time is up', () => {
    homes(1);
    i32[H.NMSPINNING] = 2;
    p.engine.onNow = () => {
      p.engine.time += TICK;
      if (p.engine.time === 1e9 + 5 * TICK) endRun(runStatus.exited);
    };
    expect(find()).toMatchObject({ gp: 0, sleeps: [] });
    expect(p.engine.time - 1e9).toBeLessThan(20 * TICK);
    begin();
    homes(1);
    i32[H.NMSPINNING] = 2;
    let at = 0;
    p.onSearch = () => {
      at ||= p.engine.time;
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
    p.search.better = p3; // of an earlier search
    expect(find().gp).toBe(gp);
    expect(counts()).toEqual({ npidle: 1, mask: [3], spinning: 0, park: [0, 0, 0, park.asleep] });
  });

  /** How long (us) it searches or watches its inbox before it sleeps, with nothing to find. */
  function spinsFor(): number {
    const before = p.engine.time;
    let us = 0;
    find(([op]) => {
      if (op !== 'wait') return;
      us ||= (p.engine.time - before) / TICK;
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
