import '../../support/memory/shared.js';

import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { nth } from '#src/runtime/memory/address.js';
import { UsageError } from '#src/runtime/memory/errors.js';
import { H, MAX_TYPES } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { readString } from '#src/runtime/memory/string.js';
import { bool, float64, int, string } from '#src/runtime/value/basic.js';
import {
  describe as describeValue,
  GENERATIONS,
  knownType,
  parse,
  register,
  registerConstructor,
  resetTypes,
  Type,
  typeById,
  typeId,
  typeIn,
  typeOf,
  typeWord,
} from '#src/runtime/value/type.js';
import { interleave, interrupt, underLock } from '../../support/atomics.js';
import { newRun } from '../../support/core.js';

beforeEach(() => newRun());

/** A type with this name that owns nothing. */
function named(name: string): Type<unknown> {
  return new Type<unknown>({ name, slots: 1, zero: 0, check: () => {}, write: () => {}, read: () => 0 });
}

describe('a number of a type', () => {
  test('is the next one for a new name, and the same for a name that has one', () => {
    expect([typeId(int), typeId(float64), typeId(int), typeId(string)]).toEqual([1, 2, 1, 3]);
    expect(i32[H.TYPES_COUNT]).toBe(3);
    expect([1, 2, 3].map((id) => readString(i32[nth(H.TYPES, id)]!))).toEqual(['int', 'float64', 'string']);
    expect(i32[nth(H.TYPES, 0)]).toBe(0);
    expect(i32[H.TYPES_LOCK]).toBe(0);
  });

  test('is that which another thread has given it', () => {
    typeId(int);
    typeId(float64);
    resetTypes(); // another thread, which has asked for none
    expect([typeId(string), typeId(float64), typeId(int)]).toEqual([3, 2, 1]);
    expect([1, 2, 3].map(typeById)).toEqual([int, float64, string]);
    expect([1, 2, 3].map(typeById)).toEqual([int, float64, string]);
  });

  test('is given under the lock, once on each thread', () => {
    const around = [
      ['compareExchange', H.TYPES_LOCK, 0, 1],
      ['exchange', H.TYPES_LOCK, 0],
    ];
    const accesses = () => interleave(() => typeId(int)).filter(([, word]) => word === H.TYPES_LOCK);
    const words = () => [i32[H.TYPES_COUNT], i32[nth(H.TYPES, 2)] !== 0];
    typeId(float64);
    expect(underLock(() => typeId(bool), H.TYPES_LOCK, words)).toEqual([
      [1, false],
      [2, true],
    ]);
    expect(accesses()).toEqual(around);
    expect(accesses()).toEqual([]);
    resetTypes();
    expect(accesses()).toEqual(around);
    expect(interleave(() => typeById(3))).toEqual([]);
  });

  test('is not given twice if two threads ask for it at the same time', () => {
    let mine = 0;
    const other = () => {
      typeId(float64);
      typeId(int);
      resetTypes();
    };
    const ask = () => {
      mine = typeId(int);
    };
    expect(interrupt(ask, 'compareExchange', H.TYPES_LOCK, other)).toBe(true);
    expect(mine).toBe(2);
    expect(i32[H.TYPES_COUNT]).toBe(2);
  });

  test('is refused beyond 4095, and the lock is free again', () => {
    typeId(int);
    i32[H.TYPES_COUNT] = MAX_TYPES - 2;
    expect(typeId(named('the last'))).toBe(MAX_TYPES - 1);
    expect(i32[H.TYPES_COUNT]).toBe(MAX_TYPES - 1);
    const text = 'type: expected at most 4095 different types, got one more: too many';
    expect(() => typeId(named('too many'))).toThrow(new UsageError(text));
    expect(i32[H.TYPES_LOCK]).toBe(0);
    expect(i32[H.TYPES_COUNT]).toBe(MAX_TYPES - 1);
    expect(typeId(int)).toBe(1);
  });

  test('names a type that this thread has to know', () => {
    const unknown = named('of another module');
    const id = typeId(unknown);
    const text = 'type: this thread has no type of another module; export something from its module in the program';
    expect(() => typeById(id)).toThrow(new UsageError(text));
    expect(register(unknown)).toBe(unknown);
    expect(typeById(id)).toBe(unknown);
  });
});

describe('the first word of an object', () => {
  test('has the number of its type, and above it the generation', () => {
    expect(typeWord(5, 0)).toBe(5);
    expect(typeWord(5, 1)).toBe(4096 + 5);
    expect(typeWord(4095, GENERATIONS - 1)).toBe(-1);
    expect(GENERATIONS).toBe(2 ** 20);
    expect(typeWord(5, GENERATIONS)).toBe(5);
    expect(typeWord(5, GENERATIONS + 3)).toBe(typeWord(5, 3));
    fc.assert(
      fc.property(fc.nat(4095), fc.nat(GENERATIONS - 1), (id, generation) => {
        const word = typeWord(id, generation);
        expect(word).toBe(word | 0);
        expect(typeIn(word)).toBe(id);
        expect(word >>> 12).toBe(generation);
      }),
      { seed: 1 },
    );
  });
});

describe('a name', () => {
  test('belongs to the type that had it first', () => {
    const first = register(named('twice'));
    expect(register(named('twice'))).toBe(first);
    expect(knownType('twice')).toBe(first);
    expect(parse('twice')).toBe(first);
    expect(knownType('never')).toBeUndefined();
  });

  test('that is not known is built from its beginning', () => {
    registerConstructor('test of ', (inner) => named(`${inner}!`));
    expect(parse('test of int').name).toBe('int!');
    expect(() => parse('tests of int')).toThrow('type: this thread has no type tests of int');
  });
});

describe('what stands for a type', () => {
  test('is the type, or has one', () => {
    expect(typeOf(int)).toBe(int);
    expect(typeOf({ type: string })).toBe(string);
    for (const [value, text] of [
      [undefined, 'undefined'],
      [{ type: 1 }, 'an object'],
      ['int', '"int"'],
    ] as const) {
      const message = `type: expected a type such as int or struct({...}), got ${text}`;
      expect(() => typeOf(value as never)).toThrow(new UsageError(message));
    }
  });
});

describe('a value in a message', () => {
  test.each([
    ['text', '"text"'],
    ['x'.repeat(40), JSON.stringify('x'.repeat(40))],
    ['x'.repeat(41), 'a string of 41 characters'],
    [function worker() {}, 'function worker'],
    [() => {}, 'function (anonymous)'],
    [5n, '5n'],
    [Symbol('s'), 'Symbol(s)'],
    [{}, 'an object'],
    [Object.create(null), 'an object'],
    [[], 'an Array'],
    [new Map(), 'a Map'],
    [new Error('e'), 'an Error'],
    [null, 'null'],
    [undefined, 'undefined'],
    [-0, '-0'],
    [0, '0'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
  ])('is short: %s', (v, text) => {
    expect(describeValue(v)).toBe(text);
  });
});
