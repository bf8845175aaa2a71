// Queries of clients, checked before any work is done: which keys there may be, and which values each may have.

/// <reference types="node" preserve="true" />

import { nearest } from '../lib/nearest.js';

/** A query that is wrong. The message is the answer, one line. */
export class BadQuery extends Error {
  override readonly name = 'BadQuery';
}

/** Parses the value of a key. @throws BadQuery that says what was expected */
type Reader<T> = (key: string, text: string) => T;

/** A key: the parser of its value, and its default. */
export interface Key<T> {
  readonly read: Reader<T>;
  readonly or: T;
}

/** Most characters of a value that an answer repeats. */
const SHOWN = 40;

function badValue(key: string, expected: string, text: string, hint = ''): BadQuery {
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
  return new BadQuery(`${key}: expected ${expected}, got ${JSON.stringify(shown)}${hint}`);
}

/** A key whose value is a whole number from `min` to `max`. */
export function whole(min: number, max: number, or: number): Key<number> {
  const read = (key: string, text: string) => {
    const n = Number(text);
    if (/^\d{1,9}$/.test(text) && n >= min && n <= max) return n;
    throw badValue(key, `a whole number from ${min} to ${max}`, text);
  };
  return { read, or };
}

/** A key whose value is parsed by `parse`, which returns undefined for a wrong value; its default is undefined. @param expected for the message */
export function parsed<T>(parse: (text: string) => T | undefined, expected: string): Key<T | undefined> {
  const read = (key: string, text: string) => {
    const value = parse(text);
    if (value !== undefined) return value;
    throw badValue(key, expected, text);
  };
  return { read, or: undefined };
}

/** A key whose value is the name of one of `choices`. */
export function oneOf<T extends { readonly name: string }>(choices: readonly T[], or: string): Key<T> {
  const named = (name: string) => choices.find((choice) => choice.name === name);
  const read = (key: string, text: string) => {
    const found = named(text);
    if (found) return found;
    const names = choices.map(({ name }) => name);
    const near = nearest(text.slice(0, SHOWN), names);
    throw badValue(key, `one of ${names.join(', ')}`, text, near === undefined ? '' : `; did you mean ${near}?`);
  };
  return { read, or: named(or)! };
}

/** The values of the keys in this query, which may have no other keys, and none twice. @throws BadQuery */
export function readQuery<T extends Readonly<Record<string, Key<unknown>>>>(
  query: URLSearchParams,
  keys: T,
): { [K in keyof T]: T[K]['or'] } {
  const values = Object.fromEntries(Object.entries(keys).map(([key, { or }]) => [key, or]));
  const seen = new Set<string>();
  for (const [key, text] of query) {
    const names = Object.keys(keys);
    if (!names.includes(key)) throw badValue('query', `keys among ${names.join(', ')}`, key);
    if (seen.has(key)) throw badValue(key, 'to be given once', query.getAll(key).join(', '));
    seen.add(key);
    values[key] = keys[key]!.read(key, text);
  }
  return values as { [K in keyof T]: T[K]['or'] };
}

/** The query of a request's URI, parsed. */
export function queryOf(uri: string): URLSearchParams {
  return new URLSearchParams(queryText(uri));
}

/** The query of a request's URI as text: what follows the question mark. */
export function queryText(uri: string): string {
  const at = uri.indexOf('?');
  return at < 0 ? '' : uri.slice(at + 1);
}
