import '../../support/memory/shared.js';

import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { type BlockAddr, nth } from '#src/runtime/memory/address.js';
import { Fatal, resetVerdict } from '#src/runtime/memory/errors.js';
import { H } from '#src/runtime/memory/layout.js';
import { malloc, mallocZeroed, mfree, resetMalloc } from '#src/runtime/memory/malloc.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { interleave, interrupt, underLock } from '../../support/atomics.js';
import { count, newRun, raw } from '../../support/core.js';

/** Words that a thread takes from the arena at a time. */
const CHUNK = 65_536;
/** Small blocks of a size that a thread keeps, and how many it gives away or takes at a time. */
const KEEP = 128;
const BATCH = 64;

/** Blocks of the central list for blocks of 2^c words, from its head. */
function central(c: number): number[] {
  const found: number[] = [];
  for (let addr: number = i32[nth(H.CENTRAL, c)]!; addr !== 0; addr = raw[addr]!) {
    if (found.push(addr) > 10_000) throw new Error('test: links in a circle');
  }
  return found;
}

/** Numbers of the central lists that are not empty. */
function lists(): number[] {
  return count(32).filter((c) => i32[nth(H.CENTRAL, c)] !== 0);
}

beforeEach(() => newRun());

describe('a block', () => {
  test.each([
    [0, 8],
    [1, 8],
    [7, 8],
    [8, 8],
    [9, 16],
    [16, 16],
    [17, 32],
    [32, 32],
    [33, 64],
    [1000, 1024],
    [2049, 4096],
    [4096, 4096],
  ])('of %i words has %i, cut from the chunk of the thread', (words, size) => {
    const first = i32[H.BUMP]!;
    expect([malloc(words), malloc(words), malloc(words)]).toEqual([first, first + size, first + 2 * size]);
    expect(first % 8).toBe(0);
    expect(i32[H.BUMP]).toBe(first + CHUNK);
  });

  test.each([
    [4097, 8192],
    [8192, 8192],
    [8193, 16_384],
    [65_536, 65_536],
    [65_537, 131_072],
  ])('of %i words has %i, straight from the arena', (words, size) => {
    const first = i32[H.BUMP]!;
    expect(malloc(words)).toBe(first);
    expect(i32[H.BUMP]).toBe(first + size);
    expect(malloc(words)).toBe(first + size);
    expect(i32[H.BUMP]).toBe(first + 2 * size);
  });

  test('that fits exactly ends a chunk; the next one begins another', () => {
    const first = i32[H.BUMP]!;
    expect(count(16).map(() => malloc(4096))).toEqual(count(16).map((k) => first + k * 4096));
    expect(i32[H.BUMP]).toBe(first + CHUNK);
    expect(malloc(8)).toBe(first + CHUNK);
    expect(malloc(8)).toBe(first + CHUNK + 8);
    expect(i32[H.BUMP]).toBe(first + 2 * CHUNK);
  });

  test('that does not fit begins another chunk, wherever that is', () => {
    const first = i32[H.BUMP]!;
    malloc(8);
    for (let k = 0; k < 15; k++) malloc(4096);
    const large = malloc(4097);
    expect(large).toBe(first + CHUNK);
    expect(malloc(4096)).toBe(large + 8192);
    expect(i32[H.BUMP]).toBe(large + 8192 + CHUNK);
  });

  test('has whatever was there before, or zeros up to its length', () => {
    const addr = malloc(16);
    raw.fill(-1, addr, addr + 32);
    mfree(addr, 16);
    expect(malloc(16)).toBe(addr);
    expect([...raw.subarray(addr, addr + 16)]).toEqual(count(16).map(() => -1));
    mfree(addr, 16);
    expect(mallocZeroed(16)).toBe(addr);
    expect([...raw.subarray(addr, addr + 17)]).toEqual([...count(16).map(() => 0), -1]);
  });
});

