// The goroutines that are there when a trace begins in the middle of a run.

import { field } from '../memory/address.js';
import { G, gStatus, H } from '../memory/layout.js';
import { gAddress, i32 } from '../memory/memory.js';
import type { Tracer } from './tracer.js';

/** Writes all of them. Nobody may be in the middle of a step, but the goroutine that asked for the trace. */
export function writeExisting(tracer: Tracer): void {
  const count = Math.min(i32[H.GNEXT]!, i32[H.GMAX]!);
  for (let k = 0; k < count; k++) {
    const gp = gAddress(k);
    const status = i32[field(gp, G.STATUS)];
    if (status === gStatus.runnable || status === gStatus.waiting) tracer.existing(gp, status === gStatus.waiting);
  }
}
