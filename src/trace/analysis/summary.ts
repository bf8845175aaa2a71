// Summaries: all figures of a trace as one immutable value, which `mandel trace` prints and -json writes; and the differences
// of two of them, which `mandel trace diff` prints.

import { ev } from '../event.js';
import type { Trace } from '../model.js';
import { type Activity, activities, CALLING, EXECUTION, FIRST_WAIT, RUNNABLE } from './activity.js';
import { longestWaits, type ReasonWaits, type Wait, waitsByReason } from './blocking.js';
import { type Counts, counts, type Handoffs, handoffs } from './counts.js';
import { type Body, goroutineBodies, isOwn, ownGoroutines } from './goroutines.js';
import { type Concurrency, concurrency, type ProcUse, type ThreadUse, threadUse, utilization } from './parallelism.js';
import { type Annotations, annotations, type Collections, collections } from './ranges.js';

/** The figures of a trace. */
export interface Summary {
  /** Minor version in the header of the file. */
  readonly version: number;
  readonly durationNs: number;
  /** When the trace began, in nanoseconds since 1970; undefined if it has no clock (before header 1.25). */
  readonly beganNs: bigint | undefined;
  /** Goroutines that were there when the trace began. */
  readonly existing: number;
  /** Numbers of the generations of format v2 in the file. Go counts them from 1, over all traces of a process. */
  readonly generations: readonly number[];
  /** Where the file is truncated. */
  readonly cut: Trace['cut'];
  readonly counts: Counts;
  readonly procs: readonly ProcUse[];
  /** Time in which Ps ran no goroutine, summed over the Ps. */
  readonly idleNs: number;
  readonly threads: readonly ThreadUse[];
  readonly concurrency: Concurrency;
  readonly handoffs: Handoffs;
  readonly bodies: readonly Body[];
  /** The longest waits of the program's own goroutines. */
  readonly waits: readonly Wait[];
  readonly reasons: readonly ReasonWaits[];
  readonly annotations: Annotations;
  readonly collections: Collections | undefined;
  /** Number of CPU samples. */
  readonly samples: number;
  readonly experimental: Trace['experimental'];
}

/** Computes the summary. @param spans number of spans of the curves over time */
export function summarize(trace: Trace, spans: number): Summary {
  const procs = utilization(trace);
  const own = ownGoroutines(trace);
  return {
    version: trace.version,
    durationNs: trace.durationNs,
    beganNs: beginning(trace),
    existing: existing(trace),
    generations: trace.generations.map(({ number }) => number),
    cut: trace.cut,
    counts: counts(trace),
    procs,
    idleNs: procs.reduce((sum, { runningNs }) => sum + trace.durationNs - runningNs, 0),
    threads: threadUse(trace),
    concurrency: concurrency(trace, spans),
    handoffs: handoffs(trace),
    bodies: goroutineBodies(trace),
    waits: longestWaits(trace, LONGEST, own),
    reasons: waitsByReason(trace, own),
    annotations: annotations(trace),
    collections: collections(trace),
    samples: trace.samples.length,
    experimental: trace.experimental,
  };
}

/**
 * Number of goroutines that were there when the trace began. Their creation is on no P in format v2, and in a part of a trace. In
 * format v1 all that is before the first Gomaxprocs says what was there; our own traces have it first if they begin with the run.
 */
function existing({ version, events: { type, p, length } }: Trace): number {
  let onNoP = 0;
  let introduced = 0;
  let e = 0;
  for (; e < length && type[e] !== ev.Gomaxprocs; e++) {
    if (type[e] !== ev.GoCreate) continue;
    introduced++;
    if (p[e]! < 0) onNoP++;
  }
  return version < 22 && onNoP === 0 && e < length ? introduced : onNoP;
}

/** Wall clock at the beginning of the trace, in nanoseconds since 1970, by the first snapshot of the clocks. */
function beginning({ generations }: Trace): bigint | undefined {
  const clock = generations.find((generation) => generation.clock !== undefined)?.clock;
  return clock && clock.wallNs - BigInt(Math.round(clock.traceNs));
}

/** Number of longest waits in a summary: they are printed on a line each. */
const LONGEST = 5;

/** A figure of two traces. */
export interface Change {
  readonly what: string;
  readonly unit: 'ns' | 'count' | 'mean';
  readonly a: number;
  readonly b: number;
  /** b - a. */
  readonly change: number;
  /** (b - a) / a; null if a is 0. */
  readonly relative: number | null;
}

/** The goroutines of one body in two traces; a body that is missing in one of them counts as 0. */
export interface BodyChange {
  readonly name: string;
  readonly goroutines: Change;
  /** Summed over its goroutines. */
  readonly execution: Change;
  readonly runnable: Change;
  readonly blocked: Change;
}

