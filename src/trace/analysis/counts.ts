// What happened how often: the figures that the runtime counts as well.

import { ev, waits } from '../event.js';
import type { Trace } from '../model.js';

export interface Counts {
  readonly events: number;
  readonly goroutines: number;
  /** Goroutines that reached their end. */
  readonly ended: number;
  /** A P began or went on with a goroutine. */
  readonly switches: number;
  /** A goroutine began to wait: for a channel, a lock, the clock and so on, or for ever. */
  readonly parks: number;
  /** A goroutine gave up its P, and went on waiting for one. */
  readonly yields: number;
  readonly preemptions: number;
  readonly syscalls: number;
  /** Goroutines that first ran on another P than the one that created them. */
  readonly steals: number;
}

export function counts(trace: Trace): Counts {
  const { type, p, length } = trace.events;
  const { created, started, ended } = trace.goroutines;
  const byType = new Float64Array(64);
  for (let e = 0; e < length; e++) byType[type[e]!]!++;
  const of = (...types: readonly number[]) => types.reduce((sum, t) => sum + byType[t]!, 0);
  let steals = 0;
  for (let g = 1; g < trace.goroutines.length; g++) {
    if (created[g]! >= 0 && started[g]! >= 0 && p[created[g]!] !== p[started[g]!]) steals++;
  }
  return {
    events: length,
    goroutines: trace.goroutines.length - 1,
    ended: ended.reduce((n, e) => n + (e < 0 ? 0 : 1), 0),
    switches: of(ev.GoStart, ev.GoStartLabel),
    parks: of(ev.GoStop, ...waits),
    yields: of(ev.GoSched),
    preemptions: of(ev.GoPreempt),
    syscalls: of(ev.GoSysCall),
    steals,
  };
}
