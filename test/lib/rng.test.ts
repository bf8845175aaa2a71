import { describe, expect, test } from 'vitest';
import { Rng } from '#src/lib/rng.js';

const stream = (seed: number, length: number) => {
  const rng = new Rng(seed);
  return Array.from({ length }, () => rng.next());
};

/** Pearson's statistic of how far `counts` are from all being alike. */
function chiSquare(counts: readonly number[]): number {
  const mean = counts.reduce((a, b) => a + b) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

/** A fair generator stays below it in 9,999 of 10,000 cases, with 15 degrees of freedom; our seeds are fixed. */
const UNLIKELY_15 = 44.3;

describe('Rng', () => {
  test('next is an unsigned integer of 32 bits', () => {
    for (const n of stream(1, 10_000)) expect(Number.isInteger(n) && n >= 0 && n < 2 ** 32).toBe(true);
  });

  test('below(n) is an integer from 0 to n-1, for small and for large n', () => {
    const rng = new Rng(2);
    for (const n of [1, 2, 3, 7, 61, 256, 1_000_003, 2 ** 31, 2 ** 32]) {
      for (let i = 0; i < 1000; i++) {
        const v = rng.below(n);
        expect(Number.isInteger(v) && v >= 0 && v < n).toBe(true);
      }
    }
  });

  test('the same seed gives the same stream', () => {
    expect(stream(42, 100)).toEqual(stream(42, 100));
  });

  test.each([0, -1, 1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32 + 1, -0x9e3779b9])(
    'seed %d does not get stuck',
    (seed) => {
      expect(new Set(stream(seed, 1000)).size).toBeGreaterThan(990);
    },
  );

  test('neighbouring seeds start far from each other', () => {
    const first = Array.from({ length: 1000 }, (_, seed) => new Rng(seed).next());
    expect(new Set(first).size).toBe(1000);
    const counts = new Array(16).fill(0);
    for (const n of first) counts[n >>> 28]++;
    expect(chiSquare(counts)).toBeLessThan(UNLIKELY_15);
  });

  test.each([1, 2, 3, 1234])('below(16) is uniform, for seed %d', (seed) => {
    const rng = new Rng(seed);
    const counts = new Array(16).fill(0);
    for (let i = 0; i < 160_000; i++) counts[rng.below(16)]++;
    expect(chiSquare(counts)).toBeLessThan(UNLIKELY_15);
  });

  test('what comes next does not depend on what came', () => {
    const rng = new Rng(5);
    const pairs = new Array(16).fill(0);
    for (let i = 0; i < 160_000; i++) pairs[4 * rng.below(4) + rng.below(4)]++;
    expect(chiSquare(pairs)).toBeLessThan(UNLIKELY_15);
  });
});
