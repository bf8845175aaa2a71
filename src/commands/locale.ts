// What the environment says of characters.

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
