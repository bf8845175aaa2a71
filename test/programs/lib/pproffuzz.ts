// Seeded damage to profiles, and what must be made of it: reports, or one line that says what is wrong. Some of the damage
// is to the file as it is, some to what is packed in it, some to its fields, which then come further.

import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Rng } from '#src/lib/rng.js';
import { type Config, defaultConfig, type ReportKind } from '#src/pprof/config.js';
import { dot, drawingOf } from '#src/pprof/dot.js';
import { flameHeading, flameOf, flameSvg } from '#src/pprof/flamesvg.js';
import { listText } from '#src/pprof/listing.js';
import { mergeProfiles, normalizeProfile, subtractProfile } from '#src/pprof/merge.js';
import { type Profile, ProfileError } from '#src/pprof/profile.js';
import { encodeProfile } from '#src/pprof/proto.js';
import { pruneProfile } from '#src/pprof/prune.js';
import { protoFile, rawText } from '#src/pprof/raw.js';
import { readProfile } from '#src/pprof/read.js';
import { newReport, type Report } from '#src/pprof/report.js';
import { topText } from '#src/pprof/top.js';
import { tagsText, tracesText } from '#src/pprof/traces.js';
import { treeText } from '#src/pprof/tree.js';
import { damagedBytes } from './damage.js';
import { handmade } from './handmade.js';

const folder = new URL('../../testdata/profiles/', import.meta.url.replace('/dist/', '/'));

/** What is damaged, unpacked: Go's profiles and ours. */
export function corpus(): Uint8Array[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.pprof'));
  const real = names.sort().map((name) => readFileSync(new URL(name, folder)));
  const ours = Object.entries(handmade).filter(([name]) => name !== 'ties' && name !== 'fewTies');
  return [...real, ...ours.map(([, profile]) => encodeProfile(profile))].map((bytes) => gunzipSync(bytes));
}

/** The damaged file with this seed. */
export function damaged(files: readonly Uint8Array[], seed: number): Uint8Array {
  const rng = new Rng(seed);
  const file = files[rng.below(files.length)]!;
  const other = files[rng.below(files.length)]!;
  // Not often: of each file that zlib cannot unpack, Node keeps some kilobytes for good.
  if (rng.below(32) === 0) return damagedBytes(gzipSync(file), gzipSync(other), rng);
  return rng.below(4) === 0 ? damagedBytes(file, other, rng) : damagedFields(file, rng, 0);
}

/** How reading it went. @throws Error if that or a report went as it must not */
export function verdict(bytes: Uint8Array, seed = 0): 'profile' | 'error' {
  let profile: Profile;
  try {
    profile = readProfile(bytes, 'damaged.pprof');
  } catch (error) {
    oneLine(error, /^pprof: damaged\.pprof: ./);
    return 'error';
  }
  const rng = new Rng(seed);
  attempt(() => reportAll(pruneProfile(profile), rng));
  attempt(() => reportAll(mergeProfiles([profile, profile]), rng));
  const base = { ...profile, samples: profile.samples.slice(1) };
  attempt(() => reportAll(subtractProfile(profile, base, true), rng));
  attempt(() => reportAll(subtractProfile(normalizeProfile(profile, base), base, true), rng));
  const again = readProfile(encodeProfile(profile), 'again.pprof');
  if (again.samples.length !== profile.samples.length) throw new Error('encoding the profile loses samples');
  return 'profile';
}

const configs: readonly Partial<Config>[] = [
  {},
  { sort: 'cum', granularity: 'lines', nodecount: 5 },
  { granularity: 'addresses', noinlines: true, unit: 'auto', drop_negative: true },
  { granularity: 'files', focus: 'main', hide: 'runtime', unit: 'ms' },
  { show_from: 'main|.', tagfocus: 'bytes=1:', trim: false },
  { show: '[a-m]+', tagignore: 'dish', ignore: 'x(y|z)*$', relative_percentages: true },
  { tagroot: 'bytes,dish', tagleaf: 'P', mean: true, call_tree: true, divide_by: 3 },
  { prune_from: 'main', taghide: 'b', tagshow: '.', mean: true, divide_by: 0.5 },
];

function reportAll(profile: Profile, rng: Rng): void {
  const types = profile.sampleTypes.length;
  const config = { ...defaultConfig, ...configs[rng.below(configs.length)]!, sample_index: String(rng.below(types)) };
  const report = (kind: ReportKind) => newReport(profile, kind, config);
  const texts: readonly (() => Iterable<string>)[] = [
    () => topText(report('top')),
    () => treeText(report('tree')),
    () => treeText(report('peek'), 'a'),
    () => tracesText(report('traces')),
    () => rawText(report('raw')),
    () => rawText(newReport(readProfile(protoFile(report('proto')), 'written.pprof'), 'raw', config)),
    () => tagsText(report('tags')),
    () => picture(report('dot')),
    () => flame(report('flame')),
    ...(rng.below(16) === 0 ? [() => listText(report('list'), 'main')] : []),
  ];
  for (const text of texts) attempt(() => drain(text()));
}

