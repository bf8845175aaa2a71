// What package profile can make, with the names and the words of github.com/pkg/profile.

import type { ProfileKind } from '../runtime/profiling/part.js';

/** What start() may be asked for. */
export type ProfileMode = 'cpu' | 'mem' | 'allocs' | 'block' | 'mutex' | 'goroutine' | 'threadcreate' | 'trace';

interface Words {
  /** Undefined for the trace, which is no profile. */
  readonly kind?: ProfileKind;
  /** Name of the file. */
  readonly file: string;
  /** What is enabled, and disabled. */
  readonly what: string;
}

export const profileModes: Readonly<Record<ProfileMode, Words>> = {
  cpu: { kind: 'cpu', file: 'cpu.pprof', what: 'cpu profiling' },
  mem: { kind: 'heap', file: 'mem.pprof', what: 'memory profiling' },
  allocs: { kind: 'allocs', file: 'mem.pprof', what: 'memory profiling' },
  block: { kind: 'block', file: 'block.pprof', what: 'block profiling' },
  mutex: { kind: 'mutex', file: 'mutex.pprof', what: 'mutex profiling' },
  goroutine: { kind: 'goroutine', file: 'goroutine.pprof', what: 'goroutine profiling' },
  threadcreate: { kind: 'threadcreate', file: 'threadcreation.pprof', what: 'thread creation profiling' },
  trace: { file: 'trace.out', what: 'trace' },
};

/** The line that says that one has been enabled or disabled. */
export function sayProfile(what: string, state: string, file: string): string {
  return `profile: ${what} ${state}, ${file}\n`;
}
