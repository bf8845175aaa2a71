// Completes words at the prompt of mandel pprof: commands and options, and behind a command the functions of the profile.

import type { Profile } from '../../pprof/profile.js';
import { choices, groups, options } from './options.js';
import { reports } from './reports.js';

/** Functions to show when there are more. */
const MAX_SHOWN = 50;

/** What readline calls with the line so far: the ways to go on, and the part of the line that they replace. */
export function completer(profile: Profile): (line: string) => [string[], string] {
  const words = [
    ...reports.map(({ name }) => name),
    ...['help', 'options', 'quit', 'exit'],
    ...options.map(({ name, kind }) => (kind === 'boolean' ? name : `${name}=`)),
    ...Object.keys(choices),
    ...Object.keys(groups).map((name) => `${name}=`),
    ...profile.sampleTypes.map(({ type }) => type),
  ];
  const functions = [...new Set(profile.functions.map(({ name }) => name))].sort();
  return (line) => {
    const [command = '', ...rest] = line.trimStart().split(/\s+/);
    if (rest.length === 0) return [words.filter((word) => word.startsWith(command)), command];
    const last = rest.at(-1)!;
    if (command === 'help')
      return [words.map((word) => word.replace(/=$/, '')).filter((word) => word.startsWith(last)), last];
    const sample = /^sample_index=/.exec(command);
    if (sample) return [[], last];
    const part = last.replace(/^-/, '');
    const found = part === '' ? [] : functions.filter((name) => name.includes(part));
    return [found.slice(0, MAX_SHOWN).map(asPattern), part];
  };
}

/** A name as a pattern that matches it; a dot, which every name has, stays readable. */
function asPattern(name: string): string {
  return name.replaceAll(/[\\^$*+?()[\]{}|]/g, '\\$&');
}
