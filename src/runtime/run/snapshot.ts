// Snapshot of a thread's goroutines for SIGQUIT (quit.ts), taken by the thread in the middle of a goroutine that reaches no
// scheduling point. It uses only modules that every thread has loaded, because a thread that computes for ever can load no more.
// So it has no lines of the waiting goroutines: those need the inspector of report/report.ts.
//
// Invariants: as in profiling/interruption.ts, it takes no lock and writes no word. Words that other threads change meanwhile
// are hints.

import { field, field64, type GAddr, type PAddr } from '../memory/address.js';
import { COLD, G, gStatus, H, pId } from '../memory/layout.js';
import { f64, gAddress, gColdAddress, i32, solo } from '../memory/memory.js';
import { bodyName } from '../sched/bodies.js';
import { fnBody, goidOf, m } from '../sched/g.js';
import { waitReasonStrings } from '../sched/reason.js';

/** Name of a symbol in globalThis of every thread: the inspector evaluates a text, which can import no module. */
export const SNAPSHOT = 'mandel.snapshot';

/** A goroutine, or all goroutines of one body that have not taken their first step. */
export interface Seen {
  readonly goid: number;
  /** Name of its body. */
  readonly name: string;
  /** Its state in Go's words. */
  readonly state: string;
  /** Id of its creator; 0 for the main goroutine. */
  readonly parent: number;
  /** Number of goroutines: above 1 only for those that have not taken their first step. */
  readonly count: number;
}

export interface Snapshot {
  /** Number of the P. */
  readonly p: number;
  /** The goroutine that is interrupted; undefined if the scheduler is. */
  readonly running: Seen | undefined;
  /** The stack as a text of V8's, with the frames of the snapshot first. */
  readonly stack: string;
  readonly others: readonly Seen[];
}

/** The goroutines of this thread's P, or of all Ps where one thread runs them all; undefined if the thread is in no run. */
function snapshot(): Snapshot | undefined {
  const { pp, curg } = m;
  if (pp === 0) return undefined;
  const running = curg === 0 ? undefined : seen(curg, 'running');
  return { p: pId(pp), running, stack: new Error().stack ?? '', others: others(pp, curg) };
}

/** The goroutines that do not run: first those that have taken their first step, then the others by body. */
function others(pp: PAddr, curg: GAddr | 0): Seen[] {
  const started: Seen[] = [];
  const unstarted = new Map<number, { gp: GAddr; count: number }>();
  const most = Math.min(i32[H.GNEXT]!, i32[H.GMAX]!);
  for (let index = 0; index < most; index++) {
    const gp = gAddress(index);
    if (gp === curg || !belongsTo(pp, gp)) continue;
    if (i32[field(gp, G.HOME)]! >= 0) {
      started.push(seen(gp, i32[field(gp, G.STATUS)] === gStatus.waiting ? waitReasonOf(gp) : 'runnable'));
      continue;
    }
    const body = fnBody(i32[field(gp, G.FN)]!);
    const known = unstarted.get(body);
    if (known) known.count++;
    else unstarted.set(body, { gp, count: 1 });
  }
  return [...started, ...[...unstarted.values()].map(({ gp, count }) => ({ ...seen(gp, 'runnable'), count }))];
}

/** True if a goroutine that has not ended lives on this P, or was created there and has not taken its first step. */
function belongsTo(pp: PAddr, gp: GAddr): boolean {
  const status = i32[field(gp, G.STATUS)]!;
  if (status === gStatus.idle || status === gStatus.dead) return false;
  const p = pId(pp);
  const home = i32[field(gp, G.HOME)]!;
  return solo || home === p || home === -1 - p;
}

function waitReasonOf(gp: GAddr): string {
  return waitReasonStrings[i32[field(gColdAddress(gp), COLD.WAITREASON)]!] ?? 'waiting';
}

function seen(gp: GAddr, state: string): Seen {
  const goid = goidOf(gp);
  const parent = goid === 1 ? 0 : f64[field64(gColdAddress(gp), COLD.PARENT)]!;
  return { goid, name: bodyName(fnBody(i32[field(gp, G.FN)]!)), state, parent, count: 1 };
}

/** Makes the snapshot function reachable for the inspector on this thread. */
export function allowSnapshots(): void {
  (globalThis as Record<symbol, unknown>)[Symbol.for(SNAPSHOT)] = snapshot;
}
