// Blocking: where goroutines waited, by stack, and the longest single waits.

import { ev } from '../event.js';
import type { Trace } from '../model.js';
import { Activities, type Activity, activities, FIRST_WAIT } from './activity.js';
import { type ProfileKind, StackSums, type StackWait, stateWaits } from './statewaits.js';

export { type ProfileKind, profileKinds, type StackWait } from './statewaits.js';

/** Event types that begin a wait of each kind. */
const counted: Record<ProfileKind, readonly number[]> = {
  net: [ev.GoBlockNet],
  sync: [ev.GoBlockSend, ev.GoBlockRecv, ev.GoBlockSelect, ev.GoBlockSync, ev.GoBlockCond, ev.GoBlockGC],
  syscall: [ev.GoSysCall],
  sched: [ev.GoCreate, ev.GoUnblock],
};

/**
 * The waits of a kind by stack, the longest sum first. The definitions are those of cmd/trace/pprof.go, with its oddities:
 * a wait for the collector counts as synchronization; scheduler latency belongs to the stack that created or unblocked the
 * goroutine, and the latency after a yield, a preemption or a system call is in no profile; neither is sleep; a wait
 * without a stack, an end or a duration is left out. Of format v2 they are those of statewaits.ts.
 */
export function blocking(trace: Trace, kind: ProfileKind): readonly StackWait[] {
  if (trace.version >= 22) return stateWaits(trace, kind);
  const { type, ts, stack, link, length } = trace.events;
  const { first } = trace.stacks;
  const isCounted = new Uint8Array(64);
  for (const t of counted[kind]) isCounted[t] = 1;
  const sums = new StackSums(trace);
  for (let e = 0; e < length; e++) {
    if (isCounted[type[e]!] === 0) continue;
    const end = link[e]!;
    const s = stack[e]!;
    if (end < 0 || s === 0 || first[s] === first[s + 1]) continue;
    sums.add(s, ts[end]! - ts[e]!);
  }
  return sums.sorted();
}

/** A single wait of a goroutine. */
export interface Wait {
  /** Index of the goroutine. */
  readonly g: number;
  readonly activity: Activity;
  /** Number of the event that began it; of the goroutine's creation, if the wait began before the trace. */
  readonly from: number;
  readonly startNs: number;
  readonly durationNs: number;
  /** Number of the event that ended it; -1 if it lasted until the end of the trace. */
  readonly ended: number;
}

/** The `n` longest waits of the goroutines for which `counts` returns true, the longest first. */
export function longestWaits(trace: Trace, n: number, counts: (g: number) => boolean): readonly Wait[] {
  const { type, ts, g: owner, length } = trace.events;
  const doing = new Activities(trace);
  /** By goroutine: the event that began its activity. */
  const from = new Int32Array(trace.goroutines.length);
  /** By goroutine: its last system call, which has the stack that GoSysBlock does not have. */
  const calling = new Int32Array(trace.goroutines.length).fill(-1);
  const longest: Wait[] = [];
  let least = -1;

  const consider = (g: number, activity: number, ended: number, now: number) => {
    const begin = from[g]!;
    const durationNs = now - ts[begin]!;
    if (longest.length === n && durationNs <= least) return;
    if (!counts(g)) return;
    let at = longest.length;
    while (at > 0 && longest[at - 1]!.durationNs < durationNs) at--;
    longest.splice(at, 0, {
      g,
      activity: activities[activity]!,
      from: type[begin] === ev.GoSysBlock && calling[g]! >= 0 ? calling[g]! : begin,
      startNs: ts[begin]!,
      durationNs,
      ended,
    });
    if (longest.length > n) longest.pop();
    least = longest.at(-1)!.durationNs;
  };

  for (let e = 0; e < length; e++) {
    if (type[e] === ev.GoSysCall) calling[owner[e]!] = e;
    if (!doing.step(e)) continue;
    if (doing.from >= FIRST_WAIT) consider(doing.g, doing.from, e, ts[e]!);
    from[doing.g] = e;
  }
  for (let g = 1; g < from.length; g++) {
    if (doing.current[g]! >= FIRST_WAIT) consider(g, doing.current[g]!, -1, trace.durationNs);
  }
  return longest;
}

/** Names of functions in packages that act for the program: a wait in them belongs to their caller. */
const library = /^(runtime|sync|time|syscall|os|net|bufio|io|internal\/[^.]*|runtime\/[^.]*)\./;

/** True for a function of such a package. */
export function isOfLibrary(name: string): boolean {
  return library.test(name);
}

/** `function file:line` of the innermost frame outside of Go's library, else of the leaf; '' without a stack. */
export function whereabouts(trace: Trace, stack: number): string {
  const { stacks, frames, strings } = trace;
  const [first, last] = [stacks.first[stack]!, stacks.first[stack + 1]!];
  if (stack === 0 || first === last) return '';
  const name = (k: number) => strings[frames.func[stacks.frame[k]!]!]!;
  let at = first;
  while (at < last && isOfLibrary(name(at))) at++;
  const k = at === last ? first : at;
  const frame = stacks.frame[k]!;
  return `${name(k)} ${strings[frames.file[frame]!]!.replace(/^.*\//, '')}:${frames.line[frame]}`;
}
