// Values of samples: which sample type a report uses, its total, and the stacks with their values.
// After SampleIndexByName in google/pprof's profile package and computeTotal in its internal/report.

import { BASE_LABEL, meanOf } from './graph.js';
import { type Info, infosOf } from './info.js';
import { type Profile, ProfileError, type Sample } from './profile.js';

/**
 * The index in sampleTypes of the type with this name or number; '' for the profile's default one, or else its last.
 * @throws ProfileError if there is none
 */
export function sampleIndex(profile: Profile, name: string): number {
  const types = profile.sampleTypes.map(({ type }) => type);
  if (types.length === 0) throw new ProfileError('expected a profile with sample types, got none');
  if (name === '') {
    const usual = types.indexOf(profile.defaultSampleType ?? '');
    return profile.defaultSampleType !== undefined && usual >= 0 ? usual : types.length - 1;
  }
  const known = types.join(', ');
  if (/^[+-]?\d+$/.test(name)) {
    const n = Number(name);
    if (n >= 0 && n < types.length) return n;
    throw new ProfileError(
      `sample_index: expected a number from 0 to ${types.length - 1} or one of ${known}, got ${name}`,
    );
  }
  const place = types.findIndex((type) => type === name || type === name.replace(/^inuse_/, ''));
  if (place >= 0) return place;
  throw new ProfileError(`sample_index: expected one of ${known}, got ${JSON.stringify(name)}`);
}

/**
 * The sum of the absolute values of all samples; only of those of the base, if the profile is a difference.
 * @param mean true to divide it by the sum of their first values
 */
export function totalOf(profile: Profile, index: number, mean = false): number {
  const all = { total: 0, count: 0 };
  const base = { total: 0, count: 0 };
  for (const sample of profile.samples) {
    for (const sums of isBase(sample) ? [all, base] : [all]) {
      sums.total += Math.abs(sample.values[index]!);
      if (mean) sums.count += sample.values[0]!;
    }
  }
  const { total, count } = base.total > 0 ? base : all;
  return meanOf(total, count);
}

/** True if a sample belongs to the base of a difference. */
export function isBase({ labels }: Sample): boolean {
  return labels !== undefined && Object.hasOwn(labels, BASE_LABEL) && labels[BASE_LABEL]!.includes('true');
}

/** A sample's stack and value. */
export interface Stack {
  /** Root first; an inlined call has a frame of its own. */
  readonly frames: readonly Frame[];
  readonly value: number;
  readonly sample: Sample;
}

/** A frame of a stack. */
export interface Frame {
  readonly info: Info;
  /** True if it was inlined into the frame before it. */
  readonly inline: boolean;
}

/** The stacks of all samples whose value at `index` is not 0. */
export function stacksOf(profile: Profile, index: number): Stack[] {
  const framesAt = profile.locations.map((location) => {
    const infos = infosOf(profile, location);
    return infos.map((info, k): Frame => ({ info, inline: k !== infos.length - 1 }));
  });
  return profile.samples.flatMap((sample) => {
    const value = sample.values[index]!;
    if (value === 0) return [];
    const frames = sample.locations.flatMap((place) => framesAt[place]!).reverse();
    return [{ frames, value, sample }];
  });
}
