import '../../support/memory/shared.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { field, type GAddr } from '#src/runtime/memory/address.js';
import { H, P, RING } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { globrunqget, newqget, postponeNew, runqput } from '#src/runtime/sched/runq.js';
import { interleave, interrupt, underLock } from '../../support/atomics.js';
import {
  fillGlobalQueue,
  fillRing,
  globalQueue,
  linked,
  newRun,
  nothing,
  p0,
  p1,
  p2,
  parkingGs,
  plainGs,
  queues,
  startRing,
  starts,
} from '../../support/core.js';

beforeEach(() => newRun());

describe('the new queue', () => {
  const put = (gps: readonly GAddr[]) => {
    for (const gp of gps) {
      runqput(p1, gp);
      postponeNew(p1);
    }
  };

  test('is first in, first out, for its owner and for thieves', () => {
    const [a, b, c] = parkingGs(3) as [GAddr, GAddr, GAddr];
    put([a, b, c]);
    expect(queues(p1)).toEqual({ ...nothing, fresh: [a, b, c] });
    expect(newqget(p1)).toBe(a);
    expect(newqget(p1, () => true)).toBe(b);
    expect(queues(p1)).toEqual({ ...nothing, fresh: [c] });
    expect([newqget(p1), newqget(p1)]).toEqual([c, 0]);
    expect(queues(p1)).toEqual(nothing);
    put([b]);
    put([a]);
    expect(queues(p1)).toEqual({ ...nothing, fresh: [b, a] });
  });

  test('keeps a G that is refused, and asks with the lock held', () => {
    const [a, b] = parkingGs(2) as [GAddr, GAddr];
    put([a, b]);
    const asked: unknown[] = [];
    const refuse = (gp: GAddr, from: unknown) => {
      asked.push([gp, from, i32[field(p1, P.NEWQ_LOCK)]]);
      return false;
    };
    expect(newqget(p1, refuse)).toBe(0);
    expect(asked).toEqual([[a, p1, 1]]);
    expect(queues(p1)).toEqual({ ...nothing, fresh: [a, b] });
  });

  test('is not locked while it is empty', () => {
    expect(interleave(() => newqget(p1))).toEqual([]);
  });

  test('is changed under its lock', () => {
    const [a] = parkingGs(1) as [GAddr];
    runqput(p1, a);
    const lock = field(p1, P.NEWQ_LOCK);
    const counter = field(p1, P.NEWQ_COUNT);
    const around = [
      ['compareExchange', lock, 0, 1],
      ['add', counter, 1],
      ['exchange', lock, 0],
    ];
    expect(interleave(() => postponeNew(p1)).slice(1)).toEqual(around);
    around[1] = ['add', counter, -1];
    expect(interleave(() => newqget(p1))).toEqual(around);
    const fresh = () => linked(i32[field(p1, P.NEWQ_HEAD)]!);
    runqput(p1, a);
    expect(underLock(() => postponeNew(p1), lock, fresh)).toEqual([[], [a]]);
    expect(underLock(() => newqget(p1), lock, fresh)).toEqual([[a], []]);
  });

  test('may lose its only G to another P before the lock is taken', () => {
    const [a] = parkingGs(1) as [GAddr];
    put([a]);
    const got: unknown[] = [];
    const take = () => got.push(newqget(p1));
    const accept = () => {
      throw new Error('asked');
    };
    const get = () => got.push(newqget(p1, accept));
    expect(interrupt(get, 'compareExchange', field(p1, P.NEWQ_LOCK), take)).toBe(true);
    expect(got).toEqual([a, 0]);
    expect(queues(p1)).toEqual(nothing);
  });
});

