// What garbage collection cost, and how large the heap was.

import { ev } from '../event.js';
import type { Trace } from '../model.js';

export interface Collections {
  readonly cycles: number;
  /** Time in which a collection was under way, and as a share of the trace. */
  readonly activeNs: number;
  readonly share: number;
  /** Time in which the world was stopped. */
  readonly stoppedNs: number;
  /** Time that goroutines spent helping, summed over them: in our own traces, each P's own collections. */
  readonly assistNs: number;
  /** The largest heap that was reported, in bytes; 0 if none was. */
  readonly maxHeap: number;
}

/** What the collector did; undefined if the trace does not speak of it. */
export function collections(trace: Trace): Collections | undefined {
  const { type, ts, link, args, length } = trace.events;
  const time = new Float64Array(64);
  let cycles = 0;
  let seen = false;
  let maxHeap = 0;
  for (let e = 0; e < length; e++) {
    const t = type[e]!;
    if (t === ev.HeapAlloc) maxHeap = Math.max(maxHeap, args[0][e]!);
    else if (t === ev.GCStart || t === ev.STWStart || t === ev.MarkAssistStart) {
      time[t]! += (link[e]! < 0 ? trace.durationNs : ts[link[e]!]!) - ts[e]!;
      if (t === ev.GCStart) cycles++;
    } else continue;
    seen = true;
  }
  if (!seen) return undefined;
  const activeNs = time[ev.GCStart]!;
  return {
    cycles,
    activeNs,
    share: trace.durationNs > 0 ? activeNs / trace.durationNs : 0,
    stoppedNs: time[ev.STWStart]!,
    assistNs: time[ev.MarkAssistStart]!,
    maxHeap,
  };
}
