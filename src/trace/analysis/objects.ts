// Objects: who waited for which channel, lock or timer, how often and how long. In traces that say so: ours (trace/objects.ts).

import { waits } from '../event.js';
import { entryName, type Trace } from '../model.js';
import { ObjectReader, type WaitObject } from '../objects.js';

/** The waits for one object. */
export interface ObjectWaits {
  readonly object: WaitObject;
  readonly waits: number;
  /** Waits that had not ended when the trace did; they count up to its end. */
  readonly open: number;
  readonly totalNs: number;
  readonly longestNs: number;
  /** How many goroutines waited for it. */
  readonly goroutines: number;
  /** The same by what waited: the most waits first. */
  readonly by: readonly Waiters[];
}

/** Waits of goroutines with one body, for one object, in one operation. */
export interface Waiters {
  readonly body: string;
  /** The function of Go's library in which they waited: `runtime.chansend1`. */
  readonly operation: string;
  readonly waits: number;
  readonly totalNs: number;
}

export interface ObjectTable {
  /** The longest sum of waits first. */
  readonly objects: readonly ObjectWaits[];
  /** All waits of the trace, and those of them that name no object. */
  readonly waits: number;
  readonly unnamed: number;
}

/** The waits of a trace by what was waited for. */
export function objectTable(trace: Trace): ObjectTable {
  const { type, ts, g, stack, link, length } = trace.events;
  const reader = new ObjectReader(trace);
  const rows = new Map<string, Row>();
  let all = 0;
  let unnamed = 0;
  for (let e = 0; e < length; e++) {
    if (!waits.includes(type[e]!)) continue;
    all++;
    const object = reader.of(stack[e]!);
    if (object === undefined) {
      unnamed++;
      continue;
    }
    const key = keyOf(object);
    const row = rows.get(key) ?? new Row(trace, object);
    rows.set(key, row);
    const end = link[e]!;
    row.add(g[e]!, stack[e]!, (end < 0 ? trace.durationNs : ts[end]!) - ts[e]!, end < 0);
  }
  const objects = Array.from(rows.values(), (row) => row.sum());
  return { objects: objects.sort((a, b) => b.totalNs - a.totalNs), waits: all, unnamed };
}

/** A text that is the same for the same object. */
function keyOf({ kind, number, members }: WaitObject): string {
  return `${kind} ${number} ${members.map(keyOf).join()}`;
}

/** Sums for one object. */
class Row {
  readonly #trace: Trace;
  readonly #object: WaitObject;
  /** By goroutine, and by stack: how many waits, and how long. */
  readonly #by = new Map<number, Map<number, { waits: number; totalNs: number }>>();
  #open = 0;
  #longestNs = 0;

  constructor(trace: Trace, object: WaitObject) {
    this.#trace = trace;
    this.#object = object;
  }

  add(g: number, stack: number, ns: number, isOpen: boolean): void {
    const ofGoroutine = this.#by.get(g) ?? new Map<number, { waits: number; totalNs: number }>();
    this.#by.set(g, ofGoroutine);
    const known = ofGoroutine.get(stack);
    if (known === undefined) ofGoroutine.set(stack, { waits: 1, totalNs: ns });
    else {
      known.waits++;
      known.totalNs += ns;
    }
    if (isOpen) this.#open++;
    this.#longestNs = Math.max(this.#longestNs, ns);
  }

  sum(): ObjectWaits {
    const { stacks, frames, strings } = this.#trace;
    const by = new Map<string, { body: string; operation: string; waits: number; totalNs: number }>();
    let waits = 0;
    let totalNs = 0;
    for (const [g, ofGoroutine] of this.#by) {
      const body = entryName(this.#trace, g);
      for (const [stack, sums] of ofGoroutine) {
        const operation = strings[frames.func[stacks.frame[stacks.first[stack]!]!]!]!;
        const key = `${body}\0${operation}`;
        const known = by.get(key) ?? { body, operation, waits: 0, totalNs: 0 };
        by.set(key, known);
        known.waits += sums.waits;
        known.totalNs += sums.totalNs;
        waits += sums.waits;
        totalNs += sums.totalNs;
      }
    }
    return {
      object: this.#object,
      waits,
      open: this.#open,
      totalNs,
      longestNs: this.#longestNs,
      goroutines: this.#by.size,
      by: [...by.values()].sort((a, b) => b.waits - a.waits),
    };
  }
}
