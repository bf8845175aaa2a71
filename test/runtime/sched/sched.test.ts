import '../../support/memory/shared.js';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { field, field64, type GAddr, nth, type PAddr } from '#src/runtime/memory/address.js';
import { COLD, G, gStatus, H, P, pAddress, RING } from '#src/runtime/memory/layout.js';
import { f64, gColdAddress, i32 } from '#src/runtime/memory/memory.js';
import { setEngine } from '#src/runtime/sched/engine.js';
import { found } from '#src/runtime/sched/firstwait.js';
import { goidOf } from '#src/runtime/sched/g.js';
import { inboxput, readyNext, runqput } from '#src/runtime/sched/runq.js';
import { idlest, isStealable, maySpin, mayWatch, Search } from '#src/runtime/sched/sched.js';
import { interleave } from '../../support/atomics.js';
import { count, fillGlobalQueue, globalQueue, nothing, queues } from '../../support/core.js';
import type { TestEngine } from '../../support/engine.js';
import { first, fresh, homes, local, make, newSchedule, pass, ringed, sleeps } from '../../support/sched.js';

const [p0, p1, p2, p3] = count(4).map(pAddress) as [PAddr, PAddr, PAddr, PAddr];
const YOUTH_MS = 0.2;

let engine: TestEngine;
let search: Search;
/** The P to steal from first, and what the numbers were asked below. */
let start: number;
let asked: number[];

/** What a search answers, for P number `id` that has had nothing to run for so long. */
function find(id = 0, idleMs = 0): { gp: GAddr | 0; better: PAddr | 0; againMs: number; inherits: boolean } {
  const gp = search.findRunnable(pAddress(id), idleMs);
  return { gp, better: search.better, againMs: search.againMs, inherits: search.inherits };
}

/** The answer of a search that finds this G and nothing else. */
const plainly = (gp: GAddr | 0) => ({ gp, better: 0, againMs: 0, inherits: false });

function begin(procs?: number, cores?: number): void {
  engine = newSchedule(procs, cores);
  start = 0;
  asked = [];
  search = new Search((n) => {
    asked.push(n);
    return start;
  });
}

beforeEach(() => begin());
afterEach(() => setEngine(undefined));

