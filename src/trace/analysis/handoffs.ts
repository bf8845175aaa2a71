// What it took to hand on: how many goroutines that another made runnable had to wait until the thread of their P was woken.

import { ev } from '../event.js';
import type { Trace } from '../model.js';

export interface Handoffs {
  /** Goroutines that another one made runnable, and that have run since. */
  readonly count: number;
  /** Those of them for which the thread of a P had to be woken first. */
  readonly woken: number;
}

/** Counts the hand-offs between goroutines, in one pass over the events. */
export function handoffs({ events, goroutines }: Trace): Handoffs {
  const { type, p, g, args, length } = events;
  /** By goroutine: the event that made it runnable, while it has not run since; -1 otherwise. */
  const readied = new Int32Array(goroutines.length).fill(-1);
  /** By P: the event with which its thread last began to run. */
  const begun = new Map<number, number>();
  let count = 0;
  let woken = 0;
  for (let e = 0; e < length; e++) {
    if (type[e] === ev.ProcStart) begun.set(p[e]!, e);
    else if (type[e] === ev.GoUnblock && g[e] !== 0) readied[args[0][e]!] = e;
    else if (type[e] === ev.GoStart && readied[g[e]!]! >= 0) {
      const by = readied[g[e]!]!;
      readied[g[e]!] = -1;
      count++;
      if (p[by] !== p[e] && (begun.get(p[e]!) ?? -1) > by) woken++;
    }
  }
  return { count, woken };
}

/** True if most hand-offs woke a thread, and there were so many that nothing else mattered. */
export function mostlyWoken({ count, woken }: Handoffs): boolean {
  return woken >= MANY && 2 * woken > count;
}

/** Hand-offs that take a tenth of a second together, if each wakes a thread of another core. */
const MANY = 2000;
