import '../../support/memory/shared.js';

import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { field, type GAddr, type PAddr } from '#src/runtime/memory/address.js';
import { Fatal, resetVerdict } from '#src/runtime/memory/errors.js';
import { G, gStatus, H } from '#src/runtime/memory/layout.js';
import { gAddress, gIndex, i32 } from '#src/runtime/memory/memory.js';
import {
  fnArena,
  fnArgs,
  fnBody,
  freeG,
  getg,
  goidOf,
  MAX_BODIES,
  m,
  mayPark,
  newG,
  packFn,
  resetGs,
} from '#src/runtime/sched/g.js';
import { interrupt, underLock } from '../../support/atomics.js';
import { actAs, count, linked, newRun } from '../../support/core.js';

const KEEP = 256;
const BATCH = 64;

/** Numbers of the records in the global free list. @throws Error if its count or its lock is not what it has to be */
function free(): number[] {
  const found = linked(i32[H.GFREE_HEAD]!).map(gIndex);
  if (found.length !== i32[H.GFREE_COUNT] || i32[H.GFREE_LOCK] !== 0) throw new Error('test: a wrong free list');
  return found;
}

beforeEach(() => newRun());

describe('a new G', () => {
  test('is runnable, has not started, and knows the P that made it', () => {
    for (const id of [0, 3, 39]) {
      actAs(id);
      const gp = newG();
      expect(i32[field(gp, G.STATUS)]).toBe(gStatus.runnable);
      expect(i32[field(gp, G.HOME)]).toBe(-1 - id);
    }
  });

  test('has the next record of the 64 that its thread takes from the table at a time', () => {
    expect(count(BATCH).map(() => gIndex(newG()))).toEqual(count(BATCH));
    expect(i32[H.GNEXT]).toBe(BATCH);
    expect(gIndex(newG())).toBe(BATCH);
    expect(i32[H.GNEXT]).toBe(2 * BATCH);
    expect(count(BATCH - 1).map(() => gIndex(newG()))).toEqual(count(BATCH - 1).map((k) => BATCH + 1 + k));
    expect(i32[H.GNEXT]).toBe(2 * BATCH);
  });

  test('has an id of the 16 that its thread takes at a time; the first is 1', () => {
    expect(count(16).map(() => goidOf(newG()))).toEqual(count(16).map((k) => k + 1));
    expect(i32[H.GOIDGEN]).toBe(1);
    i32[H.GOIDGEN] = 3; // other threads have taken two blocks
    expect(count(17).map(() => goidOf(newG()))).toEqual([...count(16).map((k) => k + 49), 65]);
    expect(i32[H.GOIDGEN]).toBe(5);
  });

  test('has an id that fits into no word of 32 bits, if there were so many', () => {
    i32[H.GOIDGEN] = 2 ** 30;
    expect(goidOf(newG())).toBe(2 ** 34 + 1);
  });

  test('has the record of the last dead one, with another id', () => {
    const [a, b] = [newG(), newG()];
    freeG(a);
    freeG(b);
    expect([i32[field(a, G.STATUS)], i32[field(b, G.STATUS)]]).toEqual([gStatus.dead, gStatus.dead]);
    expect([newG(), newG()]).toEqual([b, a]);
    expect([goidOf(b), goidOf(a)]).toEqual([3, 4]);
    expect(i32[field(a, G.STATUS)]).toBe(gStatus.runnable);
  });

  test('is refused if the table has not 64 more records', () => {
    const max = i32[H.GMAX]!;
    i32[H.GNEXT] = max - BATCH;
    expect(gIndex(newG())).toBe(max - BATCH);
    resetGs();
    const text = `too many goroutines: the table of a run holds ${max}, and all of them are alive`;
    for (const next of [max, max - BATCH + 1]) {
      i32[H.GNEXT] = next;
      expect(() => newG()).toThrow(new Fatal(text));
      expect(i32[H.GNEXT]).toBe(next);
    }
    resetVerdict();
  });

  test('is that of another thread as well only if its record is another one', () => {
    let mine: GAddr | undefined;
    let other: GAddr | undefined;
    const act = () => {
      resetGs();
      other = newG();
      resetGs();
    };
    const get = () => {
      mine = newG();
    };
    expect(interrupt(get, 'add', H.GNEXT, act)).toBe(true);
    expect([gIndex(other!), gIndex(mine!)]).toEqual([0, BATCH]);
  });
});

