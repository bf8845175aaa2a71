// Cuts off the frames that a profile says nobody wants to see, as the allocator's in a heap profile. After prune.go in
// google/pprof's profile package.

import { compilePattern, type Pattern } from './pattern.js';
import type { Line, Profile, Sample } from './profile.js';

/**
 * The profile without the frames that match its dropFrames and not its keepFrames, and all that they call. What would leave
 * nothing of a stack is not cut off. @throws ProfileError if they are no regular expressions
 */
export function pruned(profile: Profile): Profile {
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
    let seen = false; // a frame that stays
    for (let k = sample.locations.length - 1; k >= 0; k--) {
      const place = sample.locations[k]!;
      if (cuts[place]! < 0) seen = true;
      else if (seen) return { ...sample, locations: sample.locations.slice(whole[place] ? k + 1 : k) };
    }
    return sample;
  });
  return { ...profile, locations, samples };
}

/** The profile without what the innermost frame that matches calls; that frame stays. */
export function prunedFrom(profile: Profile, pattern: Pattern): Profile {
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

/** A C++ name without its arguments, which begin at a parenthesis that is part of no name. */
function simplified(name: string): string {
  const bare = name.replace(/^\./, '');
  for (const { 0: text, index } of bare.matchAll(/\(anonymous namespace\)|operator\(\)|\(/g)) {
    if (text === '(') return bare.slice(0, index);
  }
  return bare;
}