describe('a block that is given back', () => {
  test('is the next one of its size, and of no other', () => {
    const [a, b, c] = [malloc(9), malloc(16), malloc(17)];
    mfree(a, 9);
    mfree(b, 16);
    mfree(c, 17);
    expect(malloc(8)).not.toBe(a);
    expect(malloc(33)).not.toBe(c);
    expect([malloc(10), malloc(16)]).toEqual([b, a]);
    expect(malloc(32)).toBe(c);
    expect([a, b, c]).not.toContain(malloc(16));
  });

  test.each([0, 1, 8])('with %i words is of the smallest size', (words) => {
    const addr = malloc(words);
    mfree(addr, words);
    expect(malloc(5)).toBe(addr);
  });

  test('stays with its thread up to 128 of a size; of one more, 64 go to the central list', () => {
    const blocks = count(KEEP + 1).map(() => malloc(8));
    const others = count(KEEP).map(() => malloc(16));
    for (const addr of others) mfree(addr, 16);
    for (const addr of blocks.slice(0, KEEP)) mfree(addr, 8);
    expect(lists()).toEqual([]);
    const spilled = underLock(
      () => mfree(blocks[KEEP]!, 8),
      H.CENTRAL_LOCK,
      () => central(3),
    );
    expect(spilled).toEqual([[], blocks.slice(KEEP + 1 - BATCH)]);
    // Pushed one by one from the youngest on, so the oldest of them is first.
    expect(central(3)).toEqual(blocks.slice(KEEP + 1 - BATCH));
    expect(lists()).toEqual([3]);
    const mine = blocks.slice(0, KEEP + 1 - BATCH);
    expect(mine.map(() => malloc(8))).toEqual(mine.toReversed());
    expect(central(3)).toHaveLength(BATCH);
  });

  test('of more than 4096 words goes to the central list at once', () => {
    const [a, b] = [malloc(5000), malloc(5000)];
    mfree(a, 5000);
    expect(central(13)).toEqual([a]);
    mfree(b, 5000);
    expect(central(13)).toEqual([b, a]);
    expect(lists()).toEqual([13]);
    expect(i32[H.CENTRAL_LOCK]).toBe(0);
  });

  test('of 4096 words does not', () => {
    mfree(malloc(4096), 4096);
    expect(lists()).toEqual([]);
  });
});

describe('the central list', () => {
  /** Leaves so many blocks of 8 words in the central list, and this thread without any. */
  function leave(n: number): number[] {
    const blocks = count(n).map(() => malloc(8));
    blocks.forEach((addr, k) => {
      i32[nth<'block'>(addr)] = blocks[k + 1] ?? 0;
    });
    i32[nth(H.CENTRAL, 3)] = blocks[0]!;
    resetMalloc();
    return blocks;
  }

  test('hands 64 blocks to a thread that has none, under its lock', () => {
    const blocks = leave(100);
    const bump = i32[H.BUMP];
    let first: BlockAddr | undefined;
    const get = () => {
      first = malloc(8);
    };
    expect(underLock(get, H.CENTRAL_LOCK, () => central(3))).toEqual([blocks, blocks.slice(BATCH)]);
    expect(first).toBe(blocks[BATCH - 1]);
    expect(central(3)).toEqual(blocks.slice(BATCH));
    expect(count(BATCH - 1).map(() => malloc(8))).toEqual(blocks.slice(0, BATCH - 1).toReversed());
    expect(central(3)).toEqual(blocks.slice(BATCH));
    expect(i32[H.BUMP]).toBe(bump);
  });

  test('hands out what it has if that is less, and new blocks are cut then', () => {
    const blocks = leave(3);
    const bump = i32[H.BUMP]!;
    expect(count(3).map(() => malloc(8))).toEqual(blocks.toReversed());
    expect(lists()).toEqual([]);
    expect(malloc(8)).toBe(bump);
  });

  test('hands out blocks of 4096 words like smaller ones', () => {
    const blocks = [malloc(4096), malloc(4096)];
    for (const [k, addr] of blocks.entries()) i32[nth<'block'>(addr)] = blocks[k + 1] ?? 0;
    i32[nth(H.CENTRAL, 12)] = blocks[0]!;
    resetMalloc();
    expect(malloc(4096)).toBe(blocks[1]);
    expect(central(12)).toEqual([]);
    expect(malloc(4096)).toBe(blocks[0]);
  });

  test('hands out one large block at a time', () => {
    const blocks = [malloc(5000), malloc(8000), malloc(8192)];
    for (const addr of blocks) mfree(addr, 8192);
    const bump = i32[H.BUMP];
    expect(malloc(4097)).toBe(blocks[2]);
    expect(central(13)).toEqual([blocks[1], blocks[0]]);
    expect([malloc(4097), malloc(4097)]).toEqual([blocks[1], blocks[0]]);
    expect(i32[H.BUMP]).toBe(bump);
    expect(malloc(4097)).toBe(bump);
  });

  test('that another thread empties before the lock is taken hands out none', () => {
    leave(1);
    const bump = i32[H.BUMP]!;
    let addr = 0;
    const empty = () => {
      i32[nth(H.CENTRAL, 3)] = 0;
    };
    const get = () => {
      addr = malloc(8);
    };
    expect(interrupt(get, 'compareExchange', H.CENTRAL_LOCK, empty)).toBe(true);
    expect(addr).toBe(bump);
    expect(i32[H.CENTRAL_LOCK]).toBe(0);
  });

  test('is not locked while it is empty: new words are cut then, by one exchange', () => {
    const bump = i32[H.BUMP]!;
    expect(interleave(() => malloc(8))).toEqual([
      ['load', H.BUMP],
      ['compareExchange', H.BUMP, bump, bump + CHUNK],
    ]);
  });

  test('is not asked while the thread has blocks of its own', () => {
    leave(10);
    malloc(8);
    expect(interleave(() => malloc(8))).toEqual([]);
  });

  test('passes blocks from one thread to another', () => {
    const blocks = new Set(count(300).map(() => malloc(20)));
    resetMalloc(); // another thread, which gives them back
    for (const addr of blocks) mfree(addr, 20);
    expect(central(5)).toHaveLength(3 * BATCH);
    resetMalloc(); // a third one
    const again = count(3 * BATCH).map(() => malloc(20));
    expect(new Set(again).size).toBe(3 * BATCH);
    expect(again.filter((addr) => !blocks.has(addr))).toEqual([]);
    expect(lists()).toEqual([]);
  });
});

