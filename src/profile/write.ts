// A profile that a run has made, as a file.

import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { reason } from '../lib/systemerror.js';
import { encodeProfile } from '../pprof/proto.js';
import type { RawProfile } from '../runtime/start.js';
import { makeProfile, missingLines } from './make.js';
import { profileModes, sayProfile } from './modes.js';

/** The pprof file of a profile that a run has made. */
export function profileBytes({ kind, parts, timeNs, durationNs }: RawProfile): Uint8Array {
  return encodeProfile(makeProfile(kind, parts, { timeNs, durationNs }));
}

/** Says which Ps are missing from a profile of this name, one line for each. */
export function sayMissing(name: string, { kind, parts }: Pick<RawProfile, 'kind' | 'parts'>): void {
  for (const line of missingLines(kind, parts)) process.stderr.write(`${name}: ${line}\n`);
}

/**
 * Writes a profile to its file, which is there when it is whole or not at all, and says so: what a run takes for onProfile.
 * Also says which Ps are missing, quiet or not.
 * @throws Error in one line
 */
export function writeProfile(raw: RawProfile): void {
  const { path, kind, quiet } = raw;
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  const direct = existsSync(path) && !statSync(path).isFile(); // a pipe, a device
  try {
    writeFileSync(direct ? path : beside, profileBytes(raw));
    if (!direct) renameSync(beside, path);
  } catch (error) {
    throw new Error(`profile: ${path}: ${reason(error)}`, { cause: error });
  } finally {
    rmSync(beside, { force: true });
  }
  sayMissing(`profile: ${path}`, raw);
  const words = Object.values(profileModes).find((mode) => mode.kind === kind)!;
  if (!quiet) process.stderr.write(sayProfile(words.what, 'disabled', path));
}
