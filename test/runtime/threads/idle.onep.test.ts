import '../../support/memory/onep.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { H, park } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { wakep } from '#src/runtime/threads/idle.js';
import { interleave } from '../../support/atomics.js';
import { newRun } from '../../support/core.js';

beforeEach(() => newRun());

describe('new work', () => {
  test('of the only P wakes none, even if that is counted as asleep', () => {
    expect(i32[H.NPIDLE]).toBe(park.asleep);
    expect(interleave(wakep)).toEqual([]);
  });
});
