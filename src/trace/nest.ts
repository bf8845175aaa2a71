// What begins and ends: GC, stopped worlds, sweeps, mark assists, user tasks and regions. Checks that they nest, and
// links each beginning to its end. After postProcessTrace in internal/trace/parser.go.

import type { Fault } from './check.js';
import type { Columns } from './columns.js';
import { ev } from './event.js';

/** Something that may be open once for each key: a P, a goroutine, a task; its beginning by key. */
type Open = Map<number, number>;

const WORLD = 0; // the key of what there is one of

/** Links the beginnings to their ends, and returns the first event that must not be. */
export function nest(events: Columns, version: number): Fault | undefined {
  const { type, length } = events;
  const ranges = new Ranges(events, version);
  for (let i = 0; i < length; i++) {
    const t = type[i]!;
    // Most events are none of these, and are passed at once.
    if (isRange[t] === 1) {
      const what = ranges.see(i, t);
      if (what !== undefined) return { event: i, what };
    }
  }
  return undefined;
}

const isRange = new Uint8Array(64);
for (const type of [
  ev.GCStart,
  ev.GCDone,
  ev.STWStart,
  ev.STWDone,
  ev.SweepStart,
  ev.SweepDone,
  ev.MarkAssistStart,
  ev.MarkAssistDone,
  ev.UserTaskCreate,
  ev.UserTaskEnd,
  ev.UserRegion,
  ev.GoEnd,
]) {
  isRange[type] = 1;
}

class Ranges {
  readonly #events: Columns;
  readonly #isSTWPerP: boolean;
  readonly #gc: Open = new Map();
  readonly #stw: Open = new Map();
  readonly #sweeps: Open = new Map();
  readonly #assists: Open = new Map();
  readonly #tasks: Open = new Map();
  /** The open regions of each goroutine, innermost last. */
  readonly #regions = new Map<number, number[]>();

  constructor(events: Columns, version: number) {
    this.#events = events;
    this.#isSTWPerP = version < 10;
  }

  /** Takes event `i`; tells what is wrong with it. */
  see(i: number, type: number): string | undefined {
    const { p, g, args } = this.#events;
    const world = this.#isSTWPerP ? p[i]! : WORLD;
    switch (type) {
      case ev.GCStart:
        return this.#begin(this.#gc, WORLD, i) ? undefined : 'previous GC is not ended before a new one';
      case ev.GCDone:
        return this.#end(this.#gc, WORLD, i) ? undefined : 'bogus GC end: none is open';
      case ev.STWStart:
        return this.#begin(this.#stw, world, i) ? undefined : 'previous STW is not ended before a new one';
      case ev.STWDone:
        return this.#end(this.#stw, world, i) ? undefined : 'bogus STW end: none is open';
      case ev.SweepStart:
        return this.#begin(this.#sweeps, p[i]!, i)
          ? undefined
          : `previous sweeping of P ${p[i]} is not ended before a new one`;
      case ev.SweepDone:
        return this.#end(this.#sweeps, p[i]!, i) ? undefined : `bogus sweeping end: none is open on P ${p[i]}`;
      case ev.MarkAssistStart:
        return this.#begin(this.#assists, g[i]!, i) ? undefined : 'previous mark assist is not ended before a new one';
      case ev.MarkAssistDone:
        // Assists may be under way when tracing starts, and so may tasks and regions.
        this.#end(this.#assists, g[i]!, i);
        return undefined;
      case ev.UserTaskCreate:
        return this.#begin(this.#tasks, args[0][i]!, i)
          ? undefined
          : `task id conflicts: task ${args[0][i]} is open already`;
      case ev.UserTaskEnd:
        this.#end(this.#tasks, args[0][i]!, i);
        return undefined;
      case ev.GoEnd:
        return this.#endRegions(i);
      default:
        return this.#region(i);
    }
  }

  #begin(open: Open, key: number, i: number): boolean {
    if (open.has(key)) return false;
    open.set(key, i);
    return true;
  }

  #end(open: Open, key: number, i: number): boolean {
    const begin = open.get(key);
    if (begin === undefined) return false;
    this.#events.link[begin] = i;
    return open.delete(key);
  }

  #region(i: number): string | undefined {
    const { g, args, link } = this.#events;
    const [tasks, modes, names] = args;
    const who = g[i]!;
    if (modes[i]! > 1) return `invalid user region mode ${modes[i]}, expected 0 or 1`;
    const open = this.#regions.get(who);
    if (modes[i] === 0) {
      if (open === undefined) this.#regions.set(who, [i]);
      else open.push(i);
      return undefined;
    }
    const begin = open?.pop();
    if (begin === undefined) return undefined; // it began before the trace
    if (tasks[begin] !== tasks[i] || names[begin] !== names[i]) {
      return `misuse of region: the innermost open one of the goroutine has another task or name (event ${begin})`;
    }
    link[begin] = i;
    return undefined;
  }

  #endRegions(i: number): undefined {
    if (this.#regions.size === 0) return;
    const who = this.#events.g[i]!;
    for (const begin of this.#regions.get(who) ?? []) this.#events.link[begin] = i;
    this.#regions.delete(who);
  }
}