describe('a search', () => {
  test('finds nothing where nothing is', () => {
    expect(find()).toEqual(plainly(0));
    expect(asked).toEqual([4]);
  });

  test('takes what was made ready last, in the same time slice, before it looks at anything else', () => {
    const [gp] = local(0) as [GAddr];
    const started = make('free');
    readyNext(p0, started);
    inboxput(p0, make('free', 1));
    const before = queues(p0);
    search.better = p3;
    search.againMs = 7;
    expect(find()).toEqual({ gp: started, better: p3, againMs: 7, inherits: true });
    expect(queues(p0)).toEqual({ ...before, next: 0 });
    expect(find().gp).toBe(gp);
    expect(search).toMatchObject({ better: 0, againMs: 0, inherits: false });
  });

  test('takes runnext after that, in the same time slice', () => {
    const gp = make('plain');
    runqput(p0, gp);
    const [other] = local(0) as [GAddr];
    ringed(0);
    expect(find()).toEqual({ ...plainly(gp), inherits: true });
    expect(find()).toEqual(plainly(other));
  });

  test('moves the inbox to the local queue, and what the network has made ready', () => {
    const [a, b, c, d] = count(4).map(() => make('free')) as [GAddr, GAddr, GAddr, GAddr];
    const [mine] = local(0) as [GAddr];
    for (const gp of [a, b, c, d]) i32[field(gp, G.HOME)] = 0;
    inboxput(p0, a);
    inboxput(p0, b);
    for (const gp of [c, d]) {
      i32[field(gp, G.LINK)] = i32[field(p0, P.NETPOLL)]!;
      i32[field(p0, P.NETPOLL)] = gp;
      i32[field(gp, G.STATUS)] = gStatus.waiting;
    }
    i32[H.NTIMERS] = 5;
    expect(find()).toEqual(plainly(mine));
    expect(queues(p0)).toEqual({ ...nothing, local: [a, b, c, d] });
    expect(i32[H.NTIMERS]).toBe(3);
    expect([c, d].map((gp) => i32[field(gp, G.STATUS)])).toEqual([gStatus.runnable, gStatus.runnable]);
  });

  test('touches no word of the network where nothing has come from there', () => {
    local(0);
    expect(interleave(() => find()).filter(([, word]) => word === field(p0, P.NETPOLL))).toEqual([]);
  });

  test.each([
    [0, true],
    [1, false],
    [60, false],
    [61, true],
    [62, false],
    [122, true],
  ])('in time slice %i takes one from the global queue first: %s', (tick, globalFirst) => {
    const gps = count(9).map(() => make('plain'));
    fillGlobalQueue(gps);
    const gp = make('plain');
    runqput(p0, gp);
    local(0);
    i32[field(p0, P.SCHEDTICK)] = tick;
    expect(find()).toEqual({ ...plainly(globalFirst ? gps[0]! : gp), inherits: !globalFirst });
    expect(globalQueue()).toEqual(globalFirst ? gps.slice(1) : gps);
    expect(queues(p0).ring).toEqual([]);
  });

  test('goes on as usual in a time slice in which the global queue comes first and is empty', () => {
    i32[field(p0, P.SCHEDTICK)] = 61;
    const gp = make('plain');
    runqput(p0, gp);
    expect(find()).toEqual({ ...plainly(gp), inherits: true });
  });

  test('touches no word of other Ps through Atomics while these have nothing, whatever was there before', () => {
    const gp = make('plain', 1);
    runqput(p1, gp);
    expect(find().gp).toBe(gp);
    expect(interleave(() => find())).toEqual([]);
  });

  test('begins with another queue of the P in each time slice', () => {
    const order = [
      [3, ['local', 'ring', 'fresh']],
      [4, ['ring', 'fresh', 'local']],
      [5, ['fresh', 'local', 'ring']],
    ] as const;
    for (const [tick, names] of order) {
      begin();
      i32[field(p0, P.SCHEDTICK)] = tick;
      const gps = { local: local(0)[0], ring: ringed(0)[0], fresh: fresh(0)[0] };
      expect(names.map(() => find())).toEqual(names.map((name) => plainly(gps[name]!)));
      expect(queues(p0)).toEqual(nothing);
      expect(asked).toEqual([]);
    }
  });

  test('takes its share of the global queue when its own queues are empty', () => {
    const gps = count(20).map(() => make('plain'));
    fillGlobalQueue(gps);
    ringed(1);
    expect(find()).toEqual(plainly(gps[0]!));
    expect(queues(p0)).toEqual({ ...nothing, ring: gps.slice(1, 6) });
    expect(globalQueue()).toEqual(gps.slice(6));
    expect(asked).toEqual([]);
  });

  test('takes 128 of the global queue at most', () => {
    begin(2);
    const gps = count(400).map(() => make('plain'));
    fillGlobalQueue(gps);
    expect(find().gp).toBe(gps[0]);
    expect(queues(p0).ring).toEqual(gps.slice(1, RING / 2));
  });

  test('takes own new goroutines before it steals', () => {
    const [gp] = fresh(0) as [GAddr];
    const [other] = ringed(1) as [GAddr];
    expect(find()).toEqual(plainly(gp));
    expect(asked).toEqual([]);
    expect(find()).toEqual(plainly(other));
  });
});

describe('runnext that may park', () => {
  test('is taken if the P has nothing else', () => {
    const gp = make('free');
    runqput(p0, gp);
    fresh(0);
    expect(find()).toEqual({ ...plainly(gp), inherits: true });
  });

  test('is taken if the local queue and the ring have been used and are empty again', () => {
    local(0, 2);
    ringed(0);
    for (let k = 0; k < 3; k++) find();
    const gp = make('free');
    runqput(p0, gp);
    expect(find()).toEqual({ ...plainly(gp), inherits: true });
  });

  test('goes behind other new ones if the P has something in its local queue or in its ring', () => {
    for (const other of [local, ringed]) {
      begin();
      const gp = make('free');
      runqput(p0, gp);
      const [mine] = other(0) as [GAddr];
      const [before] = fresh(0) as [GAddr];
      expect(find()).toEqual(plainly(mine));
      expect(queues(p0)).toEqual({ ...nothing, fresh: [before, gp] });
    }
  });

  test.each([
    // goroutines that live on the Ps, others that are new, whether one more belongs on P 0
    [[0, 0, 0, 0], 0, true],
    [[1, 0, 0, 0], 0, true],
    [[2, 0, 0, 0], 0, false],
    [[2, 3, 3, 3], 0, true], // 12 with the new one: 3 for each
    [[2, 3, 3, 2], 0, false],
    [[3, 3, 3, 3], 0, false],
    [[2, 3, 3, 0], 3, true], // 12 with those in the new queue of another P
    [[2, 3, 3, 0], 2, false],
  ])('is taken while the P has less than its share: %j and %i more', (counts, more, belongs) => {
    homes(...counts);
    fresh(1, more);
    const gp = make('free');
    runqput(p0, gp);
    const answer = find();
    if (belongs) expect(answer).toEqual({ ...plainly(gp), inherits: true });
    else {
      expect(answer.gp).toBe(0);
      expect(queues(p0)).toEqual({ ...nothing, fresh: [gp] });
    }
  });

  test.each([
    ['free', true],
    ['plain', false],
  ] as const)('of another P counts as alive if it may park: %s', (name, belongs) => {
    homes(2, 3, 3, 2);
    runqput(p2, make(name, 2));
    const gp = make('free');
    runqput(p0, gp);
    find();
    expect(queues(p0).fresh).toEqual(belongs ? [] : [gp]);
  });
});

