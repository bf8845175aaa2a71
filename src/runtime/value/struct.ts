// Structs of the other types: by value as elements and arguments, or shared behind a handle (handle.ts).

import type { SlotsAddr } from '../memory/address.js';
import { UsageError } from '../memory/errors.js';
import {
  describe,
  expected,
  knownType,
  parse,
  register,
  registerConstructor,
  Type,
  type TypeLike,
  typeOf,
} from './type.js';

type Fields = Readonly<Record<string, TypeLike<never> | TypeLike<unknown>>>;
/**
 * The values of a struct with these fields.
 * @example
 * const fields = { x: int, y: int };
 * const origin: StructOf<typeof fields> = { x: 0, y: 0 };
 * println(origin.x, origin.y);
 * // Output: 0 0
 */
export type StructOf<F> = { -readonly [K in keyof F]: F[K] extends TypeLike<infer T> ? T : never };

/** A field of a struct type. */
export interface StructField {
  readonly name: string;
  readonly type: Type<unknown>;
  /** Words from the start of the struct. */
  readonly offset: number;
}

const fieldsOf = new WeakMap<Type<unknown>, readonly StructField[]>();

/**
 * A struct type: `struct({ i: int, j: int })` is Go's `struct { i, j int }`. Values are plain objects with exactly
 * these fields, and are copied.
 * @throws UsageError for a field name that is no identifier
 * @example
 * const Point = struct({ x: int, y: int });
 * const c = chan(Point, 1);
 * yield* c.send({ x: 1, y: 2 });
 * const { x, y } = yield* c.recv();
 * println(x, y);
 * // Output: 1 2
 */
export function struct<F extends Fields>(fields: F): Type<StructOf<F>> {
  let offset = 0;
  const list: StructField[] = [];
  for (const [name, like] of Object.entries(fields)) {
    if (!/^[A-Za-z_$][\w$]*$/.test(name) || name === '__proto__') {
      throw new UsageError(`struct: expected field names that are identifiers, got ${JSON.stringify(name)}`);
    }
    const type = typeOf(like as TypeLike<unknown>);
    list.push({ name, type, offset });
    offset += type.slots * 2;
  }
  const name = `struct{${list.map((f) => `${f.name} ${f.type.name}`).join(';')}}`;
  // Compiling takes long, and a module that is loaded again for another run has the same structs.
  const type = (knownType(name) as Type<Values> | undefined) ?? register(build(name, list, offset / 2));
  if (!fieldsOf.has(type)) fieldsOf.set(type, list);
  return type as Type<StructOf<F>>;
}

/** The fields of a struct type. @throws UsageError if it is none */
export function structFields(type: Type<unknown>): readonly StructField[] {
  const fields = fieldsOf.get(type);
  if (!fields) throw new UsageError(`expected a struct type, got ${type.name}`);
  return fields;
}

type Values = Record<string, unknown>;

function build(name: string, fields: readonly StructField[], slots: number): Type<Values> {
  // A constructor that is written out field by field gives V8 one shape and calls that it can inline; the same in a
  // loop over `fields` (which is what this means) takes five times as long. Names were checked to be identifiers.
  const each = (code: (f: StructField, k: number) => string, separator: string) => fields.map(code).join(separator);
  const compile = new Function(
    'types',
    'reject',
    `'use strict';
    const ${['_ = 0', ...fields.map((_, k) => `t${k} = types[${k}]`)].join(', ')};
    ${each((_, k) => `const read${k} = t${k}.read, write${k} = t${k}.write, check${k} = t${k}.check;`, '\n')}
    return {
      read: (addr) => ({ ${each((f, k) => `${f.name}: read${k}(addr + ${f.offset})`, ', ')} }),
      write: (addr, v) => { ${each((f, k) => `write${k}(addr + ${f.offset}, v.${f.name});`, ' ')} },
      check: (v) => {
        if (typeof v !== 'object' || v === null) reject(v);
        ${each((f, k) => `check${k}(v.${f.name});`, ' ')}
      },
    };`,
  ) as (
    types: readonly Type<unknown>[],
    reject: (v: unknown) => never,
  ) => Pick<Type<Values>, 'read' | 'write' | 'check'>;
  const types = fields.map((f) => f.type);
  const code = compile(types, (v) => {
    throw expected(name, v);
  });
  const owners = fields.filter((f) => f.type.free);
  return new Type<Values>({
    name,
    slots,
    zero: Object.freeze(Object.fromEntries(fields.map((f) => [f.name, f.type.zero]))) as Values,
    ...code,
    free:
      owners.length === 0
        ? undefined
        : (addr) => owners.forEach((f) => void f.type.free!((addr + f.offset) as SlotsAddr)),
  });
}

/** The struct type that a plain object of arguments has, by its values. @throws UsageError for a value of no type */
export function inferStruct(value: object, infer: (v: unknown, what: string) => Type<unknown>): Type<Values> {
  const fields = Object.entries(value).map(([name, v]) => [name, infer(v, `field ${name} (${describe(v)})`)]);
  return struct(Object.fromEntries(fields)) as Type<Values>;
}

registerConstructor('struct{', (inner) => {
  const fields: Record<string, Type<unknown>> = {};
  let depth = 0;
  let start = 0;
  for (let i = 0; i < inner.length; i++) {
    const c = inner[i];
    if (c === '{') depth++;
    if ((c === ';' && depth === 0) || (c === '}' && depth-- === 0)) {
      const field = inner.slice(start, i);
      const space = field.indexOf(' ');
      if (space > 0) fields[field.slice(0, space)] = parse(field.slice(space + 1));
      start = i + 1;
    }
  }
  return struct(fields);
});
