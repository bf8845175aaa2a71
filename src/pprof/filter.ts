// Filters: the samples whose stacks or labels match the options, and the frames of them that are shown. After filter.go in
// google/pprof's profile package, and driver_focus.go in its internal/driver.

import type { Config } from './config.js';
import { scale } from './measure.js';
import { compilePattern, optionalPattern, type Pattern } from './pattern.js';
import type { Line, Location, Profile, Sample } from './profile.js';
import { pruneFrom } from './prune.js';

/** The patterns of the options that filter stacks. */
interface StackPatterns {
  readonly focus: Pattern | undefined;
  readonly ignore: Pattern | undefined;
  readonly hide: Pattern | undefined;
  readonly show: Pattern | undefined;
}

/**
 * Applies the filters of the options.
 * @param warn called with one line for each filter that matched nothing, and for each tag filter that is a range
 * @throws ProfileError if a filter is no regular expression
 */
export function filterProfile(profile: Profile, config: Config, warn: (line: string) => void): Profile {
  const patterns: StackPatterns = {
    focus: optionalPattern('focus', config.focus),
    ignore: optionalPattern('ignore', config.ignore),
    hide: optionalPattern('hide', config.hide),
    show: optionalPattern('show', config.show),
  };
  const from = optionalPattern('show_from', config.show_from);
  const tagFocus = tagFilter('tagfocus', config.tagfocus, profile, warn);
  const tagIgnore = tagFilter('tagignore', config.tagignore, profile, warn);
  const pruned = optionalPattern('prune_from', config.prune_from);
  const tagShow = optionalPattern('tagshow', config.tagshow);
  const tagHide = optionalPattern('taghide', config.taghide);
  const missing = (matched: boolean, name: string) => {
    if (!matched) warn(`${name} expression matched no samples`);
  };

  let left = profile;
  if (Object.values(patterns).some((pattern) => pattern !== undefined)) left = byStack(left, patterns, missing);
  if (from) left = showFrom(left, from, missing);
  if (tagFocus) left = withSamples(left, left.samples.filter(tagFocus));
  if (tagFocus) missing(left.samples.length > 0, 'TagFocus');
  if (tagIgnore) {
    const kept = left.samples.filter((sample) => !tagIgnore(sample));
    missing(kept.length < left.samples.length, 'TagIgnore');
    left = withSamples(left, kept);
  }
  if (tagShow || tagHide) left = withSamples(left, byTagName(left.samples, tagShow, tagHide, missing));
  return pruned ? pruneFrom(left, pruned) : left;
}

function withSamples(profile: Profile, samples: readonly Sample[]): Profile {
  return { ...profile, samples };
}

/** The samples without the labels whose keys are hidden or not shown. */
function byTagName(
  samples: readonly Sample[],
  show: Pattern | undefined,
  hide: Pattern | undefined,
  missing: (matched: boolean, name: string) => void,
): Sample[] {
  let [shown, hidden] = [false, false];
  const isVisible = (key: string) => {
    const isShown = show === undefined || show(key);
    const isHidden = hide?.(key) ?? false;
    shown ||= isShown;
    hidden ||= isHidden;
    return isShown && !isHidden;
  };
  const left = samples.map(({ labels, numLabels, ...sample }): Sample => {
    const [texts, numbers] = [withKeys(labels, isVisible), withKeys(numLabels, isVisible)];
    return { ...sample, ...(texts && { labels: texts }), ...(numbers && { numLabels: numbers }) };
  });
  if (show) missing(shown, 'TagShow');
  if (hide) missing(hidden, 'TagHide');
  return left;
}