describe('an own new goroutine, while the P has others to run', () => {
  /** The search comes to the new queue first. */
  beforeEach(() => {
    i32[field(p0, P.SCHEDTICK)] = 5;
  });

  test('is started while the P has less than its share and no P without work is home to fewer', () => {
    homes(1, 1, 1, 1);
    const [gp] = fresh(0) as [GAddr];
    local(0);
    expect(find()).toEqual(plainly(gp));
  });

  test('is not started if the P has its share; not before it has waited for a time slice', () => {
    homes(2, 2, 2, 2);
    const [gp] = fresh(0) as [GAddr];
    const [mine, next] = local(0, 2) as [GAddr, GAddr];
    expect(find()).toEqual(plainly(mine));
    pass(engine, 9);
    expect(find()).toEqual(plainly(next));
    pass(engine, 1);
    expect(find()).toEqual(plainly(gp));
  });

  test('is left to a sleeping P that is home to fewer, which is to be woken once thieves may take it', () => {
    homes(2, 2, 0, 0);
    sleeps(3);
    const [gp] = fresh(0) as [GAddr];
    const [a, b, c] = local(0, 3) as [GAddr, GAddr, GAddr];
    expect(find()).toEqual(plainly(a));
    pass(engine, YOUTH_MS - 0.001);
    expect(find()).toEqual(plainly(b));
    pass(engine, 0.001);
    expect(find()).toEqual({ ...plainly(c), better: p3 });
    pass(engine, 1000);
    expect(find()).toEqual({ ...plainly(0), better: p3 });
    expect(queues(p0).fresh).toEqual([gp]);
  });

  test('is started after 100 ms if that P is not up', () => {
    homes(1, 1, 1, 0);
    sleeps(3);
    i32[field(p3, P.UP)] = 0;
    const [gp] = fresh(0) as [GAddr];
    const [a] = local(0, 2) as [GAddr];
    pass(engine, 99);
    expect(find().gp).toBe(a);
    pass(engine, 1);
    expect(find()).toEqual(plainly(gp));
  });

  test('is started if the goroutines of the P do little but talk', () => {
    homes(2, 0, 0, 0);
    sleeps(3);
    const [gp] = fresh(0) as [GAddr];
    local(0);
    pass(engine, 0.3);
    i32[field(p0, P.NSWITCHES)] = 100; // steps of 3 us
    expect(find()).toEqual(plainly(gp));
  });

  test('is noted as seen', () => {
    homes(2, 0, 0, 0);
    const [gp] = fresh(0) as [GAddr];
    i32[field(p0, P.NSWITCHES)] = 17;
    find();
    expect(i32[field(gColdAddress(gp), COLD.SEEN)]).toBe(1e6);
    expect(i32[field(gColdAddress(gp), COLD.SEENSWITCHES)]).toBe(17);
  });
});

describe('an own new goroutine, if the P has nothing else', () => {
  beforeEach(() => {
    homes(2, 0, 0, 0);
    sleeps(3);
  });

  test('is started at once while the P has less than its share', () => {
    homes(1, 0, 0, 0);
    const [gp] = fresh(0) as [GAddr];
    expect(find()).toEqual(plainly(gp));
  });

  test('is started at once if it would meet a goroutine that lives here', () => {
    const [gp] = fresh(0, 1, 'receives') as [GAddr];
    const [partner] = local(1) as [GAddr];
    first.meets = partner;
    expect(find().gp).toBe(0);
    i32[field(partner, G.HOME)] = 0;
    expect(find().gp).toBe(gp);
    expect(first.asked.at(-1)).toEqual([512, false]);
  });

  test('is left to thieves for 200 us otherwise', () => {
    const [gp] = fresh(0) as [GAddr];
    expect(find(0, YOUTH_MS - 0.0001).gp).toBe(0);
    expect(queues(p0).fresh).toEqual([gp]);
    expect(find(0, YOUTH_MS).gp).toBe(gp);
  });
});

