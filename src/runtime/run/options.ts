// Options of a run: the program that is run, and what run() and the like are told besides.

/// <reference types="node" preserve="true" />

import type { Part, ProfileKind } from '../profiling/part.js';
import type { Machine } from '../sim/machine.js';
import type { Dialer } from '../threads/dialer.js';

/** A program: modules whose exports are goroutine bodies, the first `main` among them the main goroutine. */
export interface Program {
  /** URLs, or paths as run takes them. */
  readonly modules: readonly string[];
  /** What main is called with. */
  readonly args?: readonly unknown[];
}

/** A profile as the Ps have made it; profile/write.ts puts it together. */
export interface RawProfile {
  readonly kind: ProfileKind;
  /** Where it is to be written. */
  readonly path: string;
  /** True if nothing is to be said about it. */
  readonly quiet: boolean;
  readonly parts: readonly Part[];
  /** When it began, in nanoseconds since 1970, and how long it took. */
  readonly timeNs: number;
  readonly durationNs: number;
}

export interface RunOptions {
  /** What runs it: worker threads (the default), or the simulator, in virtual time. */
  readonly engine?: 'threads' | 'sim';
  /** What things cost in the simulator. */
  readonly machine?: Machine;
  /** How many Ps; default defaultProcs(). */
  readonly procs?: number;
  /** Decides every random choice of the scheduler and of select; random by default. */
  readonly seed?: number;
  /** Interrupts the run: status `interrupted`. If its reason is QUIT, the report has every goroutine, and the exit status is 2. */
  readonly signal?: AbortSignal;
  /** Where to write an execution trace of the run, for `go tool trace` and `mandel trace`; none by default. */
  readonly trace?: string;
  /** Profiles of the whole run, and where they are to be written: handed to onProfile. On threads only. */
  readonly profiles?: Readonly<Partial<Record<ProfileKind, string>>>;
  /** Is given every profile when it is complete, at the end of the run at the latest. Without it, a program can begin none. */
  readonly onProfile?: (profile: RawProfile) => void | Promise<void>;
  /** Has the simulator check its own invariants at every turn, for tests: the run is rejected if one does not hold. */
  readonly audit?: boolean;
  /** Is told from time to time how much work the program has charged (see charge). */
  readonly onProgress?: (work: number) => void;
  /**
   * Lets the program listen: is called once it does, and is given what calls it. On threads only.
   */
  readonly onListen?: (dialer: Dialer) => void;
}
