// Reads a pprof file: the message perftools.profiles.Profile, as far as the tests compare it.

import { gunzipSync } from 'node:zlib';
import { all, fields, int, messages, packed, text } from './protobuf.js';

export interface ReadProfile {
  readonly sampleTypes: readonly string[];
  /** `function file:line address`, leaf first, of each sample; and its values. */
  readonly samples: readonly { readonly stack: readonly string[]; readonly values: readonly number[] }[];
  readonly durationNanos: number;
}

export function readProfile(file: Uint8Array): ReadProfile {
  const profile = fields(gunzipSync(file));
  const strings = all(profile, 6).map((bytes) => Buffer.from(bytes as Uint8Array).toString());
  const functions = new Map(
    messages(profile, 5).map((f) => [int(f, 1), `${strings[int(f, 2)]} ${strings[int(f, 4)]}`]),
  );
  const locations = new Map(
    messages(profile, 4).map((location) => {
      const [line] = messages(location, 4);
      return [int(location, 1), `${functions.get(int(line!, 1))}:${int(line!, 2)} ${int(location, 3).toString(16)}`];
    }),
  );
  if (text(profile, 6) !== '') throw new Error('pprof: the first string is not the empty one');
  return {
    sampleTypes: messages(profile, 1).map((type) => `${strings[int(type, 1)]}/${strings[int(type, 2)]}`),
    samples: messages(profile, 2).map((sample) => ({
      stack: packed(sample, 1).map((id) => locations.get(id) ?? `no location ${id}`),
      values: packed(sample, 2),
    })),
    durationNanos: int(profile, 10),
  };
}
