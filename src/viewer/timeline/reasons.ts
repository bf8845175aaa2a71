// Reasons of a span, for the panel: what its goroutine waited for and what ended that, why it was runnable and did not run, what made
// it runnable before it ran, what it did to others, and how usual its length is.

import type { Distribution } from '../../lib/distribution.js';
import { activities, CALLING, EXECUTION, NONE } from '../../trace/analysis/activity.js';
import type { Source } from '../../trace/analysis/cause.js';
import type { Period } from '../../trace/analysis/histories.js';
import type { Readied, Why } from '../../trace/analysis/why.js';
import { eventName } from '../../trace/event.js';
import { objectText, type WaitObject } from '../../trace/objects.js';
import type { Alike } from './alike.js';
import type { Analyses } from './analyses.js';
import type { Timeline } from './model.js';
import type { State } from './query.js';
import { type Frame, lineOf, type SpanLine, stackFrames, whoIs } from './spans.js';

/** How a goroutine came to be runnable. */
export interface ReadiedReason {
  readonly by: Source;
  /** Number of the event, its name, its time. */
  readonly event: number;
  readonly name: string;
  readonly ns: number;
  /** Where, in the goroutine that did it. */
  readonly stack: readonly Frame[];
  /** How long the goroutine was then runnable, and whether it got a P. */
  readonly runnableNs: number;
  readonly isStarted: boolean;
  /** What that goroutine did then. */
  readonly span: SpanLine | undefined;
}

/** What a goroutine executes from its start on a P until it leaves it, system calls included. */
export interface Slice {
  readonly fromNs: number;
  readonly toNs: number;
  /** Without the system calls in it. */
  readonly selfNs: number;
  readonly calls: number;
}

/** Number of single spans in a list, and number up to which the others are counted. */
const MOST = 20;
const MOST_COUNTED = 1000;

/** A list of spans: the first ones, and how many there are. */
export interface Listed {
  readonly spans: readonly SpanLine[];
  readonly count: number;
  /** True if there are more than `count`. */
  readonly hasMore: boolean;
}

/** The durations of the spans of the same body and state, in nanoseconds, and the query that finds them. */
export interface AlikeReport {
  readonly query: string;
  readonly durations: Distribution;
}

export interface Reasons {
  /** Number of the event that begins the span. */
  readonly event: number;
  /** Of a wait: the reason in the words of Go's runtime, for what, and what ended it. */
  readonly wait:
    | { readonly reason: string; readonly object: string; readonly ended: ReadiedReason | undefined }
    | undefined;
  /** Of a runnable goroutine: what made it so, the P that it got, -1 for none, and what ran there meanwhile. */
  readonly runnable: { readonly readied: ReadiedReason; readonly p: number; readonly meanwhile: Listed } | undefined;
  /** Of an execution: what had made the goroutine runnable. */
  readonly readied: ReadiedReason | undefined;
  readonly slice: Slice | undefined;
  /** Goroutines that it created or unblocked: what they did then. */
  readonly woken: Listed;
  /** One step back and forward along the chain of causes. */
  readonly back: SpanLine | undefined;
  readonly forward: SpanLine | undefined;
}

/** The reasons of the span that an event begins; undefined if the event begins none. */
export function reasonsOf(timeline: Timeline, analyses: Analyses, event: number): Reasons | undefined {
  const why = analyses.why(event);
  const period = why.period(event);
  if (period === undefined) return undefined;
  const answer = why.of(period);
  const told = new Teller(timeline, why);
  const { wait, runnable, readied } = answer;
  const back = why.back(period);
  const forward = why.forward(period);
  const woken = why.forwards(period, MOST_COUNTED + 1);
  return {
    event,
    wait: wait && {
      reason: wait.reason,
      object: objectWords(wait.object),
      ended: wait.ended && told.readied(wait.ended),
    },
    runnable: runnable && {
      readied: told.readied(runnable.readied),
      p: runnable.p,
      meanwhile: {
        spans: [...runnable.meanwhile.subarray(0, MOST)].flatMap((e) => told.line(why.period(e)) ?? []),
        count: runnable.meanwhile.length,
        hasMore: false,
      },
    },
    readied: readied && told.readied(readied),
    slice: told.slice(period),
    woken: {
      spans: woken.slice(0, MOST).flatMap(({ to }) => told.line(to) ?? []),
      count: Math.min(woken.length, MOST_COUNTED),
      hasMore: woken.length > MOST_COUNTED,
    },
    back: told.line(back?.to),
    forward: told.line(forward?.to),
  };
}

/** The spans that are like the one that an event begins; undefined if the event begins none. */
export function alikeOf({ trace }: Timeline, analyses: Analyses, event: number): Alike | undefined {
  const period = analyses.why(event).period(event);
  if (period === undefined || period.activity === NONE) return undefined;
  return analyses.alike(whoIs(trace, period.g).body, activities[period.activity] as State);
}

function objectWords(object: WaitObject | undefined): string {
  return object === undefined ? '' : objectText(object);
}

class Teller {
  readonly #timeline: Timeline;
  readonly #why: Why;

  constructor(timeline: Timeline, why: Why) {
    this.#timeline = timeline;
    this.#why = why;
  }

  line(period: Period | undefined): SpanLine | undefined {
    return period && lineOf(this.#timeline, period);
  }

  readied({ by, g, event, stack, runnableNs, start }: Readied): ReadiedReason {
    const { trace } = this.#timeline;
    const isGoroutine = g !== 0;
    return {
      by,
      event,
      name: eventName(trace.events.type[event]!),
      ns: trace.events.ts[event]!,
      stack: stackFrames(trace, stack),
      runnableNs,
      isStarted: start >= 0,
      span: isGoroutine ? this.line(this.#why.periodOf(g, event - 1)) : undefined,
    };
  }

  /** The time on a P that a period is part of. */
  slice(period: Period): Slice | undefined {
    if (period.activity !== EXECUTION && period.activity !== CALLING) return undefined;
    let first = period;
    let last = period;
    let callNs = 0;
    let calls = 0;
    const count = ({ activity, fromNs, toNs }: Period) => {
      if (activity !== CALLING) return;
      calls++;
      callNs += toNs - fromNs;
    };
    count(period);
    const isOnP = (each: Period | undefined): each is Period =>
      each?.activity === EXECUTION || each?.activity === CALLING;
    for (let next = this.#why.periodOf(period.g, period.begin - 1); isOnP(next); ) {
      first = next;
      count(next);
      next = this.#why.periodOf(period.g, next.begin - 1);
    }
    while (last.end >= 0) {
      const next = this.#why.periodOf(period.g, last.end);
      if (!isOnP(next)) break;
      last = next;
      count(next);
    }
    return { fromNs: first.fromNs, toNs: last.toNs, selfNs: last.toNs - first.fromNs - callNs, calls };
  }
}
