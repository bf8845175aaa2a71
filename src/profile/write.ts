// Files of profiles that a run has recorded.

import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { reason } from '../lib/reason.js';
import { encodeProfile } from '../pprof/proto.js';
import type { RawProfile } from '../runtime/start.js';
import { makeProfile, missingLines } from './make.js';
import { modeMessage, profileModes } from './modes.js';

/** The bytes of the pprof file of a recorded profile. */
export function profileBytes({ kind, parts, timeNs, durationNs }: RawProfile): Uint8Array {
  return encodeProfile(makeProfile(kind, parts, { timeNs, durationNs }));
}

/** Prints which Ps are missing from a profile of this name, one line each, to standard error. */
export function sayMissing(name: string, { kind, parts }: Pick<RawProfile, 'kind' | 'parts'>): void {
  for (const line of missingLines(kind, parts)) process.stderr.write(`${name}: ${line}\n`);
}

/**
 * Writes a profile to its file, atomically, and prints that it is disabled: the `onProfile` of a run. Also prints which Ps are
 * missing, even if quiet.
 * @throws Error in one line, if the file cannot be written
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
  const { what } = Object.values(profileModes).find((mode) => mode.kind === kind)!;
  if (!quiet) process.stderr.write(modeMessage(what, 'disabled', path));
}
