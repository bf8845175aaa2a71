// Endings: what each thread of a run reports when its part in the run is over.

import type { Part } from '../profiling/part.js';
import type { GoroutineReport, LockReport, StrayReport } from './findings.js';

/** What a thread has to say when the run has ended. */
export interface Ending {
  readonly id: number;
  /** True for the thread on which the run ended as it should: main returned, or somebody called exit(). */
  readonly main?: boolean;
  /** What main returned. */
  readonly value?: unknown;
  readonly exitCode?: number;
  /** A panic or fatal error, in full. */
  readonly report?: string;
  /** What has gone wrong on this thread outside of its goroutines. */
  readonly strays?: readonly StrayReport[];
  /** The status that exit() was called with there, if that came before any error. */
  readonly strayExit?: number;
  /** The status that the program has set here: process.exitCode. */
  readonly exitCodeSet?: number;
  /** True if the report is about a program that is none. */
  readonly misuse?: boolean;
  /** Goroutines that waited here, if the run ended in a deadlock. */
  readonly waiting?: readonly GoroutineReport[];
  /** Its goroutines, if the run was ended by SIGQUIT: those that have not begun come once for each body. */
  readonly goroutines?: readonly (GoroutineReport & { readonly count: number })[];
  /** Why the thread could not join the run: it has loaded other modules than the first one. */
  readonly differs?: string;
  /** What this thread knows of the locks that goroutines waited for then. */
  readonly locks?: readonly LockReport[];
  /** Why the trace could not be written. */
  readonly traceError?: Error;
  /** What the profiles have found that were under way. */
  readonly parts?: readonly Part[];
}
