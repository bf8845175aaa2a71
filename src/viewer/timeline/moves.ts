// Moves: by event the activity that it ends and the one that it begins, as in Indexes. For analyses
// of a trace that is whole.

import { Activities } from '../../trace/analysis/activity.js';
import type { Trace } from '../../trace/model.js';

/** By event: 16 times the activity that a goroutine ends with it, and the one that it begins; 0 if it changes none. */
export function movesOf(trace: Trace): Uint8Array {
  const { length } = trace.events;
  const moves = new Uint8Array(length);
  const doing = new Activities(trace);
  for (let e = 0; e < length; e++) if (doing.step(e)) moves[e] = (doing.from << 4) | doing.to;
  return moves;
}
