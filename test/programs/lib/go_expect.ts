// What self-checking programs say when they find something else than they should.

import { type Go, Panic, panic } from 'mandel/go';

/** Panics unless `got` is `want`, to the bit: NaN is NaN, and -0 is not 0. Structs are compared field by field. */
export function equal(what: string, got: unknown, want: unknown): void {
  if (!same(got, want)) panic(`${what}: got ${show(got)}, expected ${show(want)}`);
}

/** Panics unless `f` panics with this text. */
export function panics(what: string, f: () => void, text: string): void {
  let got = 'no panic';
  try {
    f();
  } catch (error) {
    got = textOf(error);
  }
  equal(what, got, text);
}

/** The same for what may park. */
export function* panicsParked(what: string, f: () => Go, text: string): Go {
  let got = 'no panic';
  try {
    yield* f();
  } catch (error) {
    got = textOf(error);
  }
  equal(what, got, text);
}

/** The text of a panic. Anything else is thrown on. */
export function textOf(error: unknown): string {
  if (error instanceof Panic) return error.message;
  throw error;
}

function same(a: unknown, b: unknown): boolean {
  if (!isPlain(a) || !isPlain(b)) return Object.is(a, b);
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => name in b && same(a[name], b[name]));
}

function isPlain(v: unknown): v is Record<string, unknown> {
  return typeof v === 'object' && v !== null && [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(v));
}

function show(v: unknown): string {
  if (Object.is(v, -0)) return '-0';
  const text = typeof v === 'string' || isPlain(v) ? JSON.stringify(v) : String(v);
  return text.length > 200 ? `${text.slice(0, 200)}... (${text.length} characters)` : text;
}
