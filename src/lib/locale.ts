// What the environment says of characters, and text that keeps to it.

/** The locale of characters, '' if none is set: the first of these that has a value decides, as in setlocale(3). */
function charactersOf({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): string {
  return LC_ALL || LC_CTYPE || LANG || '';
}

/** Whether only ASCII may be printed: in the locale C, which is also called POSIX. */
export function asciiOnly(env: NodeJS.ProcessEnv = process.env): boolean {
  return /^(C|POSIX)$/.test(charactersOf(env));
}

/** Whether a terminal shows more than ASCII, as far as the environment says. */
export function speaksUnicode(env: NodeJS.ProcessEnv = process.env): boolean {
  return /utf-?8/i.test(charactersOf(env));
}

/** What stands for each character beyond ASCII that reports have: units, bars of a curve from low to high, and the like. */
const substitutes: ReadonlyMap<string, string> = new Map([
  ['µ', 'u'],
  ['μ', 'u'],
  ['…', '...'],
  ['·', '-'],
  ['■', '#'],
  ...[...'▁▂▃▄▅▆▇█'].map((bar, k) => [bar, '.:-=+*#@'[k]!] as const),
]);
const beyondAscii = new RegExp(`[${[...substitutes.keys()].join('')}]`, 'g');

/** A report as the locale can print it: in C without what is beyond ASCII, but for what names in it have. */
export function inLocale(text: string, env: NodeJS.ProcessEnv = process.env): string {
  return asciiOnly(env) ? text.replaceAll(beyondAscii, (char) => substitutes.get(char)!) : text;
}

/** The same of pieces of a report; bytes stay as they are. */
export function* piecesInLocale<T extends string | Uint8Array>(pieces: Iterable<T>): Generator<T | string> {
  for (const piece of pieces) yield typeof piece === 'string' ? inLocale(piece) : piece;
}
