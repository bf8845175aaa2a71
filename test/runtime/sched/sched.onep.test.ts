import '../../support/memory/onep.js';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GAddr } from '#src/runtime/memory/address.js';
import { oneP, solo } from '#src/runtime/memory/memory.js';
import { setEngine } from '#src/runtime/sched/engine.js';
import { runqput } from '#src/runtime/sched/runq.js';
import { Search } from '#src/runtime/sched/sched.js';
import { nothing, p0, queues } from '../../support/core.js';
import { first, fresh, homes, local, make, newSchedule, ringed } from '../../support/sched.js';

const search = new Search(() => {
  throw new Error('test: asked which P to steal from');
});

function find(): { gp: GAddr | 0; inherits: boolean } {
  const gp = search.findRunnable(p0, 0);
  return { gp, inherits: search.inherits };
}

beforeEach(() => void newSchedule());
afterEach(() => setEngine(undefined));

describe('the only P', () => {
  test('has one thread, which shares its words with no other', () => {
    expect([oneP, solo]).toEqual([true, true]);
  });

  test('runs a new goroutine at once, whatever else it has to run', () => {
    const gp = make('free');
    runqput(p0, gp);
    local(0);
    ringed(0);
    homes(9);
    expect(find()).toEqual({ gp, inherits: true });
  });

  test('runs new goroutines in their order, without a look at what they would wait for', () => {
    homes(9);
    const [a, b] = fresh(0, 2, 'receives') as [GAddr, GAddr];
    const [mine] = local(0) as [GAddr];
    expect([find(), find(), find()].map(({ gp }) => gp)).toEqual([mine, a, b]);
    expect(first.asked).toEqual([]);
    expect(queues(p0)).toEqual(nothing);
  });

  test('steals from none', () => {
    expect(find()).toEqual({ gp: 0, inherits: false });
  });
});
