import '../../support/memory/shared.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { field, type GAddr, nth } from '#src/runtime/memory/address.js';
import { P, RING } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { ringget, ringIsFull, ringsteal, runqput } from '#src/runtime/sched/runq.js';
import { interleave, interrupt } from '../../support/atomics.js';
import {
  count,
  fillGlobalQueue,
  fillRing,
  globalQueue,
  newRun,
  nothing,
  p0,
  p1,
  plainGs,
  queues,
  raw,
  STALE,
  startRing,
  starts,
} from '../../support/core.js';

beforeEach(() => newRun());

describe.each(starts)('a ring that begins at %i', (start) => {
  beforeEach(() => {
    startRing(p0, start);
    startRing(p1, start);
  });

  test('is first in, first out, and writes a slot for each', () => {
    const gps = plainGs(5);
    fillRing(p0, gps);
    expect(queues(p0)).toEqual({ ...nothing, ring: gps });
    expect(count(5).map((k) => i32[nth(field(p0, P.RING), (start + k) & (RING - 1))])).toEqual(gps);
    expect(gps.map(() => ringget(p0))).toEqual(gps);
    expect(ringget(p0)).toBe(0);
    expect(i32[field(p0, P.RUNQHEAD)]).toBe((start + 5) | 0);
    expect(i32[field(p0, P.RUNQTAIL)]).toBe((start + 5) | 0);
  });

  test('is full with 256', () => {
    fillRing(p0, plainGs(RING - 1));
    expect(ringIsFull(p0)).toBe(false);
    fillRing(p0, plainGs(1));
    expect(ringIsFull(p0)).toBe(true);
    expect(queues(p0).ring).toHaveLength(RING);
    expect(globalQueue()).toEqual([]);
    ringget(p0);
    expect(ringIsFull(p0)).toBe(false);
  });

  test('that is full gives its older half and the new G to the tail of the global queue', () => {
    const [before, ...gps] = plainGs(RING + 2) as [GAddr, ...GAddr[]];
    fillGlobalQueue([before]);
    fillRing(p0, gps);
    expect(queues(p0)).toEqual({ ...nothing, ring: gps.slice(RING / 2, RING) });
    expect(globalQueue()).toEqual([before, ...gps.slice(0, RING / 2), gps[RING]]);
    const more = plainGs(RING / 2 + 1);
    fillRing(p0, more);
    expect(queues(p0).ring).toEqual(more.slice(0, RING / 2));
    expect(globalQueue()).toEqual([
      before,
      ...gps.slice(0, RING / 2),
      gps[RING],
      ...gps.slice(RING / 2, RING),
      more[RING / 2],
    ]);
  });

  test('that a thief has made room in gives nothing to the global queue', () => {
    for (const op of ['load', 'compareExchange'] as const) {
      newRun();
      startRing(p0, start);
      const gps = plainGs(RING + 1);
      fillRing(p0, gps.slice(0, RING));
      runqput(p0, gps[RING]!);
      const [other] = plainGs(1) as [GAddr];
      let stolen: GAddr | 0 = 0;
      const steal = () => {
        stolen = ringsteal(p1, p0);
      };
      expect(interrupt(() => runqput(p0, other), op, field(p0, P.RUNQHEAD), steal)).toBe(true);
      expect(stolen).toBe(gps[RING / 2 - 1]);
      expect(queues(p1).ring).toEqual(gps.slice(0, RING / 2 - 1));
      expect(queues(p0)).toEqual({ ...nothing, runnext: other, ring: gps.slice(RING / 2) });
      expect(globalQueue()).toEqual([]);
    }
  });

  test('in which one place is free is not full, whatever its owner has read before', () => {
    const gps = plainGs(RING + 1);
    fillRing(p0, gps.slice(0, RING));
    runqput(p0, gps[RING]!);
    const [other] = plainGs(1) as [GAddr];
    expect(
      interrupt(
        () => runqput(p0, other),
        'load',
        field(p0, P.RUNQHEAD),
        () => ringget(p0),
      ),
    ).toBe(true);
    expect(queues(p0)).toEqual({ ...nothing, runnext: other, ring: gps.slice(1) });
    expect(globalQueue()).toEqual([]);
  });

  test('publishes a slot after it was written', () => {
    const [a, b] = plainGs(2) as [GAddr, GAddr];
    runqput(p0, a);
    let slot: number | undefined;
    const look = () => {
      slot = i32[nth(field(p0, P.RING), start & (RING - 1))];
    };
    expect(interrupt(() => runqput(p0, b), 'store', field(p0, P.RUNQTAIL), look)).toBe(true);
    expect(slot).toBe(a);
  });

  test('gives its owner the next one if a thief takes the first meanwhile', () => {
    const [a, b, c] = plainGs(3) as [GAddr, GAddr, GAddr];
    fillRing(p0, [a, b, c]);
    const got: unknown[] = [];
    const steal = () => got.push(ringsteal(p1, p0));
    expect(interrupt(() => got.push(ringget(p0)), 'compareExchange', field(p0, P.RUNQHEAD), steal)).toBe(true);
    expect(got).toEqual([b, c]);
    expect([queues(p0).ring, queues(p1).ring]).toEqual([[], [a]]);
  });

  test.each([1, 2, 3, 4, 5, 127, 128, 255, 256])('of %i loses half, rounded up, to a thief', (n) => {
    const gps = plainGs(n);
    fillRing(p0, gps);
    startRing(p1, start + 77);
    const half = Math.ceil(n / 2);
    expect(ringsteal(p1, p0)).toBe(gps[half - 1]);
    expect(queues(p1)).toEqual({ ...nothing, ring: gps.slice(0, half - 1) });
    expect(queues(p0)).toEqual({ ...nothing, ring: gps.slice(half) });
    expect(i32[field(p0, P.RUNQHEAD)]).toBe((start + half) | 0);
    expect(i32[field(p1, P.RUNQHEAD)]).toBe((start + 77) | 0);
    // The other slots of the thief are not touched.
    const slots = count(RING).map((k) => i32[nth(field(p1, P.RING), (start + 77 + k) & (RING - 1))]);
    expect(slots).toEqual([...gps.slice(0, half), ...count(RING - half).map(() => STALE)]);
  });

  test('that loses its only G to a thief has that run, and shows nothing to others', () => {
    const [a] = plainGs(1) as [GAddr];
    fillRing(p0, [a]);
    const accesses = interleave(() => expect(ringsteal(p1, p0)).toBe(a));
    expect(accesses.filter(([op]) => op === 'store')).toEqual([]);
  });

  test('that is empty loses nothing', () => {
    expect(ringsteal(p1, p0)).toBe(0);
    expect([queues(p0), queues(p1)]).toEqual([nothing, nothing]);
  });

  test('that loses a G to its owner meanwhile is read again by the thief', () => {
    const [a, b, c, d] = plainGs(4) as [GAddr, GAddr, GAddr, GAddr];
    fillRing(p0, [a, b, c, d]);
    const got: unknown[] = [];
    const take = () => got.push(ringget(p0));
    expect(interrupt(() => got.push(ringsteal(p1, p0)), 'compareExchange', field(p0, P.RUNQHEAD), take)).toBe(true);
    expect(got).toEqual([a, c]);
    expect([queues(p0).ring, queues(p1).ring]).toEqual([[d], [b]]);
  });

  test('shows what was stolen to other thieves after the thief has it', () => {
    const gps = plainGs(6);
    fillRing(p0, gps);
    const heads: (number | undefined)[] = [];
    const look = () => heads.push(i32[field(p0, P.RUNQHEAD)]);
    expect(interrupt(() => ringsteal(p1, p0), 'store', field(p1, P.RUNQTAIL), look)).toBe(true);
    expect(heads).toEqual([(start + 3) | 0]);
  });

  test('whose HEAD and TAIL were read at different moments is read again, and nothing is copied', () => {
    fillRing(p0, plainGs(RING));
    const before = raw.slice(field(p1, P.RING), field(p1, P.RING) + RING);
    const tail = field(p0, P.RUNQTAIL);
    let reads = 0;
    let after: Int32Array | undefined;
    const accesses = interleave(
      () => ringsteal(p1, p0),
      ([op, word]) => {
        if (op === 'load' && word === tail && ++reads === 1) {
          ringget(p0);
          fillRing(p0, plainGs(1)); // a 257th since the thief has read HEAD
        } else if (op === 'load' && reads === 1) {
          after ??= raw.slice(field(p1, P.RING), field(p1, P.RING) + RING);
        }
      },
    );
    expect(after).toEqual(before);
    expect(accesses.filter(([op]) => op === 'compareExchange')).toHaveLength(1);
    expect(queues(p1).ring).toHaveLength(RING / 2 - 1);
  });
});
