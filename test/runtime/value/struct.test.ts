import '../../support/memory/shared.js';

import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { SlotsAddr } from '#src/runtime/memory/address.js';
import { UsageError } from '#src/runtime/memory/errors.js';
import { malloc, mallocZeroed } from '#src/runtime/memory/malloc.js';
import { f64 } from '#src/runtime/memory/memory.js';
import { bool, float64, int, string } from '#src/runtime/value/basic.js';
import { inferStruct, struct, structFields } from '#src/runtime/value/struct.js';
import { parse, type Type, typeById, typeId } from '#src/runtime/value/type.js';
import { newRun, raw } from '../../support/core.js';

const doubles = f64 as unknown as Float64Array;
let at: SlotsAddr;

beforeEach(() => {
  newRun();
  at = mallocZeroed<SlotsAddr>(64);
});

describe('a struct type', () => {
  const inner = struct({ flag: bool, text: string });
  const outer = struct({ i: int, inner, j: float64 });

  test('has a name in Go’s notation, and is the same for the same fields', () => {
    expect(inner.name).toBe('struct{flag bool;text string}');
    expect(outer.name).toBe('struct{i int;inner struct{flag bool;text string};j float64}');
    expect(struct({ flag: bool, text: string })).toBe(inner);
    expect(struct({ text: string, flag: bool })).not.toBe(inner);
    expect(struct({}).name).toBe('struct{}');
  });

  test('has its fields one behind the other', () => {
    expect(outer.slots).toBe(4);
    expect(structFields(outer as Type<unknown>)).toEqual([
      { name: 'i', type: int, offset: 0 },
      { name: 'inner', type: inner, offset: 2 },
      { name: 'j', type: float64, offset: 6 },
    ]);
    expect(struct({}).slots).toBe(0);
    expect(() => structFields(int as Type<unknown>)).toThrow(new UsageError('expected a struct type, got int'));
  });

  test('writes each field at its place, and reads a copy', () => {
    const value = { i: 7, inner: { flag: true, text: 'Ā' }, j: 0.5 };
    outer.write(at, value);
    expect([doubles[at / 2], raw[at + 2], doubles[at / 2 + 3]]).toEqual([7, 1, 0.5]);
    expect(raw[at + 8]).toBe(0);
    const copy = outer.read(at);
    expect(copy).toEqual(value);
    expect(Object.keys(copy)).toEqual(['i', 'inner', 'j']);
    outer.write((at + 8) as SlotsAddr, { ...value, i: 8 });
    expect([outer.read(at).i, outer.read((at + 8) as SlotsAddr).i]).toEqual([7, 8]);
  });

  test('has the zero values of its fields as its zero value, which is that of zeroed slots', () => {
    expect(outer.zero).toEqual({ i: 0, inner: { flag: false, text: '' }, j: 0 });
    expect(outer.read(at)).toEqual(outer.zero);
    expect(Object.isFrozen(outer.zero)).toBe(true);
  });

  test('checks every field', () => {
    outer.check({ i: 7, inner: { flag: true, text: '' }, j: 0.5 });
    const wrong: [unknown, string][] = [
      [null, `expected a value of type ${outer.name}, got null`],
      [5, `expected a value of type ${outer.name}, got 5`],
      [{ i: 0.5, inner: inner.zero, j: 0 }, 'expected a value of type int, got 0.5'],
      [{ i: 5, inner: inner.zero }, 'expected a value of type float64, got undefined'],
      [{ i: 5, inner: { flag: 1, text: '' }, j: 0 }, 'expected a value of type bool, got 1'],
      [{ i: 5, j: 0 }, `expected a value of type ${inner.name}, got undefined`],
    ];
    for (const [value, text] of wrong) expect(() => outer.check(value)).toThrow(new UsageError(text));
  });

  test('gives back what its fields own', () => {
    const two = struct({ n: int, a: string, deep: inner, b: string });
    two.write(at, { n: 1, a: 'a', deep: { flag: true, text: 'deep' }, b: 'b' });
    const blocks = [raw[at + 2], raw[at + 6], raw[at + 8]];
    two.free!(at);
    expect([malloc(2), malloc(2), malloc(2)]).toEqual(blocks.toReversed());
    expect(struct({ i: int, j: int }).free).toBeUndefined();
  });

  test('is built from its name on another thread', () => {
    expect(parse(outer.name)).toBe(outer);
    const name = 'struct{x int;y struct{a string;b struct{c bool}};z struct{};w float64}';
    const built = parse(name);
    expect(built.name).toBe(name);
    expect(built.slots).toBe(4);
    expect(structFields(built).map((f) => [f.name, f.type.name, f.offset])).toEqual([
      ['x', 'int', 0],
      ['y', 'struct{a string;b struct{c bool}}', 2],
      ['z', 'struct{}', 6],
      ['w', 'float64', 6],
    ]);
    expect(typeById(typeId(built))).toBe(built);
    expect(parse('struct{}').slots).toBe(0);
    expect(() => parse('struct{a nothing}')).toThrow('type: this thread has no type nothing');
  });

  test('has identifiers as names of its fields', () => {
    for (const name of ['a-b', '1a', '', 'a b', '__proto__', 'a;b']) {
      const fields = Object.fromEntries([[name, int]]);
      const text = `struct: expected field names that are identifiers, got ${JSON.stringify(name)}`;
      expect(() => struct(fields)).toThrow(new UsageError(text));
    }
    expect(struct({ $a_1: int, _: int, constructor: int }).name).toBe('struct{$a_1 int;_ int;constructor int}');
  });

  test('keeps any values of any fields', () => {
    const kinds = { int, float64, bool, string, inner };
    const values = {
      int: fc.integer(),
      float64: fc.double(),
      bool: fc.boolean(),
      string: fc.string(),
      inner: fc.record({ flag: fc.boolean(), text: fc.string() }),
    };
    const fields = fc.array(
      fc
        .constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[]))
        .chain((kind) => values[kind].map((value) => ({ kind, value: value as unknown }))),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(fields, (list) => {
        newRun();
        const type = struct(Object.fromEntries(list.map(({ kind }, k) => [`f${k}`, kinds[kind]]))) as Type<unknown>;
        const value = Object.fromEntries(list.map(({ value }, k) => [`f${k}`, value]));
        const slots = mallocZeroed<SlotsAddr>(Math.max(1, type.slots * 2));
        type.check(value);
        type.write(slots, value);
        expect(type.read(slots)).toEqual(value);
        expect(parse(type.name)).toBe(type);
      }),
      { seed: 8, numRuns: 50 },
    );
  });
});

describe('the struct type of an object', () => {
  test('has the types that its values are found to have', () => {
    const asked: unknown[] = [];
    const type = inferStruct({ a: 1, b: 'x' }, (v, what) => {
      asked.push([v, what]);
      return (typeof v === 'number' ? float64 : string) as Type<unknown>;
    });
    expect(type).toBe(struct({ a: float64, b: string }));
    expect(asked).toEqual([
      [1, 'field a (1)'],
      ['x', 'field b ("x")'],
    ]);
  });
});
