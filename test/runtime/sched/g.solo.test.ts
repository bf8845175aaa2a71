import '../../support/memory/solo.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { H } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { freeG, newG, resetGs } from '#src/runtime/sched/g.js';
import { count, newRun } from '../../support/core.js';

beforeEach(() => newRun());

describe('the only thread', () => {
  test('keeps all dead Gs', () => {
    const gps = count(600).map(() => newG());
    resetGs();
    for (const gp of gps) freeG(gp);
    expect([i32[H.GFREE_HEAD], i32[H.GFREE_COUNT]]).toEqual([0, 0]);
    expect(gps.map(() => newG())).toEqual(gps.toReversed());
  });
});
