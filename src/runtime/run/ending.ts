// Endings: what each thread of a run reports when it runs no more goroutines of it.

import type { Part } from '../profiling/part.js';
import type { GoroutineReport, LockReport, StrayReport } from './findings.js';

/** The ending of one thread. */
export interface Ending {
  /** Number of the thread's P. */
  readonly id: number;
  /** True for the thread on which the run ended regularly: main returned, or a goroutine called exit(). */
  readonly main?: boolean;
  /** The value that main returned. */
  readonly value?: unknown;
  /** The status that a goroutine here gave to exit(). */
  readonly exitCode?: number;
  /** A panic or fatal error, in full. */
  readonly report?: string;
  /** Stray errors of this thread. */
  readonly strays?: readonly StrayReport[];
  /** The status that exit() was called with outside of every goroutine, if that came before any stray error. */
  readonly strayExit?: number;
  /** The value of process.exitCode, if the program has set it on this thread. */
  readonly exitCodeSet?: number;
  /** True if the report is about wrong use of the library (UsageError), and not a panic. */
  readonly misuse?: boolean;
  /** Goroutines that waited on this thread, if the run ended in a deadlock. */
  readonly waiting?: readonly GoroutineReport[];
  /** Goroutines of this thread, if SIGQUIT ended the run. Those that have not taken their first step appear once per body. */
  readonly goroutines?: readonly (GoroutineReport & { readonly count: number })[];
  /** Why the thread could not join the run: its modules declare other package-level objects than on the first thread. */
  readonly differs?: string;
  /** What this thread knows of the locks that goroutines waited for, if the run ended in a deadlock. */
  readonly locks?: readonly LockReport[];
  /** Why the trace could not be written. */
  readonly traceError?: Error;
  /** Parts of the profiles that were under way. */
  readonly parts?: readonly Part[];
}
