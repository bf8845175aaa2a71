// Pruning of stacks: frames that the profile itself (such as the allocator's in a heap profile) or an option leaves out. After
// prune.go in google/pprof's profile package.

import { compilePattern, type Pattern } from './pattern.js';
import type { Line, Profile, Sample } from './profile.js';

/**
 * Removes the frames that match the profile's dropFrames and not its keepFrames, with their callees. A stack that would become
 * empty stays as it is. @throws ProfileError if the patterns are no regular expressions
 */
export function pruneProfile(profile: Profile): Profile {
  const { dropFrames, keepFrames } = profile;
  if (dropFrames === undefined) return profile;
  const drop = compilePattern('drop_frames', `^(${dropFrames})$`);
  const keep = keepFrames === undefined ? undefined : compilePattern('keep_frames', `^(${keepFrames})$`);
  const cuts = profile.locations.map(({ lines }) =>
    lines.findLastIndex((line) => isDropped(profile, line, drop, keep)),
  );
  const locations = profile.locations.map((location, place) => {
    const cut = cuts[place]!;
    const { lines } = location;
    return cut >= 0 && cut < lines.length - 1 ? { ...location, lines: lines.slice(cut + 1) } : location;
  });
  const whole = cuts.map((cut, place) => cut >= 0 && cut === profile.locations[place]!.lines.length - 1);
  const samples = profile.samples.map((sample): Sample => {
    let seen = false; // true if a frame that is kept has been seen
    for (let k = sample.locations.length - 1; k >= 0; k--) {
      const place = sample.locations[k]!;
      if (cuts[place]! < 0) seen = true;
      else if (seen) return { ...sample, locations: sample.locations.slice(whole[place] ? k + 1 : k) };
    }
    return sample;
  });
  return { ...profile, locations, samples };
}

/** Removes the callees of the innermost frame that matches. */
export function pruneFrom(profile: Profile, pattern: Pattern): Profile {
  const { functions } = profile;
  const matches = ({ func }: Line) => functions[func]!.name !== '' && pattern(simplified(functions[func]!.name));
  const cuts = profile.locations.map(({ lines }) => lines.findIndex(matches));
  const locations = profile.locations.map((location, place) =>
    cuts[place]! > 0 ? { ...location, lines: location.lines.slice(cuts[place]) } : location,
  );
  const samples = profile.samples.map((sample) => {
    const from = sample.locations.findIndex((place) => cuts[place]! >= 0);
    return from > 0 ? { ...sample, locations: sample.locations.slice(from) } : sample;
  });
  return { ...profile, locations, samples };
}

function isDropped({ functions }: Profile, { func }: Line, drop: Pattern, keep: Pattern | undefined): boolean {
  const { name } = functions[func]!;
  if (name === '') return false;
  const simple = simplified(name);
  return drop(simple) && !keep?.(simple);
}

/** A C++ name without its parameters, which begin at the first parenthesis that is not part of a name. */
function simplified(name: string): string {
  const bare = name.replace(/^\./, '');
  for (const { 0: text, index } of bare.matchAll(/\(anonymous namespace\)|operator\(\)|\(/g)) {
    if (text === '(') return bare.slice(0, index);
  }
  return bare;
}
