// Strings in shared memory: a block that begins with the length in UTF-16 units, times two, plus one if the units take
// two bytes each. Address 0 is the empty string. A block is written once, by the thread that allocates it, and has one owner.

import { nth, type StringAddr } from './address.js';
import { malloc, mfree } from './malloc.js';
import { i32 } from './memory.js';

// biome-ignore lint/suspicious/noControlCharactersInRegex: a range of character codes is what is meant
const ONE_BYTE = /^[\u0000-\u00ff]*$/;

let bytes: Buffer = Buffer.alloc(0);

/** The shared memory as bytes. */
function memory(): Buffer {
  if (bytes.buffer !== i32.buffer) bytes = Buffer.from(i32.buffer);
  return bytes;
}

/** Stores a copy of `text`; returns its address. */
export function writeString(text: string): StringAddr | 0 {
  if (text === '') return 0;
  const wide = !ONE_BYTE.test(text);
  const size = wide ? text.length * 2 : text.length;
  const addr = malloc<StringAddr>(words(size));
  i32[nth(addr)] = text.length * 2 + (wide ? 1 : 0);
  memory().write(text, (addr + 1) * 4, size, wide ? 'utf16le' : 'latin1');
  return addr;
}

/** A copy of the string at `addr`. */
export function readString(addr: StringAddr | 0): string {
  if (addr === 0) return '';
  const start = (addr + 1) * 4;
  return memory().toString(wide(addr) ? 'utf16le' : 'latin1', start, start + size(addr));
}

/** Gives the string's block back. */
export function freeString(addr: StringAddr | 0): void {
  if (addr !== 0) mfree(addr, words(size(addr)));
}

function wide(addr: StringAddr): boolean {
  return (i32[nth(addr)]! & 1) === 1;
}

function size(addr: StringAddr): number {
  const units = i32[nth(addr)]! >>> 1;
  return wide(addr) ? units * 2 : units;
}

function words(size: number): number {
  return 1 + Math.ceil(size / 4);
}
