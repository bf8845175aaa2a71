import { describe, expect, test } from 'vitest';
import { parseDuration } from '#src/lib/duration.js';

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
