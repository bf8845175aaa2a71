// Decoder of the message perftools.profiles.Profile, uncompressed: the counterpart of proto.ts. After profile/encode.go and
// CheckValid in google/pprof.
//
// A file is not trusted: every reference is checked, and the memory of a decoded file is bounded, because two bytes are
// enough for an object.

import { ProtoReader } from '../lib/protoreader.js';
import {
  badProfile,
  type Func,
  type Line,
  type Location,
  type Mapping,
  type NumLabel,
  type Profile,
  type Sample,
  type ValueType,
  type Word,
} from './profile.js';
import { FUNCTION, LABEL, LINE, LOCATION, MAPPING, PROFILE, SAMPLE, VALUE_TYPE } from './proto.js';

/** Most samples, locations, lines, functions, labels and texts of a file together. */
const MAX_PARTS = 2 ** 20;
/** Most frames of all stacks together: few bytes can refer to a location with many lines many times. */
const MAX_FRAMES = 2 ** 26;

/** A message whose references to texts and to other messages are resolved after the whole file has been read. */
interface Raw {
  /** Byte offset. */
  readonly at: number;
  /** Numbers, by field. */
  readonly fields: Readonly<Record<number, number>>;
}
interface RawSample {
  readonly at: number;
  readonly locations: readonly number[];
  readonly values: readonly number[];
  readonly labels: readonly Raw[];
}
interface RawMapping extends Raw {
  readonly words: Readonly<Record<number, Word>>;
}
interface RawLocation extends Raw {
  readonly address: Word;
  readonly lines: readonly Raw[];
}

/** Decodes a profile. @throws ProfileError @throws ProtoError */
export function decodeProfile(bytes: Uint8Array): Profile {
  return new Decoder().decode(new ProtoReader(bytes));
}

class Decoder {
  readonly #decoder = new TextDecoder();
  readonly #texts: string[] = [];
  #parts = 0;
  #frames = 0;