/** The differences of two traces. */
export interface Difference {
  readonly figures: readonly Change[];
  /** The bodies whose time changed most first. */
  readonly bodies: readonly BodyChange[];
}

/** Compares two summaries. */
export function difference(a: Summary, b: Summary): Difference {
  const waits = activities.slice(FIRST_WAIT).filter((activity) => spent(a, activity) + spent(b, activity) > 0);
  const ns = (what: string, of: (s: Summary) => number) => change(what, 'ns', of(a), of(b));
  const count = (what: string, of: (s: Summary) => number) => change(what, 'count', of(a), of(b));
  const figures = [
    ns('duration', (s) => s.durationNs),
    count('Ps', (s) => s.procs.length),
    change('parallelism', 'mean', a.concurrency.running.mean, b.concurrency.running.mean),
    ns('running', (s) => s.concurrency.running.totalNs),
    // Format v1 does not tell when a system call that keeps its P ends: that time is execution.
    ...(isV2(a) && isV2(b) ? [ns('running: calling', (s) => spent(s, 'calling'))] : []),
    ns('runnable', (s) => s.concurrency.runnable.totalNs),
    ns('blocked', (s) => s.concurrency.waiting.totalNs),
    ...waits.map((activity) => ns(`blocked: ${activity}`, (s) => spent(s, activity))),
    ns('idle P time', (s) => s.idleNs),
    ns('GC', (s) => s.collections?.activeNs ?? 0),
    ns('world stopped', (s) => s.collections?.stoppedNs ?? 0),
    count('events', (s) => s.counts.events),
    count('goroutines', (s) => s.counts.goroutines),
    count('switches', (s) => s.counts.switches),
    count('parks', (s) => s.counts.parks),
    count('steals', (s) => s.counts.steals),
    count('preemptions', (s) => s.counts.preemptions),
    count('syscalls', (s) => s.counts.syscalls),
  ];
  return { figures, bodies: bodyChanges(a, b) };
}

const isV2 = ({ version }: Summary) => version >= 22;

function change(what: string, unit: Change['unit'], a: number, b: number): Change {
  return { what, unit, a, b, change: b - a, relative: a === 0 ? null : (b - a) / a };
}

/** Time that all goroutines of a trace spent on one activity, in nanoseconds. */
function spent(summary: Summary, activity: Activity): number {
  return summary.bodies.reduce((sum, body) => sum + spentBy(body, (k) => activities[k] === activity), 0);
}

/** Time that the goroutines of a body spent on the activities for whose indices `counts` returns true, in nanoseconds. */
function spentBy(body: Body | undefined, counts: (activity: number) => boolean): number {
  if (!body) return 0;
  return body.spent.reduce((sum, s) => sum + (counts(activities.indexOf(s.activity)) ? s.each.total : 0), 0);
}

function bodyChanges(a: Summary, b: Summary): readonly BodyChange[] {
  const [inA, inB] = [a, b].map((s) => {
    const byName = new Map(s.bodies.map((body) => [body.name, body]));
    const main = byName.get('runtime.main');
    // The outermost frame of Go's main goroutine is runtime.main in format v1, and main.main in format v2.
    if (main === undefined || isV2(a) === isV2(b) || byName.has('main.main')) return byName;
    byName.delete('runtime.main');
    return byName.set('main.main', main);
  });
  const names = new Set([...inA!.keys(), ...inB!.keys()]);
  const changes = Array.from(names, (name): BodyChange => {
    const [x, y] = [inA!.get(name), inB!.get(name)];
    const ns = (what: string, counts: (activity: number) => boolean) =>
      change(what, 'ns', spentBy(x, counts), spentBy(y, counts));
    return {
      name,
      goroutines: change('goroutines', 'count', x?.goroutines ?? 0, y?.goroutines ?? 0),
      execution: ns('execution', (k) => k === EXECUTION || k === CALLING),
      runnable: ns('runnable', (k) => k === RUNNABLE),
      blocked: ns('blocked', (k) => k >= FIRST_WAIT),
    };
  });
  const size = ({ name, execution, runnable, blocked }: BodyChange) =>
    // Goroutines of Go's runtime, and those without a name, wait most of the time: their waits say nothing about the program.
    [execution, runnable, ...(isOwn({ name, started: 0 }) ? [blocked] : [])].reduce(
      (sum, c) => sum + Math.abs(c.change),
      0,
    );
  return changes.sort((x, y) => size(y) - size(x) || (x.name < y.name ? -1 : 1));
}
