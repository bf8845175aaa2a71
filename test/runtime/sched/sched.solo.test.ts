import '../../support/memory/solo.js';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { field, type GAddr, nth } from '#src/runtime/memory/address.js';
import { H, P, pAddress } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { setEngine } from '#src/runtime/sched/engine.js';
import { runqput } from '#src/runtime/sched/runq.js';
import { isStealable, Search } from '#src/runtime/sched/sched.js';
import { bits, count, nothing, queues } from '../../support/core.js';
import { fresh, homes, make, newSchedule, ringed } from '../../support/sched.js';

const PS = 40;
let start: number;
let search: Search;

function find(id: number, idleMs = 0): GAddr | 0 {
  return search.findRunnable(pAddress(id), idleMs);
}

function unmark(): void {
  i32[H.STEALMASK] = 0;
  i32[nth(H.STEALMASK, 1)] = 0;
}

beforeEach(() => {
  newSchedule(PS);
  start = 0;
  search = new Search(() => start);
});
afterEach(() => setEngine(undefined));

describe('the mask of Ps that may have something to steal', () => {
  test('loses a P when a thief finds nothing there', () => {
    ringed(3);
    ringed(35);
    expect(find(35)).not.toBe(0);
    expect(find(3)).not.toBe(0);
    expect(bits(H.STEALMASK)).toEqual([3, 35]);
    expect(find(5)).toBe(0);
    expect(bits(H.STEALMASK)).toEqual([]);
  });

  test('keeps a P whose runnext or whose new goroutines were refused', () => {
    runqput(pAddress(3), make('free', 3));
    fresh(35);
    runqput(pAddress(12), make('plain', 12));
    expect(find(12)).not.toBe(0); // its own
    expect(find(5)).toBe(0);
    expect(bits(H.STEALMASK)).toEqual([3, 35]);
    expect(queues(pAddress(35)).fresh).toHaveLength(1);
  });

  test('keeps a P of which a thief takes a part', () => {
    ringed(3, 4);
    expect(find(5)).not.toBe(0);
    expect(bits(H.STEALMASK)).toEqual([3, 5]);
  });
});

describe('a thief', () => {
  test('finds what any P has, wherever it begins', () => {
    for (const victim of [0, 1, 30, 31, 32, 33, 39]) {
      for (start of [0, 5, 31, 32, 39]) {
        const [gp] = ringed(victim) as [GAddr];
        expect(find(7)).toBe(gp);
        expect(queues(pAddress(victim))).toEqual(nothing);
      }
    }
    expect(find(7)).toBe(0);
    expect(bits(H.STEALMASK)).toEqual([7]); // itself
  });

  test('looks at every P once, beginning with the one by chance', () => {
    const ids = [2, 17, 31, 32, 38];
    const left = ids.map((id) => ringed(id)[0]!);
    start = 18;
    expect(ids.map(() => find(7))).toEqual([2, 3, 4, 0, 1].map((k) => left[k]));
    expect(find(7)).toBe(0);
  });

  test('looks at no P that is not in the mask', () => {
    ringed(3);
    unmark();
    expect(find(7)).toBe(0);
    expect(isStealable(0, false)).toBe(false);
  });

  test('takes runnext where nothing else is, and clears the P then', () => {
    const gp = make('plain', 35);
    runqput(pAddress(35), gp);
    const [other] = ringed(39) as [GAddr];
    expect([find(7), find(7), find(7)]).toEqual([other, gp, 0]);
    expect(bits(H.STEALMASK)).toEqual([7]); // itself
  });

  test('leaves a new goroutine to a P that is home to fewer', () => {
    homes(...count(PS).map(() => 1));
    i32[field(pAddress(33), P.NHOME)] = 0;
    i32[field(pAddress(33), P.UP)] = 0;
    fresh(3, 8);
    expect(find(7)).toBe(0);
    expect(search.better).toBe(pAddress(33));
  });
});

describe('something to steal', () => {
  test.each([0, 1, 30, 31, 32, 33, 39])('is what P %i has', (id) => {
    ringed(id);
    expect(isStealable(0, true)).toBe(true);
    expect(isStealable(pAddress(id), true)).toBe(false);
    i32[field(pAddress(id), P.RUNQHEAD)] = i32[field(pAddress(id), P.RUNQTAIL)]!;
    expect(isStealable(0, true)).toBe(false);
    fresh(id);
    expect(isStealable(0, false)).toBe(true);
  });
});
