// The tracer of this thread, if the run is traced. A file of its own, so that a run without a trace loads nothing else:
// what it costs then is one look at this variable.

import { H, i32 } from '../memory.js';
import type { Tracer } from './tracer.js';

export let tracer: Tracer | undefined;

/** Sets the tracer of this thread, or takes it away. */
export function setTracer(next: Tracer | undefined): void {
  tracer = next;
}

/** Number of a new user task, from 1. */
export function nextTask(): number {
  return Atomics.add(i32, H.TRACE_TASKS, 1) + 1;
}
