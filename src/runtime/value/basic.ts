// The basic types: int, float64, bool, string.

import { nth, nth64 } from '../memory/address.js';
import { f64, i32 } from '../memory/memory.js';
import { freeString, readString, writeString } from '../memory/string.js';
import { expected, register, Type } from './type.js';

/**
 * Go's float64: any number.
 * @example
 * const c = chan(float64, 1);
 * yield* c.send(0.5);
 * println(yield* c.recv());
 * // Output: 0.5
 */
export const float64: Type<number> = register(
  new Type<number>({
    name: 'float64',
    slots: 1,
    zero: 0,
    check: (v) => {
      if (typeof v !== 'number') throw expected('float64', v);
    },
    write: (addr, v) => {
      f64[nth64(addr)] = v;
    },
    read: (addr) => f64[nth64(addr)]!,
  }),
);

/**
 * Go's int. Unlike Go, exact only up to 2^53, as JavaScript's numbers are.
 * @example
 * const p = alloc(struct({ n: int }), { n: 7 });
 * println(p.n);
 * // Output: 7
 */
export const int: Type<number> = register(
  new Type<number>({
    name: 'int',
    slots: 1,
    zero: 0,
    check: (v) => {
      if (!Number.isSafeInteger(v)) throw expected('int', v);
    },
    write: (addr, v) => {
      f64[nth64(addr)] = v;
    },
    read: (addr) => {
      const v = f64[nth64(addr)]!;
      const small = v | 0; // V8 keeps 32-bit integers without a heap number
      return small === v ? small : v;
    },
  }),
);

/**
 * @example
 * const done = chan(bool, 1);
 * yield* done.send(true);
 * println(yield* done.recv());
 * // Output: true
 */
export const bool: Type<boolean> = register(
  new Type<boolean>({
    name: 'bool',
    slots: 1,
    zero: false,
    check: (v) => {
      if (typeof v !== 'boolean') throw expected('bool', v);
    },
    write: (addr, v) => {
      i32[nth(addr)] = v ? 1 : 0;
    },
    read: (addr) => i32[nth(addr)] !== 0,
  }),
);

/**
 * Go's string. Unlike Go, a sequence of UTF-16 units, as JavaScript's strings are.
 * @example
 * const words = chan(string, 1);
 * yield* words.send('héllo');
 * println(yield* words.recv());
 * // Output: héllo
 */
export const string: Type<string> = register(
  new Type<string>({
    name: 'string',
    slots: 1,
    zero: '',
    check: (v) => {
      if (typeof v !== 'string') throw expected('string', v);
    },
    write: (addr, v) => {
      i32[nth<'string'>(addr)] = writeString(v);
    },
    read: (addr) => readString(i32[nth<'string'>(addr)]!),
    free: (addr) => freeString(i32[nth<'string'>(addr)]!),
  }),
);
