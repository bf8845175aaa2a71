// Characters: the order of texts by code points, and text as XML and HTML may have it.

/**
 * Less than 0 if `a` comes before `b`, more than 0 if after it, by code points: the order of their bytes in UTF-8, and so Go's.
 * JavaScript's own compares UTF-16 units, where the surrogates of code points beyond 0xffff come before 0xe000.
 */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let k = 0; k < length; k++) {
    const [x, y] = [a.charCodeAt(k), b.charCodeAt(k)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** A UTF-16 unit's place in the order of code points: surrogates after all others. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** `text` as it may stand between tags and inside of quotes. */
export function escapeMarkup(text: string): string {
  return replaceUnwritable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** `text` with the replacement character for what XML cannot write: control characters, and single surrogates. */
export function replaceUnwritable(text: string): string {
  return text.replace(UNWRITABLE, '\ufffd');
}
const UNWRITABLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
