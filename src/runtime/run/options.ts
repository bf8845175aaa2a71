// Options of a run: the program, what run() accepts besides, and how many Ps a run has by default. Imports types only, because
// the command reads the number of Ps before it loads the runtime.

/// <reference types="node" preserve="true" />

import { availableParallelism } from 'node:os';
import type { Part, ProfileKind } from '../profiling/part.js';
import type { Machine } from '../sim/machine.js';
import type { Dialer } from '../threads/dialer.js';

/** A program: modules whose exports are goroutine bodies, the first `main` among them the main goroutine. */
export interface Program {
  /** URLs, or paths as run takes them. */
  readonly modules: readonly string[];
  /** Arguments of main. */
  readonly args?: readonly unknown[];
}

/** A profile as parts that the Ps have made; profile/write.ts makes one file of them. */
export interface RawProfile {
  readonly kind: ProfileKind;
  /** The file to write. */
  readonly path: string;
  /** True if no message about it is to be printed. */
  readonly quiet: boolean;
  readonly parts: readonly Part[];
  /** When it began, in nanoseconds since 1970, and how long it took, in nanoseconds. */
  readonly timeNs: number;
  readonly durationNs: number;
}

export interface RunOptions {
  /** The engine: worker threads (the default), or the simulator, in virtual time. */
  readonly engine?: 'threads' | 'sim';
  /** Costs of actions in the simulator. */
  readonly machine?: Machine;
  /** Number of Ps; by default that of defaultProcs(). */
  readonly procs?: number;
  /** The seed of every random choice of the scheduler and of select; random by default. */
  readonly seed?: number;
  /** Interrupts the run: status `interrupted`. If its reason is QUIT, the report has every goroutine, and the exit status is 2. */
  readonly signal?: AbortSignal;
  /** The file for an execution trace of the run, for `go tool trace` and `mandel trace`; no trace by default. */
  readonly trace?: string;
  /** Profiles of the whole run, and the files for them: passed to onProfile. On threads only. */
  readonly profiles?: Readonly<Partial<Record<ProfileKind, string>>>;
  /** Called with each complete profile, at the end of the run at the latest. Without it, the program cannot begin a profile. */
  readonly onProfile?: (profile: RawProfile) => void | Promise<void>;
  /** For tests: the simulator checks its invariants after every step of a P, and the run is rejected if one does not hold. */
  readonly audit?: boolean;
  /** Called repeatedly during the run with the work that the program has charged so far (see charge). */
  readonly onProgress?: (work: number) => void;
  /** Allows the program to listen. Called when the program listens, with the object that sends calls to it. On threads only. */
  readonly onListen?: (dialer: Dialer) => void;
}

/** Most threads of a run: a chosen bound, above the cores of usual machines. The simulator has up to 1024 Ps. */
export const MAX_THREADS = 256;

/** Number of Ps by default: GOMAXPROCS, else the number of cores. Undefined if GOMAXPROCS is not a number of Ps. */
export function procsWanted(): number | undefined {
  const text = process.env.GOMAXPROCS;
  if (text === undefined || text === '') return Math.min(availableParallelism(), MAX_THREADS);
  const procs = Number(text);
  return /^\d+$/.test(text) && procs >= 1 && procs <= MAX_THREADS ? procs : undefined;
}
