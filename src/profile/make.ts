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

/** The profile of this kind that these parts make up; those of other kinds are left out. */
export function makeProfile(
  kind: ProfileKind,
  parts: readonly Part[],
  about: Pick<Profile, 'timeNs' | 'durationNs'>,
): Profile {
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
