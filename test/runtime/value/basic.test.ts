import '../../support/memory/shared.js';

import { beforeEach, describe, expect, test } from 'vitest';
import type { SlotsAddr } from '#src/runtime/memory/address.js';
import { UsageError } from '#src/runtime/memory/errors.js';
import { malloc, mallocZeroed } from '#src/runtime/memory/malloc.js';
import { f64 } from '#src/runtime/memory/memory.js';
import { bool, float64, int, string } from '#src/runtime/value/basic.js';
import { describe as describeValue, type Type } from '#src/runtime/value/type.js';
import { count, newRun, raw } from '../../support/core.js';

let at: SlotsAddr;

beforeEach(() => {
  newRun();
  at = mallocZeroed<SlotsAddr>(16);
});

describe('a value of a basic type', () => {
  test.each([
    [int, [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53 - 1, -(2 ** 53) + 1]],
    [float64, [0, -0, 0.1, -1e300, Number.NaN, Number.POSITIVE_INFINITY, 5e-324]],
    [bool, [true, false]],
    [string, ['', 'a', 'Ā', 'x'.repeat(1000)]],
  ] as const)('is read as it was written: $name', (type, values) => {
    const t = type as Type<unknown>;
    expect(t.slots).toBe(1);
    for (const v of values) {
      t.check(v);
      for (const slots of [at, (at + 2) as SlotsAddr]) {
        t.write(slots, v);
        expect(t.read(slots)).toBe(v);
      }
    }
    for (const word of count(4)) raw[at + word] = 0;
    expect(t.read(at)).toBe(t.zero);
  });

  test('takes one slot, and nothing of the next', () => {
    raw.fill(-1, at, at + 8);
    int.write((at + 2) as SlotsAddr, -5);
    bool.write((at + 4) as SlotsAddr, true);
    expect((f64 as unknown as Float64Array)[(at + 2) / 2]).toBe(-5);
    expect(raw[at + 4]).toBe(1);
    expect([0, 1, 6, 7].map((word) => raw[at + word])).toEqual([-1, -1, -1, -1]);
    expect(bool.read((at + 6) as SlotsAddr)).toBe(true);
  });

  test.each([
    [int, [0.5, Number.NaN, 2 ** 53, '1', null, undefined, 1n, true]],
    [float64, ['1', null, undefined, 1n, true]],
    [bool, [0, 1, 'true', null, undefined]],
    [string, [0, null, undefined, Symbol('s'), {}]],
  ] as const)('is checked: $name', (type, values) => {
    for (const v of values) {
      expect(() => (type as Type<unknown>).check(v)).toThrow(
        new UsageError(`expected a value of type ${type.name}, got ${describeValue(v)}`),
      );
    }
  });

  test('owns nothing, but for the bytes of a string', () => {
    expect([int.free, float64.free, bool.free]).toEqual([undefined, undefined, undefined]);
    string.write(at, 'text');
    const block = raw[at];
    string.free!(at);
    expect(malloc(2)).toBe(block);
    raw[at] = 0;
    string.free!(at);
    expect(malloc(2)).not.toBe(block);
  });
});
