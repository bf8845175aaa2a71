import '../../support/memory/shared.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { H } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { add, exchange, load, replace, store } from '#src/runtime/memory/word.js';
import { interleave } from '../../support/atomics.js';
import { newRun } from '../../support/core.js';

const word = H.NMSPINNING;

beforeEach(() => newRun());

describe('a word that several threads write', () => {
  test('is read and written', () => {
    store(word, 7);
    expect(i32[word]).toBe(7);
    expect(load(word)).toBe(7);
  });

  test('is exchanged for what it was', () => {
    store(word, 7);
    expect(exchange(word, -8)).toBe(7);
    expect(i32[word]).toBe(-8);
  });

  test('is replaced if it is what was expected', () => {
    store(word, 7);
    expect(replace(word, 6, 9)).toBe(false);
    expect(i32[word]).toBe(7);
    expect(replace(word, 7, 9)).toBe(true);
    expect(i32[word]).toBe(9);
  });

  test('is added to, and wraps', () => {
    expect(add(word, 5)).toBe(5);
    expect(add(word, -2)).toBe(3);
    expect(i32[word]).toBe(3);
    store(word, 2 ** 31 - 1);
    expect(add(word, 2)).toBe(-(2 ** 31) + 1);
    expect(i32[word]).toBe(-(2 ** 31) + 1);
  });

  test('is touched through Atomics', () => {
    const all = () => {
      load(word);
      store(word, 7);
      exchange(word, 8);
      replace(word, 8, 9);
      add(word, 1);
    };
    expect(interleave(all)).toEqual([
      ['load', word],
      ['store', word, 7],
      ['exchange', word, 8],
      ['compareExchange', word, 8, 9],
      ['add', word, 1],
    ]);
  });
});
