// Causes: what made a goroutine runnable. It is another goroutine, the goroutine itself, or something that is none: a timer, the
// network, the return of a system call, the collector, the scheduler.

import { ev, waits } from '../event.js';
import { fakeP, type Trace } from '../model.js';

/** What made a goroutine runnable. */
export const sources = [
  'goroutine', // another goroutine created or unblocked it
  'itself', // it yielded or was preempted
  'timer', // its sleep was over, or a timer sent it a value
  'network',
  'syscall', // its system call returned, and its P had been retaken
  'gc', // the collector, in the name of no goroutine
  'scheduler', // the scheduler unblocked or created it, in the name of no goroutine
  'before', // it is there since before the trace, or a thread of C brought it
] as const;
export type Source = (typeof sources)[number];

/** What made a goroutine runnable, and which goroutine did. */
export interface Cause {
  readonly by: Source;
  /** Index of the goroutine: of the other one, or of itself; 0 if `by` names something else. */
  readonly g: number;
}

/**
 * The cause of event `r`, with which a goroutine becomes runnable, or is created in a wait.
 *
 * @param wait number of the event that began the wait before `r`; -1 if there is none
 */
export function causeOf(trace: Trace, r: number, wait: number): Cause {
  const { type, ts, p, g } = trace.events;
  const own = g[r]!;
  switch (type[r]) {
    case ev.GoSched:
    case ev.GoPreempt:
      return { by: 'itself', g: own };
    case ev.GoSysExit:
      return { by: 'syscall', g: 0 };
    case ev.GoUnblock:
      return wait < 0 ? byOther(own) : ofWake(trace, r, wait);
    default: {
      const isBefore = ts[r] === 0 || type[r] === ev.GoCreateSyscall || p[r] === -1;
      return own === 0 && isBefore ? { by: 'before', g: 0 } : byOther(own);
    }
  }
}

function byOther(g: number): Cause {
  return g === 0 ? { by: 'scheduler', g } : { by: 'goroutine', g };
}

/** The cause of a wake-up. A timer may fire while a goroutine runs, whose number the event then has. */
function ofWake(trace: Trace, r: number, wait: number): Cause {
  const { type, p, g } = trace.events;
  const kind = type[wait]!;
  if (kind === ev.GoSleep || p[r] === fakeP.timers) return { by: 'timer', g: 0 };
  if (g[r] !== 0) return { by: 'goroutine', g: g[r]! };
  if (kind === ev.GoBlockNet) return { by: 'network', g: 0 };
  if (kind === ev.GoBlockRecv || kind === ev.GoBlockSelect) return { by: 'timer', g: 0 };
  const isCollector = kind === ev.GoBlockGC || /\bGC\b/.test(reasonAt(trace, wait));
  return { by: isCollector ? 'gc' : 'scheduler', g: 0 };
}

/** By event type: 1 if its argument is the reason of a wait. */
export const hasReason = new Uint8Array(64);
for (const type of waits) hasReason[type] = 1;

/** The reason of the wait that an event begins, in the words of Go's runtime; '' if there is none, as in format v1. */
export function reasonAt({ events: { type, arg }, strings }: Trace, event: number): string {
  return hasReason[type[event]!] === 1 ? strings[arg[event]!]! : '';
}
