// A pattern of the options, which many names are compared with, and each of them often.

import { Regexp, RegexpError } from '../lib/regexp.js';
import { ProfileError } from './profile.js';

/** Whether a name matches. */
export type Pattern = (name: string) => boolean;

/** The pattern `text`, which `speaker` was given. @throws ProfileError that says what is wrong with it */
export function compilePattern(speaker: string, text: string): Pattern {
  const known = new Map<string, boolean>();
  const regexp = parsed(speaker, text);
  return (name) => {
    let matches = known.get(name);
    if (matches === undefined) {
      matches = regexp.test(name);
      known.set(name, matches);
    }
    return matches;
  };
}

/** The pattern, or undefined if there is none. @throws ProfileError that says what is wrong with it */
export function optionalPattern(speaker: string, text: string): Pattern | undefined {
  return text === '' ? undefined : compilePattern(speaker, text);
}

function parsed(speaker: string, text: string): Regexp {
  try {
    return new Regexp(text);
  } catch (error) {
    if (!(error instanceof RegexpError)) throw error;
    const got = JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
    throw new ProfileError(`${speaker}: expected a regular expression, got ${got}: ${error.message}`);
  }
}
/** Characters of a wrong pattern that are shown. */
const MAX_SHOWN = 80;
