// How busy the Ps were, one by one.

import { ev } from '../event.js';
import type { Trace } from '../model.js';

export interface ProcUse {
  readonly p: number;
  /** Time in which it ran a goroutine, in nanoseconds, and as a share of the trace. */
  readonly runningNs: number;
  readonly share: number;
  /** Goroutines that it started or resumed. */
  readonly switches: number;
}

/** Of each P, by number. A P is there if the program could use it, even if nothing ran on it. */
export function utilization(trace: Trace): readonly ProcUse[] {
  const { type, ts, p, link, length } = trace.events;
  const running = new Float64Array(trace.procs);
  const switches = new Float64Array(trace.procs);
  for (let e = 0; e < length; e++) {
    if (type[e] !== ev.GoStart && type[e] !== ev.GoStartLabel) continue;
    const proc = p[e]!;
    if (proc < 0 || proc >= trace.procs) continue;
    const end = link[e]!;
    running[proc]! += (end < 0 ? trace.durationNs : ts[end]!) - ts[e]!;
    switches[proc]!++;
  }
  const all = Array.from(running, (runningNs, proc) => ({
    p: proc,
    runningNs,
    share: trace.durationNs > 0 ? runningNs / trace.durationNs : 0,
    switches: switches[proc]!,
  }));
  for (let proc = trace.procs; proc < gomaxprocs(trace); proc++) {
    all.push({ p: proc, runningNs: 0, share: 0, switches: 0 });
  }
  return all;
}

/** More Ps than that nobody has; a broken file may claim them. */
const MAX_PROCS = 65_536;

/** The most Ps that the program was allowed. */
function gomaxprocs(trace: Trace): number {
  const { type, args, length } = trace.events;
  let most = 0;
  for (let e = 0; e < length; e++) if (type[e] === ev.Gomaxprocs) most = Math.max(most, args[0][e]!);
  return Math.min(most, MAX_PROCS);
}
