import '../../support/memory/shared.js';

import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { field, type GAddr, nth, type ObjectAddr } from '#src/runtime/memory/address.js';
import { UsageError } from '#src/runtime/memory/errors.js';
import { G } from '#src/runtime/memory/layout.js';
import { malloc } from '#src/runtime/memory/malloc.js';
import { f64, i32 } from '#src/runtime/memory/memory.js';
import { argAddress, callBody, MAX_ARGS, writeArgs } from '#src/runtime/sched/args.js';
import { m, newG } from '#src/runtime/sched/g.js';
import { adopt, allocate, Handle, handleType } from '#src/runtime/sched/handle.js';
import type { Type } from '#src/runtime/value/type.js';
import { count, newRun, raw } from '../../support/core.js';

const doubles = f64 as unknown as Float64Array;

class Thing extends Handle {
  static readonly type: Type<Thing> = handleType(
    'Thing',
    (addr, type) => new Thing(addr, type),
    (type) => new Thing(0 as ObjectAddr, type),
  );
}

/** A handle of a new object. */
function thing(): Thing {
  const make = () => allocate(8);
  return adopt(new Thing(make(), Thing.type), 'new Thing()', make);
}

/** The arguments that a body gets which is started with these. */
function passed(...args: unknown[]): unknown[] {
  const gp = newG();
  writeArgs(gp, 'p.body', args);
  return callBody((...got: unknown[]) => got, gp, args.length) as unknown[];
}

let gp: GAddr;

beforeEach(() => {
  newRun();
  gp = newG();
  m.curg = gp; // so that handles have objects
});

