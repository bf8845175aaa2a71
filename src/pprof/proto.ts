// A profile as a pprof file: the message perftools.profiles.Profile, compressed. After proto/profile.proto in
// google/pprof. Numbers of locations and functions begin at 1 in the file, texts are in one table that begins with ''.

import { gzipSync } from 'node:zlib';
import { ProtoWriter } from '../lib/protobuf.js';
import type { Profile, ValueType } from './profile.js';

/** Field numbers of profile.proto. */
const PROFILE = {
  sampleType: 1,
  sample: 2,
  location: 4,
  function: 5,
  stringTable: 6,
  durationNanos: 10,
  periodType: 11,
  period: 12,
};
const SAMPLE = { locationId: 1, value: 2 };
const LOCATION = { id: 1, address: 3, line: 4 };
const LINE = { functionId: 1, line: 2 };
const FUNCTION = { id: 1, name: 2, systemName: 3, filename: 4 };
const VALUE_TYPE = { type: 1, unit: 2 };

/** The pprof file of `profile`. */
export function encodeProfile(profile: Profile): Uint8Array {
  return gzipSync(encode(profile));
}

function encode(profile: Profile): Uint8Array {
  const out = new ProtoWriter();
  const texts = new Map([['', 0]]);
  const text = (value: string): number => {
    const known = texts.get(value);
    if (known !== undefined) return known;
    texts.set(value, texts.size);
    return texts.size - 1;
  };
  const message = (field: number, body: () => void) => {
    const mark = out.begin(field);
    body();
    out.end(mark);
  };
  const valueType = (field: number, { type, unit }: ValueType) =>
    message(field, () => {
      out.int(VALUE_TYPE.type, text(type));
      out.int(VALUE_TYPE.unit, text(unit));
    });

  for (const type of profile.sampleTypes) valueType(PROFILE.sampleType, type);
  for (const { locations, values } of profile.samples) {
    message(PROFILE.sample, () => {
      out.packed(
        SAMPLE.locationId,
        locations.map((place) => place + 1),
      );
      out.packed(SAMPLE.value, values);
    });
  }
  for (const [place, { address, func, line }] of profile.locations.entries()) {
    message(PROFILE.location, () => {
      out.int(LOCATION.id, place + 1);
      out.int(LOCATION.address, address);
      message(LOCATION.line, () => {
        out.int(LINE.functionId, func + 1);
        out.int(LINE.line, line);
      });
    });
  }
  for (const [place, { name, file }] of profile.functions.entries()) {
    message(PROFILE.function, () => {
      out.int(FUNCTION.id, place + 1);
      out.int(FUNCTION.name, text(name));
      out.int(FUNCTION.systemName, text(name));
      out.int(FUNCTION.filename, text(file));
    });
  }
  if (profile.durationNs !== undefined) out.int(PROFILE.durationNanos, profile.durationNs);
  if (profile.periodType) valueType(PROFILE.periodType, profile.periodType);
  if (profile.period !== undefined) out.int(PROFILE.period, profile.period);
  for (const value of texts.keys()) out.text(PROFILE.stringTable, value);
  return out.take();
}