describe('dead Gs', () => {
  test('stay with their thread up to 256; of one more, 64 go to the global list, under its lock', () => {
    const gps = count(KEEP + 1).map(() => newG());
    resetGs(); // another thread, which has none
    for (const gp of gps.slice(0, KEEP)) freeG(gp);
    expect(free()).toEqual([]);
    const lists = () => [linked(i32[H.GFREE_HEAD]!).length, i32[H.GFREE_COUNT]];
    expect(underLock(() => freeG(gps[KEEP]!), H.GFREE_LOCK, lists)).toEqual([
      [0, 0],
      [BATCH, BATCH],
    ]);
    expect(free()).toEqual(count(BATCH).map((k) => KEEP + 1 - BATCH + k));
    const mine = gps.slice(0, KEEP + 1 - BATCH);
    expect(mine.map(() => newG())).toEqual(mine.toReversed());
    expect(free()).toHaveLength(BATCH);
  });

  test('of the global list are taken 64 at a time, by a thread that has none', () => {
    const gps = count(400).map(() => newG());
    resetGs();
    for (const gp of gps) freeG(gp);
    const all = free();
    expect(all).toHaveLength(3 * BATCH);
    resetGs();
    const next = i32[H.GNEXT];
    let first: GAddr | undefined;
    const get = () => {
      first = newG();
    };
    const lists = () => [linked(i32[H.GFREE_HEAD]!).length, i32[H.GFREE_COUNT]];
    expect(underLock(get, H.GFREE_LOCK, lists)).toEqual([
      [3 * BATCH, 3 * BATCH],
      [2 * BATCH, 2 * BATCH],
    ]);
    expect(free()).toEqual(all.slice(BATCH));
    expect([first!, ...count(BATCH - 1).map(() => newG())].map(gIndex)).toEqual(all.slice(0, BATCH).toReversed());
    expect(free()).toEqual(all.slice(BATCH));
    expect(i32[H.GNEXT]).toBe(next);
  });

  test.each([1, 3])('of a list of %i are all taken, and the next G is a new one', (n) => {
    const gps = count(n).map(() => newG());
    gps.forEach((gp, k) => {
      i32[field(gp, G.LINK)] = gps[k + 1] ?? 0;
    });
    i32[H.GFREE_HEAD] = gps[0]!;
    i32[H.GFREE_COUNT] = n;
    resetGs();
    expect(gps.map(() => newG())).toEqual(gps.toReversed());
    expect(free()).toEqual([]);
    expect(gIndex(newG())).toBe(BATCH);
  });

  test('that another thread takes before the lock is taken are none', () => {
    const [gp] = [newG()];
    i32[field(gp, G.LINK)] = 0;
    i32[H.GFREE_HEAD] = gp;
    i32[H.GFREE_COUNT] = 1;
    resetGs();
    let got: GAddr | undefined;
    const take = () => {
      i32[H.GFREE_HEAD] = 0;
      i32[H.GFREE_COUNT] = 0;
    };
    const get = () => {
      got = newG();
    };
    expect(interrupt(get, 'compareExchange', H.GFREE_LOCK, take)).toBe(true);
    expect(got).toBe(gAddress(BATCH));
    expect(free()).toEqual([]);
  });
});

describe('a thread in a new run', () => {
  test('has no Gs, no ids, and runs nothing', () => {
    freeG(newG());
    Object.assign(m, { curg: gAddress(1), arena: 3, resuming: true, leaving: true });
    resetGs();
    expect(m).toMatchObject({ pp: 0 as PAddr, curg: 0, arena: 0, resuming: false, leaving: false });
    newRun();
    expect(gIndex(newG())).toBe(0);
    expect(goidOf(gAddress(0))).toBe(1);
  });
});

describe('the running G', () => {
  test('is what the M says', () => {
    m.curg = gAddress(5);
    expect(getg()).toBe(gAddress(5));
  });
});

describe('the word FN of a G', () => {
  test('has a place for each of its parts', () => {
    expect(packFn(0, 0, 0, 0)).toBe(0);
    expect(packFn(0, 0, 1, 0)).toBe(1);
    expect(packFn(0, 1, 0, 0)).toBe(1 << 1);
    expect(packFn(1, 0, 0, 0)).toBe(1 << 5);
    expect(packFn(0, 0, 0, 1)).toBe(1 << 20);
    expect(MAX_BODIES).toBe(1 << 15);
  });

  test('gives back what it was made of', () => {
    const parts = [fc.nat(MAX_BODIES - 1), fc.nat(15), fc.nat(1), fc.nat(4095)] as const;
    fc.assert(
      fc.property(...parts, (body, nargs, parks, arena) => {
        const gp = gAddress(0);
        i32[field(gp, G.FN)] = packFn(body, nargs, parks, arena);
        const fn = i32[field(gp, G.FN)]!;
        expect([fnBody(fn), fnArgs(fn), mayPark(gp), fnArena(fn)]).toEqual([body, nargs, parks === 1, arena]);
      }),
      { seed: 2 },
    );
  });
});
