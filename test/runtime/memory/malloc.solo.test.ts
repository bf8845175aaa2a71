import '../../support/memory/solo.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { nth } from '#src/runtime/memory/address.js';
import { H } from '#src/runtime/memory/layout.js';
import { malloc, mfree } from '#src/runtime/memory/malloc.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { interleave } from '../../support/atomics.js';
import { count, newRun } from '../../support/core.js';

beforeEach(() => newRun());

describe('the only thread', () => {
  test.each([8, 5000])('keeps all blocks of %i words that are given back', (words) => {
    const blocks = count(words === 8 ? 300 : 20).map(() => malloc(words));
    const accesses = interleave(() => {
      for (const addr of blocks) mfree(addr, words);
    });
    expect(accesses).toEqual([]);
    expect(count(32).filter((c) => i32[nth(H.CENTRAL, c)] !== 0)).toEqual([]);
    const bump = i32[H.BUMP];
    expect(blocks.map(() => malloc(words))).toEqual(blocks.toReversed());
    expect(i32[H.BUMP]).toBe(bump);
  });
});
