// Reads protocol buffers, without knowing what they mean.

/** A field: its number, and a number or the bytes of a text or a message. */
export type Field = readonly [number: number, value: number | Uint8Array];

/** The fields of a message, in order. @throws Error if it is none */
export function fields(bytes: Uint8Array): Field[] {
  const found: Field[] = [];
  let pos = 0;
  const varint = (): number => {
    let n = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[pos++];
      if (byte === undefined) throw new Error('protobuf: a varint without end');
      n |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, n));
    }
  };
  while (pos < bytes.length) {
    const tag = varint();
    const wire = tag & 7;
    if (wire === 0) found.push([tag >> 3, varint()]);
    else if (wire === 1) {
      found.push([tag >> 3, Number(Buffer.from(bytes).readBigUInt64LE(pos))]);
      pos += 8;
    } else if (wire === 2) {
      const length = varint();
      if (pos + length > bytes.length) throw new Error('protobuf: a message that is longer than what it is in');
      found.push([tag >> 3, bytes.subarray(pos, pos + length)]);
      pos += length;
    } else throw new Error(`protobuf: wire type ${wire}`);
  }
  return found;
}

/** All values of a field. */
export function all(message: readonly Field[], number: number): (number | Uint8Array)[] {
  return message.filter(([n]) => n === number).map(([, value]) => value);
}

/** A field that is a number; 0 if it is not there. */
export function int(message: readonly Field[], number: number): number {
  return Number(all(message, number)[0] ?? 0);
}

/** Fields that are messages. */
export function messages(message: readonly Field[], number: number): Field[][] {
  return all(message, number).map((value) => fields(value as Uint8Array));
}

/** A field that is a text; undefined if it is not there. */
export function text(message: readonly Field[], number: number): string | undefined {
  const value = all(message, number)[0];
  return value === undefined ? undefined : Buffer.from(value as Uint8Array).toString();
}

/** A packed field of numbers. */
export function packed(message: readonly Field[], number: number): number[] {
  return all(message, number).flatMap((value) => {
    if (typeof value === 'number') return [value];
    const numbers: number[] = [];
    let [n, factor] = [0, 1];
    for (const byte of value) {
      n += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) {
        numbers.push(n);
        [n, factor] = [0, 1];
      }
    }
    return numbers;
  });
}
