import { describe, expect, test } from 'vitest';
import { ProtoError, ProtoReader } from '#src/lib/protoreader.js';
import { ProtoWriter } from '#src/lib/protowriter.js';

/** A reader that stands at the first field. */
function at(...bytes: number[]): ProtoReader {
  const reader = new ProtoReader(Uint8Array.from(bytes));
  reader.next();
  return reader;
}

describe('a reader of protocol buffers', () => {
  test('reads what the writer wrote', () => {
    const out = new ProtoWriter();
    const numbers = [0, 1, 127, 128, 2 ** 31, 2 ** 49 - 1, 2 ** 49, Number.MAX_SAFE_INTEGER, -1, -(2 ** 40)];
    for (const n of numbers) out.int(3, n);
    out.packed(4, numbers);
    out.text(5, 'grüße');
    const reader = new ProtoReader(out.take());
    const single: number[] = [];
    const packed: number[] = [];
    let text = '';
    while (reader.next()) {
      if (reader.field === 3) reader.ints(single);
      if (reader.field === 4) reader.ints(packed);
      if (reader.field === 5) text = Buffer.from(reader.bytes()).toString();
    }
    expect(single).toEqual(numbers);
    expect(packed).toEqual(numbers);
    expect(text).toBe('grüße');
  });

  test('reads all 64 bits of a number', () => {
    const most = [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    expect(at(...most).word()).toBe(2n ** 64n - 1n);
    expect(at(...most).int()).toBe(-1);
    expect(at(...most).uint()).toBe(2 ** 64);
    expect(at(0x08, 0x05).word()).toBe(5);
    expect(at(0x08, 0x85, 0x80, 0x00).uint()).toBe(5); // longer than it needs to be
  });

  test('passes fields that nobody reads, of every wire type', () => {
    const reader = new ProtoReader(
      Uint8Array.from([0x08, 1, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1a, 2, 9, 9, 0x25, 1, 2, 3, 4, 0x28, 7]),
    );
    const fields: number[] = [];
    while (reader.next()) fields.push(reader.field);
    expect(fields).toEqual([1, 2, 3, 4, 5]);
  });

  test('does not read past the end of a message within another', () => {
    const outer = at(0x0a, 2, 0x0a, 5, 1, 1, 1, 1, 1);
    const inner = outer.message();
    inner.next();
    expect(() => inner.bytes()).toThrow(new ProtoError(2, 'expected 5 bytes in field 1, got 0'));
  });

  test.for<[string, number[], string, number]>([
    ['a tag that ends', [0x88], 'expected a number, got the end of the message', 0],
    ['field 0', [0x00, 1], "expected a field's number, got 0", 0],
    ['a group', [0x0b], 'expected one of the wire types 0, 1, 2 and 5, got 3', 0],
    ['a number that ends', [0x08, 0x80], 'expected a number, got the end of the message', 1],
    [
      'a number of eleven bytes',
      [0x08, ...Array(10).fill(0x80), 1],
      'expected a number of 64 bits, got a longer one',
      1,
    ],
    ['a number of 65 bits', [0x08, ...Array(9).fill(0xff), 2], 'expected a number of 64 bits, got a longer one', 1],
    ['bytes that are not there', [0x0a, 3, 1], 'expected 3 bytes in field 1, got 1', 0],
    [
      'a length beyond all',
      [0x0a, ...Array(9).fill(0xff), 1],
      'expected 18446744073709552000 bytes in field 1, got 0',
      0,
    ],
    ['half a fixed number', [0x09, 1, 2, 3], 'expected 8 bytes in field 1, got 3', 0],
  ])('refuses %s', ([, bytes, message, offset]) => {
    const read = () => {
      const reader = new ProtoReader(Uint8Array.from(bytes));
      while (reader.next());
    };
    expect(read).toThrow(new ProtoError(offset, message));
  });

  test('refuses what is of another kind than asked for', () => {
    expect(() => at(0x0a, 0).int()).toThrow('expected a number in field 1, got wire type 2');
    expect(() => at(0x08, 0).bytes()).toThrow('expected a length and bytes in field 1, got wire type 0');
    expect(() => at(0x0d, 1, 2, 3, 4).ints([])).toThrow('expected a number in field 1, got wire type 5');
    expect(() => at(0x0a, 2, 1, 0x80, 0x01).ints([])).toThrow('expected a number, got the end of the message');
  });
});
