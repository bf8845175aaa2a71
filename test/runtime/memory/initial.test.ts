import '../../support/memory/shared.js';

import { describe, expect, test } from 'vitest';
import type { Words } from '#src/runtime/memory/address.js';
import { layOut } from '#src/runtime/memory/initial.js';
import {
  align,
  COLD_WORDS,
  G_WORDS,
  GC_WORDS,
  H,
  OBJECT_WORDS,
  P,
  pAddress,
  park,
  tables,
} from '#src/runtime/memory/layout.js';
import { count } from '../../support/core.js';

const LENGTH = 2 ** 19;
const memory = (length = LENGTH) => new Int32Array(length);
const as = (words: Int32Array) => words as unknown as Words;

/** The words that are not 0, by place. */
function written(words: Int32Array): Record<number, number> {
  const found: Record<number, number> = {};
  for (let at = 0; at < words.length; at++) if (words[at] !== 0) found[at] = words[at]!;
  return found;
}

/** The same as layOut has to leave it. */
function expected(length: number, procs: number, net = 0): Record<number, number> {
  const { gcold, gmax } = tables(length, procs);
  const arena = align(gcold + gmax * COLD_WORDS);
  const perP = align(Math.floor(length / 8 / procs));
  const area = align(length - 16) - GC_WORDS - OBJECT_WORDS - procs * perP;
  const mask = (word: number) => count(32).reduce((all, bit) => (word * 32 + bit < procs ? all | (1 << bit) : all), 0);
  return {
    [H.NPROCS]: procs,
    [H.NCORES]: 3,
    [H.SEED]: 99,
    [H.GMAX]: gmax,
    [H.ARENA]: arena,
    [H.END]: area,
    [H.TRACE_AREA]: area,
    [H.TRACE_WORDS]: perP,
    ...(net > 0 && { [H.NET]: arena }),
    [H.BUMP]: align(arena + net),
    [H.NPIDLE]: procs,
    ...Object.fromEntries(count(procs).map((id) => [pAddress(id) + P.PARK, park.asleep])),
    ...Object.fromEntries(count(Math.ceil(procs / 32)).map((word) => [H.IDLEMASK + word, mask(word)])),
  };
}

describe('the memory of a run', () => {
  test.each([1, 2, 31, 32, 33, 40, 70])('of %i Ps has its constants, and every P asleep', (procs) => {
    const words = memory();
    layOut(as(words), { procs, seed: 99, cores: 3 });
    expect(written(words)).toEqual(expected(LENGTH, procs));
  });

  test('begins its arena with the listener, if it has one', () => {
    for (const net of [1, 16, 1000, 1001]) {
      const words = memory();
      layOut(as(words), { procs: 2, seed: 99, cores: 3, net });
      expect(written(words)).toEqual(expected(LENGTH, 2, net));
    }
  });

  test('has the tables, the arena and the trace area one behind the other', () => {
    for (const length of [2 ** 19, 2 ** 19 + 16, 2 ** 19 - 8]) {
      const words = memory(length);
      layOut(as(words), { procs: 3, seed: 1, cores: 1 });
      const { gbase, gcold, gmax } = tables(length, 3);
      expect(gbase).toBeGreaterThanOrEqual(pAddress(3));
      expect(words[H.ARENA]).toBeGreaterThanOrEqual(gcold + gmax * COLD_WORDS);
      expect(words[H.BUMP]! % 16).toBe(0);
      expect(words[H.END]).toBeGreaterThan(words[H.BUMP]!);
      expect(words[H.TRACE_AREA]! % 16).toBe(0);
      expect(words[H.TRACE_AREA]! + GC_WORDS + OBJECT_WORDS + 3 * words[H.TRACE_WORDS]!).toBeLessThanOrEqual(length);
    }
  });

  test('gives a P 4 Mi words of the trace at most', () => {
    // Only its length is asked for, and the words that are written are few: no memory of this size.
    const sparse: Record<number, number> & { length: number; fill?: unknown } = { length: 2 ** 30 - 2 ** 14 };
    sparse.fill = () => sparse;
    for (const word of [H.GNEXT, H.GMAX, H.BUMP, H.IDLEMASK]) sparse[word] = 0;
    layOut(sparse as never, { procs: 1, seed: 1, cores: 1 });
    expect(sparse[H.TRACE_WORDS]).toBe(2 ** 22);
  });

  test('that was used is as good as new, up to what the run before has touched', () => {
    const procs = 4;
    const words = memory();
    layOut(as(words), { procs: 4, seed: 1, cores: 1, net: 5 });
    const { gbase, gcold, gmax } = tables(LENGTH, procs);
    const used = 70;
    const arena = words[H.ARENA]!;
    words.fill(-1, 16, H.GNEXT);
    words.fill(-1, H.GNEXT + 1, gbase + used * G_WORDS);
    words.fill(-1, gcold, gcold + used * COLD_WORDS);
    words.fill(-1, arena, arena + 5000);
    words[H.GMAX] = gmax;
    words[H.GNEXT] = used;
    words[H.BUMP] = arena + 5000;
    layOut(as(words), { procs, seed: 99, cores: 3 });
    expect(written(words)).toEqual(expected(LENGTH, procs));
  });

  test('keeps what lies beyond that: pages that no run has touched stay untouched', () => {
    const words = memory();
    layOut(as(words), { procs: 2, seed: 1, cores: 1 });
    const { gbase, gcold, gmax } = tables(LENGTH, 2);
    const beyond = [gbase + 10 * G_WORDS, gcold + 10 * COLD_WORDS, words[H.BUMP]! + 100, words[H.TRACE_AREA]!];
    for (const word of beyond) words[word] = 5;
    words[H.GNEXT] = 10;
    words[H.BUMP]! += 100;
    layOut(as(words), { procs: 2, seed: 99, cores: 3 });
    const marks = Object.fromEntries(beyond.map((word) => [word, 5]));
    expect(written(words)).toEqual({ ...expected(LENGTH, 2), ...marks });
    expect(gmax).toBeGreaterThan(10);
  });

  test('clears no more Gs than there are, even if more have been asked for', () => {
    const words = memory();
    layOut(as(words), { procs: 2, seed: 1, cores: 1 });
    const { gcold, gmax } = tables(LENGTH, 2);
    const arena = words[H.ARENA]!;
    words[arena] = 5; // not of the arena: BUMP is 0 where no run was before
    words[H.BUMP] = 0;
    words[H.GNEXT] = gmax + 64;
    words[gcold - 1] = 6;
    layOut(as(words), { procs: 2, seed: 99, cores: 3 });
    expect(written(words)).toEqual({ ...expected(LENGTH, 2), [arena]: 5 });
  });
});
