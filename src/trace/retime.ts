// The times of the events: when system calls really returned, and nanoseconds for ticks. After the end of order1007 in
// internal/trace/order.go and of parseEvents in parser.go.

import type { Columns } from './columns.js';
import { badBytes, badEvent } from './error.js';
import { ev } from './event.js';

/**
 * Moves each GoSysExit that says when the call returned to that time: the event was written when the goroutine got a P
 * again. It could not stand there before, since the merge takes a P's events as they were written.
 *
 * @returns the events in their new order, or undefined if none moves
 * @throws TraceError if a call returns before it blocked
 */
export function realExits(events: Columns, goroutines: number): Int32Array | undefined {
  const { type, ts, g, args, offset, length } = events;
  const isReal = (i: number) => type[i] === ev.GoSysExit && args[2][i] !== 0;
  let moved = 0;
  for (let i = 0; i < length; i++) if (isReal(i)) moved++;
  if (moved === 0) return undefined;

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
    if (at === 0) throw badEvent(i, offset[i]!, 'stray syscall exit: nothing tells of the call');
    if (real < at) throw badEvent(i, offset[i]!, 'time stamps out of order (a system call returns before it blocked)');
    if (real > Number.MAX_SAFE_INTEGER) throw badEvent(i, offset[i]!, 'a system call returns later than 2^53 ticks');
    ts[i] = real;
    exits[x++] = i;
  }
  exits.sort((a, b) => ts[a]! - ts[b]! || a - b);
  const order = new Int32Array(length);
  o = x = 0;
  for (let i = 0; i < length; i++) {
    const a = exits[x];
    const b = others[o];
    const isExit = b === undefined || (a !== undefined && (ts[a]! < ts[b]! || (ts[a] === ts[b] && a < b)));
    order[i] = isExit ? exits[x++]! : others[o++]!;
  }
  return order;
}

/**
 * Turns ticks since `zero` into nanoseconds, as Go's tool rounds them.
 *
 * @param lastAt offset of the record with the last time, for the error
 * @throws TraceError beyond 2^53 ns
 */
export function toNs(ts: Float64Array, length: number, zero: number, hz: number, lastAt: number): void {
  const nsPerTick = 1e9 / hz;
  for (let i = 0; i < length; i++) ts[i] = Math.trunc((ts[i]! - zero) * nsPerTick);
  if (length > 0 && ts[length - 1]! > Number.MAX_SAFE_INTEGER) {
    throw badBytes(lastAt, 'this is more than 2^53 nanoseconds (104 days) after the first event');
  }
}
