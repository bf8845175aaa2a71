import { describe, expect, test } from 'vitest';
import { distribution } from '#src/lib/distribution.js';
import { Rng } from '#src/lib/rng.js';

/** What the file means: the value of that rank of the sorted values. */
function plainly(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (percent: number) => sorted[Math.ceil((percent * sorted.length) / 100) - 1] ?? 0;
  const total = values.reduce((sum, value) => sum + value, 0);
  return {
    n: values.length,
    total,
    min: sorted[0] ?? 0,
    p50: at(50),
    p95: at(95),
    p99: at(99),
    max: sorted.at(-1) ?? 0,
  };
}

const rng = new Rng(7);
const many = (n: number, below: number) => Array.from({ length: n }, () => rng.below(below));

describe('a distribution', () => {
  test.each<{ of: string; values: readonly number[] }>([
    { of: 'no values', values: [] },
    { of: 'one value', values: [5] },
    { of: 'two values', values: [9, 3] },
    { of: 'a hundred values', values: Array.from({ length: 100 }, (_, k) => 100 - k) },
    { of: 'equal values', values: Array.from({ length: 1001 }, () => 4) },
    { of: 'mostly zeros', values: Array.from({ length: 1000 }, (_, k) => (k % 300 === 0 ? k : 0)) },
    { of: 'rising values', values: Array.from({ length: 4096 }, (_, k) => k) },
    { of: 'falling values', values: Array.from({ length: 4096 }, (_, k) => -k) },
    { of: 'an organ pipe', values: Array.from({ length: 5000 }, (_, k) => Math.min(k, 5000 - k)) },
    { of: 'few different values', values: many(3000, 3) },
    { of: 'many different values', values: many(20_000, 1_000_000) },
  ])('of $of has the percentiles of the sorted values', ({ values }) => {
    expect(distribution(Float64Array.from(values))).toEqual(plainly(values));
  });

  test('has the percentiles of the sorted values, for all small sizes', () => {
    for (let n = 0; n < 150; n++) {
      const values = many(n, 40);
      expect(distribution(Float64Array.from(values)), `${values}`).toEqual(plainly(values));
    }
  });
});
