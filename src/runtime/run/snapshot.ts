// A snapshot of a thread's goroutines, taken by the thread in the middle of one of them, when it does not come to a scheduling
// point and a signal wants to know why (quit.ts). It needs nothing but what every thread has loaded, for one that computes for
// ever can load no more; so there are no lines of the goroutines that wait.
//
// Invariants: as in profiling/interrupted.ts, it takes no lock and writes no word. What other threads change meanwhile is a hint.

import { field, field64, type GAddr } from '../memory/address.js';
import { COLD, G, gStatus, H, pId } from '../memory/layout.js';
import { f64, gAddress, gColdAddress, i32, solo } from '../memory/memory.js';
import { bodyName } from '../sched/bodies.js';
import { fnBody, goidOf, m } from '../sched/g.js';
import { waitReasonStrings } from '../sched/reason.js';

/** A symbol in globalThis of every thread: the inspector evaluates text, and knows no module. */
export const SNAPSHOT = 'mandel.snapshot';

/** A goroutine of a snapshot. */
export interface Seen {
  readonly goid: number;
  /** Its body. */
  readonly name: string;
  /** In Go's words. */
  readonly state: string;
  /** Id of its creator; 0 if it is main. */
  readonly parent: number;
  /** How many there are: those that have not begun come once for each body. */
  readonly count: number;
}

export interface Snapshot {
  /** Number of the P. */
  readonly p: number;
  /** The goroutine that this interrupts; undefined in the scheduler. */
  readonly running: Seen | undefined;
  /** What V8 has as the text of the stack, from the snapshot out. */
  readonly stack: string;
  readonly others: readonly Seen[];
}

/** This thread's goroutines, or, where one thread runs every P, all; undefined if it is in no run. */
function snapshot(): Snapshot | undefined {
  const { pp, curg } = m;
  if (pp === 0) return undefined;
  const p = pId(pp);
  const others: Seen[] = [];
  const unstarted = new Map<number, { gp: GAddr; count: number }>();
  const most = Math.min(i32[H.GNEXT]!, i32[H.GMAX]!);
  for (let index = 0; index < most; index++) {
    const gp = gAddress(index);
    const status = i32[field(gp, G.STATUS)]!;
    if (gp === curg || status === gStatus.idle || status === gStatus.dead) continue;
    const home = i32[field(gp, G.HOME)]!;
    if (!solo && home !== p && home !== -1 - p) continue;
    if (home >= 0) others.push(seen(gp, status === gStatus.waiting ? waitingFor(gp) : 'runnable'));
    else {
      const body = fnBody(i32[field(gp, G.FN)]!);
      const known = unstarted.get(body);
      if (known) known.count++;
      else unstarted.set(body, { gp, count: 1 });
    }
  }
  for (const { gp, count } of unstarted.values()) others.push({ ...seen(gp, 'runnable'), count });
  const running = curg === 0 ? undefined : seen(curg, 'running');
  return { p, running, stack: new Error().stack ?? '', others };
}

function waitingFor(gp: GAddr): string {
  return waitReasonStrings[i32[field(gColdAddress(gp), COLD.WAITREASON)]!] ?? 'waiting';
}

function seen(gp: GAddr, state: string): Seen {
  const goid = goidOf(gp);
  const parent = goid === 1 ? 0 : f64[field64(gColdAddress(gp), COLD.PARENT)]!;
  return { goid, name: bodyName(fnBody(i32[field(gp, G.FN)]!)), state, parent, count: 1 };
}

/** Lets this thread be asked for a snapshot. */
export function allowSnapshots(): void {
  (globalThis as Record<symbol, unknown>)[Symbol.for(SNAPSHOT)] = snapshot;
}
