// Numbers of Ps, and the axes of pictures.

import { describe, expect, test } from 'vitest';
import { procsAxis, procsIn, speedupAxis } from '#src/scale/curve.js';

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

describe('the axis of the Ps', () => {
  test.each([
    { most: 1, ticks: [1, 2] },
    { most: 5, ticks: [1, 2, 3, 4, 5] },
    { most: 17, ticks: [1, 2, 4, 8, 16] },
    { most: 64, ticks: [1, 2, 4, 8, 16, 32, 64] },
    { most: 1000, ticks: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] },
  ])('up to $most has $ticks', ({ most, ticks }) => {
    expect(procsAxis(most).ticks).toEqual(ticks);
  });

  test('gives the same room to each P as long as they are few, and then to each doubling', () => {
    const [few, many] = [procsAxis(16), procsAxis(64)];
    expect([1, 8.5, 16].map(few.at)).toEqual([0, 0.5, 1]);
    expect([1, 8, 64].map(many.at)).toEqual([0, 0.5, 1]);
  });

  test.each([1, 2, 16, 17, 1024])('up to %d has every number where it finds it', (most) => {
    const axis = procsAxis(most);
    for (let procs = 1; procs <= most; procs++) expect(axis.value(axis.at(procs))).toBeCloseTo(procs, 9);
  });
});

describe('the axis of the speed-ups', () => {
  test.each([
    { most: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] },
    { most: 1.0000001, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] },
    { most: 1.45, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6] },
    { most: 8, ticks: [0, 1, 2, 3, 4, 5, 6, 7, 8] },
    { most: 9.6, ticks: [0, 2, 4, 6, 8, 10] },
    { most: 64, ticks: [0, 10, 20, 30, 40, 50, 60, 70] },
    { most: 1024, ticks: [0, 200, 400, 600, 800, 1000, 1200] },
  ])('up to $most has $ticks', ({ most, ticks }) => {
    const axis = speedupAxis(most);
    expect(axis.ticks).toEqual(ticks);
    expect(axis.at(0)).toBe(0);
    expect(axis.value(1)).toBeCloseTo(ticks.at(-1)!, 9);
    expect(axis.at(axis.value(0.3))).toBeCloseTo(0.3, 12);
  });
});
