// Reading of pprof files, of ours or of a Go program, compressed or plain. After ParseData in
// google/pprof's profile/profile.go.
//
// Unlike Go, the text formats that preceded pprof's are not supported: Go has not written them since 1.9.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ProtoError } from '../lib/protoreader.js';
import { reason } from '../lib/reason.js';
import { decodeProfile } from './decode.js';
import { badProfile, type Profile, ProfileError } from './profile.js';

/** Largest unpacked profile in bytes: Go's have some hundred thousand, and a compression bomb has more. */
const MAX_BYTES = 2 ** 26;

/** Reads the profile in the file `path`. @throws ProfileError in one line, which begins with `pprof: path:` */
export function readProfileFile(path: string): Profile {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ProfileError(`pprof: ${path}: ${missing ? 'no such file' : reason(error)}`);
  }
  return readProfile(bytes, path);
}

/** Decodes the profile in `bytes`. @throws ProfileError in one line, which begins with `pprof: name:` */
export function readProfile(bytes: Uint8Array, name: string): Profile {
  const fail = (what: string): never => {
    throw new ProfileError(`pprof: ${name}: ${what}`);
  };
  if (bytes.length === 0) fail('expected a gzipped or plain profile, got an empty file');
  const plain = isGzipped(bytes) ? unpacked(bytes, fail) : bytes;
  if (plain.length > MAX_BYTES) fail(`expected at most ${MAX_BYTES} bytes, got ${plain.length}`);
  if (plain.length === 0) fail('expected a profile, got a gzipped file of 0 bytes');
  try {
    return decodeProfile(plain);
  } catch (error) {
    const text = beginning(plain);
    if (text !== undefined) {
      return fail(`expected a gzipped or plain profile, got a file that begins with ${JSON.stringify(text)}`);
    }
    if (error instanceof ProtoError) return fail(badProfile(error.offset, error.message).message);
    if (error instanceof ProfileError) return fail(error.message);
    throw error;
  }
}

function isGzipped(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unpacked(bytes: Uint8Array, fail: (what: string) => never): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') return fail(`expected at most ${MAX_BYTES} bytes when unpacked, got more`);
    return fail(`expected a gzipped profile, got one that cannot be unpacked: ${message}`);
  }
}

/** The beginning of a file that is no profile, if it is text, or the name of a format after one binary byte. */
function beginning(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.subarray(0, 24)).toString('latin1');
  return /^.?[\x20-\x7e]{3,}/s.exec(text)?.[0];
}
