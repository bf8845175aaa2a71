// What a run is like at this moment, read from its memory by a thread that has no part in it: nobody is stopped for that,
// so each figure is true of a moment of its own.

import { workOf } from './ending.js';
import { G, gStatus, gsOf, H } from './memory.js';
import { work } from './work.js';

export interface Gauges {
  readonly procs: number;
  /** Goroutines that are alive. */
  readonly goroutines: number;
  /** Bytes of shared memory that have been handed out to the run's threads; what is given back stays with them. */
  readonly sharedBytes: number;
  /** Pixels that have been painted. */
  readonly pixels: number;
}

/** The gauges of the run in this memory. */
export function gaugesOf(words: Int32Array): Gauges {
  let goroutines = 0;
  for (const gp of gsOf(words)) {
    const status = words[gp + G.STATUS]!;
    if (status !== gStatus.idle && status !== gStatus.dead) goroutines++;
  }
  return {
    procs: words[H.NPROCS]!,
    goroutines,
    sharedBytes: (words[H.BUMP]! - words[H.ARENA]!) * 4,
    pixels: workOf(words, work.pixel),
  };
}
