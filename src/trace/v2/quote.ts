// Texts in quotes as Go prints them with %q: what is printable as it is, all else as an escape. After strconv.Quote.

/** What Go's unicode.IsPrint calls printable: letters, marks, numbers, punctuation, symbols, and of spaces the common one. */
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const escapes: { readonly [character: string]: string } = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

/** `text` in quotes. */
export function quote(text: string): string {
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  let quoted = '"';
  for (const character of text) quoted += quoteCharacter(character);
  return `${quoted}"`;
}

function quoteCharacter(character: string): string {
  const short = escapes[character];
  if (short !== undefined) return short;
  if (printable.test(character)) return character;
  const code = character.codePointAt(0)!;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes that need not be valid UTF-8, in quotes: those that are not are escaped one by one. */
export function quoteBytes(bytes: Uint8Array): string {
  let quoted = '"';
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    quoted += length === 0 ? `\\x${bytes[at]!.toString(16)}` : quoteCharacter(decode(bytes, at, length)!);
    at += Math.max(length, 1);
  }
  return `${quoted}"`;
}

/** Length in bytes of the character at `at`, 0 if there is no valid one. */
function characterLength(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]!;
  const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  return decode(bytes, at, length) === undefined ? 0 : length;
}

function decode(bytes: Uint8Array, at: number, length: number): string | undefined {
  if (at + length > bytes.length) return undefined;
  try {
    return decoder.decode(bytes.subarray(at, at + length));
  } catch {
    return undefined;
  }
}
