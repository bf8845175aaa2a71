// Blocking profiles of format v2, after pprof.go in cmd/trace of Go 1.22 to 1.26. They count intervals between two states of a
// goroutine, where blocking.ts counts events and their links, as Go did until 1.21. So there is more in them: the wait for a P
// after a yield, a preemption or a system call; system calls that kept their P; waits without a stack, as one sample.
//
// Like Go's, they leave out what a goroutine waited for before it first ran in the trace, such as the time from its creation to
// its first start, and what had not ended when the trace did.

import { creations, ev, leaves } from '../event.js';
import type { Trace } from '../model.js';

/** The four blocking profiles of cmd/trace/pprof.go. */
export const profileKinds = ['net', 'sync', 'syscall', 'sched'] as const;
export type ProfileKind = (typeof profileKinds)[number];

/** The waits that began at one stack. */
export interface StackWait {
  /** Index of the stack. */
  readonly stack: number;
  readonly count: number;
  /** Sum of their durations. */
  readonly delayNs: number;
}

/** States of a goroutine. */
const RUNNING = 1;
const RUNNABLE = 2;
const CALLING = 3;
const WAITING = 4;
const GONE = 5;

/** By event type: the state in which the goroutine is after it; 0 if it does not change. */
const stateAfter = new Uint8Array(64);
const rows: readonly (readonly [state: number, types: readonly number[]])[] = [
  [WAITING, leaves], // those of other states follow
  [RUNNING, [ev.GoStart, ev.GoStartLabel, ev.GoSyscallEnd]],
  [RUNNABLE, [ev.GoCreate, ev.GoUnblock, ev.GoSched, ev.GoPreempt, ev.GoSysExit]],
  [CALLING, [ev.GoSysCall, ev.GoInSyscall, ev.GoCreateSyscall]],
  [WAITING, [ev.GoWaiting, ev.GoCreateBlocked]],
  [GONE, [ev.GoEnd, ev.GoStop, ev.GoDestroySyscall]],
  [0, [ev.GoSysBlock]],
];
for (const [state, types] of rows) for (const type of types) stateAfter[type] = state;
const isOfArgument = new Uint8Array(64);
for (const type of [...creations, ev.GoUnblock]) isOfArgument[type] = 1;

/** The state that each kind counts. */
const counted: Readonly<Record<ProfileKind, number>> = {
  net: WAITING,
  sync: WAITING,
  syscall: CALLING,
  sched: RUNNABLE,
};
/** Which reasons of a wait each kind counts; '' is that of a goroutine that waits since before the trace. */
const reasons: Readonly<Record<ProfileKind, RegExp>> = {
  net: /^network$/,
  sync: /chan|sync|select/,
  syscall: /^/,
  sched: /^/,
};

/** Sums of waits by stack. */
export class StackSums {
  readonly #count: Float64Array;
  readonly #delay: Float64Array;

  constructor(trace: Trace) {
    this.#count = new Float64Array(trace.stacks.length);
    this.#delay = new Float64Array(trace.stacks.length);
  }

  /** Adds a wait, if it took any time. */
  add(stack: number, delayNs: number): void {
    if (delayNs <= 0) return;
    this.#count[stack]!++;
    this.#delay[stack]! += delayNs;
  }

  /** The stacks with waits, the longest sum first. */
  sorted(): readonly StackWait[] {
    const waits: StackWait[] = [];
    for (let s = 0; s < this.#count.length; s++) {
      if (this.#count[s]! > 0) waits.push({ stack: s, count: this.#count[s]!, delayNs: this.#delay[s]! });
    }
    return waits.sort((a, b) => b.delayNs - a.delayNs);
  }
}

/** The waits of a kind by stack, the longest sum first. */
export function stateWaits(trace: Trace, kind: ProfileKind): readonly StackWait[] {
  const { type, ts, g: own, stack, arg, length } = trace.events;
  const sums = new StackSums(trace);
  /** By goroutine: the event that began the interval that is counted, -1 outside of one; and 1 once it has run. */
  const from = new Int32Array(trace.goroutines.length).fill(-1);
  const hasRun = new Uint8Array(trace.goroutines.length);
  const counts = trace.strings.map((text) => reasons[kind].test(text));
  const runs = goroutinesThatRun(trace);
  const lastLives = lastLivesOf(trace);

  for (let e = 0; e < length; e++) {
    const t = type[e]!;
    const state = stateAfter[t]!;
    if (state === 0) continue;
    const g = isOfArgument[t] === 1 ? arg[e]! : own[e]!;
    const begin = from[g]!;
    if (begin >= 0) sums.add(stack[begin]!, ts[e]! - beginning(begin));
    // What is true at the beginning of the trace is no transition: a goroutine that is in a call has not run yet.
    if (state === RUNNING) hasRun[g] = 1;
    else if (t === ev.GoSysCall && ts[e] === 0) hasRun[g] = 0;
    const last = lastLives.get(g);
    const isInLife = last === undefined ? hasRun[g] === 1 || runs[g] === 0 : runs[last] === 0;
    const isCounted = isInLife && state === counted[kind] && (state !== WAITING || counts[reasonOf(e)] === true);
    from[g] = isCounted ? e : -1;
  }
  return sums.sorted();

  /** When an interval began. Of a system call that was there at the beginning: when the file says so, as in Go. */
  function beginning(e: number): number {
    return type[e] === ev.GoSysCall || type[e] === ev.GoInSyscall ? Math.max(ts[e]!, arg[e]!) : ts[e]!;
  }

  /** The text of the reason of a wait. */
  function reasonOf(e: number): number {
    return leaves.includes(type[e]!) ? arg[e]! : 0;
  }
}

/**
 * Goroutines of C threads whose id another one got later, and the last one that got it. Go's tool knows only the last one with an
 * id: what goroutines with its id waited for counts after its first start, or always if it never runs.
 */
function lastLivesOf({ events, goroutines }: Trace): ReadonlyMap<number, number> {
  const lastOf = new Map<number, number>();
  for (let g = 1; g < goroutines.length; g++) {
    if (events.type[goroutines.created[g]!] === ev.GoCreateSyscall) lastOf.set(goroutines.id[g]!, g);
  }
  const lastLives = new Map<number, number>();
  for (let g = 1; lastOf.size > 0 && g < goroutines.length; g++) {
    const last = lastOf.get(goroutines.id[g]!);
    if (last !== undefined && last !== g) lastLives.set(g, last);
  }
  return lastLives;
}

/** By goroutine: 1 if it runs at all. */
function goroutinesThatRun({ events, goroutines }: Trace): Uint8Array {
  const { type, ts, g, length } = events;
  const runs = new Uint8Array(goroutines.length);
  for (let e = 0; e < length; e++) {
    if (stateAfter[type[e]!] === RUNNING) runs[g[e]!] = 1;
    else if (type[e] === ev.GoSysCall && ts[e] === 0) runs[g[e]!] = 0;
  }
  return runs;
}