describe('stealing', () => {
  test('begins with a P by chance, and goes on with those after it', () => {
    const gps = [1, 2, 3].map((id) => ringed(id)[0]!);
    start = 2;
    expect([find(), find(), find(), find()].map(({ gp }) => gp)).toEqual([gps[1], gps[2], gps[0], 0]);
    expect(asked).toEqual([4, 4, 4, 4]);
    ringed(3);
    expect(find(3, 0).gp).not.toBe(0);
  });

  test.each([0, 1, 2, 3])('comes to every other P, whichever is the first: %i', (from) => {
    start = from;
    for (const thief of count(4)) {
      for (const victim of count(4).filter((id) => id !== thief)) {
        begin();
        start = from;
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
    start = 1;
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
      first.meets = found.nobody;
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
    first.meets = found.nobody;
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

describe('something to steal', () => {
  test('is nowhere where nothing is', () => {
    expect(isStealable(0, false)).toBe(false);
  });

  test('is what a ring, a new queue or runnext has; of these the last two only if nothing was refused', () => {
    const places: [() => unknown, boolean][] = [
      [() => ringed(2), true],
      [() => fresh(2), false],
      [() => runqput(p2, make('plain', 2)), false],
    ];
    for (const [put, evenIfRefused] of places) {
      begin();
      put();
      expect(isStealable(0, false)).toBe(true);
      expect(isStealable(p1, false)).toBe(true);
      expect(isStealable(0, true)).toBe(evenIfRefused);
      expect(isStealable(p2, false)).toBe(false);
      expect(isStealable(p2, true)).toBe(false);
    }
  });

  test('is what the global queue has, for every P, even if something was refused', () => {
    fillGlobalQueue([make('plain')]);
    expect([isStealable(0, false), isStealable(0, true), isStealable(p1, true)]).toEqual([true, true, true]);
  });

  test('is not what only its P can run', () => {
    local(1);
    readyNext(p1, make('free', 1));
    inboxput(p1, make('free', 1));
    expect(isStealable(p0, false)).toBe(false);
  });

  test.each([0, 1, 2, 3])('is looked for on every P: %i', (id) => {
    ringed(id);
    expect(isStealable(0, true)).toBe(true);
    expect(isStealable(pAddress((id + 1) % 4), false)).toBe(true);
    expect(isStealable(pAddress(id), false)).toBe(false);
  });

  test('is looked for through Atomics: a P that is about to sleep relies on it', () => {
    const words = (['RUNQHEAD', 'RUNQTAIL', 'NEWQ_COUNT', 'RUNNEXT'] as const).map((word) => P[word]);
    expect(interleave(() => isStealable(p0, false))).toEqual(
      [H.GLOBQ_SIZE, ...[p1, p2, p3].flatMap((pp) => words.map((word) => pp + word))].map((word) => ['load', word]),
    );
  });
});

describe('an idle P', () => {
  test.each([
    // spinning, asleep, cores, may spin, may watch
    [0, 0, 4, true, true],
    [1, 0, 4, true, true],
    [2, 0, 4, false, true],
    [0, 3, 4, true, true],
    [1, 2, 4, false, true],
    [1, 1, 4, true, true],
    [0, 4, 4, false, true],
    [0, 0, 3, false, false],
    [0, 1, 3, true, true],
    [0, 2, 1, false, false],
    [0, 3, 1, true, true],
  ])('may spin while fewer than half as many spin as are awake, and these have cores: %i %i %i', (...row) => {
    const [spinning, asleep, cores, spin, watch] = row;
    begin(4, cores);
    i32[H.NMSPINNING] = spinning;
    i32[H.NPIDLE] = asleep;
    expect([maySpin(), mayWatch()]).toEqual([spin, watch]);
  });
});

describe('the P to wake', () => {
  test('is none if none sleeps', () => {
    expect(idlest()).toBe(0);
  });

  test('is the first of those that are home to the fewest', () => {
    homes(0, 3, 2, 2);
    for (const id of [1, 2, 3]) sleeps(id);
    expect(idlest()).toBe(p2);
    homes(0, 1, 2, 2);
    expect(idlest()).toBe(p1);
    homes(0, 1, 2, 0);
    expect(idlest()).toBe(p3);
  });

  test('is one whose thread is up, if there is any', () => {
    homes(0, 0, 5, 0);
    for (const id of [1, 2, 3]) {
      sleeps(id);
      i32[field(pAddress(id), P.UP)] = 0;
    }
    expect(idlest()).toBe(p1);
    i32[field(p2, P.UP)] = 1;
    expect(idlest()).toBe(p2);
    i32[field(p3, P.UP)] = 1;
    expect(idlest()).toBe(p3);
  });

  test.each([0, 1, 31, 32, 33, 39])('may be any of 40: %i', (id) => {
    begin(40);
    sleeps(id);
    expect(idlest()).toBe(pAddress(id));
    expect(i32[nth(H.IDLEMASK, id >> 5)]! >>> (id & 31)).toBe(1);
  });
});
