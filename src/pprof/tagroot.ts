// Labels as frames: a sample's labels become frames at the root or at the leaf of its stack, so that reports of stacks
// distinguish samples by them. After tagroot.go in google/pprof's internal/driver.

import type { Config } from './config.js';
import { formatValue } from './measure.js';
import type { Func, Location, Profile, Sample } from './profile.js';

/**
 * Adds a frame to each stack for each key of the options `tagroot` and `tagleaf`: its name is the sample's values, its file
 * is the key. A sample without that label gets a frame without a name.
 * @param warn called with one line if no sample has such a label
 */
export function addTagFrames(
  profile: Profile,
  { tagroot, tagleaf, unit }: Config,
  warn: (line: string) => void,
): Profile {
  if (tagroot === '' && tagleaf === '') return profile;
  const [rootKeys, leafKeys] = [keysOf(tagroot), keysOf(tagleaf)];
  const functions: Func[] = [...profile.functions];
  const locations: Location[] = [...profile.locations];
  const known = new Map<string, number>();
  const frame = (key: string, values: readonly string[]): number => {
    const name = values.join(',');
    const id = `${name}\0${key}`;
    let place = known.get(id);
    if (place === undefined) {
      const func = functions.push({ name, systemName: '', file: key }) - 1;
      place = locations.push({ address: 0, lines: [{ func, line: 0 }] }) - 1;
      known.set(id, place);
    }
    return place;
  };
  /** Leaf first, as in a stack. */
  const frames = (sample: Sample, keys: readonly string[]) => {
    const labels = keys.map((key) => ({ key, values: valuesOf(sample, key, unit) })).reverse();
    return {
      places: labels.map(({ key, values }) => frame(key, values)),
      matched: labels.some(({ values }) => values.length > 0),
    };
  };

  let [rootMatched, leafMatched] = [false, false];
  const samples = profile.samples.map((sample): Sample => {
    const root = frames(sample, rootKeys);
    const leaf = frames(sample, leafKeys);
    rootMatched ||= root.matched;
    leafMatched ||= leaf.matched;
    return { ...sample, locations: [...leaf.places, ...sample.locations, ...root.places] };
  });
  if (tagroot !== '' && !rootMatched) warn('TagRoot expression matched no samples');
  if (tagleaf !== '' && !leafMatched) warn('TagLeaf expression matched no samples');
  return { ...profile, functions, locations, samples };
}

function keysOf(text: string): string[] {
  return text.split(',').filter((key) => key !== '');
}

/** The texts of a label, then its numbers: these in the unit of the options, if one of them has a unit. */
function valuesOf({ labels = {}, numLabels = {} }: Sample, key: string, unit: string): string[] {
  const texts = Object.hasOwn(labels, key) ? labels[key]! : [];
  const numbers = Object.hasOwn(numLabels, key) ? numLabels[key]! : [];
  const to = numbers.some((number) => number.unit !== '') ? unit : '';
  return [...texts, ...numbers.map((number) => formatValue(number.value, number.unit, to))];
}
