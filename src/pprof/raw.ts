// Reports of the whole profile: as text (`raw`), and as a file (`proto`). After String in google/pprof's profile package and
// printProto in its internal/report.

import {
  type Location,
  type Mapping,
  type NumLabel,
  type Profile,
  ProfileError,
  type Sample,
  type Word,
} from './profile.js';
import { encodeProfile } from './proto.js';
import { divide, type Report } from './report.js';
import { durationText, exactTimeText } from './time.js';

/** The report, line by line. */
export function* rawText({ profile }: Report): Generator<string> {
  const { comments = [], docUrl, periodType, period = 0, timeNs, durationNs, sampleTypes } = profile;
  for (const comment of comments) yield `Comment: ${comment}\n`;
  if (docUrl !== undefined) yield `Doc: ${docUrl}\n`;
  yield `PeriodType: ${periodType?.type ?? ''} ${periodType?.unit ?? ''}\n`;
  yield `Period: ${period}\n`;
  if (timeNs !== undefined) yield `Time: ${exactTimeText(timeNs)}\n`;
  // Go truncates the text of a duration to four characters.
  if (durationNs !== undefined) yield `Duration: ${durationText(durationNs).slice(0, 4)}\n`;
  yield 'Samples:\n';
  const usual = profile.defaultSampleType ?? '';
  yield `${sampleTypes.map(({ type, unit }) => `${type}/${unit}${type === usual ? '[dflt]' : ''}`).join(' ')}\n`;
  for (const sample of profile.samples) yield* sampleLines(sample);
  yield 'Locations\n';
  for (const [place, location] of profile.locations.entries()) yield* locationLines(profile, location, place + 1);
  yield 'Mappings\n';
  for (const [place, mapping] of (profile.mappings ?? []).entries()) yield mappingLine(mapping, place + 1);
}

function* sampleLines({ values, locations, labels, numLabels }: Sample): Generator<string> {
  const numbers = values.map((value) => ` ${String(value).padStart(10)}`).join('');
  yield `${numbers}: ${locations.map((place) => `${place + 1} `).join('')}\n`;
  const line = (texts: readonly string[]) => `${' '.repeat(16)}${[...texts].sort().join(' ')}\n`;
  if (labels) yield line(Object.entries(labels).map(([key, texts]) => `${key}:[${texts.join(' ')}]`));
  if (numLabels) yield line(Object.entries(numLabels).map(([key, each]) => `${key}:[${numberTexts(each).join(' ')}]`));
}

/** The values as texts; with their units, if one of them has a unit. */
function numberTexts(labels: readonly NumLabel[]): string[] {
  const have = labels.some(({ unit }) => unit !== '');
  return labels.map(({ value, unit }) => (have ? `${value} ${unit}` : String(value)));
}

function* locationLines(profile: Profile, location: Location, id: number): Generator<string> {
  const mapping = location.mapping === undefined ? '' : `M=${location.mapping + 1} `;
  let head = `${String(id).padStart(6)}: ${hex(location.address)} ${mapping}${location.folded ? '[F] ' : ''}`;
  if (location.lines.length === 0) yield `${head}\n`;
  for (const { func, line, column = 0 } of location.lines) {
    const { name, systemName = name, file, startLine = 0 } = profile.functions[func]!;
    const linker = systemName === name ? '' : `(${systemName})`;
    yield `${head}${name} ${file}:${line}:${column} s=${startLine}${linker}\n`;
    head = ' '.repeat(13);
  }
}

function mappingLine(mapping: Mapping, id: number): string {
  const { start, limit, offset, file, buildId, hasFunctions, hasFilenames, hasLineNumbers, hasInlineFrames } = mapping;
  const has: readonly (readonly [boolean, string])[] = [
    [hasFunctions, '[FN]'],
    [hasFilenames, '[FL]'],
    [hasLineNumbers, '[LN]'],
    [hasInlineFrames, '[IN]'],
  ];
  const bits = has.map(([is, text]) => (is ? text : '')).join('');
  return `${id}: ${hex(start)}/${hex(limit)}/${hex(offset)} ${file} ${buildId} ${bits}\n`;
}

function hex(n: Word): string {
  return `0x${n.toString(16)}`;
}

/**
 * The filtered profile as the bytes of a pprof file, compressed, with values divided by `divide_by`.
 * @throws ProfileError if a value becomes too large
 */
export function protoFile({ profile, config }: Report): Uint8Array {
  const quotient = (value: number) => {
    const whole = divide(value, config);
    if (Number.isSafeInteger(whole)) return whole;
    throw new ProfileError(`proto: expected values below 2 ** 53, got ${value} divided by ${config.divide_by}`);
  };
  const samples = profile.samples.map((sample) => ({ ...sample, values: sample.values.map(quotient) }));
  return encodeProfile({ ...profile, samples });
}
