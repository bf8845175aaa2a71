// The small parts of the v2 reader: maps from ids, numbers of 64 bits, interned texts and stacks, quotes.

import { describe, expect, test } from 'vitest';
import { Rng } from '#src/lib/rng.js';
import { IdMap } from '#src/trace/idmap.js';
import { FrameTable, StackTable, Texts } from '#src/trace/v2/intern.js';
import { quote, quoteBytes } from '#src/trace/v2/quote.js';
import { WideNumbers, WordReader } from '#src/trace/v2/words.js';
import { uint } from '../../programs/lib/tracetext.js';

describe('a map from ids', () => {
  test.each([10, 1000, 2 ** 40])('of up to %d holds what a Map holds', (most) => {
    const rng = new Rng(most % 1000);
    const pool = Array.from(
      { length: 400 },
      (_, k) => Math.floor((rng.next() / 2 ** 32) * most) + (k % 9 === 0 ? k : 0),
    );
    for (let k = 2; k < 22; k++) pool.push(-k);
    const ids = new IdMap();
    const map = new Map<number, number>();
    for (let k = 0; k < 20_000; k++) {
      const id = pool[rng.below(pool.length)]!;
      if (rng.below(3) === 0) {
        ids.delete(id);
        map.delete(id);
      } else {
        ids.set(id, k);
        map.set(id, k);
      }
      const other = pool[rng.below(pool.length)]!;
      expect(ids.get(other)).toBe(map.get(other) ?? -1);
      expect(ids.size).toBe(map.size);
    }
    for (const [id, index] of map) expect(ids.get(id)).toBe(index);
  });
});

describe('a map from ids that grow', () => {
  test('holds what a Map holds, however many are removed and however far the next one is', () => {
    for (let seed = 0; seed < 400; seed++) {
      const rng = new Rng(seed);
      const ids = new IdMap();
      const map = new Map<number, number>();
      let last = 0;
      for (let k = 0; k < 300; k++) {
        if (rng.below(9) < 5) {
          last += rng.below(20) === 0 ? rng.below(2000) : 1;
          ids.set(last, k);
          map.set(last, k);
        } else {
          const gone = [...map.keys()][rng.below(50)] ?? 0;
          ids.delete(gone);
          map.delete(gone);
        }
      }
      const held = [...map].map(([id]) => [id, ids.get(id)]);
      expect([seed, held, ids.size]).toEqual([seed, [...map], map.size]);
    }
  });
});

describe('numbers of the file', () => {
  test('become words that are exact', () => {
    const wide = new WideNumbers();
    const words = new WordReader(wide);
    const values = [
      0n,
      127n,
      128n,
      2n ** 28n,
      2n ** 49n,
      2n ** 53n - 1n,
      2n ** 53n,
      2n ** 53n + 1n,
      2n ** 63n,
      2n ** 64n - 1n,
    ];
    const bytes = Uint8Array.from([...values, ...values].flatMap(uint));
    words.open(bytes, 0, bytes.length, 0);
    const got = [...values, ...values].map(() => words.word());
    expect(got.map((word) => wide.exact(word))).toEqual([...values, ...values]);
    expect(got.slice(0, values.length)).toEqual(got.slice(values.length));
    expect(got.slice(5, 10)).toEqual([2 ** 53 - 1, -2, -3, -4, -1]);
    expect(wide.nearest(-1)).toBe(2 ** 64);
    expect(words.hasMore).toBe(false);
  });

  test('of more than 64 bits are refused', () => {
    const words = new WordReader(new WideNumbers());
    const bytes = Uint8Array.from([...new Array(9).fill(0xff), 2]);
    words.open(bytes, 0, bytes.length, 100);
    expect(() => words.word()).toThrow('trace: offset 0x64: a number of more than 64 bits');
    words.open(Uint8Array.of(0x80), 0, 1, 100);
    expect(() => words.word()).toThrow('trace: offset 0x65: the batch ends within a record');
  });
});

describe('tables of all generations', () => {
  test('have equal texts once, also those that are not valid UTF-8', () => {
    const texts = new Texts();
    const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
    const utf8 = (text: string) => new Uint8Array(Buffer.from(text));
    expect(texts.indexOf(bytes(''))).toBe(0);
    expect(
      [utf8('é'), bytes('a\xff'), bytes('a\xfe'), utf8('a\ufffd'), utf8('é'), bytes('a\xff')].map((b) =>
        texts.indexOf(b),
      ),
    ).toEqual([1, 2, 3, 4, 1, 2]);
    expect(texts.texts).toEqual(['', 'é', 'a\ufffd', 'a\ufffd', 'a\ufffd']);
    expect(texts.rawOf(3)).toEqual(bytes('a\xfe'));
    expect(texts.rawOf(4)).toBe(undefined);
  });

  test('have equal frames and stacks once', () => {
    const frames = new FrameTable();
    expect([frames.indexOf(1, 2, 3, 4), frames.indexOf(1, 2, 3, 5), frames.indexOf(1, 2, 3, 4)]).toEqual([0, 1, 0]);
    const stacks = new StackTable();
    const uses = Uint32Array.of(0, 1, 0, 1, 1, 0);
    const index = (from: number, to: number) => stacks.indexOf(uses, from, to);
    expect([index(0, 2), index(2, 4), index(4, 6), index(0, 1), index(0, 0)]).toEqual([1, 1, 2, 3, 4]);
    const { first, frame, length } = stacks.build();
    expect({ first: [...first], frame: [...frame], length }).toEqual({
      first: [0, 0, 2, 4, 5, 5],
      frame: [0, 1, 1, 0, 0],
      length: 5,
    });
    expect(frames.build()).toMatchObject({ length: 2, line: Uint32Array.of(4, 5) });
  });
});

describe('texts in quotes', () => {
  test.each([
    ['plain', '"plain"'],
    ['a "b" \\ \t\n\r\x07\b\f\v', '"a \\"b\\" \\\\ \\t\\n\\r\\a\\b\\f\\v"'],
    ['\x00\x1f\x7f', '"\\x00\\x1f\\x7f"'],
    ['é 世 🎉 \ufffd', '"é 世 🎉 \ufffd"'],
    ['\u00a0\u200b\ue000\u{e0001}', '"\\u00a0\\u200b\\ue000\\U000e0001"'],
  ])('%j is %s', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
    expect(quoteBytes(new Uint8Array(Buffer.from(text)))).toBe(quoted);
  });

  test('have an escape for each byte that is not UTF-8', () => {
    expect(quoteBytes(Uint8Array.of(0x61, 0xe4, 0xb8, 0x62, 0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80))).toBe(
      '"a\\xe4\\xb8b\\xff\\xc0\\x80\\xed\\xa0\\x80"',
    );
  });
});
