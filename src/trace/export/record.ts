// The arguments of one record, as they stand in the file.

import { eventInfo } from '../event.js';

/**
 * The arguments of the timed record at `offset`, without its time and its stack. They are numbers of up to 64 bits: a
 * number that a double cannot hold is a bigint. The bounds of the record have been checked by the reader.
 */
export function recordArgs(bytes: Uint8Array, offset: number): readonly (number | bigint)[] {
  const first = bytes[offset]!;
  let pos = offset + 1;
  let rest = (first >> 6) + 1;
  let end = Infinity;
  if (rest === 4) {
    const length = Number(next());
    end = pos + length;
    rest = Infinity;
  }
  const args: (number | bigint)[] = [];
  for (; rest > 0 && pos < end; rest--) args.push(next());
  args.shift();
  if (eventInfo[first & 63]!.stack) args.pop();
  return args;

  function next(): number | bigint {
    const begin = pos;
    let n = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[pos++]!;
      n += (byte & 0x7f) * factor;
      if (byte < 0x80) return Number.isSafeInteger(n) ? n : big(begin, pos);
    }
  }

  function big(from: number, to: number): bigint {
    let n = 0n;
    for (let at = to - 1; at >= from; at--) n = n * 128n + BigInt(bytes[at]! & 0x7f);
    return BigInt.asUintN(64, n);
  }
}
