// The longest waits, and who ended them.

import { ev } from '../event.js';
import type { Trace } from '../model.js';
import { type Activity, activities, FIRST_WAIT, STAYS, turnsArg, turnsTo } from './activity.js';

export interface Wait {
  /** Index of the goroutine that waited. */
  readonly g: number;
  readonly activity: Activity;
  /** Index of the event that began it; of the creation, if that was before the trace. */
  readonly from: number;
  readonly startNs: number;
  readonly durationNs: number;
  /** Index of the event that ended it; -1 if it lasted until the end of the trace. */
  readonly ended: number;
}

/** The `n` longest waits of the goroutines that `counts` picks, the longest first. */
export function longestWaits(trace: Trace, n: number, counts: (g: number) => boolean): readonly Wait[] {
  const { type, ts, g: owner, args, length } = trace.events;
  const subject = args[0];
  const doing = new Uint8Array(trace.goroutines.length);
  const from = new Int32Array(trace.goroutines.length);
  /** The system call that a goroutine is in, for its stack. */
  const calling = new Int32Array(trace.goroutines.length).fill(-1);
  const longest: Wait[] = [];
  let least = -1;

  const consider = (g: number, ended: number, now: number) => {
    const begin = from[g]!;
    const durationNs = now - ts[begin]!;
    if (longest.length === n && durationNs <= least) return;
    if (!counts(g)) return;
    let at = longest.length;
    while (at > 0 && longest[at - 1]!.durationNs < durationNs) at--;
    const where = type[begin] === ev.GoSysBlock && calling[g]! >= 0 ? calling[g]! : begin;
    longest.splice(at, 0, {
      g,
      activity: activities[doing[g]!]!,
      from: where,
      startNs: ts[begin]!,
      durationNs,
      ended,
    });
    if (longest.length > n) longest.pop();
    least = longest.at(-1)!.durationNs;
  };

  for (let e = 0; e < length; e++) {
    if (type[e] === ev.GoSysCall) calling[owner[e]!] = e;
    const to = turnsTo[type[e]!]!;
    if (to === STAYS) continue;
    const g = turnsArg[type[e]!] === 1 ? subject[e]! : owner[e]!;
    if (g === 0) continue;
    if (doing[g]! >= FIRST_WAIT) consider(g, e, ts[e]!);
    doing[g] = to;
    from[g] = e;
  }
  for (let g = 1; g < doing.length; g++) if (doing[g]! >= FIRST_WAIT) consider(g, -1, trace.durationNs);
  return longest;
}
