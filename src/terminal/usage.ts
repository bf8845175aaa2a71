// Usage: the values of flags, and the error for wrong ones, which is one line on standard error and exit status 2.

import type { Address } from '../lib/address.js';
import { nearest } from '../lib/nearest.js';

/** A mistake in what the user has typed. */
export class BadUsage extends Error {
  override readonly name = 'BadUsage';
}

/** A whole number from `min` to `max`. @throws BadUsage naming the flag */
export function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const n = Number(text);
  if (/^[+-]?\d+$/.test(text) && n >= min && n <= max) return n;
  throw new BadUsage(`-${flag}: expected a whole number from ${min} to ${max}, got ${JSON.stringify(text)}`);
}

/** The largest seed: what the runtime chooses itself is below 2^31 too. */
const MAX_SEED = 2 ** 31 - 1;

/** The value of a flag that is a seed. @throws BadUsage naming the flag */
export function seedOf(flag: string, text: string): number {
  return wholeNumber(flag, text, 0, MAX_SEED);
}

/** True or false, as Go's strconv.ParseBool reads them. @throws BadUsage that begins with `speaker` */
export function truthOf(speaker: string, text: string): boolean {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  throw new BadUsage(`${speaker}: expected true or false, got ${JSON.stringify(text)}`);
}

/** The value of -http. @throws BadUsage */
export async function httpAddress(text: string): Promise<Address> {
  const { parseAddress } = await import('../lib/address.js'); // which loads node:net: few commands have this flag
  const address = parseAddress(text);
  if (address !== undefined) return address;
  const expected = 'expected HOST:PORT, such as localhost:8080 or :8080, with a port from 0 to 65535';
  throw new BadUsage(`-http: ${expected}, got ${JSON.stringify(text)}`);
}

/** The one of `choices` that is called `name`. @throws BadUsage naming the flag, all of them and the nearest */
export function choice<T extends { readonly name: string }>(flag: string, name: string, choices: readonly T[]): T {
  return oneOf(`-${flag}`, name, choices);
}

/** The same for what is not the value of a flag. @throws BadUsage that begins with `speaker` */
export function oneOf<T extends { readonly name: string }>(speaker: string, name: string, choices: readonly T[]): T {
  const found = choices.find((c) => c.name === name);
  if (found) return found;
  const names = choices.map((c) => c.name);
  const near = nearest(name, names);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  throw new BadUsage(`${speaker}: expected one of ${names.join(', ')}, got ${JSON.stringify(name)}${hint}`);
}
