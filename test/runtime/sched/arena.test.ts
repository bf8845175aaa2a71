import '../../support/memory/shared.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { nth } from '#src/runtime/memory/address.js';
import { Fatal, resetVerdict } from '#src/runtime/memory/errors.js';
import { H } from '#src/runtime/memory/layout.js';
import { malloc } from '#src/runtime/memory/malloc.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { generationHere, holdArena, mallocHere, newArena, releaseArena } from '#src/runtime/sched/arena.js';
import { m } from '#src/runtime/sched/g.js';
import { GENERATIONS } from '#src/runtime/value/type.js';
import { interleave, interrupt, underLock } from '../../support/atomics.js';
import { checkNil, newRun, raw } from '../../support/core.js';

/** The words of an arena. */
function arena(number: number): { live: number; blocks: number; generation: number; next: number } {
  const at = i32[H.ARENAS]! + number * 16;
  return { live: raw[at]!, blocks: raw[at + 1]!, generation: raw[at + 2]!, next: raw[at + 3]! };
}

beforeEach(() => newRun());

describe('a new arena', () => {
  test('has the next number, one goroutine, no blocks, and the next generation', () => {
    expect([newArena(), newArena(), newArena()]).toEqual([1, 2, 3]);
    expect([1, 2, 3].map(arena)).toEqual([1, 2, 3].map((generation) => ({ live: 1, blocks: 0, generation, next: 0 })));
    expect(i32[H.ARENAS_USED]).toBe(3);
    expect(i32[H.ARENAS_GENERATION]).toBe(3);
    expect(i32[H.ARENAS_LOCK]).toBe(0);
  });

  test('is of a table that is made for the first one, for all threads', () => {
    newArena();
    const table = i32[H.ARENAS];
    expect(table).toBe(i32[H.ARENA]);
    newArena();
    expect(i32[H.ARENAS]).toBe(table);
    expect(malloc(8)).toBe(table! + 65_536);
  });

  test('has the number of the one that was given back last', () => {
    for (let k = 0; k < 4; k++) newArena();
    releaseArena(2);
    releaseArena(3);
    expect(arena(3)).toMatchObject({ live: 0, next: 2 });
    expect(i32[H.ARENAS_FREE]).toBe(3);
    expect([newArena(), newArena(), newArena()]).toEqual([3, 2, 5]);
    expect([3, 2, 5].map((number) => arena(number).generation)).toEqual([5, 6, 7]);
    expect(i32[H.ARENAS_FREE]).toBe(0);
  });

  test('has generation 1 after the largest one: 0 is that of what is in no arena', () => {
    i32[H.ARENAS_GENERATION] = GENERATIONS - 2;
    expect([newArena(), newArena(), newArena()].map((number) => arena(number).generation)).toEqual([
      GENERATIONS - 1,
      1,
      2,
    ]);
  });

  test('is refused beyond 4095', () => {
    newArena();
    i32[H.ARENAS_USED] = 4094;
    expect(newArena()).toBe(4095);
    const text = 'too many arenas: a run has 4095 at once, and all of them have goroutines';
    expect(() => newArena()).toThrow(new Fatal(text));
    resetVerdict();
    expect(i32[H.ARENAS_LOCK]).toBe(0);
    expect(i32[H.ARENAS_USED]).toBe(4095);
    releaseArena(4095);
    expect(newArena()).toBe(4095);
  });

  test('is chosen under the lock, and given back under it', () => {
    const words = () => [i32[H.ARENAS] !== 0, i32[H.ARENAS_USED], i32[H.ARENAS_GENERATION], i32[H.ARENAS_FREE]];
    const steps = [() => newArena(), () => newArena(), () => releaseArena(2), () => newArena()];
    expect(steps.map((step) => underLock(step, H.ARENAS_LOCK, words)[0])).toEqual([
      [false, 0, 0, 0],
      [true, 1, 1, 0],
      [true, 2, 2, 0],
      [true, 2, 2, 2],
    ]);
    expect(underLock(() => releaseArena(1), H.ARENAS_LOCK, words)[1]).toEqual([true, 2, 3, 1]);
    expect(underLock(() => newArena(), H.ARENAS_LOCK, words)[1]).toEqual([true, 2, 4, 0]);
    expect(underLock(() => newArena(), H.ARENAS_LOCK, words)[1]).toEqual([true, 3, 5, 0]);
  });
});

