// What has been added to a profile between two looks at it. After delta profiles in net/http/pprof, which merge the later
// one with the earlier one times -1.

import type { Profile, Sample } from '../pprof/profile.js';

/**
 * The second profile less the first, of the same kind: only what has changed. Unlike Go, which shows less than nothing where
 * all of a stack has gone, that is left out.
 */
export function added(before: Profile, after: Profile): Profile {
  const earlier = new Map<string, Sample[]>();
  const keyInBefore = keyer(before);
  for (const sample of before.samples) {
    const key = keyInBefore(sample);
    const known = earlier.get(key);
    if (known) known.push(sample);
    else earlier.set(key, [sample]);
  }
  const keyInAfter = keyer(after);
  const samples = after.samples.flatMap((sample) => {
    const key = keyInAfter(sample);
    const less = earlier.get(key) ?? [];
    earlier.delete(key); // it is taken off the first sample with this stack; the others stay as they are
    const values = sample.values.map((value, k) => less.reduce((rest, { values }) => rest - values[k]!, value));
    return values.some((value) => value !== 0) ? [{ ...sample, values }] : [];
  });
  const timeNs = before.timeNs;
  const durationNs = (after.timeNs ?? 0) - (timeNs ?? 0);
  return { ...after, samples, ...(timeNs !== undefined && { timeNs, durationNs }) };
}

/** What tells the samples of a profile apart, in the same words for each profile of the same program. */
function keyer({ locations, functions }: Profile): (sample: Sample) => string {
  const frames = locations.map(({ lines }) =>
    lines.map(({ func, line }) => `${functions[func]!.name} ${functions[func]!.file}:${line}`).join('\n'),
  );
  return ({ locations: places, labels }) =>
    `${places.map((place) => frames[place]).join('\n')}\0${JSON.stringify(labels)}`;
}
