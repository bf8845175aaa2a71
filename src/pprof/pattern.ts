// Patterns of options: Go's regular expressions, with a cache, because the same names are tested many times.

import { Regexp, RegexpError } from '../lib/regexp.js';
import { ProfileError } from './profile.js';

/** Tests a name. */
export type Pattern = (name: string) => boolean;

/** Compiles a pattern. @param option its option, for the error @throws ProfileError that says what is wrong with it */
export function compilePattern(option: string, text: string): Pattern {
  const known = new Map<string, boolean>();
  const regexp = parse(option, text);
  return (name) => {
    let matches = known.get(name);
    if (matches === undefined) {
      matches = regexp.test(name);
      known.set(name, matches);
    }
    return matches;
  };
}

/** The same, or undefined if `text` is empty. @throws ProfileError that says what is wrong with it */
export function optionalPattern(option: string, text: string): Pattern | undefined {
  return text === '' ? undefined : compilePattern(option, text);
}

function parse(option: string, text: string): Regexp {
  try {
    return new Regexp(text);
  } catch (error) {
    if (!(error instanceof RegexpError)) throw error;
    const got = JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
    throw new ProfileError(`${option}: expected a regular expression, got ${got}: ${error.message}`);
  }
}
/** Characters of an invalid pattern that its error shows. */
const MAX_SHOWN = 80;
