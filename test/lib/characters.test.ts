import { describe, expect, test } from 'vitest';
import { compareTexts, escapeMarkup } from '#src/lib/characters.js';

describe('the order of texts', () => {
  test('is that of their bytes in UTF-8', () => {
    const texts = ['', 'a', 'ab', 'b', 'ä', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}', 'a😀', 'a\uffff'];
    const byBytes = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(texts.toReversed().sort(compareTexts)).toEqual(byBytes);
  });
});

describe('text in markup', () => {
  test.each([
    ['<a href="b">\'&amp;\'</a>', '&lt;a href=&quot;b&quot;&gt;&#39;&amp;amp;&#39;&lt;/a&gt;'],
    ['a\tb\r\n😀', 'a\tb\r\n😀'],
    ['\u0000\u001b[1m\ud83d \uffff', '\ufffd\ufffd[1m\ufffd \ufffd'],
  ])('is escaped: %j', (text, escaped) => {
    expect(escapeMarkup(text)).toBe(escaped);
  });
});
