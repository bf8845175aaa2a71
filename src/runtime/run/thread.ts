// A thread of ours at the beginning and at the end of its part in a run.

import { Escaping, resetVerdict, verdict } from '../memory/errors.js';
import { resetMalloc } from '../memory/malloc.js';
import { resetScratch } from '../memory/scratch.js';
import { setProgram } from '../sched/bodies.js';
import { m, resetGs } from '../sched/g.js';
import { resetHandles } from '../sched/handle.js';
import { resetHolders } from '../sched/holder.js';
import { resetOps } from '../sched/op.js';
import { leaveRun } from '../sched/packagelevel.js';
import { resetTimers } from '../sched/timers.js';
import { resetTypes } from '../value/type.js';
import { allowSnapshots } from './snapshot.js';

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
