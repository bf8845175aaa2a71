// What a client may ask for, checked before anything is done: each key by name, each value by what it must be.

/// <reference types="node" preserve="true" />

import { nearest } from '../lib/nearest.js';

/** Something that the client should have asked otherwise: its message is the answer, one line. */
export class BadQuery extends Error {
  override readonly name = 'BadQuery';
}

/** Reads the value of a key, or says what it should have been. @throws BadQuery */
type Reader<T> = (key: string, text: string) => T;

/** What a key may be: how it is read, and what it is if it is left out. */
export interface Key<T> {
  readonly read: Reader<T>;
  readonly or: T;
}

/** Longest part of a value that an answer repeats. */
const SHOWN = 40;

function wrong(key: string, expected: string, text: string, hint = ''): BadQuery {
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
  return new BadQuery(`${key}: expected ${expected}, got ${JSON.stringify(shown)}${hint}`);
}

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number, or: number): Key<number> {
  const read = (key: string, text: string) => {
    const n = Number(text);
    if (/^\d{1,9}$/.test(text) && n >= min && n <= max) return n;
    throw wrong(key, `a whole number from ${min} to ${max}`, text);
  };
  return { read, or };
}

/** What `parse` makes of a text; undefined if it is left out. `expected` is for a text of which it makes nothing. */
export function parsed<T>(parse: (text: string) => T | undefined, expected: string): Key<T | undefined> {
  const read = (key: string, text: string) => {
    const value = parse(text);
    if (value !== undefined) return value;
    throw wrong(key, expected, text);
  };
  return { read, or: undefined };
}

/** One of `choices`, by name. */
export function oneOf<T extends { readonly name: string }>(choices: readonly T[], or: string): Key<T> {
  const named = (name: string) => choices.find((choice) => choice.name === name);
  const read = (key: string, text: string) => {
    const found = named(text);
    if (found) return found;
    const names = choices.map(({ name }) => name);
    const near = nearest(text.slice(0, SHOWN), names);
    throw wrong(key, `one of ${names.join(', ')}`, text, near === undefined ? '' : `; did you mean ${near}?`);
  };
  return { read, or: named(or)! };
}

/** What the keys are in this query; it may have no others, and none twice. @throws BadQuery */
export function readQuery<T extends Readonly<Record<string, Key<unknown>>>>(
  query: URLSearchParams,
  keys: T,
): { [K in keyof T]: T[K]['or'] } {
  const values = Object.fromEntries(Object.entries(keys).map(([key, { or }]) => [key, or]));
  const seen = new Set<string>();
  for (const [key, text] of query) {
    const names = Object.keys(keys);
    if (!names.includes(key)) throw wrong('query', `keys among ${names.join(', ')}`, key);
    if (seen.has(key)) throw wrong(key, 'to be given once', query.getAll(key).join(', '));
    seen.add(key);
    values[key] = keys[key]!.read(key, text);
  }
  return values as { [K in keyof T]: T[K]['or'] };
}

/** The query of a request's URI. */
export function queryOf(uri: string): URLSearchParams {
  return new URLSearchParams(queryText(uri));
}

/** The same as it came: what is behind the question mark. */
export function queryText(uri: string): string {
  const at = uri.indexOf('?');
  return at < 0 ? '' : uri.slice(at + 1);
}
