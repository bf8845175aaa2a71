import '../../support/memory/shared.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { field, field64, type GAddr, type PAddr } from '#src/runtime/memory/address.js';
import { COLD, H, P, pAddress } from '#src/runtime/memory/layout.js';
import { f64, gColdAddress, i32 } from '#src/runtime/memory/memory.js';
import { found } from '#src/runtime/sched/firstwait.js';
import { goidOf } from '#src/runtime/sched/g.js';
import { runqput } from '#src/runtime/sched/runq.js';
import { count, nothing, p0, p1, p2, p3, queues } from '../../support/core.js';
import {
  begin,
  beginEachTest,
  engine,
  find,
  first,
  fresh,
  homes,
  make,
  pass,
  plainly,
  ringed,
  searches,
  sleeps,
  YOUTH_MS,
} from '../../support/sched.js';

beginEachTest();

describe('stealing', () => {
  test('begins with a P by chance, and goes on with those after it', () => {
    const gps = [1, 2, 3].map((id) => ringed(id)[0]!);
    searches.start = 2;
    expect([find(), find(), find(), find()].map(({ gp }) => gp)).toEqual([gps[1], gps[2], gps[0], 0]);
    expect(searches.asked).toEqual([4, 4, 4, 4]);
    ringed(3);
    expect(find(3, 0).gp).not.toBe(0);
  });

  test.each([0, 1, 2, 3])('comes to every other P, whichever is the first: %i', (from) => {
    searches.start = from;
    for (const thief of count(4)) {
      for (const victim of count(4).filter((id) => id !== thief)) {
        begin();
        searches.start = from;
        const [gp] = ringed(victim) as [GAddr];
        expect(find(thief)).toEqual(plainly(gp));
      }
    }
  });

  test('takes half of a ring, of which the last is run', () => {
    const gps = ringed(2, 6);
    expect(find(1)).toEqual(plainly(gps[2]!));
    expect(queues(p1)).toEqual({ ...nothing, ring: gps.slice(0, 2) });
    expect(queues(p2)).toEqual({ ...nothing, ring: gps.slice(3) });
  });

  test('takes from a ring before the new queue of the same P', () => {
    const [gp] = fresh(1) as [GAddr];
    const [other] = ringed(1) as [GAddr];
    expect(find(0, 0).gp).toBe(other);
    find(0, 0);
    pass(engine, 10);
    expect(find(0, 10).gp).toBe(gp);
  });

  test('takes runnext only where no P has anything else', () => {
    const next = make('plain', 1);
    runqput(p1, next);
    const [gp] = ringed(3) as [GAddr];
    searches.start = 1;
    expect(find()).toEqual(plainly(gp));
    expect(find()).toEqual(plainly(next));
    expect(queues(p1)).toEqual(nothing);
    expect(find()).toEqual(plainly(0));
  });

  test('does not take the last goroutine of its own P for that of another', () => {
    runqput(p0, make('free'));
    homes(9, 0, 0, 0); // so that it is postponed
    expect(find()).toEqual({ ...plainly(0) });
    expect(queues(p0).fresh).toHaveLength(1);
  });
});