describe('the global queue', () => {
  test.each([
    // size, most, got: a fourth of it and one more, at most as many as there are and as were asked for
    [1, 1, 1],
    [1, 128, 1],
    [2, 128, 1],
    [3, 128, 1],
    [4, 128, 2],
    [4, 1, 1],
    [7, 128, 2],
    [8, 128, 3],
    [100, 128, 26],
    [100, 10, 10],
    [100, 26, 26],
    [600, 1000, 128],
    [508, 1000, 128],
    [507, 1000, 127],
  ])('of %i gives a P that asks for at most %i its share: %i', (size, most, n) => {
    const gps = plainGs(size);
    fillGlobalQueue(gps);
    startRing(p1, 250);
    expect(globrunqget(p1, most)).toBe(gps[0]);
    expect(queues(p1)).toEqual({ ...nothing, ring: gps.slice(1, n) });
    expect(globalQueue()).toEqual(gps.slice(n));
  });

  test('of a run of two Ps gives each a half and one more', () => {
    newRun({ procs: 2 });
    const gps = plainGs(10);
    fillGlobalQueue(gps);
    globrunqget(p0, 128);
    expect(globalQueue()).toEqual(gps.slice(6));
  });

  test('puts behind what the ring has already, also where its numbers wrap', () => {
    for (const start of starts) {
      newRun({ procs: 1 });
      startRing(p0, start);
      const own = plainGs(100);
      fillRing(p0, own);
      const gps = plainGs(60);
      fillGlobalQueue(gps);
      expect(globrunqget(p0, 128)).toBe(gps[0]);
      expect(queues(p0)).toEqual({ ...nothing, ring: [...own, ...gps.slice(1)] });
      expect(globalQueue()).toEqual([]);
    }
  });

  test('that is empty is not locked', () => {
    expect(interleave(() => expect(globrunqget(p1, 1)).toBe(0))).toEqual([]);
  });

  test('is changed under its lock, and the slots are published before it is free again', () => {
    const gps = plainGs(8);
    fillGlobalQueue(gps);
    expect(interleave(() => globrunqget(p1, 128))).toEqual([
      ['compareExchange', H.GLOBQ_LOCK, 0, 1],
      ['add', H.GLOBQ_SIZE, -3],
      ['store', field(p1, P.RUNQTAIL), 2],
      ['exchange', H.GLOBQ_LOCK, 0],
    ]);
  });

  test('is linked under its lock', () => {
    const gps = plainGs(8);
    fillGlobalQueue(gps);
    const queue = () => linked(i32[H.GLOBQ_HEAD]!);
    expect(underLock(() => globrunqget(p1, 128), H.GLOBQ_LOCK, queue)).toEqual([gps, gps.slice(3)]);
    fillRing(p0, plainGs(RING));
    for (const gp of plainGs(1)) runqput(p0, gp);
    const [last] = plainGs(1) as [GAddr];
    const [before, after] = underLock(() => runqput(p0, last), H.GLOBQ_LOCK, queue);
    expect(before).toEqual(gps.slice(3));
    expect(after).toHaveLength(5 + RING / 2 + 1);
  });

  test('is grown under its lock', () => {
    fillRing(p0, plainGs(RING));
    runqput(p0, plainGs(1)[0]!);
    const [last] = plainGs(1) as [GAddr];
    expect(interleave(() => runqput(p0, last)).filter(([, word]) => word < p0)).toEqual([
      ['compareExchange', H.GLOBQ_LOCK, 0, 1],
      ['add', H.GLOBQ_SIZE, RING / 2 + 1],
      ['exchange', H.GLOBQ_LOCK, 0],
    ]);
  });

  test('may be emptied by another P before the lock is taken', () => {
    const [a] = plainGs(1) as [GAddr];
    fillGlobalQueue([a]);
    const got: unknown[] = [];
    const take = () => got.push(globrunqget(p2, 1));
    expect(interrupt(() => got.push(globrunqget(p1, 1)), 'compareExchange', H.GLOBQ_LOCK, take)).toBe(true);
    expect(got).toEqual([a, 0]);
    expect(globalQueue()).toEqual([]);
    expect(queues(p1)).toEqual(nothing);
  });
});