describe('the arena', () => {
  test('is used up to its last word', () => {
    i32[H.BUMP] = i32[H.END]! - CHUNK;
    expect(malloc(8)).toBe(i32[H.END]! - CHUNK);
    expect(i32[H.BUMP]).toBe(i32[H.END]);
  });

  test.each([
    [8, CHUNK],
    [5000, 8192],
    [2 ** 30 + 1, 2 ** 31],
  ])('is out of memory if %i words need %i new ones, and fewer are left', (words, size) => {
    if (size < i32[H.END]!) i32[H.BUMP] = i32[H.END]! - size + 1;
    const bump = i32[H.BUMP];
    i32[H.ARENA] = i32[H.END]! - 1000 * 2 ** 18 + 1; // as if there were a thousand MiB, and less than a word
    const text = `out of memory: the shared memory of a run is 1000 MiB, and ${size * 4} bytes more were needed`;
    expect(() => malloc(words)).toThrow(new Fatal(text));
    expect(i32[H.BUMP]).toBe(bump);
    resetVerdict();
  });

  test('gives two threads that ask at the same time different words', () => {
    const bump = i32[H.BUMP]!;
    let addr = 0;
    const other = () => {
      i32[H.BUMP] = bump + 64;
    };
    const get = () => {
      addr = malloc(5000);
    };
    expect(interrupt(get, 'compareExchange', H.BUMP, other)).toBe(true);
    expect(addr).toBe(bump + 64);
    expect(i32[H.BUMP]).toBe(bump + 64 + 8192);
  });
});

describe('a thread in a new run', () => {
  test('has nothing of the run before', () => {
    const before = [malloc(8), malloc(8)];
    mfree(before[0]!, 8);
    newRun();
    const first = i32[H.BUMP];
    expect(first).toBe(i32[H.ARENA]);
    expect(malloc(8)).toBe(first);
    expect(malloc(8)).toBe(first! + 8);
    expect(lists()).toEqual([]);
  });
});

describe('blocks in use', () => {
  const size = fc.oneof(fc.nat(40), fc.nat(300), fc.constantFrom(8, 16, 4096, 4097, 5000, 9000));
  const step = fc.record({
    size,
    frees: fc.boolean(),
    which: fc.nat(),
    resets: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1),
  });

  test('never overlap, begin at multiples of 8, and keep what is in them', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        newRun();
        const live: { addr: number; size: number; mark: number }[] = [];
        steps.forEach(({ size, frees, which, resets }, k) => {
          // A thread that is another one from now on has none of the free blocks.
          if (resets === 1) resetMalloc();
          if (frees && live.length > 0) {
            const [block] = live.splice(which % live.length, 1);
            mfree(block!.addr as BlockAddr, block!.size);
            return;
          }
          if (i32[H.END]! - i32[H.BUMP]! < 2 * CHUNK) return;
          const addr = k % 2 === 0 ? malloc(size) : mallocZeroed(size);
          expect(addr % 8).toBe(0);
          expect(addr).toBeGreaterThanOrEqual(i32[H.ARENA]!);
          expect(addr + size).toBeLessThanOrEqual(i32[H.BUMP]!);
          for (const other of live) {
            expect(addr + Math.max(1, size) <= other.addr || other.addr + Math.max(1, other.size) <= addr).toBe(true);
          }
          if (k % 2 === 1) expect(raw.subarray(addr, addr + size).every((word) => word === 0)).toBe(true);
          raw.fill(k + 1, addr, addr + size);
          live.push({ addr, size, mark: k + 1 });
        });
        for (const { addr, size, mark } of live) {
          expect(raw.subarray(addr, addr + size).every((word) => word === mark)).toBe(true);
        }
      }),
      { seed: 5, numRuns: 60 },
    );
  });
});
