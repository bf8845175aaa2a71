// The locale of the environment: which characters it has, and text that uses no others.

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

/** Substitutes for the characters beyond ASCII in reports: units, bars of a curve from low to high, and others. */
const substitutes: ReadonlyMap<string, string> = new Map([
  ['µ', 'u'],
  ['μ', 'u'],
  ['…', '...'],
  ['·', '-'],
  ['■', '#'],
  ...[...'▁▂▃▄▅▆▇█'].map((bar, k) => [bar, '.:-=+*#@'[k]!] as const),
]);
const beyondAscii = new RegExp(`[${[...substitutes.keys()].join('')}]`, 'g');

/** A report for this locale: in C with substitutes, except for other characters beyond ASCII, which only names have. */
export function inLocale(text: string, env: NodeJS.ProcessEnv = process.env): string {
  return asciiOnly(env) ? text.replaceAll(beyondAscii, (char) => substitutes.get(char)!) : text;
}

/** The same for each piece of a report; bytes stay as they are. */
export function* piecesInLocale<T extends string | Uint8Array>(pieces: Iterable<T>): Generator<T | string> {
  for (const piece of pieces) yield typeof piece === 'string' ? inLocale(piece) : piece;
}
