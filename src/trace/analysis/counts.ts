// Counts: how often goroutines were switched, parked, stolen and so on, and how many hand-offs had to wake a thread.

import { ev, waits } from '../event.js';
import { isKeptWait, type Trace } from '../model.js';

/** Numbers of events of some kinds; the runtime counts the same while it runs. */
export interface Counts {
  readonly events: number;
  /** Goroutines without g0. */
  readonly goroutines: number;
  /** Goroutines that ended in the trace. */
  readonly ended: number;
  /** A P started or resumed a goroutine. */
  readonly switches: number;
  /** A goroutine began to wait: for a channel, a lock, a time and so on, or forever. */
  readonly parks: number;
  /** A goroutine yielded its P, and stayed runnable. */
  readonly yields: number;
  readonly preemptions: number;
  readonly syscalls: number;
  /** Goroutines that first ran on another P than the one that created them. */
  readonly steals: number;
}

/** Counts the events of a trace. */
export function counts(trace: Trace): Counts {
  const { type, p, length } = trace.events;
  const { created, started, ended } = trace.goroutines;
  const byType = new Float64Array(64);
  for (let e = 0; e < length; e++) if (!isKeptWait(trace.events, e)) byType[type[e]!]!++;
  const of = (...types: readonly number[]) => types.reduce((sum, t) => sum + byType[t]!, 0);
  let steals = 0;
  for (let g = 1; g < trace.goroutines.length; g++) {
    // A goroutine from before the trace was created on no P.
    const on = p[created[g]!] ?? -1;
    if (on >= 0 && started[g]! >= 0 && on !== p[started[g]!]) steals++;
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

/** Hand-offs: a goroutine makes another one runnable, which then runs. */
export interface Handoffs {
  readonly count: number;
  /** Those for which the thread of the other goroutine's P had to be woken first. */
  readonly woken: number;
}

/** Counts the hand-offs between goroutines, in one pass over the events. */
export function handoffs({ events, goroutines }: Trace): Handoffs {
  const { type, p, g, arg, length } = events;
  /** By goroutine: the event that made it runnable, until it runs; -1 otherwise. */
  const readied = new Int32Array(goroutines.length).fill(-1);
  /** By P: the event with which its thread last began to run. */
  const begun = new Map<number, number>();
  let count = 0;
  let woken = 0;
  for (let e = 0; e < length; e++) {
    if (type[e] === ev.ProcStart) begun.set(p[e]!, e);
    else if (type[e] === ev.GoUnblock && g[e] !== 0) readied[arg[e]!] = e;
    else if (type[e] === ev.GoStart && readied[g[e]!]! >= 0) {
      const by = readied[g[e]!]!;
      readied[g[e]!] = -1;
      count++;
      if (p[by] !== p[e] && (begun.get(p[e]!) ?? -1) > by) woken++;
    }
  }
  return { count, woken };
}

/** True if most hand-offs woke a thread, and there were enough of them to dominate the run. */
export function mostlyWoken({ count, woken }: Handoffs): boolean {
  return woken >= MANY && 2 * woken > count;
}

/** Number of hand-offs that take a tenth of a second together, if each wakes the thread of another core (50 µs each). */
const MANY = 2000;
