// The units of numeric labels. After NumLabelUnits in google/pprof's profile package.

import type { Profile } from './profile.js';

/** By key, the unit that all its numbers are taken to have: the first that one of them says, or what the key suggests. */
export function labelUnits({ samples }: Profile): ReadonlyMap<string, string> {
  const units = new Map<string, string>();
  for (const { numLabels } of samples) {
    if (numLabels === undefined) continue;
    for (const [key, numbers] of Object.entries(numLabels)) {
      const unit = numbers.find((number) => number.unit !== '')?.unit ?? '';
      if (!units.get(key)) units.set(key, unit);
    }
  }
  for (const [key, unit] of units) {
    if (unit === '') units.set(key, key === 'alignment' || key === 'request' ? 'bytes' : key);
  }
  return units;
}
