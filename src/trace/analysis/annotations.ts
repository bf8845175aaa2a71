// User tasks and regions, by name. After cmd/trace/annotations.go: how long they took is of those that the trace saw
// begin and end.

import { Column, type Distribution, distribution } from '../../lib/distribution.js';
import { ev } from '../event.js';
import type { Trace } from '../model.js';

export interface Annotation {
  readonly name: string;
  readonly count: number;
  /** Of those that began and ended in the trace, in nanoseconds. */
  readonly duration: Distribution;
}

export interface Annotations {
  readonly tasks: readonly Annotation[];
  readonly regions: readonly Annotation[];
  readonly logs: number;
}

/** Regions end with their goroutine, tasks only where the program ends them. The most frequent come first. */
export function annotations(trace: Trace): Annotations {
  const { type, ts, link, args, length } = trace.events;
  const tasks = new Tally(trace);
  const regions = new Tally(trace);
  let logs = 0;
  for (let e = 0; e < length; e++) {
    const t = type[e]!;
    if (t === ev.UserLog) logs++;
    else if (t === ev.UserTaskCreate || (t === ev.UserRegion && args[1][e] === 0)) {
      const tally = t === ev.UserRegion ? regions : tasks;
      tally.add(args[2][e]!, link[e]! < 0 ? undefined : ts[link[e]!]! - ts[e]!);
    }
  }
  return { tasks: tasks.result(), regions: regions.result(), logs };
}

class Tally {
  readonly #trace: Trace;
  readonly #byName = new Map<number, { count: number; times: Column }>();

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  add(name: number, time: number | undefined): void {
    let entry = this.#byName.get(name);
    if (!entry) {
      entry = { count: 0, times: new Column() };
      this.#byName.set(name, entry);
    }
    entry.count++;
    if (time !== undefined) entry.times.push(time);
  }

  result(): readonly Annotation[] {
    return Array.from(this.#byName, ([name, { count, times }]) => ({
      name: this.#trace.strings[name] ?? '',
      count,
      duration: distribution(times.values()),
    })).sort((a, b) => b.count - a.count);
  }
}
