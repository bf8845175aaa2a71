// Whether a trace in memory is true to itself. A file has been through most of this while it was read; here all of it is
// looked at from the outside, for tests and for traces that did not come from a file.

import { check } from './check.js';
import { badEvent, TraceError } from './error.js';
import { ev, leaves } from './event.js';
import { state } from './gotable.js';
import type { Trace } from './model.js';

/** What a trace adds up to. `created` is `ended` and `alive`; `starts` is `leaves` and those that run at the end. */
export interface Census {
  readonly created: number;
  readonly ended: number;
  readonly alive: number;
  /** How often a goroutine got a P, and how often one left it. */
  readonly starts: number;
  readonly leaves: number;
  readonly running: number;
}

const starts: readonly number[] = [ev.GoStart, ev.GoStartLabel];
const wakes: readonly number[] = [ev.GoUnblock, ...starts];

/** By event type: of which types the event may be that it is linked to. */
const ends: { readonly [type: number]: readonly number[] } = {
  [ev.GoCreate]: starts,
  [ev.GoStart]: leaves,
  [ev.GoStartLabel]: leaves,
  [ev.GoSched]: starts,
  [ev.GoPreempt]: starts,
  [ev.GoUnblock]: starts,
  [ev.GoSysExit]: starts,
  [ev.GoSysCall]: [ev.GoSysExit, ...wakes],
  [ev.GoWaiting]: wakes,
  [ev.GoInSyscall]: wakes,
  [ev.GCStart]: [ev.GCDone],
  [ev.STWStart]: [ev.STWDone],
  [ev.SweepStart]: [ev.SweepDone],
  [ev.MarkAssistStart]: [ev.MarkAssistDone],
  [ev.UserTaskCreate]: [ev.UserTaskEnd],
  [ev.UserRegion]: [ev.UserRegion, ev.GoEnd],
};
for (const type of leaves) if (!(type in ends)) Object.assign(ends, { [type]: wakes });

/**
 * Checks that time never runs backwards, that goroutines and Ps do only what is legal, that all indices and links lead
 * somewhere, and that the numbers add up.
 *
 * @throws TraceError that names the event
 */
export function checkTrace(trace: Trace): Census {
  const { events, goroutines } = trace;
  const states = new Uint8Array(goroutines.length);
  const fault = check(events, goroutines.id, Math.max(trace.procs - 1, 0), states);
  if (fault !== undefined) throw badEvent(fault.event, events.offset[fault.event]!, fault.what);
  for (let i = 0; i < events.length; i++) checkIndices(trace, i);

  const count = (types: readonly number[]) => {
    let n = 0;
    for (let i = 0; i < events.length; i++) if (types.includes(events.type[i]!)) n++;
    return n;
  };
  const having = (want: (state: number) => boolean) => states.subarray(1).filter(want).length;
  const totals = {
    created: count([ev.GoCreate]),
    ended: count([ev.GoEnd, ev.GoStop]),
    alive: having((s) => s !== state.dead && s !== state.unborn),
    starts: count(starts),
    leaves: count(leaves),
    running: having((s) => s === state.running),
  };
  if (totals.created !== goroutines.length - 1) {
    throw new TraceError(`trace: ${goroutines.length - 1} goroutines, but ${totals.created} are created`);
  }
  if (totals.created !== totals.ended + totals.alive) {
    throw new TraceError(`trace: ${totals.created} created, but ${totals.ended} ended and ${totals.alive} are alive`);
  }
  if (totals.starts !== totals.leaves + totals.running) {
    throw new TraceError(`trace: ${totals.starts} starts, ${totals.leaves} ends of these, ${totals.running} running`);
  }
  return totals;
}

/** Whether what event `i` refers to is there. */
function checkIndices(trace: Trace, i: number): void {
  const { events, goroutines, stacks } = trace;
  const type = events.type[i]!;
  const link = events.link[i]!;
  const isWrong =
    events.g[i]! >= goroutines.length ||
    events.stack[i]! >= stacks.length ||
    link < -1 ||
    link >= events.length ||
    (link >= 0 && (link <= i || ends[type]?.includes(events.type[link]!) !== true));
  if (isWrong) throw badEvent(i, events.offset[i]!, 'refers to what is not there');
}
