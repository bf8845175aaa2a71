// Bad usage: one line on standard error, exit status 2.

import { nearest } from '../lib/nearest.js';

/** Something that the user should have written otherwise. */
export class BadUsage extends Error {
  override readonly name = 'BadUsage';
}

/** A whole number from `min` to `max`. @throws BadUsage naming the flag */
export function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const n = Number(text);
  if (/^[+-]?\d+$/.test(text) && n >= min && n <= max) return n;
  throw new BadUsage(`-${flag}: expected a whole number from ${min} to ${max}, got ${JSON.stringify(text)}`);
}

/** The seed that a flag says. @throws BadUsage naming the flag */
export function seedOf(flag: string, text: string): number {
  return wholeNumber(flag, text, 0, MAX_SEED);
}
const MAX_SEED = 2 ** 31 - 1;

/** The one of `choices` that is called `name`. @throws BadUsage naming the flag, all of them and the nearest */
export function choice<T extends { readonly name: string }>(flag: string, name: string, choices: readonly T[]): T {
  return oneOf(`-${flag}`, name, choices);
}

/** The same for what is no flag's value. @throws BadUsage spoken by `speaker` */
export function oneOf<T extends { readonly name: string }>(speaker: string, name: string, choices: readonly T[]): T {
  const found = choices.find((c) => c.name === name);
  if (found) return found;
  const names = choices.map((c) => c.name);
  const near = nearest(name, names);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  throw new BadUsage(`${speaker}: expected one of ${names.join(', ')}, got ${JSON.stringify(name)}${hint}`);
}
