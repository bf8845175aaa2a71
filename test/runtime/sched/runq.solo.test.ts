import '../../support/memory/solo.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { type GAddr, nth } from '#src/runtime/memory/address.js';
import { H, pAddress, RING } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { globrunqget, ringget, ringsteal, runqput, takeNextNew } from '#src/runtime/sched/runq.js';
import { interleave } from '../../support/atomics.js';
import { bits, count, fillGlobalQueue, globalQueue, newRun, plainGs, queues } from '../../support/core.js';
import { make, newSchedule, ringed } from '../../support/sched.js';

function unmark(): void {
  i32[H.STEALMASK] = 0;
  i32[nth(H.STEALMASK, 1)] = 0;
}

beforeEach(() => void newSchedule(40));

describe('the mask of Ps that may have something to steal', () => {
  test.each([0, 1, 31, 32, 39])('has P %i when that gets a new goroutine', (id) => {
    runqput(pAddress(id), make('plain', id));
    expect(bits(H.STEALMASK)).toEqual([id]);
    runqput(pAddress(20), make('plain', 20));
    expect(bits(H.STEALMASK)).toEqual([20, id].sort((a, b) => a - b));
  });

  test.each([0, 1, 31, 32, 39])('has P %i when that takes what others left', (id) => {
    ringed(20, 5);
    unmark();
    ringsteal(pAddress(id), pAddress(20));
    expect(bits(H.STEALMASK)).toEqual([id]);
    unmark();
    fillGlobalQueue(count(200).map(() => make('plain')));
    globrunqget(pAddress(id), 10);
    expect(bits(H.STEALMASK)).toEqual([id]);
  });
});

describe('the queues of one thread', () => {
  test('are the same without Atomics', () => {
    newRun({ procs: 2 });
    const [p0, p1] = [pAddress(0), pAddress(1)];
    const gps = plainGs(RING + 2);
    const got: (GAddr | 0)[] = [];
    const accesses = interleave(() => {
      for (const gp of gps) runqput(p0, gp);
      got.push(takeNextNew(p0), ringget(p0), globrunqget(p1, 2), ringget(p1), ringget(p1), ringsteal(p1, p0));
    });
    expect(accesses).toEqual([]);
    expect(got).toEqual([RING + 1, RING / 2, 0, 1, -1, 192].map((k) => gps[k] ?? 0));
    expect(queues(p1).ring).toEqual(gps.slice(RING / 2 + 1, 192));
    expect(queues(p0).ring).toEqual(gps.slice(193, RING));
    expect(globalQueue()).toEqual([...gps.slice(2, RING / 2), gps[RING]]);
  });
});
