import { describe, expect, test } from 'vitest';
import { ProtoWriter } from '#src/lib/protowriter.js';
import { fields, int, messages, packed, text } from '../support/protobuf.js';

describe('a protocol buffer', () => {
  test.each([
    { n: 0, bytes: [0x08, 0] },
    { n: 1, bytes: [0x08, 1] },
    { n: 127, bytes: [0x08, 0x7f] },
    { n: 128, bytes: [0x08, 0x80, 1] },
    { n: 300, bytes: [0x08, 0xac, 2] },
    { n: 2 ** 31 - 1, bytes: [0x08, 0xff, 0xff, 0xff, 0xff, 7] },
    { n: 2 ** 31, bytes: [0x08, 0x80, 0x80, 0x80, 0x80, 8] },
    { n: 2 ** 53 - 1, bytes: [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f] },
    { n: 2 ** 60, bytes: [0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10] },
    { n: -1, bytes: [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1] },
  ])('has the number $n as a varint', ({ n, bytes }) => {
    const out = new ProtoWriter();
    out.int(1, n);
    expect([...out.take()]).toEqual(bytes);
  });

  test.each([0, 1, 127, 128, 16_383, 16_384, 100_000])('has a nested message of %i bytes', (size) => {
    const out = new ProtoWriter(16);
    const mark = out.begin(2);
    out.text(3, 'x'.repeat(size));
    out.end(mark);
    out.int(4, 7);
    const message = fields(out.take());
    expect(text(messages(message, 2)[0]!, 3)).toBe('x'.repeat(size));
    expect(int(message, 4)).toBe(7);
  });

  test('has texts in UTF-8, packed numbers and 64-bit numbers', () => {
    const out = new ProtoWriter(1);
    out.text(1, 'µs ▁ 😀');
    out.packed(2, [1, 128, 2 ** 40]);
    out.fixed64(3, 2 ** 40 + 5);
    const message = fields(out.take());
    expect(text(message, 1)).toBe('µs ▁ 😀');
    expect(packed(message, 2)).toEqual([1, 128, 2 ** 40]);
    expect(int(message, 3)).toBe(2 ** 40 + 5);
  });

  test('begins anew after it was taken', () => {
    const out = new ProtoWriter();
    out.int(1, 1);
    out.take();
    out.int(2, 2);
    expect(out.length).toBe(2);
    expect([...out.take()]).toEqual([0x10, 2]);
  });
});
