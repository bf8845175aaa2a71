import { describe, expect, test } from 'vitest';
import { fixed, general } from '#src/lib/decimal.js';

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
    expect(fixed(n, 2)).toBe(text);
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
    expect(general(n, 2)).toBe(text);
  });
});
