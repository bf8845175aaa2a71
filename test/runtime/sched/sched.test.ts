import '../../support/memory/shared.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { field, type GAddr } from '#src/runtime/memory/address.js';
import { COLD, G, gStatus, H, P, RING } from '#src/runtime/memory/layout.js';
import { gColdAddress, i32 } from '#src/runtime/memory/memory.js';
import { inboxput, readyNext, runqput } from '#src/runtime/sched/runq.js';
import { interleave } from '../../support/atomics.js';
import { count, fillGlobalQueue, globalQueue, nothing, p0, p1, p2, p3, queues } from '../../support/core.js';
import {
  begin,
  beginEachTest,
  engine,
  find,
  first,
  fresh,
  homes,
  local,
  make,
  pass,
  plainly,
  ringed,
  searches,
  sleeps,
  YOUTH_MS,
} from '../../support/sched.js';

beginEachTest();

describe('a search', () => {
  test('finds nothing where nothing is', () => {
    expect(find()).toEqual(plainly(0));
    expect(searches.asked).toEqual([4]);
  });

  test('takes what was made ready last, in the same time slice, before it looks at anything else', () => {
    const [gp] = local(0) as [GAddr];
    const started = make('free');
    readyNext(p0, started);
    inboxput(p0, make('free', 1));
    const before = queues(p0);
    searches.search.better = p3;
    searches.search.againMs = 7;
    expect(find()).toEqual({ gp: started, better: p3, againMs: 7, inherits: true });
    expect(queues(p0)).toEqual({ ...before, next: 0 });
    expect(find().gp).toBe(gp);
    expect(searches.search).toMatchObject({ better: 0, againMs: 0, inherits: false });
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
      expect(searches.asked).toEqual([]);
    }
  });

  test('takes its share of the global queue when its own queues are empty', () => {
    const gps = count(20).map(() => make('plain'));
    fillGlobalQueue(gps);
    ringed(1);
    expect(find()).toEqual(plainly(gps[0]!));
    expect(queues(p0)).toEqual({ ...nothing, ring: gps.slice(1, 6) });
    expect(globalQueue()).toEqual(gps.slice(6));
    expect(searches.asked).toEqual([]);
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
    expect(searches.asked).toEqual([]);
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
