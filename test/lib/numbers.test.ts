import { describe, expect, test } from 'vitest';
import { formatFixed, formatGeneral, parseDuration } from '#src/lib/numbers.js';

describe('numbers as Go prints them', () => {
  // What Go's fmt.Sprintf("%.2f") gives.
  test.for<[number, string]>([
    [0, '0.00'],
    [1.125, '1.12'],
    [1.375, '1.38'],
    [0.625, '0.62'],
    [-1.125, '-1.12'],
    [-0.875, '-0.88'],
    [1.005, '1.00'],
    [99.995, '100.00'],
    [1e9, '1000000000.00'],
    [1234.5678, '1234.57'],
  ])('%d has two digits behind the point', ([n, text]) => {
    expect(formatFixed(n, 2)).toBe(text);
  });

  // And "%.2g".
  test.for<[number, string]>([
    [0, '0'],
    [0.5, '0.5'],
    [0.125, '0.12'],
    [0.375, '0.38'],
    [0.999, '1'],
    [0.0996, '0.1'],
    [0.00012345, '0.00012'],
    [0.000012345, '1.2e-05'],
    [0.00001, '1e-05'],
    [1.26e-12, '1.3e-12'],
    [12.5, '12'],
    [125, '1.2e+02'],
    [99.6, '1e+02'],
  ])('%d has two digits', ([n, text]) => {
    expect(formatGeneral(n, 2)).toBe(text);
  });
});

describe('a duration', () => {
  test.each<[string, number]>([
    ['10s', 10e9],
    ['1m30s', 90e9],
    ['1.5h', 5400e9],
    ['.5s', 5e8],
    ['1.s', 1e9],
    ['250ms', 250e6],
    ['7us', 7e3],
    ['7µs', 7e3],
    ['7μs', 7e3],
    ['3ns', 3],
    ['1h1m1s1ms1us1ns', 3661_001_001_001],
    ['0', 0],
    ['0s', 0],
  ])('%s is %d ns', (text, ns) => {
    expect(parseDuration(text)).toBe(ns);
  });

  test.each(['', '10', 's', '-1s', '+1s', '1 s', '1d', '1s2', '1.2.3s', '.s', '1e3s', '10S', 's10', '∞s'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});
