// The goroutines that are there when a trace begins in the middle of a run.

import { G, gAddress, gStatus, H, i32 } from '../memory/layout.js';
import type { Tracer } from './tracer.js';

/** Writes all of them. Nobody may be in the middle of a step, but the goroutine that asked for the trace. */
export function writeExisting(tracer: Tracer): void {
  const count = Math.min(i32[H.GNEXT]!, i32[H.GMAX]!);
  for (let k = 0; k < count; k++) {
    const gp = gAddress(k);
    const status = i32[gp + G.STATUS];
    if (status === gStatus.runnable || status === gStatus.waiting) tracer.existing(gp, status === gStatus.waiting);
  }
}
