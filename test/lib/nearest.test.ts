import { describe, expect, test } from 'vitest';
import { nearest } from '#src/lib/nearest.js';

const words = ['seq', 'px', 'row', 'col', 'workers', 'buffered', 'rowworkers'];

describe('nearest', () => {
  test.each([
    ['rwo', 'row', 'two letters swapped'],
    ['ro', 'row', 'one missing'],
    ['roww', 'row', 'one too many'],
    ['sek', 'seq', 'one replaced'],
    ['worker', 'workers', 'the singular'],
    ['Row', 'row', 'capitals'],
    ['BUFFERED', 'buffered', 'nothing but capitals'],
    ['bufferd', 'buffered', 'one missing in a long word'],
    ['rowworker', 'rowworkers', 'the longer of two that are alike'],
    ['row-workers', 'rowworkers', 'a dash'],
    ['row', 'row', 'the word itself'],
  ])('%s is meant to be %s: %s', (wrong, meant) => {
    expect(nearest(wrong, words)).toBe(meant);
  });

  test.each(['parallel', 'goroutines', 'xyzzy', 'zzzzzzzzzzzz'])('%s is like none of them', (wrong) => {
    expect(nearest(wrong, words)).toBeUndefined();
  });

  test('of two that are as near, the first is meant', () => {
    expect(nearest('ab', ['ac', 'ad'])).toBe('ac');
    expect(nearest('ab', ['ad', 'ac'])).toBe('ad');
  });

  test('without words there is none', () => {
    expect(nearest('row', [])).toBeUndefined();
  });
});
