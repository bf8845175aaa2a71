import '../../support/memory/solo.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { H } from '#src/runtime/memory/layout.js';
import { lock, unlock } from '#src/runtime/memory/lock.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { interleave } from '../../support/atomics.js';
import { newRun } from '../../support/core.js';

beforeEach(() => newRun());

describe('a lock that one thread has for itself', () => {
  test('is not touched', () => {
    i32[H.GFREE_LOCK] = 2;
    const both = () => {
      lock(H.GFREE_LOCK);
      unlock(H.GFREE_LOCK);
    };
    expect(interleave(both)).toEqual([]);
    expect(i32[H.GFREE_LOCK]).toBe(2);
  });
});
