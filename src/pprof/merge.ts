// Several profiles as one, and one without another. After merge.go in google/pprof's profile package, ScaleProfiles in its
// internal/measurement and combineProfiles in its internal/driver.

import { ProfileError } from './error.js';
import { BASE_LABEL } from './graph.js';
import { compatible, scale } from './measure.js';
import { type Heads, Merger } from './merger.js';
import type { Profile, Sample, ValueType } from './profile.js';

/**
 * The sum of the profiles: of the sample types that all of them have, in the finest of their units. One profile is its own
 * sum. @throws ProfileError if they have nothing in common
 */
export function merged(profiles: readonly Profile[]): Profile {
  const [first] = profiles;
  if (first === undefined) throw new ProfileError('expected profiles to merge, got none');
  if (profiles.length === 1) return first;
  const alike = inOneUnit(withCommonTypes(profiles));
  for (const profile of alike) {
    const [a, b] = [alike[0]!.periodType, profile.periodType].map((type) => `${type?.type ?? ''}/${type?.unit ?? ''}`);
    if (a !== b) throw new ProfileError(`expected profiles of one kind to merge, got periods of ${a} and ${b}`);
  }
  const head = heads(alike);
  const sum = added(alike, head);
  // What cancels itself out goes, and what only that needed.
  return sum.samples.some(isZero) ? added([sum], head) : sum;
}

function added(profiles: readonly Profile[], head: Heads): Profile {
  const merger = new Merger();
  for (const profile of profiles) merger.add(profile);
  return merger.profile(head);
}

/**
 * What `profile` has more than `base`.
 * @param diff whether percentages are to be of the base
 * @throws ProfileError if they have nothing in common
 */
export function without(profile: Profile, base: Profile, diff: boolean): Profile {
  const labelled = (sample: Sample): Sample =>
    diff ? { ...sample, labels: { ...sample.labels, [BASE_LABEL]: ['true'] } } : sample;
  const negative = scaled(
    { ...base, samples: base.samples.map(labelled) },
    base.sampleTypes.map(() => -1),
  );
  return merged([profile, negative]);
}

/**
 * The profile as if it had as much of each sample type as `base`.
 * @throws ProfileError unless both count the same, in the same units
 */
export function normalized(profile: Profile, base: Profile): Profile {
  const [mine, its] = [profile, base].map(({ sampleTypes, periodType }) => {
    const [period, ...types] = [periodType, ...sampleTypes].map((type) => `${type?.type ?? ''}/${type?.unit ?? ''}`);
    return `${types.join(', ')} with periods of ${period}`;
  });
  if (mine !== its) {
    throw new ProfileError(`normalize: expected a base of the same sample types, got ${mine} and ${its}`);
  }
  const sumOf = ({ samples }: Profile, k: number) => samples.reduce((sum, { values }) => sum + values[k]!, 0);
  const ratios = profile.sampleTypes.map((_, k) => {
    const sum = sumOf(profile, k);
    return sum === 0 ? 0 : sumOf(base, k) / sum;
  });
  return scaled(profile, ratios);
}

/** The profiles without the sample types that not all of them have, and in the order of the first. */
function withCommonTypes(profiles: readonly Profile[]): Profile[] {
  const names = profiles.map(({ sampleTypes }) => sampleTypes.map(({ type }) => type));
  const common = names[0]!.filter((name) => names.every((others) => others.includes(name)));
  if (common.length === 0) {
    const got = names.map((each) => each.join(', ') || 'none').join(' and ');
    throw new ProfileError(`expected profiles with a sample type in common to merge, got ${got}`);
  }
  return profiles.map((profile, k) => {
    const places = common.map((name) => names[k]!.indexOf(name));
    const usual = profile.defaultSampleType;
    if (places.length === names[k]!.length && places.every((place, n) => place === n)) return profile;
    return {
      ...profile,
      defaultSampleType: usual !== undefined && common.includes(usual) ? usual : common[0]!,
      sampleTypes: places.map((place) => profile.sampleTypes[place]!),
      samples: profile.samples.map((sample) => ({
        ...sample,
        values: places.map((place) => sample.values[place]!),
      })),
    };
  });
}

