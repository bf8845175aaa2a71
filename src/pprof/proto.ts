// Encoder of pprof files: the message perftools.profiles.Profile, compressed. After proto/profile.proto in google/pprof. Ids of
// locations, functions and mappings begin at 1 in the file; texts are in one table that begins with ''.

import { gzipSync } from 'node:zlib';
import { ProtoWriter } from '../lib/protobuf.js';
import type { Profile, ValueType } from './profile.js';

/** Field numbers of profile.proto. */
export const PROFILE = {
  sampleType: 1,
  sample: 2,
  mapping: 3,
  location: 4,
  function: 5,
  stringTable: 6,
  dropFrames: 7,
  keepFrames: 8,
  timeNanos: 9,
  durationNanos: 10,
  periodType: 11,
  period: 12,
  comment: 13,
  defaultSampleType: 14,
  docUrl: 15,
};
export const SAMPLE = { locationId: 1, value: 2, label: 3 };
export const LABEL = { key: 1, str: 2, num: 3, numUnit: 4 };
export const MAPPING = {
  id: 1,
  start: 2,
  limit: 3,
  offset: 4,
  filename: 5,
  buildId: 6,
  hasFunctions: 7,
  hasFilenames: 8,
  hasLineNumbers: 9,
  hasInlineFrames: 10,
};
export const LOCATION = { id: 1, mappingId: 2, address: 3, line: 4, folded: 5 };
export const LINE = { functionId: 1, line: 2, column: 3 };
export const FUNCTION = { id: 1, name: 2, systemName: 3, filename: 4, startLine: 5 };
export const VALUE_TYPE = { type: 1, unit: 2 };

/** The bytes of the pprof file of `profile`, compressed. */
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
  for (const sample of profile.samples) {
    message(PROFILE.sample, () => {
      out.packed(
        SAMPLE.locationId,
        sample.locations.map((place) => place + 1),
      );
      out.packed(SAMPLE.value, sample.values);
      for (const [key, values] of Object.entries(sample.labels ?? {})) {
        for (const value of values) {
          message(SAMPLE.label, () => {
            out.int(LABEL.key, text(key));
            out.int(LABEL.str, text(value));
          });
        }
      }
      for (const [key, values] of Object.entries(sample.numLabels ?? {})) {
        for (const { value, unit } of values) {
          message(SAMPLE.label, () => {
            out.int(LABEL.key, text(key));
            out.int(LABEL.num, value);
            if (unit !== '') out.int(LABEL.numUnit, text(unit));
          });
        }
      }
    });
  }
  for (const [place, mapping] of (profile.mappings ?? []).entries()) {
    message(PROFILE.mapping, () => {
      out.int(MAPPING.id, place + 1);
      out.int(MAPPING.start, mapping.start);
      out.int(MAPPING.limit, mapping.limit);
      out.int(MAPPING.offset, mapping.offset);
      out.int(MAPPING.filename, text(mapping.file));
      out.int(MAPPING.buildId, text(mapping.buildId));
      out.int(MAPPING.hasFunctions, Number(mapping.hasFunctions));
      out.int(MAPPING.hasFilenames, Number(mapping.hasFilenames));
      out.int(MAPPING.hasLineNumbers, Number(mapping.hasLineNumbers));
      out.int(MAPPING.hasInlineFrames, Number(mapping.hasInlineFrames));
    });
  }
  for (const [place, { address, mapping, lines, folded }] of profile.locations.entries()) {
    message(PROFILE.location, () => {
      out.int(LOCATION.id, place + 1);
      if (mapping !== undefined) out.int(LOCATION.mappingId, mapping + 1);
      out.int(LOCATION.address, address);
      for (const { func, line, column } of lines) {
        message(LOCATION.line, () => {
          out.int(LINE.functionId, func + 1);
          out.int(LINE.line, line);
          if (column !== undefined) out.int(LINE.column, column);
        });
      }
      if (folded) out.int(LOCATION.folded, 1);
    });
  }
  for (const [place, { name, systemName, file, startLine }] of profile.functions.entries()) {
    message(PROFILE.function, () => {
      out.int(FUNCTION.id, place + 1);
      out.int(FUNCTION.name, text(name));
      out.int(FUNCTION.systemName, text(systemName ?? name));
      out.int(FUNCTION.filename, text(file));
      if (startLine !== undefined) out.int(FUNCTION.startLine, startLine);
    });
  }
  if (profile.dropFrames !== undefined) out.int(PROFILE.dropFrames, text(profile.dropFrames));
  if (profile.keepFrames !== undefined) out.int(PROFILE.keepFrames, text(profile.keepFrames));
  if (profile.timeNs !== undefined) out.int(PROFILE.timeNanos, profile.timeNs);
  if (profile.durationNs !== undefined) out.int(PROFILE.durationNanos, profile.durationNs);
  if (profile.periodType) valueType(PROFILE.periodType, profile.periodType);
  if (profile.period !== undefined) out.int(PROFILE.period, profile.period);
  if (profile.comments) out.packed(PROFILE.comment, profile.comments.map(text));
  if (profile.defaultSampleType !== undefined) out.int(PROFILE.defaultSampleType, text(profile.defaultSampleType));
  if (profile.docUrl !== undefined) out.int(PROFILE.docUrl, text(profile.docUrl));
  for (const value of texts.keys()) out.text(PROFILE.stringTable, value);
  return out.take();
}
