import { describe, expect, test } from 'vitest';
import { duration, printable, requestLine, stamp } from '#src/service/log.js';

describe('a line of the log', () => {
  test('begins as those of Go', () => {
    expect(stamp(new Date(2026, 10, 1, 8, 5, 9))).toBe('2026/11/01 08:05:09');
  });

  test.each([
    [0.0004, '0.4µs'],
    [0.3124, '312.4µs'],
    [1, '1ms'],
    [85.3, '85.3ms'],
    [85.30123, '85.3ms'],
    [999.4, '999.4ms'],
    [1204.4, '1.204s'],
    [600_000, '600s'],
  ])('has %d ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  test('has nothing in it that a terminal would obey', () => {
    expect(printable('/a b\u001b[31m\n\u00e9~')).toBe('/a%20b%1B[31m%0A%C3%A9~');
    expect(requestLine('127.0.0.1:5', '/x\ny', 1)).toBe('127.0.0.1:5 /x%0Ay 1ms');
  });
});
