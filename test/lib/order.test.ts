import { describe, expect, test } from 'vitest';
import { compareTexts } from '#src/lib/order.js';

describe('the order of texts', () => {
  test('is that of their bytes in UTF-8', () => {
    const texts = ['', 'a', 'ab', 'b', 'ä', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}', 'a😀', 'a\uffff'];
    const byBytes = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(texts.toReversed().sort(compareTexts)).toEqual(byBytes);
  });
});
