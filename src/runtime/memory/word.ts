// Words that several threads write. The names and meanings are those of Atomics; but where one thread runs every P no other
// thread has to see them, and a plain access takes a tenth of the time: V8 calls a function for each of Atomics.

import type { Kind, Value, Word } from './address.js';
import { i32, solo } from './memory.js';

/** The same words as numbers: a word of any kind may be compared, exchanged and stored here. */
const words = i32 as unknown as Int32Array;

/** The word. */
export function load<V extends Kind>(at: Word<V>): Value<V> {
  return (solo ? words[at]! : Atomics.load(words, at)) as Value<V>;
}

/** Changes the word. */
export function store<V extends Kind>(at: Word<V>, value: Value<V>): void {
  if (solo) words[at] = value;
  else Atomics.store(words, at, value);
}

/** Changes the word. @returns what it was */
export function exchange<V extends Kind>(at: Word<V>, value: Value<V>): Value<V> {
  if (!solo) return Atomics.exchange(words, at, value) as Value<V>;
  const before = words[at]!;
  words[at] = value;
  return before as Value<V>;
}

/** Stores `value` if the word is `expected`. @returns whether it was */
export function replace<V extends Kind>(at: Word<V>, expected: Value<V>, value: Value<V>): boolean {
  if (!solo) return Atomics.compareExchange(words, at, expected, value) === expected;
  if (words[at] !== expected) return false;
  words[at] = value;
  return true;
}

/** Adds to the word. @returns what it is then */
export function add(at: Word, delta: number): number {
  if (!solo) return (Atomics.add(words, at, delta) + delta) | 0;
  const sum = (words[at]! + delta) | 0;
  words[at] = sum;
  return sum;
}
