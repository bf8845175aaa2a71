// What all goroutines together spent their time on: sums of goroutine-time, in one pass over the events. For what each
// body spends, and what Go's tool shows of it, see goroutines.ts.

import { ev } from '../event.js';
import type { Trace } from '../model.js';

/** What a goroutine waits for. `other` is what Go does not name, and what began before the trace. */
export const waits = [
  'send',
  'receive',
  'select',
  'sync',
  'cond',
  'network',
  'sleep',
  'syscall',
  'gc',
  'other',
] as const;
export type Wait = (typeof waits)[number];

/** Nanoseconds, summed over all goroutines; what is still going on when the trace ends counts up to there. */
export interface Totals {
  readonly runningNs: number;
  /** Waiting for a P. */
  readonly runnableNs: number;
  /** Waiting for anything else; the sum of `waitsNs`. */
  readonly blockedNs: number;
  readonly waitsNs: Readonly<Record<Wait, number>>;
}

const ABSENT = 0;
const RUNNING = 1;
const RUNNABLE = 2;
const WAITING = 3; // and the place in `waits`

/** By event type: the state that it leaves its goroutine in. The goroutine is in the first argument of those in `aims`. */
const leavesIn = new Map<number, number>([
  [ev.GoCreate, RUNNABLE],
  [ev.GoUnblock, RUNNABLE],
  [ev.GoSysExit, RUNNABLE],
  [ev.GoSched, RUNNABLE],
  [ev.GoPreempt, RUNNABLE],
  [ev.GoStart, RUNNING],
  [ev.GoStartLabel, RUNNING],
  [ev.GoEnd, ABSENT],
  [ev.GoStop, ABSENT],
  ...(
    [
      [ev.GoBlockSend, 'send'],
      [ev.GoBlockRecv, 'receive'],
      [ev.GoBlockSelect, 'select'],
      [ev.GoBlockSync, 'sync'],
      [ev.GoBlockCond, 'cond'],
      [ev.GoBlockNet, 'network'],
      [ev.GoSleep, 'sleep'],
      [ev.GoSysBlock, 'syscall'],
      [ev.GoInSyscall, 'syscall'],
      [ev.GoBlockGC, 'gc'],
      [ev.GoBlock, 'other'],
      [ev.GoWaiting, 'other'],
    ] as const
  ).map(([type, wait]) => [type, WAITING + waits.indexOf(wait)] as const),
]);
const aims: ReadonlySet<number> = new Set([ev.GoCreate, ev.GoUnblock]);

/** Sums the time of all goroutines by what they did. */
export function totals(trace: Trace): Totals {
  const { events, goroutines, durationNs } = trace;
  const states = new Uint8Array(goroutines.length);
  const since = new Float64Array(goroutines.length);
  const spent = new Float64Array(WAITING + waits.length);
  for (let k = 0; k < events.length; k++) {
    const type = events.type[k]!;
    const state = leavesIn.get(type);
    if (state === undefined) continue;
    const g = aims.has(type) ? events.args[0][k]! : events.g[k]!;
    const ts = events.ts[k]!;
    spent[states[g]!]! += ts - since[g]!;
    states[g] = state;
    since[g] = ts;
  }
  for (let g = 0; g < goroutines.length; g++) spent[states[g]!]! += durationNs - since[g]!;
  const waitsNs = Object.fromEntries(waits.map((wait, k) => [wait, spent[WAITING + k]!])) as Record<Wait, number>;
  const blockedNs = waits.reduce((sum, wait) => sum + waitsNs[wait], 0);
  return { runningNs: spent[RUNNING]!, runnableNs: spent[RUNNABLE]!, blockedNs, waitsNs };
}
