// A profile as text, for a reader with a browser: what ?debug=1 shows.

import type { Profile } from '../pprof/profile.js';

/** The profile, the stacks with most of its last value first. */
export function profileText(kind: string, { sampleTypes, samples, locations, functions }: Profile): string {
  const last = sampleTypes.length - 1;
  const total = (k: number) => samples.reduce((sum, { values }) => sum + values[k]!, 0);
  const amounts = (values: readonly number[]) =>
    sampleTypes.map(({ type, unit }, k) => `${values[k]} ${type}${unit === 'count' ? '' : ` (${unit})`}`).join(', ');
  const stack = (places: readonly number[]) =>
    places.flatMap((place) =>
      locations[place]!.lines.map(({ func, line }) => {
        const { name, file } = functions[func]!;
        return `#\t${name}\t${file}:${line}\n`;
      }),
    );
  const sorted = [...samples].sort((a, b) => b.values[last]! - a.values[last]!);
  return [
    `${kind} profile: ${amounts(sampleTypes.map((_, k) => total(k)))}\n`,
    ...sorted.map((sample) => `\n${amounts(sample.values)}\n${stack(sample.locations).join('')}`),
  ].join('');
}
