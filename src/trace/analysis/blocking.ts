// Blocking: where goroutines waited, by stack; for what reasons; and the longest single waits.

import { ev } from '../event.js';
import type { Trace } from '../model.js';
import { Activities, type Activity, activities, FIRST_WAIT, NONE } from './activity.js';
import { hasReason, reasonAt } from './cause.js';
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
  /** In the words of Go's runtime; '' if the trace has none, as in format v1. */
  readonly reason: string;
  /** Number of the event that began it; of the goroutine's creation, if the wait began before the trace. */
  readonly from: number;
  readonly startNs: number;
  readonly durationNs: number;
  /** Number of the event that ended it; -1 if it lasted until the end of the trace. */
  readonly ended: number;
}

/** Receives a wait: the goroutine, the index of its activity, the events that began and ended it (-1 if none did), its end. */
type WaitVisitor = (g: number, activity: number, begin: number, ended: number, endNs: number) => void;

/** Visits the waits of all goroutines as they end; at last those that last to the end of the trace. */
function eachWait(trace: Trace, visit: WaitVisitor): void {
  const { ts, length } = trace.events;
  const doing = new Activities(trace);
  /** By goroutine: the event that began its activity. */
  const from = new Int32Array(trace.goroutines.length);
  for (let e = 0; e < length; e++) {
    if (!doing.step(e)) continue;
    if (doing.from >= FIRST_WAIT) visit(doing.g, doing.from, from[doing.g]!, e, ts[e]!);
    from[doing.g] = e;
  }
  for (let g = 1; g < from.length; g++) {
    if (doing.current[g]! >= FIRST_WAIT) visit(g, doing.current[g]!, from[g]!, -1, trace.durationNs);
  }
}

/** The `n` longest waits of the goroutines for which `counts` returns true, the longest first. */
export function longestWaits(trace: Trace, n: number, counts: (g: number) => boolean): readonly Wait[] {
  const { type, ts } = trace.events;
  const longest: Wait[] = [];
  let least = -1;
  eachWait(trace, (g, activity, begin, ended, endNs) => {
    const durationNs = endNs - ts[begin]!;
    if ((longest.length === n && durationNs <= least) || !counts(g)) return;
    let at = longest.length;
    while (at > 0 && longest[at - 1]!.durationNs < durationNs) at--;
    longest.splice(at, 0, {
      g,
      activity: activities[activity]!,
      reason: reasonAt(trace, begin),
      from: begin,
      startNs: ts[begin]!,
      durationNs,
      ended,
    });
    if (longest.length > n) longest.pop();
    least = longest.at(-1)!.durationNs;
  });
  // A GoSysBlock has no stack: its system call has.
  return longest.map((wait) => (type[wait.from] === ev.GoSysBlock ? { ...wait, from: callOf(trace, wait) } : wait));
}

/** The last system call of a goroutine before it lost its P in it; the loss of the P if the trace has no call. */
function callOf({ events: { type, g } }: Trace, wait: Wait): number {
  let e = wait.from;
  while (e >= 0 && !(type[e] === ev.GoSysCall && g[e] === wait.g)) e--;
  return e < 0 ? wait.from : e;
}

/** The waits for one reason, of the goroutines of the program or of those of Go's runtime. */
export interface ReasonWaits {
  /** In the words of Go's runtime; '' if the trace has none, as in format v1: then the activity says all that is known. */
  readonly reason: string;
  readonly activity: Activity;
  /** True for goroutines of the runtime, see `isOwn` in goroutines.ts. */
  readonly system: boolean;
  readonly count: number;
  readonly totalNs: number;
  readonly longestNs: number;
}

/**
 * Sums the waits by reason, the longest sum first. Their sum over all is `blockedNs` of activity.ts, but for the waits for ever:
 * these have the activity "none", because they end a goroutine.
 *
 * @param isOwn true for the goroutines of the program
 */
export function waitsByReason(trace: Trace, isOwn: (g: number) => boolean): readonly ReasonWaits[] {
  const { type, ts, arg } = trace.events;
  const { ended } = trace.goroutines;
  const sums = new Map<number, { count: number; totalNs: number; longestNs: number }>();
  const add = (g: number, activity: number, begin: number, ns: number) => {
    const text = hasReason[type[begin]!] === 1 ? arg[begin]! : 0;
    const key = (text * activities.length + activity) * 2 + (isOwn(g) ? 0 : 1);
    let sum = sums.get(key);
    if (sum === undefined) {
      sum = { count: 0, totalNs: 0, longestNs: 0 };
      sums.set(key, sum);
    }
    sum.count++;
    sum.totalNs += ns;
    if (ns > sum.longestNs) sum.longestNs = ns;
  };
  eachWait(trace, (g, activity, begin, _, endNs) => add(g, activity, begin, endNs - ts[begin]!));
  for (let g = 1; g < ended.length; g++) {
    if (type[ended[g]!] === ev.GoStop) add(g, NONE, ended[g]!, trace.durationNs - ts[ended[g]!]!);
  }
  return Array.from(sums, ([key, sum]) => {
    const place = Math.floor(key / 2);
    const activity = place % activities.length;
    const reason = trace.strings[Math.floor(place / activities.length)]!;
    return {
      reason: activity === NONE ? 'forever' : reason,
      activity: activities[activity]!,
      system: key % 2 === 1,
      ...sum,
    };
  }).sort((a, b) => b.totalNs - a.totalNs || b.count - a.count);
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
