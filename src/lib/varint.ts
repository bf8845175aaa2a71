// Varints: unsigned whole numbers in bytes of 7 bits, low bits first; the high bit of a byte says that another follows.

/** The largest number that the fast path, in 32-bit arithmetic, can write. */
const MAX_INT32 = 0x7fffffff;

/** Writes a number (from 0 to 2^53) at `pos`. @returns the position after it */
export function putVarint(buffer: Uint8Array, pos: number, value: number): number {
  if (value > MAX_INT32) return putLong(buffer, pos, value);
  let p = pos;
  let v = value | 0;
  for (; v > 127; v >>= 7) buffer[p++] = v | 128; // the array keeps the low 8 bits
  buffer[p] = v;
  return p + 1;
}

function putLong(buffer: Uint8Array, pos: number, value: number): number {
  let p = pos;
  let v = value;
  for (; v > 127; v = Math.floor(v / 128)) buffer[p++] = (v % 128) | 128;
  buffer[p] = v;
  return p + 1;
}

/** The number of bytes that putVarint writes for `value`. */
export function varintSize(value: number): number {
  let size = 1;
  for (let v = value; v >= 128; v = Math.floor(v / 128)) size++;
  return size;
}
