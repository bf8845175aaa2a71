// How the benchmarks sum up what they have measured.

import { describe, expect, test } from 'vitest';
import { verdict } from '../../dist/bench/asked.js';
import { interleave, range, ratio, spread, table } from '../../dist/bench/measure.js';

describe('a spread', () => {
  test('has the median of an odd number, and of an even one the middle of two', () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
    expect(spread([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
    expect(() => spread([])).toThrow('spread: expected at least one value, got none');
  });

  test('of ratios is formed round by round', () => {
    expect(ratio([1, 10, 100], [2, 10, 400])).toEqual({ median: 0.5, min: 0.25, max: 1 });
    expect(() => ratio([1], [1, 2])).toThrow('ratio: expected samples in pairs, got 1 and 2');
  });

  test('stands beside what is asked of its median', () => {
    const s = { median: 0.9, min: 0.5, max: 2 };
    expect(range(s, 1)).toBe('0.9 (0.5-2.0)');
    expect(verdict({ most: 1 }, s)).toBe('<= 1');
    expect(verdict({ least: 0.85, most: 0.89 }, s)).toBe('>= 0.85, <= 0.89: no');
    expect(verdict(undefined, s)).toBe('');
  });
});

test('subjects take turns, and the first turn does not count', async () => {
  const turns: string[] = [];
  const subject = (name: string) => () => turns.push(name);
  expect(await interleave(2, [subject('a'), subject('b')])).toEqual([
    [3, 5],
    [4, 6],
  ]);
  expect(turns.join('')).toBe('ababab');
});

test('a table aligns', () => {
  expect(table(['a', 'bc'], [['def', '']])).toBe('| a   | bc |\n| --- | -- |\n| def |    |');
});
