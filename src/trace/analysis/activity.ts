// Activities: what a goroutine does at a time, which event changes it, and how long all goroutines together did each. The
// states behind GoroutineStats in Go's internal/trace/goroutines.go, where sync block and unknown time are split further.
//
// An event changes the activity of one goroutine: the event's own, or (GoCreate, GoUnblock) the one in its first argument.
// From its creation to its end a goroutine always has exactly one.

import { resized } from '../columns.js';
import { creations, ev } from '../event.js';
import type { Events, Trace } from '../model.js';

/** The activities. Tables and sums have one entry for each, in this order. */
export const activities = [
  'none', // before its creation and after its end
  'execution',
  'calling', // in a system call, with its P: format v2 tells when the call ends
  'runnable', // waits for a P: Go's scheduler wait
  'send',
  'receive',
  'select',
  'sync', // a mutex, a WaitGroup
  'cond',
  'network',
  'syscall', // one that lost its P
  'sleep',
  'gc', // waits for a collection that it must assist
  'block', // waits for anything else
  'before', // waits for something since before the trace
] as const;
export type Activity = (typeof activities)[number];

/** Indices in `activities`. */
export const NONE = 0;
export const EXECUTION = 1;
export const CALLING = 2;
export const RUNNABLE = 3;
/** This activity and all after it are waiting for something. */
export const FIRST_WAIT = 4;

const rows: readonly (readonly [Activity, ...number[]])[] = [
  ['none', ev.GoEnd, ev.GoStop, ev.GoDestroySyscall],
  ['execution', ev.GoStart, ev.GoStartLabel, ev.GoSyscallEnd],
  ['runnable', ev.GoCreate, ev.GoUnblock, ev.GoSched, ev.GoPreempt, ev.GoSysExit],
  ['send', ev.GoBlockSend],
  ['receive', ev.GoBlockRecv],
  ['select', ev.GoBlockSelect],
  ['sync', ev.GoBlockSync],
  ['cond', ev.GoBlockCond],
  ['network', ev.GoBlockNet],
  ['syscall', ev.GoSysBlock, ev.GoCreateSyscall],
  ['sleep', ev.GoSleep],
  ['gc', ev.GoBlockGC],
  ['block', ev.GoBlock, ev.GoCreateBlocked],
  ['before', ev.GoWaiting, ev.GoInSyscall],
];
/** Marks an event type that changes no activity. */
export const STAYS = 255;
const begins = new Uint8Array(64).fill(STAYS);
for (const [activity, ...types] of rows) for (const type of types) begins[type] = activities.indexOf(activity);
/** The same for traces whose system calls have ends: format v2. */
const beginsV2 = Uint8Array.from(begins);
beginsV2[ev.GoSysCall] = CALLING;
beginsV2[ev.GoInSyscall] = activities.indexOf('syscall');

/** By event type: the index of the activity that it begins, or STAYS. @param version minor version in the header */
export function beginnings(version: number): Uint8Array {
  return version >= 22 ? beginsV2 : begins;
}

/** By event type: 1 if the goroutine whose activity it changes is the one in the first argument. */
export const isOfArgument = new Uint8Array(64);
for (const type of [...creations, ev.GoUnblock]) isOfArgument[type] = 1;

/** The goroutine whose activity event `e` changes, if it changes any. */
export function goroutineOf({ type, g, arg }: Events, e: number): number {
  return isOfArgument[type[e]!] === 1 ? arg[e]! : g[e]!;
}

/** The activities of all goroutines while the events of a trace are visited in order. */
export class Activities {
  /** By goroutine: the index of its activity. */
  current: Uint8Array;
  /** The change by the event that step() returned true for: the goroutine, and the indices of its activities. */
  g = 0;
  from = NONE;
  to = NONE;

  readonly #begins: Uint8Array;
  #type: Uint8Array;
  #own: Uint32Array;
  #argument: Uint32Array;

  constructor({ version, events, goroutines }: Trace) {
    this.#begins = beginnings(version);
    this.#type = events.type;
    this.#own = events.g;
    this.#argument = events.arg;
    this.current = new Uint8Array(goroutines.length);
  }

  /** Continues in a later state of the same trace, which has more events and goroutines. */
  follow({ events, goroutines }: Trace): void {
    this.#type = events.type;
    this.#own = events.g;
    this.#argument = events.arg;
    if (goroutines.length > this.current.length) {
      this.current = resized(this.current, Math.max(goroutines.length, 2 * this.current.length));
    }
  }

  /** Applies event `e`, the next one; true if it changes the activity of a goroutine: then see `g`, `from` and `to`. */
  step(e: number): boolean {
    const type = this.#type[e]!;
    const to = this.#begins[type]!;
    if (to === STAYS) return false;
    const g = isOfArgument[type] === 1 ? this.#argument[e]! : this.#own[e]!;
    if (g === 0) return false;
    this.g = g;
    this.from = this.current[g]!;
    this.to = to;
    this.current[g] = to;
    return true;
  }
}

/** Nanoseconds, summed over all goroutines; an activity that does not end in the trace ends with it. */
export interface Totals {
  readonly runningNs: number;
  /** Waiting for a P. */
  readonly runnableNs: number;
  /** Waiting for anything else: the sum of `waitsNs`. */
  readonly blockedNs: number;
  /** By what they waited for; only what occurred. */
  readonly waitsNs: Readonly<Partial<Record<Activity, number>>>;
}

/** Sums the time of all goroutines by activity; goroutines.ts has the same for each body. */
export function totals(trace: Trace): Totals {
  const { events, goroutines, durationNs } = trace;
  const doing = new Activities(trace);
  const since = new Float64Array(goroutines.length);
  const spent = new Float64Array(activities.length);
  for (let e = 0; e < events.length; e++) {
    if (!doing.step(e)) continue;
    const ts = events.ts[e]!;
    spent[doing.from]! += ts - since[doing.g]!;
    since[doing.g] = ts;
  }
  for (let g = 1; g < goroutines.length; g++) spent[doing.current[g]!]! += durationNs - since[g]!;
  const waits = activities.flatMap((name, k) => (k >= FIRST_WAIT && spent[k]! > 0 ? [[name, spent[k]!] as const] : []));
  return {
    runningNs: spent[EXECUTION]! + spent[CALLING]!,
    runnableNs: spent[RUNNABLE]!,
    blockedNs: waits.reduce((sum, [, ns]) => sum + ns, 0),
    waitsNs: Object.fromEntries(waits),
  };
}
