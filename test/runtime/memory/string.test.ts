import '../../support/memory/shared.js';

import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { StringAddr } from '#src/runtime/memory/address.js';
import { H } from '#src/runtime/memory/layout.js';
import { malloc } from '#src/runtime/memory/malloc.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { freeString, readString, writeString } from '#src/runtime/memory/string.js';
import { newRun, raw } from '../../support/core.js';

/** The bytes that follow the first word of a string's block. */
const bytes = (addr: number, n: number) => [...new Uint8Array(i32.buffer, (addr + 1) * 4, n)];

beforeEach(() => newRun());

describe('a string', () => {
  test('that is empty is address 0, and has no block', () => {
    const bump = i32[H.BUMP];
    expect(writeString('')).toBe(0);
    expect(readString(0)).toBe('');
    freeString(0);
    expect(i32[H.BUMP]).toBe(bump);
    for (let words = 1; words <= 4096; words *= 2) expect(malloc(words)).not.toBe(0);
  });

  test('of characters up to ÿ takes a byte for each, behind twice its length', () => {
    const addr = writeString('Go\u00ff\u0000') as StringAddr;
    expect(raw[addr]).toBe(8);
    expect(bytes(addr, 5)).toEqual([0x47, 0x6f, 0xff, 0, 0]);
    expect(readString(addr)).toBe('Go\u00ff\u0000');
  });

  test('with any other character takes two bytes for each UTF-16 unit, behind twice its length plus one', () => {
    const addr = writeString('a\u0100') as StringAddr;
    expect(raw[addr]).toBe(5);
    expect(bytes(addr, 5)).toEqual([0x61, 0, 0, 1, 0]);
    expect(readString(addr)).toBe('a\u0100');
  });

  test('keeps surrogates, alone and in pairs', () => {
    for (const text of ['\ud800', '\udc00x', '😀', 'x\ud83d']) expect(readString(writeString(text))).toBe(text);
  });

  test.each([
    // units, characters, words: the one in front and what the bytes need
    [27, 'x', 8],
    [28, 'x', 8],
    [29, 'x', 16],
    [13, 'Ā', 8],
    [14, 'Ā', 8],
    [15, 'Ā', 16],
    [60, 'x', 16],
    [61, 'x', 32],
  ])('of %i %s takes a block of %i words, and gives it back whole', (n, character, words) => {
    const text = character.repeat(n);
    const addr = writeString(text) as StringAddr;
    const behind = malloc(words);
    expect(behind).toBe(addr + words);
    raw.fill(-1, behind, behind + words);
    expect(readString(addr)).toBe(text);
    freeString(addr);
    expect(malloc(words)).toBe(addr);
    expect(malloc(words)).toBe(behind + words);
  });

  test('is a copy, and says nothing of what was in its block before', () => {
    const first = writeString('x'.repeat(20)) as StringAddr;
    freeString(first);
    const second = writeString('yy') as StringAddr;
    expect(second).toBe(first);
    expect(readString(second)).toBe('yy');
  });

  test('comes back as it was', () => {
    const units = (most: number) =>
      fc.array(fc.nat(most), { maxLength: 80 }).map((codes) => String.fromCharCode(...codes));
    const texts = fc.array(fc.oneof(units(255), units(0xffff)), { maxLength: 8 });
    fc.assert(
      fc.property(texts, (list) => {
        newRun();
        const addrs = list.map(writeString);
        expect(addrs.map(readString)).toEqual(list);
        list.forEach((_, k) => {
          if (k % 2 === 0) freeString(addrs[k]!);
        });
        list.forEach((text, k) => {
          if (k % 2 === 0) addrs[k] = writeString(text);
        });
        expect(addrs.map(readString)).toEqual(list);
      }),
      { seed: 3, numRuns: 40 },
    );
  });
});