describe('a new goroutine of another P', () => {
  /** Another P has seen it and left it there for long enough; its own P has chosen others meanwhile, and has some to run. */
  function ripe(n = 1, name: 'free' | 'receives' = 'free'): GAddr[] {
    const gps = fresh(1, n, name);
    for (const gp of gps) {
      i32[field(gColdAddress(gp), COLD.SEEN)] = 1e6 - 200;
      i32[field(gColdAddress(gp), COLD.SEENSWITCHES)] = -1;
    }
    return gps;
  }

  const left = (againMs: number, better: PAddr | 0 = 0) => ({ gp: 0, better, againMs, inherits: false });

  test('is taken if it is plain, whatever it is', () => {
    homes(9, 0, 0, 0);
    const gp = make('plain', 1);
    runqput(p1, gp);
    expect(find()).toEqual(plainly(gp));
  });

  test('is taken while the thief has less than its share', () => {
    first.meets = found.unknown;
    const [gp] = ripe() as [GAddr];
    expect(find()).toEqual(plainly(gp));
  });

  test('is left alone for 200 us after it was seen first', () => {
    const [gp] = fresh(1) as [GAddr];
    i32[field(p1, P.NSWITCHES)] = 5;
    expect(find()).toEqual(left(YOUTH_MS));
    expect(i32[field(gColdAddress(gp), COLD.SEEN)]).toBe(1e6);
    expect(i32[field(gColdAddress(gp), COLD.SEENSWITCHES)]).toBe(5);
    i32[field(p1, P.NSWITCHES)] = 6; // its P has chosen a goroutine since
    pass(engine, YOUTH_MS - 0.001);
    expect(find()).toEqual(left(YOUTH_MS));
    pass(engine, 0.001);
    expect(find()).toEqual(plainly(gp));
  });

  test('is left alone for 10 ms if its P has not chosen a goroutine since, and is awake', () => {
    const [gp] = fresh(1) as [GAddr];
    find();
    pass(engine, 9.999);
    expect(find()).toEqual(left(YOUTH_MS));
    pass(engine, 0.001);
    expect(find()).toEqual(plainly(gp));
    const [next] = fresh(1) as [GAddr];
    find();
    pass(engine, YOUTH_MS);
    sleeps(1);
    expect(find()).toEqual(plainly(next));
  });

  test.each([
    [7, false],
    [8, true],
  ])('is taken at once if it is one of many: %i', (n, taken) => {
    const [gp] = fresh(1, n) as [GAddr];
    expect(find()).toEqual(taken ? plainly(gp) : left(YOUTH_MS));
  });

  test.each([
    // traced, goroutines that may park, how long one is young (ms)
    [1, [0, 0, 0, 0], 2],
    [1, [0, 1, 0, 0], 2],
    [1, [0, 2, 0, 0], YOUTH_MS],
    [0, [0, 0, 0, 0], YOUTH_MS],
    [2, [0, 0, 0, 0], YOUTH_MS],
  ])('is young for longer in a traced run of two goroutines: %i %j', (tracing, counts, ms) => {
    homes(...counts);
    i32[H.TRACING] = tracing;
    const [gp] = fresh(1) as [GAddr];
    expect(find()).toEqual(left(ms));
    i32[field(p1, P.NSWITCHES)] = 1;
    pass(engine, ms - 0.001);
    expect(find()).toEqual(left(ms));
    pass(engine, 0.001);
    expect(find()).toEqual(plainly(gp));
  });

  describe('that would only wait for its creator', () => {
    let gp: GAddr;
    let creator: GAddr;

    beforeEach(() => {
      creator = make('free', 1);
      i32[field(p1, P.CURG)] = creator;
      [gp] = ripe(1, 'receives') as [GAddr];
      f64[field64(gColdAddress(gp), COLD.PARENT)] = goidOf(creator);
      first.meets = found.none;
    });

    test.each([
      [0, YOUTH_MS],
      [YOUTH_MS, YOUTH_MS],
      [3, 3],
      [10, 10],
      [50, 10],
    ])('is left alone as long as that runs; after %f ms without work the thief looks again in %f', (idleMs, again) => {
      expect(find(0, idleMs)).toEqual(left(again));
      expect(i32[field(gColdAddress(gp), COLD.SEEN)]).toBe(0);
      expect(queues(p1).fresh).toEqual([gp]);
    });

    test('is taken when another one runs there, or when something else would happen', () => {
      i32[field(p1, P.CURG)] = make('free', 1);
      expect(find()).toEqual(left(5)); // it would wait all the same, and its P has to be watched first
      i32[field(p1, P.CURG)] = creator;
      first.meets = found.buffer;
      expect(find()).toEqual(plainly(gp));
    });
  });

  test('is left alone for 5 ms if the goroutines of its P do little but talk, or if it is too early to tell', () => {
    const [gp] = ripe() as [GAddr];
    pass(engine, 0.3);
    i32[field(p1, P.NSWITCHES)] = 100;
    expect(find()).toEqual(left(5));
    i32[field(p1, P.NSWITCHES)] = 50;
    expect(find()).toEqual(plainly(gp));
    const [other] = ripe(1, 'receives') as [GAddr];
    first.meets = found.none;
    expect(find()).toEqual(left(5));
    expect(queues(p1).fresh).toEqual([other]);
  });

  test.each([
    // goroutines that live on the Ps (and one new one), whether P 0 may take it at once
    [[0, 0, 0, 0], true],
    [[1, 0, 0, 0], false],
    [[1, 1, 1, 1], true], // 5, so 2 for some
    [[1, 1, 1, 0], false], // 4, so 1 for each
    [[2, 2, 2, 2], true],
    [[2, 2, 2, 1], false],
  ])('is taken at once up to the share of the thief, rounded up: %j', (counts, taken) => {
    homes(...counts);
    const [gp] = ripe() as [GAddr];
    expect(find()).toEqual(taken ? plainly(gp) : left(10));
  });

  test('is left to a sleeping P that is home to fewer, the one with the fewest of all', () => {
    homes(5, 5, 2, 1);
    ripe();
    expect(find()).toEqual(left(10)); // those are awake
    sleeps(2);
    expect(find()).toEqual(left(10, p2));
    sleeps(3);
    expect(find()).toEqual(left(10, p3));
    homes(1, 9, 1, 1);
    expect(find()).toMatchObject({ gp: expect.any(Number), better: 0 });
  });

  test('is left to a P whose thread is not up, even if that counts as awake', () => {
    homes(1, 9, 9, 0);
    i32[field(p3, P.UP)] = 0;
    ripe();
    expect(find()).toEqual(left(10, p3));
  });

  test.each([0, 2, 3])('is left to P %i if that is the one', (id) => {
    const thief = id === 2 ? 3 : 2;
    homes(5, 9, 5, 5);
    i32[field(pAddress(id), P.NHOME)] = 1;
    sleeps(id);
    ripe();
    expect(find(thief)).toEqual(left(10, pAddress(id)));
  });

  test('is left to the first of those with the fewest', () => {
    homes(1, 9, 0, 0);
    sleeps(2);
    sleeps(3);
    ripe();
    expect(find()).toEqual(left(10, p2));
  });

  test('is taken nevertheless after 10 ms, if both have waited for as long', () => {
    for (const [counts, asleep] of [
      [[1, 0, 0, 0], false],
      [[1, 9, 0, 0], true],
    ] as const) {
      begin();
      homes(...counts);
      if (asleep) sleeps(3);
      const [gp] = ripe() as [GAddr];
      const better = asleep ? p3 : 0;
      pass(engine, 9);
      expect(find(0, 10)).toEqual(left(10, better));
      pass(engine, 1);
      expect(find(0, 9.99)).toEqual(left(10, better));
      expect(find(0, 10)).toEqual(plainly(gp));
    }
  });

  test('that is runnext is asked for in the same way', () => {
    const gp = make('free', 1);
    runqput(p1, gp);
    expect(find()).toEqual(left(YOUTH_MS));
    expect(queues(p1)).toEqual({ ...nothing, runnext: gp });
    i32[field(p1, P.NSWITCHES)] = 1;
    pass(engine, YOUTH_MS);
    expect(find()).toEqual(plainly(gp));
    expect(queues(p1)).toEqual(nothing);
  });

  test('that is refused does not keep the thief from others', () => {
    fresh(1);
    const [gp] = ringed(3) as [GAddr];
    expect(find()).toEqual({ ...plainly(gp), againMs: YOUTH_MS });
  });
});
