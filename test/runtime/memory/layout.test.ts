import '../../support/memory/shared.js';

import { describe, expect, test } from 'vitest';
import {
  align,
  COLD,
  COLD_WORDS,
  G,
  G_WORDS,
  gAddressIn,
  gColdAddressIn,
  H,
  INLINE_ARGS,
  INLINE_SLOTS,
  P,
  pAddress,
  pId,
  RING,
  SG,
  SG_WORDS,
  tables,
} from '#src/runtime/memory/layout.js';
import { bytesAt, f64, gAddress, gColdAddress, gIndex, i32 } from '#src/runtime/memory/memory.js';
import { count, room } from '../../support/core.js';

/** Names of the words of a table whose place another one has as well. */
function shared(table: Readonly<Record<string, number>>): string[] {
  const names = Object.keys(table);
  return names.filter((name) => names.some((other) => other !== name && table[other] === table[name]));
}

const LINE = 16;
const line = (word: number) => Math.floor(word / LINE);

describe('the words of a record', () => {
  test('have places of their own, but for those of a G that it has at different times', () => {
    expect(shared(H)).toEqual([]);
    expect(shared(P)).toEqual([]);
    expect(shared(SG)).toEqual([]);
    expect(shared(COLD)).toEqual([]);
    expect(shared(G)).toEqual(['ARGS', 'TRACETS']);
  });

  test('that are 8 bytes wide are at even places, and what lies behind them is free', () => {
    const wide = [
      [H, [H.TRACE_SIZE, H.TRACE_BEGIN]],
      [P, [P.WORK]],
      [G, [G.GOID, G.TRACETS]],
      [COLD, [COLD.PARENT, COLD.BLOCKEDAT]],
    ] as const;
    for (const [table, words] of wide) {
      const taken = new Set<number>(Object.values(table));
      expect(words.filter((word) => word % 2 !== 0 || taken.has(word + 1))).toEqual([]);
    }
  });

  test('end before the next record', () => {
    expect(Math.max(...Object.values(G))).toBeLessThan(G_WORDS);
    expect(G.ARGS + 2 * INLINE_ARGS).toBe(G_WORDS);
    expect(COLD.ELEM + 2 * INLINE_SLOTS).toBeLessThanOrEqual(COLD.WAITREASON);
    expect(COLD.SUDOG + SG_WORDS).toBeLessThanOrEqual(COLD.ELEM);
    expect(Math.max(...Object.values(COLD))).toBeLessThan(COLD_WORDS);
    expect(Math.max(...Object.values(SG))).toBeLessThan(SG_WORDS);
    expect(pAddress(1) - pAddress(0)).toBeGreaterThanOrEqual(P.RING + RING);
    expect(H.CENTRAL + 32).toBeLessThanOrEqual(H.IDLEMASK);
    expect(H.IDLEMASK + 32).toBeLessThanOrEqual(H.TRACING);
    expect(H.STEALMASK + 32).toBeLessThanOrEqual(H.TYPES);
  });

  test('that different threads write are on lines of their own', () => {
    const owner = [P.LOCALQ_HEAD, P.LOCALQ_TAIL, P.NEXT, P.SCHEDTICK, P.NHOME, P.CURG, P.NCREATED, P.NSWITCHES].map(
      line,
    );
    for (const word of [P.RUNQHEAD, P.RUNQTAIL, P.INBOX, P.PARK, P.PREEMPT, P.NEWQ_LOCK]) {
      expect(owner).not.toContain(line(word));
    }
    expect(new Set([P.RUNQHEAD, P.RUNQTAIL, P.INBOX, P.PARK, P.PREEMPT, P.NEWQ_LOCK].map(line)).size).toBe(6);
    const lines = [H.STATUS, H.CLOCK, H.NPIDLE, H.NMSPINNING, H.GLOBQ_LOCK, H.GFREE_LOCK, H.GNEXT, H.BUMP, H.NTIMERS];
    expect(new Set(lines.map(line)).size).toBe(lines.length);
    for (const size of [G_WORDS, COLD_WORDS, pAddress(1) - pAddress(0), pAddress(0)]) expect(size % LINE).toBe(0);
  });
});

describe('an address', () => {
  test('of a P follows from its number, and the other way round', () => {
    expect(count(room).map((id) => pId(pAddress(id)))).toEqual(count(room));
    expect(pAddress(0)).toBeGreaterThan(H.TYPES + 4095);
  });

  test('of a G and of its cold record follow from its number, in the tables of this thread', () => {
    const { gbase, gcold, gmax } = tables(i32.length, room);
    for (const index of [0, 1, 2, 77, gmax - 1]) {
      const gp = gAddress(index);
      expect(gp).toBe(gbase + index * G_WORDS);
      expect(gp).toBe(gAddressIn(gbase, index));
      expect(gIndex(gp)).toBe(index);
      expect(gColdAddress(gp)).toBe(gcold + index * COLD_WORDS);
      expect(gColdAddress(gp)).toBe(gColdAddressIn(gcold, index));
    }
    expect(gAddress(gmax)).toBe(gcold);
  });
});

describe('the tables of Gs', () => {
  test('begin behind the Ps, and take a quarter of what is left', () => {
    for (const procs of [1, 2, 40]) {
      const { gbase, gcold, gmax } = tables(2 ** 20, procs);
      expect(gbase).toBe(align(pAddress(procs)));
      expect(gmax).toBe(Math.floor((2 ** 20 - gbase) / 4 / (G_WORDS + COLD_WORDS)));
      expect(gcold).toBe(gbase + gmax * G_WORDS);
    }
  });

  test('have four million records at most', () => {
    expect(tables(2 ** 30, 1).gmax).toBe(2 ** 22);
  });
});

describe('a multiple of a cache line', () => {
  test('is the next one that is not smaller', () => {
    expect([0, 1, 15, 16, 17, 32].map(align)).toEqual([0, 16, 16, 16, 32, 32]);
  });
});

describe('the bytes of a record', () => {
  test('begin at a word of it', () => {
    const gp = gAddress(3);
    const bytes = bytesAt(gp, 5, 2);
    expect([bytes.byteOffset, bytes.length, bytes.buffer]).toEqual([(gp + 2) * 4, 5, i32.buffer]);
    expect(bytesAt(gp, 1).byteOffset).toBe(gp * 4);
    expect((f64 as unknown as Float64Array).buffer).toBe(i32.buffer);
  });
});
