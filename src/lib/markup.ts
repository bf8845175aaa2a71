// Text inside of XML and HTML.

/** `text` as it may stand between tags and inside of quotes. */
export function escaped(text: string): string {
  return writable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** `text` with the replacement character for what XML has no way to write: control characters, and halves of letters. */
export function writable(text: string): string {
  return text.replace(UNWRITABLE, '\ufffd');
}
const UNWRITABLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
