// Patterns of the options: Go's regular expressions, which many names are compared with, and each of them often.
//
// Patterns come with profiles and over the network. JavaScript's own expressions backtrack, and need exponential time for a
// few nested repetitions; re2js is RE2's algorithm, whose time is linear in the length of the name.
//
// Unlike Go since 1.25, names of Unicode classes have one spelling: `\p{Lu}`, not `\p{lu}` or `\p{Letter}`.

import { createRequire } from 'node:module';
import type { RE2JS, RE2JSSyntaxException } from 're2js';
import { ProfileError } from './profile.js';

/** Tests a name. */
export type Pattern = (name: string) => boolean;

/** Compiles a pattern. @param option its option, for the error @throws ProfileError that says what is wrong with it */
export function compilePattern(option: string, text: string): Pattern {
  const known = new Map<string, boolean>();
  const regexp = parseRegexp(option, text);
  return (name) => {
    let matches = known.get(name);
    if (matches === undefined) {
      matches = regexp.test(name);
      known.set(name, matches);
    }
    return matches;
  };
}

/** The pattern, or undefined if `text` is empty. @throws ProfileError that says what is wrong with it */
export function optionalPattern(option: string, text: string): Pattern | undefined {
  return text === '' ? undefined : compilePattern(option, text);
}

const require = createRequire(import.meta.url);

function parseRegexp(option: string, text: string): RE2JS {
  // Loaded with the first pattern: it takes 10 ms, and most reports have no pattern.
  const { RE2JS: Re2, RE2JSSyntaxException: BadSyntax } = require('re2js') as typeof import('re2js');
  try {
    return Re2.compile(text);
  } catch (error) {
    if (!(error instanceof BadSyntax)) throw error;
    const got = JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
    throw new ProfileError(`${option}: expected a regular expression, got ${got}: ${faultOf(error, text)}`);
  }
}
/** Characters of an invalid pattern that its error shows. */
const MAX_SHOWN = 80;

/** What Go says is wrong, and with which part of the pattern, if that is not all of it. */
function faultOf({ error, input }: RE2JSSyntaxException, text: string): string {
  return input === null || input === text ? error : `${error}: \`${input}\``;
}
