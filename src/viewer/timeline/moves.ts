// Moves: by event the activity that it ends and the one that it begins, as in Indexes, and the names of the bodies by entry stack. For
// analyses of a trace that is whole.

import { Activities } from '../../trace/analysis/activity.js';
import { entryName, type Trace } from '../../trace/model.js';

/** By event: 16 times the activity that a goroutine ends with it, and the one that it begins; 0 if it changes none. */
export function movesOf(trace: Trace): Uint8Array {
  const { length } = trace.events;
  const moves = new Uint8Array(length);
  const doing = new Activities(trace);
  for (let e = 0; e < length; e++) if (doing.step(e)) moves[e] = (doing.from << 4) | doing.to;
  return moves;
}

/** The names of the bodies in the order of their first goroutines. */
export interface BodyNames {
  readonly names: readonly string[];
  /** By stack that is the entry of a goroutine: the index of its name, -1 for other stacks. Stack 0 has no name. */
  readonly byEntry: Int32Array;
}

/** Collects the names of the bodies, each once however many entry stacks have it. */
export function bodyNames(trace: Trace): BodyNames {
  const { entry, length } = trace.goroutines;
  const byEntry = new Int32Array(Math.max(1, trace.stacks.length)).fill(-1);
  const places = new Map<string, number>();
  for (let g = 1; g < length; g++) {
    const stack = entry[g]!;
    if (byEntry[stack]! >= 0) continue;
    const name = entryName(trace, g);
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    byEntry[stack] = place;
  }
  return { names: [...places.keys()], byEntry };
}
