// The four blocking profiles, by stack: where goroutines waited, how often and how long. The definitions are those of
// cmd/trace/pprof.go, with its oddities: a wait for the collector counts as one for synchronization; scheduler latency
// is charged to the stack of who created or unblocked the goroutine, and what follows a yield, a preemption or a system
// call is in no profile; sleep is in none either; and a wait without a stack, an end or any length is left out.

import { ev } from '../event.js';
import type { Trace } from '../model.js';

export const profileKinds = ['net', 'sync', 'syscall', 'sched'] as const;
export type ProfileKind = (typeof profileKinds)[number];

const counted: Record<ProfileKind, readonly number[]> = {
  net: [ev.GoBlockNet],
  sync: [ev.GoBlockSend, ev.GoBlockRecv, ev.GoBlockSelect, ev.GoBlockSync, ev.GoBlockCond, ev.GoBlockGC],
  syscall: [ev.GoSysCall],
  sched: [ev.GoCreate, ev.GoUnblock],
};

/** What waited at one stack. */
export interface StackWait {
  /** Index of the stack. */
  readonly stack: number;
  readonly count: number;
  readonly delayNs: number;
}

/** The waits of a kind, the longest first. */
export function blocking(trace: Trace, kind: ProfileKind): readonly StackWait[] {
  const { type, ts, stack, link, length } = trace.events;
  const { first } = trace.stacks;
  const counts = new Uint8Array(64);
  for (const t of counted[kind]) counts[t] = 1;
  const n = new Float64Array(trace.stacks.length);
  const delay = new Float64Array(trace.stacks.length);
  for (let e = 0; e < length; e++) {
    if (counts[type[e]!] === 0) continue;
    const end = link[e]!;
    const s = stack[e]!;
    if (end < 0 || s === 0 || first[s] === first[s + 1]) continue;
    const wait = ts[end]! - ts[e]!;
    if (wait <= 0) continue;
    n[s]!++;
    delay[s]! += wait;
  }
  const waits: StackWait[] = [];
  for (let s = 0; s < n.length; s++) if (n[s]! > 0) waits.push({ stack: s, count: n[s]!, delayNs: delay[s]! });
  return waits.sort((a, b) => b.delayNs - a.delayNs);
}
