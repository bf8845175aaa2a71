// What -procs of mandel scale names.

import { describe, expect, test } from 'vitest';
import { procsIn } from '#src/scale/points.js';

describe('numbers of Ps', () => {
  test.each([
    { text: '8', procs: [8] },
    { text: '1,2,4', procs: [1, 2, 4] },
    { text: '4,1,2,4', procs: [1, 2, 4] },
    { text: '3..3', procs: [3] },
    { text: '1..4,8,16', procs: [1, 2, 3, 4, 8, 16] },
    { text: '2..5,4..6', procs: [2, 3, 4, 5, 6] },
    { text: '1024', procs: [1024] },
    { text: '1..16', procs: Array.from({ length: 16 }, (_, k) => k + 1) },
    { text: '50..65', procs: Array.from({ length: 16 }, (_, k) => k + 50) },
    { text: '1..17', procs: [1, 2, 3, 4, 6, 8, 12, 16, 17] },
    { text: '1..64', procs: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64] },
    { text: '5..70', procs: [5, 6, 8, 12, 16, 24, 32, 48, 64, 70] },
    { text: '70..90', procs: [70, 90] },
    { text: '7,1..64', procs: [1, 2, 3, 4, 6, 7, 8, 12, 16, 24, 32, 48, 64] },
    {
      text: '1..1024',
      procs: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024],
    },
  ])('$text are $procs', ({ text, procs }) => {
    expect(procsIn(text, 1024)).toEqual(procs);
  });

  test.each([
    ...['', ',', '1,', ',1', '0', '0..4', '-1', '1..1025', '1025', '8..1', '1..', '..4', '1...4'],
    ...['x', '1.5', '1e2', '0x10', ' 2', '1, 2', '1..2..3', '99999999999999999999', 'NaN', '1-4', '١'],
  ])('%j are none', (text) => {
    expect(procsIn(text, 1024)).toBeUndefined();
  });
});
