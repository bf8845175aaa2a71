import { describe, expect, test } from 'vitest';
import { compatible, formatValue, percentage, scale } from '#src/pprof/measure.js';

describe('a value', () => {
  test.for<[value: number, unit: string, to: string, text: string]>([
    [0, 'nanoseconds', 'auto', '0'],
    [10_000_000, 'nanoseconds', 'auto', '10ms'],
    [1_500_000_000, 'nanoseconds', 'auto', '1.50s'],
    [-1_500_000_000, 'ns', 'auto', '-1.50s'],
    [7200e9, 'nanosecond', 'auto', '2hrs'],
    [90e9, 'ns', 'auto', '90s'],
    [1, 'microseconds', 'auto', '1us'],
    [15_000_000, 'ns', 's', '0.01s'],
    [524_493, 'bytes', 'auto', '512.20kB'],
    [1152, 'bytes', 'auto', '1.12kB'],
    [3, 'MB', 'kB', '3072kB'],
    [1 << 30, 'B', 'minimum', '1GB'],
    [12, 'count', 'auto', '12'],
    [12, 'apples', 'auto', '12'],
    [12, 'apples', 'pears', '12pears'],
    [5, 'milliGCU', 'auto', '5m*GCU'],
    [2e9, 'ns', 'kB', '2s'],
  ])('%d %s in %s is %s', ([value, unit, to, text]) => {
    expect(formatValue(value, unit, to)).toBe(text);
  });

  test('keeps its unit if there is none better', () => {
    expect(scale(7, 'apples', 'apples')).toEqual({ value: 7, unit: 'apples' });
    expect(scale(7, 'apples', 'count')).toEqual({ value: 7, unit: '' });
  });

  test('can be added to one in a unit of the same kind', () => {
    expect(compatible('ms', 'seconds')).toBe(true);
    expect(compatible('apples', 'apples')).toBe(true);
    expect(compatible('ms', 'kB')).toBe(false);
  });
});

describe('a percentage', () => {
  test.for<[number, number, string]>([
    [1, 1, '  100%'],
    [9996, 10_000, '  100%'],
    [9994, 10_000, '99.94%'],
    [-1, 2, '50.00%'],
    [1, 200, '  0.5%'],
    [1, 3000, '0.033%'],
    [0, 5, '    0%'],
    [5, 0, '    0%'],
    [3, 1, '300.00%'],
  ])('of %d in %d is %s', ([value, total, text]) => {
    expect(percentage(value, total)).toBe(text);
  });
});