/** The entries for whose keys `passes` returns true; undefined if there are none. */
function withKeys<T>(
  record: Readonly<Record<string, T>> = {},
  passes: (key: string) => boolean,
): Record<string, T> | undefined {
  const left = Object.entries(record).filter(([key]) => passes(key));
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

function byStack(
  profile: Profile,
  { focus, ignore, hide, show }: StackPatterns,
  missing: (matched: boolean, name: string) => void,
): Profile {
  const verdicts = profile.locations.map((location) => {
    if (ignore && matches(profile, location, ignore)) return 'ignored';
    return !focus || matches(profile, location, focus) ? 'focused' : 'neither';
  });
  let [hidden, shown] = [false, false];
  const locations = profile.locations.map((location) => {
    let { lines } = location;
    if (hide && matches(profile, location, hide)) {
      hidden = true;
      lines = inObject(profile, location, hide) ? [] : lines.filter((line) => !lineMatches(profile, line, hide));
    }
    if (show) {
      // A location whose lines are all hidden is not shown either.
      lines = inObject(profile, location, show) ? lines : lines.filter((line) => lineMatches(profile, line, show));
      shown ||= lines.length > 0;
    }
    return lines === location.lines ? location : { ...location, lines };
  });
  const isHidden = locations.map(
    ({ lines }, k) =>
      lines.length === 0 &&
      (show !== undefined || (hide !== undefined && matches(profile, profile.locations[k]!, hide))),
  );
  const samples = profile.samples.flatMap((sample) => {
    const seen = new Set(sample.locations.map((place) => verdicts[place]));
    if (seen.has('ignored') || !seen.has('focused')) return [];
    if (!sample.locations.some((place) => isHidden[place])) return [sample];
    const left = sample.locations.filter((place) => !isHidden[place]);
    return left.length === 0 ? [] : [{ ...sample, locations: left }];
  });
  if (focus) missing(verdicts.includes('focused'), 'Focus');
  if (ignore) missing(verdicts.includes('ignored'), 'Ignore');
  if (hide) missing(hidden, 'Hide');
  if (show) missing(shown, 'Show');
  return { ...profile, locations, samples };
}

/** Removes the callers of the outermost frame that matches, and the samples without such a frame. */
function showFrom(profile: Profile, from: Pattern, missing: (matched: boolean, name: string) => void): Profile {
  const matched = profile.locations.map(() => false);
  const locations = profile.locations.map((location, place) => {
    if (inObject(profile, location, from)) {
      matched[place] = true;
      return location;
    }
    const last = location.lines.findLastIndex((line) => lineMatches(profile, line, from));
    if (last < 0) return location;
    matched[place] = true;
    return { ...location, lines: location.lines.slice(0, last + 1) };
  });
  missing(matched.includes(true), 'ShowFrom');
  const samples = profile.samples.flatMap((sample) => {
    const highest = sample.locations.findLastIndex((place) => matched[place]);
    return highest < 0 ? [] : [{ ...sample, locations: sample.locations.slice(0, highest + 1) }];
  });
  return { ...profile, locations, samples };
}

/** True if a function, its file, or the mapped file of the location matches. */
function matches(profile: Profile, location: Location, pattern: Pattern): boolean {
  return location.lines.some((line) => lineMatches(profile, line, pattern)) || inObject(profile, location, pattern);
}

function lineMatches({ functions }: Profile, { func }: Line, pattern: Pattern): boolean {
  const { name, file } = functions[func]!;
  return pattern(name) || pattern(file);
}

function inObject({ mappings }: Profile, { mapping }: Location, pattern: Pattern): boolean {
  return mapping !== undefined && mappings !== undefined && pattern(mappings[mapping]!.file);
}

/** The condition of `-tagfocus` or `-tagignore`: `text`, `key=text`, or a range of numbers such as `1kb:2mb`. */
function tagFilter(
  option: string,
  text: string,
  profile: Profile,
  warn: (line: string) => void,
): ((sample: Sample) => boolean) | undefined {
  if (text === '') return undefined;
  const equals = text.indexOf('=');
  const key = equals < 0 ? '' : text.slice(0, equals);
  const value = text.slice(equals + 1);
  const range = tagRange(value);
  if (range) {
    warn(`${option}:Interpreted '${value}' as range, not regexp`);
    const units = labelUnits(profile);
    return ({ numLabels = {} }) =>
      Object.entries(numLabels).some(
        ([name, numbers]) =>
          (key === '' || key === name) && numbers.some((number) => range(number.value, units.get(name)!)),
      );
  }
  const patterns = value.split(',').map((each) => compilePattern(option, each));
  if (key !== '') {
    return ({ labels = {} }) =>
      Object.hasOwn(labels, key) && patterns.some((pattern) => labels[key]!.some((label) => pattern(label)));
  }
  return ({ labels = {} }) => {
    const all = Object.entries(labels).flatMap(([name, values]) => values.map((each) => `${name}:${each}`));
    return patterns.every((pattern) => all.some((label) => pattern(label)));
  };
}

/**
 * Parses a range of a tag filter: `32kb`, `:64kb`, `4mb:` or `12kb:64mb`, bounds included. After parseTagFilterRange in
 * google/pprof's internal/driver.
 * @returns a function that tests a number in some unit; undefined if `text` is no range
 */
export function tagRange(text: string): ((value: number, unit: string) => boolean) | undefined {
  const match = /^(?:(:)?([+-]?\d+)([a-z]*)(:)?|([+-]?\d+)([a-z]*):([+-]?\d+)([a-z]*))$/i.exec(text);
  if (!match) return undefined;
  const [, upTo, only, onlyUnit = '', from, low, lowUnit = '', high, highUnit = ''] = match;
  if (only !== undefined) {
    if (upTo && from) return undefined;
    const bound = scale(Number(only), onlyUnit, onlyUnit);
    return (value, unit) => {
      const scaled = scale(value, unit, bound.unit);
      if (scaled.unit !== bound.unit) return false;
      if (upTo) return scaled.value <= bound.value;
      return from ? scaled.value >= bound.value : scaled.value === bound.value;
    };
  }
  const least = scale(Number(low), lowUnit, lowUnit);
  const most = scale(Number(high), highUnit, least.unit);
  if (most.unit !== least.unit) return undefined;
  return (value, unit) => {
    const scaled = scale(value, unit, least.unit);
    return scaled.unit === least.unit && scaled.value >= least.value && scaled.value <= most.value;
  };
}

/**
 * The units of numeric labels, by key: the first unit that one of its numbers has, or one that the key suggests. After
 * NumLabelUnits in google/pprof's profile package.
 */
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
