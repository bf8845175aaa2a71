// Prices from what programs took.

import { describe, expect, test } from 'vitest';
import { solve } from '#src/calibrate/costs.js';

describe('solve', () => {
  test('finds the prices that explain everything', () => {
    const prices = { create: 120, switch: 90, send: 45 };
    const programs = [
      { create: 1000 },
      { create: 500, switch: 700 },
      { switch: 3, send: 4 },
      { create: 1, switch: 1, send: 1 },
    ];
    const equations = programs.map((counts: Record<string, number>) => ({
      counts,
      took: Object.entries(counts).reduce((sum, [name, n]) => sum + n * prices[name as keyof typeof prices], 0),
    }));
    const solved = solve(equations);
    for (const [name, price] of Object.entries(prices)) expect(solved[name]).toBeCloseTo(price, 6);
  });

  test('takes nothing for a price rather than less than nothing', () => {
    const solved = solve([
      { counts: { a: 1 }, took: 100 },
      { counts: { a: 1, b: 1 }, took: 80 },
    ]);
    expect(solved.b).toBe(0);
    expect(solved.a).toBeGreaterThan(80);
    expect(solved.a).toBeLessThan(100);
  });

  test('meets their sum if programs do not tell prices apart', () => {
    const solved = solve([{ counts: { a: 2, b: 3 }, took: 60 }]);
    expect(2 * solved.a! + 3 * solved.b!).toBeCloseTo(60, 6);
  });

  test('is nearer to what weighs more', () => {
    const at = (weight: number) =>
      solve([
        { counts: { a: 1 }, took: 100 },
        { counts: { a: 1 }, took: 200, weight },
      ]).a!;
    expect(at(10)).toBeGreaterThan(at(1));
    expect(at(1000)).toBeGreaterThan(195);
  });

  test('has no prices of no programs', () => {
    expect(solve([])).toEqual({});
  });
});
