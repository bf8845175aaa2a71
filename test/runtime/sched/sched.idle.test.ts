import '../../support/memory/shared.js';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { field, nth } from '#src/runtime/memory/address.js';
import { H, P, pAddress } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { setEngine } from '#src/runtime/sched/engine.js';
import { inboxput, readyNext, runqput } from '#src/runtime/sched/runq.js';
import { idlest, isStealable, maySpin, mayWatch } from '#src/runtime/sched/sched.js';
import { interleave } from '../../support/atomics.js';
import { fillGlobalQueue, p0, p1, p2, p3 } from '../../support/core.js';
import { fresh, homes, local, make, newSchedule, ringed, sleeps } from '../../support/sched.js';

beforeEach(() => void newSchedule());
afterEach(() => setEngine(undefined));

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
      newSchedule();
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
    newSchedule(4, cores);
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
    newSchedule(40);
    sleeps(id);
    expect(idlest()).toBe(pAddress(id));
    expect(i32[nth(H.IDLEMASK, id >> 5)]! >>> (id & 31)).toBe(1);
  });
});
