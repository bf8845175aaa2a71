// A thread of ours at the beginning and at the end of its part in a run.

import { setProgram } from './bodies.js';
import { Escaping, resetVerdict, verdict } from './errors.js';
import { m, resetGs } from './g.js';
import { resetHandles } from './handle.js';
import { resetHolders } from './holder.js';
import { resetMalloc } from './malloc.js';
import { resetOps } from './op.js';
import { leaveRun } from './packagelevel.js';
import { resetScratch } from './scratch.js';
import { allowSnapshots } from './snapshot.js';
import { resetTimers } from './timers.js';
import { resetTypes } from './type.js';

/** Frames of a stack that a report may show: the program's, below ours. As many as Go's. */
const FRAMES = 100;

/** Makes this thread a part of a new run, and forgets the one before. */
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

/** What has really been thrown, where `error` has come out of a goroutine; m.curg is the goroutine that threw it. */
export function culprit(error: unknown): unknown {
  const last: unknown = verdict.error ?? error;
  if (!(last instanceof Escaping)) return last;
  m.curg = last.gp;
  return last.cause;
}
