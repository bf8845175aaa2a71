// Words that several threads write. The names and meanings are those of Atomics; but where one thread runs every P there is
// nobody to be atomic against, and a plain access takes a tenth of the time: V8 calls a function for each of Atomics.

import { i32, solo } from './layout.js';

/** The word. */
export function load(addr: number): number {
  return solo ? i32[addr]! : Atomics.load(i32, addr);
}

/** Changes the word. */
export function store(addr: number, value: number): void {
  if (solo) i32[addr] = value;
  else Atomics.store(i32, addr, value);
}

/** Changes the word. @returns what it was */
export function exchange(addr: number, value: number): number {
  if (!solo) return Atomics.exchange(i32, addr, value);
  const before = i32[addr]!;
  i32[addr] = value;
  return before;
}

/** Stores `value` if the word is `expected`. @returns whether it was */
export function replace(addr: number, expected: number, value: number): boolean {
  if (!solo) return Atomics.compareExchange(i32, addr, expected, value) === expected;
  if (i32[addr] !== expected) return false;
  i32[addr] = value;
  return true;
}

/** Adds to the word. @returns what it is then */
export function add(addr: number, delta: number): number {
  if (!solo) return (Atomics.add(i32, addr, delta) + delta) | 0;
  const sum = (i32[addr]! + delta) | 0;
  i32[addr] = sum;
  return sum;
}
