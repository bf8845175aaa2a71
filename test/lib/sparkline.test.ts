import { describe, expect, test } from 'vitest';
import { sparkline } from '#src/lib/sparkline.js';

describe('a sparkline', () => {
  test.each([
    { values: [0, 1, 2, 3, 4, 5, 6, 7, 8], max: 8, line: ' ▁▂▃▄▅▆▇█' },
    { values: [0.001, 0.5, 1], max: 1, line: '▁▄█' },
    { values: [3], max: 2, line: '█' },
    { values: [0, 0], max: 0, line: '  ' },
    { values: [], max: 1, line: '' },
  ])('of $values is "$line"', ({ values, max, line }) => {
    expect(sparkline(values, max)).toBe(line);
  });
});
