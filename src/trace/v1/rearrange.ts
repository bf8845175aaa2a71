// Rearranging after the merge: system calls end at their real times, wake-ups in vain are removed, ticks become
// nanoseconds. After the end of order1007 in internal/trace/order.go, and removeFutile and parseEvents in parser.go.

import type { Columns } from '../columns.js';
import { badBytes, badEvent } from '../error.js';
import { ev } from '../event.js';

/** Ends of system calls that have a third argument: the numbers of the events, ascending, and the times. */
export interface RealExits {
  readonly event: number[];
  readonly ticks: number[];
}

/**
 * Moves each GoSysExit that has a third argument to that time, which is when the call returned: the event was written only
 * when the goroutine got a P again. The merge could not place it there, because it takes a P's events as they were written.
 *
 *     P 0, written   GoSysCall 10   GoSysBlock 20                    GoSysExit 50 (returned at 30)   GoStart 50
 *     P 1, written                                  GoBlockRecv 40
 *     result         GoSysCall 10   GoSysBlock 20   GoSysExit 30     GoBlockRecv 40                  GoStart 50
 *
 * @returns the numbers of the events in their new order, or undefined if no event moves
 * @throws TraceError if a call returns before it blocked
 */
export function realExits(
  events: Columns,
  offsets: Float64Array,
  goroutines: number,
  exits: RealExits,
): Int32Array | undefined {
  if (exits.event.length === 0) return undefined;
  return mergeByTime(events.ts, ...splitExits(events, offsets, goroutines, exits));
}

/** Sets the real times of the exits. @returns the numbers of the exits, by time, and those of the other events */
function splitExits(
  { type, ts, g, length }: Columns,
  offsets: Float64Array,
  goroutines: number,
  real: RealExits,
): [exits: Int32Array, others: Int32Array] {
  /** By goroutine: the time at which its last system call blocked, 0 if none did. */
  const blocked = new Float64Array(goroutines);
  const exits = Int32Array.from(real.event);
  const others = new Int32Array(length - exits.length);
  let x = 0;
  let o = 0;
  for (let i = 0; i < length; i++) {
    if (type[i] === ev.GoSysBlock || type[i] === ev.GoInSyscall) blocked[g[i]!] = ts[i]!;
    if (i !== exits[x]) {
      others[o++] = i;
      continue;
    }
    const at = blocked[g[i]!]!;
    const time = real.ticks[x++]!;
    const bad = (what: string) => badEvent(i, offsets[i]!, what);
    if (at === 0) throw bad('stray syscall exit: the goroutine is in no system call that blocked');
    if (time < at) throw bad('time stamps out of order (a system call returns before it blocked)');
    if (time > Number.MAX_SAFE_INTEGER) throw bad('a system call returns later than 2^53 ticks');
    ts[i] = time;
  }
  exits.sort((a, b) => ts[a]! - ts[b]! || a - b);
  return [exits, others];
}

/** Merges two sorted lists of events into one; equal times by number. */
function mergeByTime(ts: Float64Array, exits: Int32Array, others: Int32Array): Int32Array {
  const order = new Int32Array(exits.length + others.length);
  let x = 0;
  let o = 0;
  for (let i = 0; i < order.length; i++) {
    const a = exits[x];
    const b = others[o];
    const isExit = b === undefined || (a !== undefined && (ts[a]! < ts[b]! || (ts[a] === ts[b] && a < b)));
    order[i] = isExit ? exits[x++]! : others[o++]!;
  }
  return order;
}

/**
 * Finds wake-ups in vain, which traces of Go 1.7 and 1.8 mark (FutileWakeup): a goroutine woke for a mutex or a channel,
 * found it taken and blocked again. They would look like two waits where there was one, so the events from the wake-up to
 * the second block are left out.
 *
 * @returns the numbers of the events to keep, or undefined if all are
 */
export function withoutFutile(events: Columns, goroutines: number): Int32Array | undefined {
  const { type, g, arg, length } = events;
  if (!type.subarray(0, length).includes(ev.FutileWakeup)) return undefined;

  const isFutile = new Uint8Array(length); // by event
  const marked = new Uint8Array(goroutines); // by goroutine: its current wake-up is in vain
  // The events of each goroutine's current wake-up, as a linked list: the last one, and for each event the one before.
  const last = new Int32Array(goroutines).fill(-1);
  const before = new Int32Array(length).fill(-1);
  const add = (of: number, i: number) => {
    before[i] = last[of]!;
    last[of] = i;
  };
  let kept = length;
  const drop = (i: number) => {
    isFutile[i] = 1;
    kept--;
  };
  for (let i = 0; i < length; i++) {
    const own = g[i]!;
    switch (type[i]) {
      case ev.GoUnblock:
        last[arg[i]!] = -1;
        add(arg[i]!, i);
        break;
      case ev.FutileWakeup:
        marked[own] = 1;
        add(own, i);
        break;
      case ev.GoStart:
      case ev.GoPreempt:
        add(own, i);
        break;
      case ev.GoBlock:
      case ev.GoBlockSend:
      case ev.GoBlockRecv:
      case ev.GoBlockSelect:
      case ev.GoBlockSync:
      case ev.GoBlockCond:
        if (marked[own] === 1) {
          drop(i);
          for (let k = last[own]!; k >= 0; k = before[k]!) drop(k);
        }
        marked[own] = 0;
        last[own] = -1;
        break;
    }
  }
  const order = new Int32Array(kept);
  let n = 0;
  for (let i = 0; i < length; i++) if (isFutile[i] === 0) order[n++] = i;
  return order;
}

/**
 * Converts ticks to nanoseconds since `zero`, rounded as Go's tool does, from place `from` to before place `end`.
 *
 * @param zero time of the first event, in ticks
 * @param hz ticks per second
 */
export function toNs(ts: Float64Array, from: number, end: number, zero: number, hz: number): void {
  const nsPerTick = 1e9 / hz;
  for (let i = from; i < end; i++) ts[i] = Math.trunc((ts[i]! - zero) * nsPerTick);
}

/** @throws TraceError if the time of a record, in nanoseconds, is beyond 2^53 */
export function checkNs(ns: number, offset: number): void {
  if (ns <= Number.MAX_SAFE_INTEGER) return;
  throw badBytes(offset, 'the event is more than 2^53 nanoseconds (104 days) after the first event');
}
