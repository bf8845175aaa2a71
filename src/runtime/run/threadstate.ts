// Thread state of a run: what a thread forgets of the previous run when it enters the next one, and which error ended its part.

import { Escaping, resetVerdict, verdict } from '../memory/errors.js';
import { resetMalloc, resetScratch } from '../memory/malloc.js';
import { setProgram } from '../sched/bodies.js';
import { m, resetGs } from '../sched/g.js';
import { resetHandles } from '../sched/handle.js';
import { resetHolders } from '../sched/holder.js';
import { resetOps } from '../sched/op.js';
import { leaveRun } from '../sched/packagelevel.js';
import { resetTimers } from '../sched/timers.js';
import { resetTypes } from '../value/type.js';
import { allowSnapshots } from './snapshot.js';

/** Most frames of an error's stack: as many as Go prints of a goroutine. The runtime's own frames count too. */
const FRAMES = 100;

/** Makes this thread enter a new run, and forgets the previous one. */
export function enterRun(): void {
  resetMalloc();
  resetScratch();
  resetGs();
  setProgram([]);
  resetTypes();
  resetHandles();
  leaveRun();
  resetHolders();
  resetOps();
  resetTimers();
  resetVerdict();
  allowSnapshots();
  Error.stackTraceLimit = FRAMES;
}

/**
 * The error that ended the run, where a goroutine has thrown `error`: a verdict that the program has caught comes first, and
 * Escaping is a wrapper. Sets m.curg to the goroutine that threw it.
 */
export function culprit(error: unknown): unknown {
  const last: unknown = verdict.error ?? error;
  if (!(last instanceof Escaping)) return last;
  m.curg = last.gp;
  return last.cause;
}
