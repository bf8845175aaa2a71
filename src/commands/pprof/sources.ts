// The profiles that mandel pprof reads: files and addresses, added up, and the base that is subtracted. After
// fetchProfiles in google/pprof's internal/driver and the fetcher in Go's cmd/pprof.
//
// Unlike Go, a fetched profile is not saved anywhere, and one that cannot be read ends the command, even if there are others.

import { existsSync } from 'node:fs';
import { connectionFault, explanation } from '../../lib/answer.js';
import { mergeProfiles, normalizeProfile, subtractProfile } from '../../pprof/merge.js';
import { type Mapping, type Profile, ProfileError } from '../../pprof/profile.js';
import { pruneProfile } from '../../pprof/prune.js';
import { readProfile, readProfileFile } from '../../pprof/read.js';
import { durationText } from '../../pprof/time.js';
import { BadUsage } from '../../terminal/usage.js';

export interface Sources {
  readonly files: readonly string[];
  /** Profiles to subtract; percentages are of them if `diff`. */
  readonly bases: readonly string[];
  readonly diff: boolean;
  /** Whether the files' profile is scaled to the total of the base. */
  readonly normalize: boolean;
  /** Seconds that a server has to record, and to wait for its answer; 0 is the default of the address. */
  readonly seconds: number;
  readonly timeout: number;
}

/** Seconds to wait for the answer of a server that need not record anything, as in Go's tool. */
const PATIENCE = 60;
/** Seconds that are added to every wait, for the network. */
const GRACE = 5;
/** Most bytes of an answer. */
const MAX_ANSWER = 2 ** 26;
/** The path at which Go's programs serve their CPU profile. */
const CPU_PROFILE = '/debug/pprof/profile';

/** Reads or fetches all profiles, and makes one of them. @throws Error in one line */
export async function profileOf(sources: Sources): Promise<Profile> {
  const { files, bases, diff, normalize } = sources;
  const read = (names: readonly string[]) => Promise.all(names.map((name) => open(name, sources)));
  const [profiles, less] = await Promise.all([read(files), read(bases)]);
  try {
    const sum = mergeProfiles(profiles.map(withMapping));
    if (less.length === 0) return pruneProfile(sum);
    const base = mergeProfiles(less.map(withMapping));
    return pruneProfile(subtractProfile(normalize ? normalizeProfile(sum, base) : sum, base, diff));
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    throw new Error(`pprof: ${[...files, ...bases].join(', ')}: ${error.message}`);
  }
}

/** The profile; if it has no mappings, all of its locations get one without a name, as in Go's tool. */
function withMapping(profile: Profile): Profile {
  if (profile.mappings && profile.mappings.length > 0) return profile;
  return {
    ...profile,
    mappings: [unknownMapping],
    locations: profile.locations.map((location) => ({ ...location, mapping: 0 })),
  };
}

const unknownMapping: Mapping = {
  start: 0,
  limit: 0,
  offset: 0,
  file: '',
  buildId: '',
  hasFunctions: false,
  hasFilenames: false,
  hasLineNumbers: false,
  hasInlineFrames: false,
};

async function open(source: string, { seconds, timeout }: Sources): Promise<Profile> {
  const url = existsSync(source) ? undefined : urlOf(source);
  return url ? fetchProfile(url, seconds, timeout) : readProfileFile(source);
}

/** The URL that `source` is; `host:port/path` is one as well. Undefined if it is none. @throws BadUsage */
function urlOf(source: string): URL | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(source)?.[1];
  if (scheme === undefined && !/^(\[[0-9a-f:]+\]|[\w.-]+):\d+(\/|\?|$)/i.test(source)) return undefined;
  let url: URL;
  try {
    url = new URL(scheme === undefined ? `http://${source}` : source);
  } catch {
    throw new BadUsage(`pprof: expected a file or the address of a profile, got ${JSON.stringify(source)}`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new BadUsage(`pprof: ${source}: expected an address with http or https, got ${scheme}`);
  }
  if (url.pathname === '/') url.pathname = CPU_PROFILE;
  return url;
}

async function fetchProfile(url: URL, seconds: number, timeout: number): Promise<Profile> {
  if (seconds > 0) url.searchParams.set('seconds', String(seconds));
  const recorded = seconds > 0 ? seconds : Number(url.searchParams.get('seconds')) || 0;
  const patience = timeout > 0 ? timeout : recorded > 0 ? 1.5 * recorded : PATIENCE;
  process.stderr.write(`Fetching profile over HTTP from ${url}\n`);
  if (seconds > 0) process.stderr.write(`Please wait... (${durationText(seconds * 1e9)})\n`);
  const fail = (what: string): never => {
    throw new Error(`pprof: ${url}: ${what}`);
  };
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout((patience + GRACE) * 1e3) });
    if (response.status !== 200) {
      const why = await explanation(response);
      return fail(`expected a profile, got status ${response.status} ${response.statusText}${why}`);
    }
    return readProfile(await body(response, fail), String(url));
  } catch (error) {
    const { name } = error as Error;
    if (name === 'TimeoutError') return fail(`expected an answer within ${patience + GRACE} s, got none`);
    if (name !== 'TypeError') throw error;
    return fail(`expected an answer, got none: ${connectionFault(error)}`);
  }
}

async function body<T>(response: Response, fail: (what: string) => T): Promise<Uint8Array | T> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_ANSWER) return fail(`expected at most ${MAX_ANSWER} bytes, got more`);
  }
  return Buffer.concat(chunks);
}