function picture(report: Report): string[] {
  return [dot(drawingOf(report))];
}

function flame(report: Report): string[] {
  const drawn = flameOf(report);
  return [flameSvg(drawn, flameHeading(report, drawn))];
}

function drain(pieces: Iterable<string>): void {
  for (const piece of pieces) if (typeof piece !== 'string') throw new Error(`expected text, got ${typeof piece}`);
}

/** What is done, or says in one line that it cannot be. */
function attempt(act: () => void): void {
  try {
    act();
  } catch (error) {
    oneLine(error, /./);
  }
}

function oneLine(error: unknown, form: RegExp): void {
  if (!(error instanceof ProfileError)) throw error;
  if (!form.test(error.message) || /[\p{Cc}\p{Zl}]/u.test(error.message)) {
    throw new Error(`not one line of ours: ${JSON.stringify(error.message)}`);
  }
}

interface Field {
  readonly number: number;
  readonly type: number;
  readonly value: bigint;
  readonly bytes: Uint8Array;
}

const hardNumbers = [0n, 1n, 2n, 3n, 7n, 127n, 128n, 1000n, 2n ** 31n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

/** The message with one or two of its fields changed, or those of a message in it. */
function damagedFields(message: Uint8Array, rng: Rng, depth: number): Uint8Array {
  const fields = fieldsOf(message);
  if (!fields || fields.length === 0) return damagedBytes(message, message, rng);
  for (let times = 1 + rng.below(2); times > 0; times--) damageField(fields, rng, depth);
  return bytesOf(fields);
}

/** Drops, doubles or changes one of the fields. */
function damageField(fields: Field[], rng: Rng, depth: number): void {
  const at = rng.below(fields.length);
  const field = fields[at]!;
  const any = fields[rng.below(fields.length)]!;
  switch (rng.below(10)) {
    case 0:
      if (fields.length > 1) fields.splice(at, 1);
      break;
    case 1:
      fields.splice(rng.below(fields.length), 0, field);
      break;
    case 2:
      fields[at] = { ...field, number: 1 + rng.below(15) };
      break;
    case 3:
      fields[at] = any;
      break;
    case 4:
    case 5:
    case 6:
      if (field.type === 2 && depth < 3) fields[at] = { ...field, bytes: damagedFields(field.bytes, rng, depth + 1) };
      else fields[at] = { ...field, value: hardNumbers[rng.below(hardNumbers.length)]! };
      break;
    case 7:
      fields[at] = { ...field, value: field.value + (rng.below(2) === 0 ? 1n : -1n) };
      break;
    case 8: // texts become each other: patterns become names
      if (field.type === 2) fields[at] = { ...field, bytes: any.bytes };
      break;
    default:
      if (field.type === 2) fields[at] = { ...field, bytes: damagedBytes(field.bytes, any.bytes, rng) };
  }
}

/** The message of these fields. */
function bytesOf(fields: readonly Field[]): Uint8Array {
  const out: number[] = [];
  const varint = (value: bigint) => {
    let rest = BigInt.asUintN(64, value);
    for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 0x80);
    out.push(Number(rest));
  };
  for (const { number, type, value, bytes } of fields) {
    varint(BigInt(number * 8 + type));
    if (type === 0) varint(value);
    if (type === 2) varint(BigInt(bytes.length));
    for (const byte of bytes) out.push(byte);
  }
  return Uint8Array.from(out);
}

/** The fields of a message; undefined if it is none. */
function fieldsOf(message: Uint8Array): Field[] | undefined {
  const fields: Field[] = [];
  let pos = 0;
  const varint = (): bigint => {
    let n = 0n;
    for (let shift = 0n; pos < message.length && shift < 70n; shift += 7n) {
      const byte = message[pos++]!;
      n |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return n;
    }
    return -1n;
  };
  while (pos < message.length) {
    const tag = varint();
    const [number, type] = [Number(tag >> 3n), Number(tag & 7n)];
    if (tag < 8n || number > 64 || (type !== 0 && type !== 2)) return undefined;
    const value = varint();
    if (value < 0n) return undefined;
    const length = type === 2 ? Number(value) : 0;
    if (length > message.length - pos) return undefined;
    fields.push({ number, type, value, bytes: message.slice(pos, pos + length) });
    pos += length;
  }
  return fields;
}