/** The profiles in the finest units that they have. */
function inOneUnit(profiles: readonly Profile[]): Profile[] {
  const finest = profiles[0]!.sampleTypes.map((_, k) => finestOf(profiles.map(({ sampleTypes }) => sampleTypes[k]!)));
  const periods = profiles.flatMap(({ periodType }) => periodType ?? []);
  const period = periods.length > 0 ? finestOf(periods) : undefined;
  return profiles.map((profile) => {
    const { periodType, period: count } = profile;
    const ratios = profile.sampleTypes.map(({ unit }, k) => scale(1, unit, finest[k]!.unit).value);
    const inUnits = scaled(profile, ratios);
    return {
      ...inUnits,
      sampleTypes: profile.sampleTypes.map(({ type }, k) => ({ type, unit: finest[k]!.unit })),
      ...(periodType && period ? { periodType: { type: periodType.type, unit: period.unit } } : {}),
      ...(periodType && period && count !== undefined
        ? { period: Math.trunc(scale(count, periodType.unit, period.unit).value) }
        : {}),
    };
  });
}

function finestOf(types: readonly ValueType[]): ValueType {
  return types.reduce((least, type) => {
    const plural = /s$/;
    if (least.type.replace(plural, '') !== type.type.replace(plural, '') || !compatible(least.unit, type.unit)) {
      const [a, b] = [least, type].map((each) => `${each.type}/${each.unit}`);
      throw new ProfileError(`expected values that can be added to merge, got ${a} and ${b}`);
    }
    return scale(1, type.unit, least.unit).value < 1 ? type : least;
  });
}

/** The profile with its values multiplied, without the samples that then are nothing. */
function scaled(profile: Profile, ratios: readonly number[]): Profile {
  if (ratios.every((ratio) => ratio === 1)) return profile;
  const samples = profile.samples.flatMap((sample) => {
    const values = sample.values.map((value, k) => (ratios[k] === 1 ? value : rounded(value * ratios[k]!)));
    return values.some((value, k) => ratios[k] !== 1 && value !== 0) ? [{ ...sample, values }] : [];
  });
  return { ...profile, samples };
}

/** Halves away from zero. */
function rounded(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}

/** What the sum says of itself: the earliest time, all durations, the longest period. */
function heads(profiles: readonly Profile[]): Heads {
  const { sampleTypes, periodType, dropFrames, keepFrames } = profiles[0]!;
  const times = profiles.flatMap(({ timeNs }) => timeNs ?? []);
  const sum = profiles.reduce((total, { durationNs = 0 }) => total + durationNs, 0);
  const period = Math.max(...profiles.map((profile) => profile.period ?? 0));
  const comments = [...new Set(profiles.flatMap((profile) => profile.comments ?? []))];
  const usual = profiles.find(({ defaultSampleType }) => defaultSampleType)?.defaultSampleType;
  const docUrl = profiles.find((profile) => profile.docUrl)?.docUrl;
  return {
    sampleTypes,
    ...(periodType ? { periodType } : {}),
    ...(dropFrames === undefined ? {} : { dropFrames }),
    ...(keepFrames === undefined ? {} : { keepFrames }),
    ...(times.length === 0 ? {} : { timeNs: times.reduce((least, time) => (time < least ? time : least)) }),
    ...(sum === 0 ? {} : { durationNs: sum }),
    ...(period === 0 ? {} : { period }),
    ...(comments.length === 0 ? {} : { comments }),
    ...(usual === undefined ? {} : { defaultSampleType: usual }),
    ...(docUrl === undefined ? {} : { docUrl }),
  };
}

function isZero({ values }: Sample): boolean {
  return values.every((value) => value === 0);
}
