// The summary of a trace as JSON, with goroutines and places by name.

import { whereabouts } from '../../trace/analysis/blocking.js';
import type { Summary } from '../../trace/analysis/summary.js';
import { eventInfo } from '../../trace/event.js';
import { entryName, type Trace } from '../../trace/model.js';

/** One line a field of the summary would be long; it is meant for programs. */
export function summaryJson(file: string, trace: Trace, summary: Summary): string {
  const { events, goroutines } = trace;
  const goroutine = (g: number) => ({ g: goroutines.id[g]!, body: entryName(trace, g) });
  const { waits, bodies, concurrency, cut, collections, ...rest } = summary;
  const curve = ({ spans, ...figures }: Summary['concurrency']['running']) => ({
    ...figures,
    spans: Array.from(spans),
  });
  const value = {
    file,
    cut: cut ?? null,
    ...rest,
    parallelism: concurrency.running.mean,
    concurrency: {
      running: curve(concurrency.running),
      runnable: curve(concurrency.runnable),
      waiting: curve(concurrency.waiting),
      runningAtOnceNs: concurrency.runningAtOnceNs,
    },
    bodies: bodies.map(({ spent, ...body }) => ({
      ...body,
      spent: Object.fromEntries(spent.map(({ activity, ...figures }) => [activity, figures])),
    })),
    waits: waits.map(({ g, activity, from, startNs, durationNs, ended }) => ({
      ...goroutine(g),
      activity,
      startNs,
      durationNs,
      at: whereabouts(trace, events.stack[from]!),
      endedBy:
        ended < 0
          ? null
          : {
              ...goroutine(events.g[ended]!),
              event: eventInfo[events.type[ended]!]!.name,
              at: whereabouts(trace, events.stack[ended]!),
            },
    })),
    collections: collections ?? null,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
