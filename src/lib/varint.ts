// Whole numbers in bytes: unsigned, base 128, low groups first, the high bit says that more follow.

const MAX_INT32 = 0x7fffffff;

/** Writes a number (from 0 to 2^53) at `pos`. @returns where it ends */
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

/** Bytes that a number takes. */
export function varintSize(value: number): number {
  let size = 1;
  for (let v = value; v >= 128; v = Math.floor(v / 128)) size++;
  return size;
}
