// A file that is damaged at random, byte by byte.

import type { Rng } from '#src/lib/rng.js';

/** Bytes that formats of varints and texts find hard. */
const hardBytes = [0, 1, 0x0a, 0x12, 0x22, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xff];

/** `file` with one to four of its places changed, cut out, repeated or cut off, or continued as `other` is. */
export function damagedBytes(file: Uint8Array, other: Uint8Array, rng: Rng): Uint8Array {
  let bytes = Array.from(file);
  for (let times = 1 + rng.below(4); times > 0; times--) {
    const at = rng.below(bytes.length + 1);
    const n = 1 + rng.below(20);
    switch (rng.below(8)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << rng.below(8));
        break;
      case 1:
        bytes[at] = hardBytes[rng.below(hardBytes.length)]!;
        break;
      case 2:
        bytes[at] = rng.below(256);
        break;
      case 3:
        bytes.splice(at, n);
        break;
      case 4:
        bytes.splice(at, 0, ...bytes.slice(at, at + n));
        break;
      case 5: // a number that is as large as numbers can be
        bytes.splice(at, 1, ...new Array(rng.below(11)).fill(0xff), 1);
        break;
      case 6: // the end of another file
        bytes = [...bytes.slice(0, at), ...other.slice(rng.below(other.length))];
        break;
      default:
        bytes = bytes.slice(0, at);
    }
  }
  return Uint8Array.from(bytes);
}