describe('arguments', () => {
  test.each([
    [[0, 1, -1, 2 ** 31, -(2 ** 31), 0.5, Number.NaN, -0]],
    [[2 ** 53, Number.NEGATIVE_INFINITY]],
    [[true, false, true]],
    [['', 'a', 'Ā', 'x'.repeat(500)]],
    [[null]],
    [[{ i: 1, j: 2.5 }, { s: 'text', deep: { ok: true, n: 3 } }, {}]],
    [[]],
  ])('arrive as they were: %j', (args) => {
    expect(passed(...args)).toEqual(args);
  });

  test.each(count(MAX_ARGS + 1))('may be %i', (n) => {
    const args = count(n).map((k) => (k % 2 === 0 ? k : `text ${k}`));
    expect(passed(...args)).toEqual(args);
    writeArgs(gp, 'p.body', args);
    // As many as the body is called with, in this order.
    expect(callBody((...got: unknown[]) => got.length, gp, n)).toBe(n);
  });

  test('are any mixture of these', () => {
    const leaf = fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.string({ maxLength: 20 }));
    const fields = fc.dictionary(fc.constantFrom('a', 'b', 'c'), leaf, { noNullPrototype: true });
    const args = fc.array(fc.oneof(leaf, fc.constant(null), fields), { maxLength: MAX_ARGS });
    fc.assert(
      fc.property(args, (list) => {
        expect(passed(...list)).toEqual(list);
      }),
      { seed: 6, numRuns: 60 },
    );
  });

  test('may be handles, which are the same on the same thread, and nil ones', () => {
    const [a, b] = [thing(), thing()];
    const got = passed(a, b, Thing.type.zero);
    expect(got[0]).toBe(a);
    expect(got[1]).toBe(b);
    expect(got[2]).toBe(Thing.type.zero);
    expect(passed({ a, n: 1 })).toEqual([{ a, n: 1 }]);
  });

  test('stand in the record of the G up to four, with a tag of four bits for each', () => {
    const a = thing();
    writeArgs(gp, 'p.body', [1.5, true, a, null]);
    expect(i32[field(gp, G.ARGTAGS)]).toBe(0x8521);
    expect(doubles[(gp + G.ARGS) / 2]).toBe(1.5);
    expect(raw[gp + G.ARGS + 4]).toBe(a.addr);
    writeArgs(gp, 'p.body', [false, 'x', Thing.type.zero, {}]);
    expect(i32[field(gp, G.ARGTAGS)]).toBe(0x7643);
    writeArgs(gp, 'p.body', []);
    expect(i32[field(gp, G.ARGTAGS)]).toBe(0);
  });

  test('stand in a block if there are more, which is given back when the body begins', () => {
    const before = malloc(16);
    writeArgs(gp, 'p.body', [1, 2, 3, 4, 5, 6, 7, 8]);
    const block = raw[gp + G.ARGS]!;
    expect(block).toBe(before + 16);
    expect(count(8).map((k) => doubles[block / 2 + k])).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(i32[field(gp, G.ARGTAGS)]).toBe(0x11111111);
    const inside = callBody(() => malloc(16), gp, 8);
    expect(inside).toBe(block);
    writeArgs(gp, 'p.body', [1, 2, 3, 4, 5]);
    expect(raw[gp + G.ARGS]).toBe(block + 16);
    callBody(() => {}, gp, 5);
    expect(malloc(10)).toBe(block + 16);
  });

  test.each([1, 2, 3, 4, 6])('of which %i are strings give back their bytes when they are taken out', (n) => {
    writeArgs(
      gp,
      'p.body',
      count(n).map((k) => String(k).repeat(300)),
    );
    const slots = n > 4 ? raw[gp + G.ARGS]! : gp + G.ARGS;
    const blocks = count(n).map((k) => raw[slots + 2 * k]);
    callBody(() => {}, gp, n);
    expect(count(n).map(() => malloc(76))).toEqual(blocks.toReversed());
  });

  test('that are structs have a block and what it owns given back', () => {
    writeArgs(gp, 'p.body', [{ s: 'text', n: 1 }]);
    const block = raw[gp + G.ARGS]!;
    const text = raw[block]!;
    callBody(() => {}, gp, 1);
    expect([malloc(4), malloc(2)]).toEqual([block, text]);
    // Six slots take a block of 16 words, and give one back.
    const six = { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 };
    passed(six); // so that its type is known, and there is a free block
    const mark = Math.max(malloc(16), malloc(16));
    writeArgs(gp, 'p.body', [six, six]);
    const [a, b] = [raw[gp + G.ARGS]!, raw[gp + G.ARGS + 2]!];
    expect([a, b]).toEqual([mark + 16, mark + 32]);
    callBody(() => {}, gp, 2);
    expect([malloc(16), malloc(16)]).toEqual([b, a]);
    writeArgs(gp, 'p.body', [{}]);
    const empty = raw[gp + G.ARGS]!;
    callBody(() => {}, gp, 1);
    expect(malloc(1)).toBe(empty);
  });

  test('go to the body in their order, and what that returns comes back', () => {
    for (const n of count(MAX_ARGS + 1)) {
      writeArgs(gp, 'p.body', count(n));
      expect(callBody((...args: number[]) => args.join(), gp, n)).toBe(count(n).join());
    }
  });

  test('are eight at most', () => {
    const text = 'go p.body: expected at most 8 arguments, got 9; pass a struct';
    expect(() => writeArgs(gp, 'p.body', count(9))).toThrow(new UsageError(text));
  });

  test.each([
    [undefined, 'undefined'],
    [() => {}, 'function (anonymous)'],
    [Symbol('s'), 'Symbol(s)'],
    [1n, '1n'],
    [[1], 'an Array'],
    [new Map(), 'a Map'],
    [{ a: undefined }, 'undefined'],
    [{ a: { b: [] } }, 'an Array'],
  ])('cannot be what does not cross threads: %s', (v, got) => {
    const text =
      'go p.body: expected argument 2 to be a number, boolean, string, struct of these or a handle ' +
      `(channel, WaitGroup, Mutex, image, alloc), got ${got}: nothing else can cross threads`;
    expect(() => writeArgs(gp, 'p.body', [1, v])).toThrow(new UsageError(text));
  });
});

describe('the address of an argument', () => {
  test('is that of its object if it is a handle, wherever it stands', () => {
    const handles = count(MAX_ARGS).map(() => thing());
    for (const n of [1, 4, 5, 8]) {
      writeArgs(gp, 'p.body', handles.slice(0, n));
      expect(count(n).map((k) => argAddress(gp, n, k))).toEqual(handles.slice(0, n).map(({ addr }) => addr));
      // The G keeps them.
      expect(callBody((...got: unknown[]) => got, gp, n)).toEqual(handles.slice(0, n));
    }
  });

  test('is 0 for anything else', () => {
    const args = [1, true, 'x', Thing.type.zero, null, {}, false];
    writeArgs(gp, 'p.body', args);
    expect(args.map((_, k) => argAddress(gp, args.length, k))).toEqual(args.map(() => 0));
    expect(argAddress(gp, args.length, 7)).toBe(0);
    expect(i32[nth(gp)]).not.toBe(0);
  });
});
