// A profile as its filters leave it, as a file for any tool that reads pprof's. After printProto in google/pprof's
// internal/report.

import { ProfileError } from './error.js';
import { encodeProfile } from './proto.js';
import { divided, type Report } from './report.js';

/**
 * The bytes of the file, compressed. Values are divided as the options ask for.
 * @throws ProfileError if that makes them too large
 */
export function protoFile({ profile, config }: Report): Uint8Array {
  const quotient = (value: number) => {
    const whole = divided(value, config);
    if (Number.isSafeInteger(whole)) return whole;
    throw new ProfileError(`proto: expected values below 2 ** 53, got ${value} divided by ${config.divide_by}`);
  };
  const samples = profile.samples.map((sample) => ({ ...sample, values: sample.values.map(quotient) }));
  return encodeProfile({ ...profile, samples });
}
