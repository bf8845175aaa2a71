// What the Ps have found, as one profile.

import type { Profile } from '../pprof/profile.js';
import type {
  CpuPart,
  GoroutinesPart,
  HeapPart,
  Part,
  ProfileKind,
  ThreadPart,
  WaitsPart,
} from '../runtime/profiling/part.js';
import { cpuProfile } from './cpu.js';
import { goroutineProfile, threadProfile } from './goroutines.js';
import { heapProfile } from './heap.js';
import { waitsProfile } from './waits.js';

/**
 * The profile of this kind that these parts make up; those of other kinds are left out. Ps that are missing are in its
 * comments.
 */
export function makeProfile(
  kind: ProfileKind,
  parts: readonly Part[],
  about: Pick<Profile, 'timeNs' | 'durationNs'>,
): Profile {
  const missing = missingLines(kind, parts);
  const profile = profileOf(kind, parts, about);
  return missing.length === 0 ? profile : { ...profile, comments: missing };
}

/** The Ps that should have something to say to the profile and have not, one line for each: an idle P looks the same. */
export function missingLines(kind: ProfileKind, parts: readonly Part[]): string[] {
  const missing = parts.filter((part) => part.kind === 'missing').filter((part) => part.of === kind);
  return missing.sort((a, b) => a.p - b.p).map(({ p, why }) => `P ${p} is missing: ${why}`);
}

function profileOf(kind: ProfileKind, parts: readonly Part[], about: Pick<Profile, 'timeNs' | 'durationNs'>): Profile {
  const own: readonly Part[] = parts.filter((part) => part.kind === kind);
  switch (kind) {
    case 'cpu':
      return cpuProfile(own as CpuPart[], about);
    case 'heap':
    case 'allocs':
      return heapProfile(kind, own as HeapPart[], about);
    case 'block':
    case 'mutex':
      return waitsProfile(own as WaitsPart[], about);
    case 'goroutine':
      return goroutineProfile(own as GoroutinesPart[], about);
    case 'threadcreate':
      return threadProfile(own as ThreadPart[], about);
  }
}
