// What one trace has more or less of than another: time by activity, idle Ps, events, and the bodies that changed most.

import { type Activity, activities, EXECUTION, FIRST_WAIT, RUNNABLE } from './activity.js';
import { type Body, isOwn } from './goroutines.js';
import type { Summary } from './summary.js';

/** A figure of both traces. */
export interface Change {
  readonly what: string;
  readonly unit: 'ns' | 'count' | 'mean';
  readonly a: number;
  readonly b: number;
  /** b - a. */
  readonly change: number;
  /** (b - a) / a; null if there was nothing before. */
  readonly relative: number | null;
}

/** The goroutines of one body in both traces; absent in one of them is 0. */
export interface BodyChange {
  readonly name: string;
  readonly goroutines: Change;
  /** Summed over its goroutines. */
  readonly execution: Change;
  readonly runnable: Change;
  readonly blocked: Change;
}

export interface Difference {
  readonly figures: readonly Change[];
  /** By how much time is spent otherwise, the most first. */
  readonly bodies: readonly BodyChange[];
}

/** Two summaries beside each other. */
export function difference(a: Summary, b: Summary): Difference {
  const waits = activities.slice(FIRST_WAIT).filter((activity) => spent(a, activity) + spent(b, activity) > 0);
  const ns = (what: string, of: (s: Summary) => number) => change(what, 'ns', of(a), of(b));
  const count = (what: string, of: (s: Summary) => number) => change(what, 'count', of(a), of(b));
  const figures = [
    ns('duration', (s) => s.durationNs),
    count('Ps', (s) => s.procs.length),
    change('parallelism', 'mean', a.concurrency.running.mean, b.concurrency.running.mean),
    ns('running', (s) => s.concurrency.running.totalNs),
    ns('runnable', (s) => s.concurrency.runnable.totalNs),
    ns('blocked', (s) => s.concurrency.waiting.totalNs),
    ...waits.map((activity) => ns(`blocked: ${activity}`, (s) => spent(s, activity))),
    ns('idle P time', (s) => s.idleNs),
    ns('GC', (s) => s.collections?.activeNs ?? 0),
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

function change(what: string, unit: Change['unit'], a: number, b: number): Change {
  return { what, unit, a, b, change: b - a, relative: a === 0 ? null : (b - a) / a };
}

/** What all goroutines of a trace spent on one activity. */
function spent(summary: Summary, activity: Activity): number {
  return summary.bodies.reduce((sum, body) => sum + spentBy(body, (k) => activities[k] === activity), 0);
}

/** What the goroutines of a body spent on the activities whose places `counts`. */
function spentBy(body: Body | undefined, counts: (place: number) => boolean): number {
  if (!body) return 0;
  return body.spent.reduce((sum, s) => sum + (counts(activities.indexOf(s.activity)) ? s.each.total : 0), 0);
}

function bodyChanges(a: Summary, b: Summary): readonly BodyChange[] {
  const [inA, inB] = [a, b].map((s) => new Map(s.bodies.map((body) => [body.name, body])));
  const names = new Set([...inA!.keys(), ...inB!.keys()]);
  const changes = Array.from(names, (name): BodyChange => {
    const [x, y] = [inA!.get(name), inB!.get(name)];
    const ns = (what: string, counts: (place: number) => boolean) =>
      change(what, 'ns', spentBy(x, counts), spentBy(y, counts));
    return {
      name,
      goroutines: change('goroutines', 'count', x?.goroutines ?? 0, y?.goroutines ?? 0),
      execution: ns('execution', (k) => k === EXECUTION),
      runnable: ns('runnable', (k) => k === RUNNABLE),
      blocked: ns('blocked', (k) => k >= FIRST_WAIT),
    };
  });
  const size = ({ name, execution, runnable, blocked }: BodyChange) =>
    // Go's own goroutines wait all day long for something to do, which is no news.
    [execution, runnable, ...(isOwn(name) ? [blocked] : [])].reduce((sum, c) => sum + Math.abs(c.change), 0);
  return changes.sort((x, y) => size(y) - size(x) || (x.name < y.name ? -1 : 1));
}
