// Rearranging after the merge: system calls end at their real times, wake-ups in vain are removed, ticks become
// nanoseconds. After the end of order1007 in internal/trace/order.go, and removeFutile and parseEvents in parser.go.

import { badBytes, badEvent } from '../error.js';
import { ev } from '../event.js';
import type { RecordColumns } from './columns.js';

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
export function realExits(events: RecordColumns, goroutines: number): Int32Array | undefined {
  const { type, args, length } = events;
  const isReal = (i: number) => type[i] === ev.GoSysExit && args[2][i] !== 0;
  let moved = 0;
  for (let i = 0; i < length; i++) if (isReal(i)) moved++;
  return moved === 0 ? undefined : mergeByTime(events.ts, ...splitExits(events, goroutines, isReal, moved));
}

/** Sets the real times of the exits. @returns the numbers of the exits, by time, and those of the other events */
function splitExits(
  { type, ts, g, args, offset, length }: RecordColumns,
  goroutines: number,
  isReal: (i: number) => boolean,
  moved: number,
): [exits: Int32Array, others: Int32Array] {
  /** By goroutine: the time at which its last system call blocked, 0 if none did. */
  const blocked = new Float64Array(goroutines);
  const exits = new Int32Array(moved);
  const others = new Int32Array(length - moved);
  let x = 0;
  let o = 0;
  for (let i = 0; i < length; i++) {
    if (type[i] === ev.GoSysBlock || type[i] === ev.GoInSyscall) blocked[g[i]!] = ts[i]!;
    if (!isReal(i)) {
      others[o++] = i;
      continue;
    }
    const at = blocked[g[i]!]!;
    const real = args[2][i]!;
    if (at === 0) throw badEvent(i, offset[i]!, 'stray syscall exit: the goroutine is in no system call that blocked');
    if (real < at) throw badEvent(i, offset[i]!, 'time stamps out of order (a system call returns before it blocked)');
    if (real > Number.MAX_SAFE_INTEGER) throw badEvent(i, offset[i]!, 'a system call returns later than 2^53 ticks');
    ts[i] = real;
    exits[x++] = i;
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
export function withoutFutile(events: RecordColumns, goroutines: number): Int32Array | undefined {
  const { type, g, args, length } = events;
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
        last[args[0][i]!] = -1;
        add(args[0][i]!, i);
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
 * Converts ticks to nanoseconds since `zero`, rounded as Go's tool does.
 *
 * @param zero time of the first event, in ticks
 * @param hz ticks per second
 * @param lastAt offset of the record with the last time, for the error
 * @throws TraceError beyond 2^53 ns
 */
export function toNs(ts: Float64Array, length: number, zero: number, hz: number, lastAt: number): void {
  const nsPerTick = 1e9 / hz;
  for (let i = 0; i < length; i++) ts[i] = Math.trunc((ts[i]! - zero) * nsPerTick);
  if (length > 0 && ts[length - 1]! > Number.MAX_SAFE_INTEGER) {
    throw badBytes(lastAt, 'the event is more than 2^53 nanoseconds (104 days) after the first event');
  }
}
