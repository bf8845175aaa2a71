// Prices that are fitted: the one with which something takes as long as it should is found.

import { describe, expect, test } from 'vitest';
import { solveFor } from '#src/calibrate/simfit.js';

const within = [0, 2000] as const;

describe('solveFor', () => {
  test.each([
    ['a straight line', 300, (price: number) => 5e8 + 1e6 * price],
    ['a curve', 700, (price: number) => 5e8 + 1e6 * price + 100 * price ** 2],
    ['a price of nothing', 0, (price: number) => 5e8 + 1e6 * price],
  ])('finds the price on %s', async (_name, price, took) => {
    const found = await solveFor(took(price), 100, within, async (x) => took(x));
    expect(took(found) / took(price)).toBeCloseTo(1, 2);
  });

  test('gives the nearest that there is, where no price takes so long', async () => {
    const took = async (price: number) => 1e9 + 1e3 * price;
    expect(await solveFor(2e9, 100, within, took)).toBe(2000);
    expect(await solveFor(1e8, 100, within, took)).toBe(0);
  });

  test('leaves a price that does not matter where it was', async () => {
    expect(await solveFor(2e9, 100, within, async () => 1e9)).toBe(100);
  });

  test('asks for few simulations', async () => {
    let asked = 0;
    await solveFor(1.3e9, 0, within, async (price) => {
      asked++;
      return 1e9 + 1e6 * price + 1e7 * Math.sin(price);
    });
    expect(asked).toBeLessThanOrEqual(4);
  });
});
