// Modes of package profile: the kinds of profiles, with the names, the files and the messages of github.com/pkg/profile.

import type { ProfileKind } from '../runtime/profiling/part.js';

/** A mode of start(). */
export type ProfileMode = 'cpu' | 'mem' | 'allocs' | 'block' | 'mutex' | 'goroutine' | 'threadcreate' | 'trace';

/** A row of the table of modes. */
interface Mode {
  /** Undefined for the trace, which is no profile. */
  readonly kind?: ProfileKind;
  /** Name of the file. */
  readonly file: string;
  /** The profile in messages: `cpu profiling`. */
  readonly what: string;
}

/** The modes, by name. */
export const profileModes: Readonly<Record<ProfileMode, Mode>> = {
  cpu: { kind: 'cpu', file: 'cpu.pprof', what: 'cpu profiling' },
  mem: { kind: 'heap', file: 'mem.pprof', what: 'memory profiling' },
  allocs: { kind: 'allocs', file: 'mem.pprof', what: 'memory profiling' },
  block: { kind: 'block', file: 'block.pprof', what: 'block profiling' },
  mutex: { kind: 'mutex', file: 'mutex.pprof', what: 'mutex profiling' },
  goroutine: { kind: 'goroutine', file: 'goroutine.pprof', what: 'goroutine profiling' },
  threadcreate: { kind: 'threadcreate', file: 'threadcreation.pprof', what: 'thread creation profiling' },
  trace: { file: 'trace.out', what: 'trace' },
};

/** The message that a profile has been enabled or disabled. */
export function modeMessage(what: string, state: string, file: string): string {
  return `profile: ${what} ${state}, ${file}\n`;
}