  decode(reader: ProtoReader): Profile {
    const sampleTypes: Raw[] = [];
    const samples: RawSample[] = [];
    const mappings: RawMapping[] = [];
    const locations: RawLocation[] = [];
    const functions: Raw[] = [];
    const comments: number[] = [];
    const heads: Record<number, number> = {};
    let periodType: Raw | undefined;
    let timeNs: Word = 0;
    while (reader.next()) {
      switch (reader.field) {
        case PROFILE.sampleType:
          sampleTypes.push(this.#raw(reader));
          break;
        case PROFILE.sample:
          samples.push(this.#sample(reader));
          break;
        case PROFILE.mapping:
          mappings.push(this.#mappingOf(reader));
          break;
        case PROFILE.location:
          locations.push(this.#location(reader));
          break;
        case PROFILE.function:
          functions.push(this.#raw(reader));
          break;
        case PROFILE.stringTable:
          this.#part(reader.offset);
          this.#texts.push(this.#decoder.decode(reader.bytes()));
          break;
        case PROFILE.timeNanos:
          if (timeNs !== 0) throw badProfile(reader.offset, 'expected one profile, got another one after it');
          timeNs = reader.word();
          break;
        case PROFILE.periodType:
          periodType = this.#raw(reader);
          break;
        case PROFILE.comment:
          reader.ints(comments);
          break;
        case PROFILE.dropFrames:
        case PROFILE.keepFrames:
        case PROFILE.durationNanos:
        case PROFILE.period:
        case PROFILE.defaultSampleType:
        case PROFILE.docUrl:
          heads[reader.field] = reader.int();
      }
    }
    if (this.#texts[0] !== '') {
      throw badProfile(0, `expected a table of texts that begins with "", got ${quoted(this.#texts[0])}`);
    }

    const functionAt = placesOf(functions, FUNCTION.id, 'function');
    const mappingAt = placesOf(mappings, MAPPING.id, 'mapping');
    const locationAt = placesOf(locations, LOCATION.id, 'location');
    const types = sampleTypes.map((type) => this.#valueType(type));
    const lineCounts = locations.map(({ lines }) => lines.length);
    const text = (field: number) => this.#text(0, heads[field] ?? 0);
    const [drop, keep] = [text(PROFILE.dropFrames), text(PROFILE.keepFrames)];
    const [usual, docUrl] = [text(PROFILE.defaultSampleType), text(PROFILE.docUrl)];
    const [duration, period] = [heads[PROFILE.durationNanos] ?? 0, heads[PROFILE.period] ?? 0];
    return {
      sampleTypes: types,
      samples: samples.map((sample) => this.#resolve(sample, types.length, locationAt, lineCounts)),
      locations: locations.map((location) => this.#place(location, mappingAt, functionAt)),
      functions: functions.map((func) => this.#func(func)),
      mappings: mappings.map((mapping) => this.#mapping(mapping)),
      ...(periodType === undefined ? {} : { periodType: this.#valueType(periodType) }),
      ...(period === 0 ? {} : { period }),
      ...(timeNs === 0 ? {} : { timeNs }),
      ...(duration === 0 ? {} : { durationNs: duration }),
      ...(comments.length === 0 ? {} : { comments: comments.map((place) => this.#text(0, place)) }),
      ...(usual === '' ? {} : { defaultSampleType: usual }),
      ...(docUrl === '' ? {} : { docUrl }),
      ...(drop === '' ? {} : { dropFrames: drop }),
      ...(keep === '' ? {} : { keepFrames: keep }),
    };
  }

  /** Reads a message of numbers; of equal fields the last one is used. */
  #raw(parent: ProtoReader): Raw {
    const at = parent.offset;
    this.#part(at);
    const fields: Record<number, number> = {};
    for (const reader = parent.message(); reader.next(); ) this.#keep(fields, reader);
    return { at, fields };
  }

  /** Keeps a number, unless the field is none that messages of numbers have: those are of a newer version of the format. */
  #keep(fields: Record<number, number>, reader: ProtoReader): void {
    if (reader.field <= MAX_KNOWN) fields[reader.field] = reader.int();
  }

  #sample(parent: ProtoReader): RawSample {
    const at = parent.offset;
    this.#part(at);
    const locations: number[] = [];
    const values: number[] = [];
    const labels: Raw[] = [];
    for (const reader = parent.message(); reader.next(); ) {
      if (reader.field === SAMPLE.locationId) reader.uints(locations);
      else if (reader.field === SAMPLE.value) reader.ints(values);
      else if (reader.field === SAMPLE.label) labels.push(this.#raw(reader));
    }
    if (values.length === 0) throw badProfile(at, 'expected a sample with values, got one without');
    return { at, locations, values, labels };
  }

  #mappingOf(parent: ProtoReader): RawMapping {
    const at = parent.offset;
    this.#part(at);
    const fields: Record<number, number> = {};
    const words: Record<number, Word> = {};
    for (const reader = parent.message(); reader.next(); ) {
      if (reader.field >= MAPPING.start && reader.field <= MAPPING.offset) words[reader.field] = reader.word();
      else this.#keep(fields, reader);
    }
    return { at, fields, words };
  }

  #location(parent: ProtoReader): RawLocation {
    const at = parent.offset;
    this.#part(at);
    let address: Word = 0;
    const fields: Record<number, number> = {};
    const lines: Raw[] = [];
    for (const reader = parent.message(); reader.next(); ) {
      if (reader.field === LOCATION.line) lines.push(this.#raw(reader));
      else if (reader.field === LOCATION.address) address = reader.word();
      else if (reader.field <= LOCATION.folded) fields[reader.field] = reader.uint();
    }
    return { at, fields, address, lines };
  }

  #resolve(
    raw: RawSample,
    types: number,
    locationAt: ReadonlyMap<number, number>,
    lineCounts: readonly number[],
  ): Sample {
    if (raw.values.length !== types) {
      throw badProfile(raw.at, `expected ${types} values in a sample, one per sample type, got ${raw.values.length}`);
    }
    const locations = raw.locations.map((id) => findId(locationAt, id, raw.at, 'location'));
    for (const place of locations) this.#frames += Math.max(1, lineCounts[place]!);
    if (this.#frames > MAX_FRAMES)
      throw badProfile(raw.at, `expected at most ${MAX_FRAMES} frames in all stacks, got more`);
    const labels = new Map<string, string[]>();
    const numLabels = new Map<string, NumLabel[]>();
    for (const { at, fields } of raw.labels) {
      const key = this.#text(at, fields[LABEL.key] ?? 0);
      const [str = 0, value = 0, unit = 0] = [fields[LABEL.str], fields[LABEL.num], fields[LABEL.numUnit]];
      if (str !== 0) push(labels, key, this.#text(at, str));
      else if (value !== 0 || unit !== 0) push(numLabels, key, { value, unit: this.#text(at, unit) });
    }
    return {
      locations,
      values: raw.values,
      ...(labels.size === 0 ? {} : { labels: Object.fromEntries(labels) }),
      ...(numLabels.size === 0 ? {} : { numLabels: Object.fromEntries(numLabels) }),
    };
  }

  #place(raw: RawLocation, mappingAt: ReadonlyMap<number, number>, functionAt: ReadonlyMap<number, number>): Location {
    const { at, fields } = raw;
    const mapping = fields[LOCATION.mappingId] ?? 0;
    return {
      address: raw.address,
      lines: raw.lines.map((line): Line => {
        const column = line.fields[LINE.column] ?? 0;
        return {
          func: findId(functionAt, line.fields[LINE.functionId] ?? 0, line.at, 'function'),
          line: line.fields[LINE.line] ?? 0,
          ...(column === 0 ? {} : { column }),
        };
      }),
      ...(mapping === 0 ? {} : { mapping: findId(mappingAt, mapping, at, 'mapping') }),
      ...(fields[LOCATION.folded] ? { folded: true } : {}),
    };
  }

  #func({ at, fields }: Raw): Func {
    const text = (field: number) => this.#text(at, fields[field] ?? 0);
    const [name, systemName, startLine] = [
      text(FUNCTION.name),
      text(FUNCTION.systemName),
      fields[FUNCTION.startLine] ?? 0,
    ];
    return {
      name,
      file: text(FUNCTION.filename),
      ...(systemName === name ? {} : { systemName }),
      ...(startLine === 0 ? {} : { startLine }),
    };
  }

  #mapping({ at, fields, words }: RawMapping): Mapping {
    const is = (field: number) => (fields[field] ?? 0) !== 0;
    return {
      start: words[MAPPING.start] ?? 0,
      limit: words[MAPPING.limit] ?? 0,
      offset: words[MAPPING.offset] ?? 0,
      file: this.#text(at, fields[MAPPING.filename] ?? 0),
      buildId: this.#text(at, fields[MAPPING.buildId] ?? 0),
      hasFunctions: is(MAPPING.hasFunctions),
      hasFilenames: is(MAPPING.hasFilenames),
      hasLineNumbers: is(MAPPING.hasLineNumbers),
      hasInlineFrames: is(MAPPING.hasInlineFrames),
    };
  }

  #valueType({ at, fields }: Raw): ValueType {
    return {
      type: this.#text(at, fields[VALUE_TYPE.type] ?? 0),
      unit: this.#text(at, fields[VALUE_TYPE.unit] ?? 0),
    };
  }

  #text(at: number, place: number): string {
    const text = this.#texts[place];
    if (text === undefined) throw badProfile(at, `expected one of ${this.#texts.length} texts, got number ${place}`);
    return text;
  }

  #part(at: number): void {
    if (++this.#parts > MAX_PARTS) throw badProfile(at, `expected at most ${MAX_PARTS} parts, got more`);
  }
}

/** Highest number of a field in the messages that have only numbers. */
const MAX_KNOWN = MAPPING.hasInlineFrames;

/** From ids to indices. */
function placesOf(raws: readonly Raw[], field: number, what: string): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  for (const [place, { at, fields }] of raws.entries()) {
    const id = unsigned(fields[field] ?? 0);
    if (id === 0) throw badProfile(at, `expected a ${what} with an id from 1, got 0`);
    if (places.has(id)) throw badProfile(at, `expected one ${what} with the id ${id}, got another`);
    places.set(id, place);
  }
  return places;
}

function findId(places: ReadonlyMap<number, number>, id: number, at: number, what: string): number {
  const place = places.get(unsigned(id));
  if (place === undefined) throw badProfile(at, `expected the id of a ${what}, got ${id}`);
  return place;
}

/** Undoes reading an unsigned number as a signed one. */
function unsigned(n: number): number {
  return n < 0 ? n + 2 ** 64 : n;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

function quoted(text: string | undefined): string {
  return text === undefined ? 'no text' : JSON.stringify(text.slice(0, 40));
}
