// Profiles written as folded stacks: functions from the root to the leaf, and how often that was found.

import type { Profile } from '#src/pprof/profile.js';

/** The profile of these stacks: names joined by `;`, one value for each sample type. */
export function foldedProfile(stacks: Readonly<Record<string, number | readonly number[]>>, types = ['cpu']): Profile {
  const names = [...new Set(Object.keys(stacks).flatMap((stack) => stack.split(';')))];
  return {
    sampleTypes: types.map((type) => ({ type, unit: type === 'cpu' ? 'nanoseconds' : 'count' })),
    samples: Object.entries(stacks).map(([stack, values]) => ({
      locations: stack
        .split(';')
        .map((name) => names.indexOf(name))
        .reverse(),
      values: typeof values === 'number' ? [values] : values,
    })),
    locations: names.map((_, k) => ({ address: 0x1000 + k, lines: [{ func: k, line: k + 1 }] })),
    functions: names.map((name) => ({ name, file: `/src/${name.replaceAll(/\W/g, '')}.go` })),
  };
}
