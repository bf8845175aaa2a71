// Everything that a trace's summary says, as one immutable value: what `mandel trace` prints, what -json writes, and what
// `mandel trace diff` compares.

import type { Trace } from '../model.js';
import { entryName } from '../model.js';
import { type Annotations, annotations } from './annotations.js';
import { type Concurrency, concurrency } from './concurrency.js';
import { type Counts, counts } from './counts.js';
import { type Collections, collections } from './gc.js';
import { type Body, goroutineBodies, isOwn } from './goroutines.js';
import { type Handoffs, handoffs } from './handoffs.js';
import { type ProcUse, utilization } from './utilization.js';
import { longestWaits, type Wait } from './waits.js';

export interface Summary {
  readonly version: number;
  readonly durationNs: number;
  readonly cut: Trace['cut'];
  readonly counts: Counts;
  readonly procs: readonly ProcUse[];
  /** Nanoseconds of all Ps in which they ran nothing. */
  readonly idleNs: number;
  readonly concurrency: Concurrency;
  readonly handoffs: Handoffs;
  readonly bodies: readonly Body[];
  /** The longest waits of the program's own goroutines. */
  readonly waits: readonly Wait[];
  readonly annotations: Annotations;
  readonly collections: Collections | undefined;
}

/** The summary, with curves of so many spans. */
export function summarize(trace: Trace, spans: number): Summary {
  const procs = utilization(trace);
  return {
    version: trace.version,
    durationNs: trace.durationNs,
    cut: trace.cut,
    counts: counts(trace),
    procs,
    idleNs: procs.reduce((sum, { runningNs }) => sum + trace.durationNs - runningNs, 0),
    concurrency: concurrency(trace, spans),
    handoffs: handoffs(trace),
    bodies: goroutineBodies(trace),
    waits: longestWaits(trace, LONGEST, (g) => isOwn(entryName(trace, g))),
    annotations: annotations(trace),
    collections: collections(trace),
  };
}

/** How many of the longest waits it names. */
const LONGEST = 5;