describe('a block', () => {
  test('of a goroutine without an arena is like any other', () => {
    newArena();
    const first = malloc(8);
    expect(mallocHere(8)).toBe(first + 8);
    expect(mallocHere(9)).toBe(first + 16);
    expect(arena(1).blocks).toBe(0);
    expect(generationHere()).toBe(0);
  });

  test('of an arena ends with two words: the block before it, and its own length', () => {
    newArena();
    m.arena = newArena();
    const a = mallocHere(6);
    const b = mallocHere(20);
    expect(b).toBe(a + 8);
    expect([raw[a + 6], raw[a + 7]]).toEqual([0, 6]);
    expect([raw[b + 20], raw[b + 21]]).toEqual([a + 6, 20]);
    expect(arena(2).blocks).toBe(b + 20);
    expect(arena(1).blocks).toBe(0);
    expect(generationHere()).toBe(2);
  });

  test('has room for those two words', () => {
    m.arena = newArena();
    const a = mallocHere(7);
    expect(mallocHere(7)).toBe(a + 16);
  });

  test('is linked to one that another thread makes at the same time', () => {
    m.arena = newArena();
    const a = mallocHere(6);
    let b = 0;
    let c = 0;
    const make = () => {
      b = mallocHere(6);
    };
    const makeToo = () => {
      c = mallocHere(6);
    };
    expect(interrupt(makeToo, 'compareExchange', nth(i32[H.ARENAS]! as never, 17), make)).toBe(true);
    expect(arena(1).blocks).toBe(c + 6);
    expect([raw[c + 6], raw[b + 6], raw[a + 6]]).toEqual([b + 6, a + 6, 0]);
  });
});

describe('an arena', () => {
  test('lives as long as a goroutine belongs to it', () => {
    const number = newArena();
    m.arena = number;
    const block = mallocHere(6);
    raw[block] = 77;
    holdArena(number);
    holdArena(number);
    expect(arena(number).live).toBe(3);
    releaseArena(number);
    releaseArena(number);
    expect(arena(number).live).toBe(1);
    expect(raw[block]).toBe(77);
    expect(i32[H.ARENAS_FREE]).toBe(0);
    releaseArena(number);
    expect(raw[block]).toBe(0);
    expect(i32[H.ARENAS_FREE]).toBe(number);
    expect(i32[H.ARENAS_LOCK]).toBe(0);
  });

  test('gives back all of its blocks, of every size, and makes their objects unknown', () => {
    m.arena = newArena();
    const sizes = [1, 6, 7, 14, 15, 30, 4094, 4095, 6];
    const blocks = sizes.map((words) => mallocHere(words));
    for (const addr of blocks) raw.fill(77, addr, addr + 1);
    releaseArena(m.arena);
    expect(blocks.map((addr) => raw[addr])).toEqual(blocks.map(() => 0));
    const bump = i32[H.BUMP];
    // The youngest was given back first, so the oldest of each size is next.
    expect(sizes.map((words) => malloc(words + 2))).toEqual(blocks);
    expect(i32[H.BUMP]).toBe(bump);
  });

  test('with another goroutine has none of the former blocks', () => {
    m.arena = newArena();
    mallocHere(6);
    releaseArena(m.arena);
    expect(newArena()).toBe(1);
    expect(arena(1)).toEqual({ live: 1, blocks: 0, generation: 2, next: 0 });
    m.arena = 1;
    expect(generationHere()).toBe(2);
  });

  test('counts its goroutines by Atomics', () => {
    const number = newArena();
    const live = i32[H.ARENAS]! + number * 16;
    expect(interleave(() => holdArena(number))).toEqual([['add', live, 1]]);
    expect(interleave(() => releaseArena(number))).toEqual([['sub', live, 1]]);
    m.arena = number;
    mallocHere(6);
    expect(interleave(() => mallocHere(6)).map(([op, word]) => [op, word])).toEqual([
      ['load', live + 1],
      ['compareExchange', live + 1],
    ]);
    expect(interleave(() => releaseArena(number)).map(([op, word]) => [op, word])).toEqual([
      ['sub', live],
      ['load', live + 1],
      ['compareExchange', H.ARENAS_LOCK],
      ['exchange', H.ARENAS_LOCK],
    ]);
  });

  test('number 0 is none', () => {
    expect(
      interleave(() => {
        holdArena(0);
        releaseArena(0);
      }),
    ).toEqual([]);
    checkNil();
  });
});
