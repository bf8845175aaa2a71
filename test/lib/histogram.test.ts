import { describe, expect, test } from 'vitest';
import { Histogram } from '#src/lib/histogram.js';
import { Rng } from '#src/lib/rng.js';

const rng = new Rng(11);

/** Numbers of all sizes, up to 2^`bits`. */
const ofAllSizes = (n: number, bits: number) =>
  Array.from({ length: n }, () => Math.floor(2 ** ((bits * rng.below(1e6)) / 1e6)));

function of(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

const cases: readonly { readonly what: string; readonly values: readonly number[] }[] = [
  { what: 'one number', values: [123_456_789] },
  { what: 'two numbers', values: [1e6, 1e9] },
  { what: 'small numbers', values: Array.from({ length: 3000 }, (_, k) => k % 2048) },
  {
    what: 'numbers about each power of two',
    values: Array.from({ length: 52 }, (_, k) => [-1, 0, 1].map((d) => 2 ** k + d)).flat(),
  },
  { what: 'numbers of all sizes', values: ofAllSizes(20_000, 47) },
  { what: 'the greatest there are', values: [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1] },
];

describe.each(cases)('a histogram of $what', ({ values }) => {
  const histogram = of(values);
  const sorted = [...values].sort((a, b) => a - b);

  test('knows how many, their sum, the least and the greatest exactly', () => {
    const { n, min, max, total } = histogram;
    const sum = values.reduce((a, b) => a + b, 0);
    expect({ n, min, max, total }).toEqual({ n: values.length, min: sorted[0], max: sorted.at(-1), total: sum });
    expect(histogram.mean).toBe(sum / values.length);
  });

  test.each([0, 10, 50, 90, 99, 99.9, 100])('has the %d-th percentile within 0.05 %%', (percent) => {
    const exact = sorted[Math.max(1, Math.ceil((percent * sorted.length) / 100)) - 1]!;
    expect(Math.abs(histogram.percentile(percent) - exact)).toBeLessThanOrEqual(exact / 2000);
  });

  test('has as many numbers up to a bound as there are, give or take those within 0.1 % of it', () => {
    const bounds = [0, 5, 1e3, 1e5, 1e7, 1e9, 1e12, 1e15, Number.MAX_SAFE_INTEGER];
    const upTo = histogram.upTo(bounds);
    bounds.forEach((bound, k) => {
      expect(upTo[k]).toBeGreaterThanOrEqual(values.filter((v) => v <= bound * 0.999).length);
      expect(upTo[k]).toBeLessThanOrEqual(values.filter((v) => v <= bound * 1.001).length);
    });
    expect(upTo.at(-1)).toBe(values.length);
  });
});

test('a histogram of nothing says 0', () => {
  const { n, min, max, mean, total } = new Histogram();
  expect({ n, min, max, mean, total }).toEqual({ n: 0, min: 0, max: 0, mean: 0, total: 0 });
  expect(new Histogram().percentile(50)).toBe(0);
});

test('a number below 0 counts as 0', () => {
  expect(of([-5]).min).toBe(0);
});
