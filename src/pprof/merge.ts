// Arithmetic of profiles: sums, differences and normalization. After merge.go in google/pprof's profile package,
// ScaleProfiles in its internal/measurement and combineProfiles in its internal/driver.

import { BASE_LABEL } from './graph.js';
import { compatible, scale } from './measure.js';
import {
  type Func,
  type Location,
  type Mapping,
  type Profile,
  ProfileError,
  type Sample,
  type ValueType,
  type Word,
} from './profile.js';

/**
 * Adds profiles: their common sample types, in the finest of their units. A single profile is returned as it is.
 * @throws ProfileError if they have no sample type in common, or values that cannot be added
 */
export function mergeProfiles(profiles: readonly Profile[]): Profile {
  const [first] = profiles;
  if (first === undefined) throw new ProfileError('expected profiles to merge, got none');
  if (profiles.length === 1) return first;
  const alike = inOneUnit(withCommonTypes(profiles));
  for (const profile of alike) {
    const [a, b] = [alike[0]!.periodType, profile.periodType].map((type) => `${type?.type ?? ''}/${type?.unit ?? ''}`);
    if (a !== b) throw new ProfileError(`expected profiles of one kind to merge, got periods of ${a} and ${b}`);
  }
  const head = headOf(alike);
  const sum = sumOf(alike, head);
  // Samples that cancel out are removed, with the places that only they had.
  return sum.samples.some(isZero) ? sumOf([sum], head) : sum;
}

function sumOf(profiles: readonly Profile[], head: Head): Profile {
  const merger = new Merger();
  for (const profile of profiles) merger.add(profile);
  return merger.profile(head);
}

/**
 * Subtracts `base` from `profile`.
 * @param diff true for percentages of the base
 * @throws ProfileError like mergeProfiles()
 */
export function subtractProfile(profile: Profile, base: Profile, diff: boolean): Profile {
  const labelled = (sample: Sample): Sample =>
    diff ? { ...sample, labels: { ...sample.labels, [BASE_LABEL]: ['true'] } } : sample;
  const negative = scaleValues(
    { ...base, samples: base.samples.map(labelled) },
    base.sampleTypes.map(() => -1),
  );
  return mergeProfiles([profile, negative]);
}

/**
 * Scales each sample type of the profile to the total of `base`.
 * @throws ProfileError unless both count the same, in the same units
 */
export function normalizeProfile(profile: Profile, base: Profile): Profile {
  const [mine, its] = [profile, base].map(({ sampleTypes, periodType }) => {
    const [period, ...types] = [periodType, ...sampleTypes].map((type) => `${type?.type ?? ''}/${type?.unit ?? ''}`);
    return `${types.join(', ')} with periods of ${period}`;
  });
  if (mine !== its) {
    throw new ProfileError(`normalize: expected a base of the same sample types, got ${mine} and ${its}`);
  }
  const totalOf = ({ samples }: Profile, k: number) => samples.reduce((sum, { values }) => sum + values[k]!, 0);
  const ratios = profile.sampleTypes.map((_, k) => {
    const sum = totalOf(profile, k);
    return sum === 0 ? 0 : totalOf(base, k) / sum;
  });
  return scaleValues(profile, ratios);
}

/** The profiles with only the sample types that all of them have, in the order of the first profile. */
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

/** The profiles in the finest unit of each sample type. */
function inOneUnit(profiles: readonly Profile[]): Profile[] {
  const finest = profiles[0]!.sampleTypes.map((_, k) => finestOf(profiles.map(({ sampleTypes }) => sampleTypes[k]!)));
  const periods = profiles.flatMap(({ periodType }) => periodType ?? []);
  const period = periods.length > 0 ? finestOf(periods) : undefined;
  return profiles.map((profile) => {
    const { periodType, period: count } = profile;
    const ratios = profile.sampleTypes.map(({ unit }, k) => scale(1, unit, finest[k]!.unit).value);
    const inUnits = scaleValues(profile, ratios);
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

/** The profile with its values multiplied, without the samples that are 0 then. */
function scaleValues(profile: Profile, ratios: readonly number[]): Profile {
  if (ratios.every((ratio) => ratio === 1)) return profile;
  const samples = profile.samples.flatMap((sample) => {
    const values = sample.values.map((value, k) => (ratios[k] === 1 ? value : roundHalf(value * ratios[k]!)));
    return values.some((value, k) => ratios[k] !== 1 && value !== 0) ? [{ ...sample, values }] : [];
  });
  return { ...profile, samples };
}

/** Rounds half away from zero. */
function roundHalf(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}

/** The head of the sum: the earliest time, the sum of the durations, the longest period. */
function headOf(profiles: readonly Profile[]): Head {
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

/** A mapping of the sum, and the distance of its addresses from those of the profile that is added. */
interface Moved {
  readonly place: number;
  readonly by: bigint;
}

/** A profile without its samples and places. */
type Head = Omit<Profile, 'samples' | 'locations' | 'functions' | 'mappings'>;

/** A sum of profiles, in which equal samples and places are one. After profileMerger in google/pprof's profile package. */
class Merger {
  readonly #samples = new Map<string, Sample & { readonly values: number[] }>();
  readonly #locations = new Table<Location>();
  readonly #functions = new Table<Func>();
  readonly #mappings = new Table<Mapping>();

  /** Adds the samples of `profile` that are not 0, and their places. */
  add(profile: Profile): void {
    const { functions, mappings = [] } = profile;
    const locationAt: number[] = [];
    const functionAt: number[] = [];
    const mappingAt: Moved[] = [];
    const func = (place: number) => (functionAt[place] ??= this.#func(functions[place]!));
    const mapping = (place: number) => (mappingAt[place] ??= this.#mapping(mappings[place]!));
    const location = (place: number) =>
      (locationAt[place] ??= this.#location(profile.locations[place]!, func, mapping));
    // The first mapping is the program's, and must stay the first.
    if (this.#mappings.items.length === 0 && mappings.length > 0) mapping(0);

    for (const sample of profile.samples) {
      if (sample.values.every((value) => value === 0)) continue;
      const locations = sample.locations.map(location);
      const key = JSON.stringify([locations, sortedByKey(sample.labels), sortedByKey(sample.numLabels)]);
      const known = this.#samples.get(key);
      if (known) for (const [k, value] of sample.values.entries()) known.values[k]! += value;
      else this.#samples.set(key, { ...sample, locations, values: [...sample.values] });
    }
  }

  /** The sum, with this head. */
  profile(head: Head): Profile {
    return {
      ...head,
      samples: [...this.#samples.values()],
      locations: this.#locations.items,
      functions: this.#functions.items,
      mappings: this.#mappings.items,
    };
  }

  #func(func: Func): number {
    const { name, systemName = name, file, startLine = 0 } = func;
    return this.#functions.place(JSON.stringify([startLine, name, systemName, file]), func);
  }

  /** The address of a program differs between runs: mappings are equal if their sizes and names are. */
  #mapping(mapping: Mapping): Moved {
    const { start, limit, offset, buildId, file } = mapping;
    const pages = (BigInt(limit) - BigInt(start) + PAGE - 1n) / PAGE;
    const place = this.#mappings.place(JSON.stringify([String(pages), String(offset), buildId || file]), mapping);
    return { place, by: BigInt(this.#mappings.items[place]!.start) - BigInt(start) };
  }

  #location(location: Location, func: (place: number) => number, mapping: (place: number) => Moved): number {
    const moved = location.mapping === undefined ? undefined : mapping(location.mapping);
    const lines = location.lines.map((line) => ({ ...line, func: func(line.func) }));
    const address = BigInt(location.address) + (moved?.by ?? 0n);
    const start = moved === undefined ? 0 : this.#mappings.items[moved.place]!.start;
    const key = JSON.stringify([
      String(address - BigInt(start)),
      moved?.place,
      lines.map((line) => [line.func, line.line, line.column]),
      location.folded,
    ]);
    const added = { ...location, address: word(address), lines, ...(moved ? { mapping: moved.place } : {}) };
    return this.#locations.place(key, added);
  }
}
/** Bytes by which sizes of mappings are rounded up, as in Go. */
const PAGE = 4096n;

/** Wraps an address to 64 bits. */
function word(n: bigint): Word {
  const wrapped = BigInt.asUintN(64, n);
  return wrapped <= Number.MAX_SAFE_INTEGER ? Number(wrapped) : wrapped;
}

/** Items with a key each. */
class Table<T> {
  readonly items: T[] = [];
  readonly #places = new Map<string, number>();

  /** The index of the item with this key, which is added if there is none. */
  place(key: string, item: T): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.items.length);
    return this.items.push(item) - 1;
  }
}

function sortedByKey(labels: Readonly<Record<string, unknown>> = {}): [string, unknown][] {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
}
