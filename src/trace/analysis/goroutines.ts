// Goroutines by body: how many ran each body, and how long they executed, were runnable and waited. After GoroutineStats in
// Go's internal/trace/goroutines.go, grouped by name as newer Go does it, and with distributions.
//
// Each activity has two distributions: the sums of each goroutine over its life (the columns of Go's page), and the single
// periods. A period that is open at the end of the trace ends there.
//
// Unlike Go, a goroutine that waits since before the trace does not count as runnable.

import { Column, type Distribution, distribution } from '../../lib/distribution.js';
import { entryName, type Trace } from '../model.js';
import { Activities, type Activity, activities, NONE } from './activity.js';

/** Time that the goroutines of a body spent on one activity, in nanoseconds. */
export interface Spent {
  readonly activity: Activity;
  /** Sums over the life of each goroutine, 0 for those that never did it. */
  readonly perGoroutine: Distribution;
  /** Single periods. */
  readonly each: Distribution;
}

/** The goroutines with the same entry function. */
export interface Body {
  /** The entry function; '' if it is not in the trace. */
  readonly name: string;
  /** True for goroutines of Go's runtime. */
  readonly system: boolean;
  /** Number of goroutines, of those that ran at all, and of those that ended in the trace. */
  readonly goroutines: number;
  readonly started: number;
  readonly ended: number;
  /** Time from creation to end, in nanoseconds. */
  readonly life: Distribution;
  /** Only of the activities that occurred. */
  readonly spent: readonly Spent[];
}

/** Collects the bodies, the one that executed longest first. */
export function goroutineBodies(trace: Trace): readonly Body[] {
  const { names, bodyOf } = bodies(trace);
  const { sums, each } = spend(trace, bodyOf);
  const members = membersOf(bodyOf, names.length);
  return names
    .map((name, body) => describe(trace, name, members[body]!, sums, each[body] ?? []))
    .filter((body) => body.goroutines > 0)
    .sort((a, b) => executed(b) - executed(a) || b.goroutines - a.goroutines || (a.name < b.name ? -1 : 1));
}

/** True for a body of Go's runtime, by the rule of Go's tools. */
export function isSystem(name: string): boolean {
  return name.startsWith('runtime.') && name !== 'runtime.main';
}

/**
 * True for a body of the program: neither of Go's runtime nor of its tracer or profiler. A body without a name counts if it ran: in
 * format v2 a goroutine is nameless if the trace has no stack of it, and of most of these no event either.
 */
export function isOwn({ name, started }: Pick<Body, 'name' | 'started'>): boolean {
  return name === '' ? started > 0 : !isSystem(name) && !name.startsWith('runtime/');
}

/** A function that is true for the goroutines of the program, see `isOwn`. */
export function ownGoroutines(trace: Trace): (g: number) => boolean {
  const { entry, started } = trace.goroutines;
  /** By stack: 1 if a goroutine with this entry that runs is of the program, 0 if not, -1 if it is not known yet. */
  const known = new Int8Array(trace.stacks.length).fill(-1);
  return (g) => {
    const stack = entry[g]!;
    if (stack === 0) return started[g]! >= 0;
    if (known[stack] === -1) known[stack] = isOwn({ name: entryName(trace, g), started: 1 }) ? 1 : 0;
    return known[stack] === 1;
  };
}

/** The time that a body spent on an activity; undefined if it never did. */
export function spentOn(body: Body, activity: Activity): Spent | undefined {
  return body.spent.find((s) => s.activity === activity);
}

const executed = (body: Body) => spentOn(body, 'execution')?.each.total ?? 0;

/** The names of the bodies in the order of their first goroutines. */
export interface BodyNames {
  readonly names: readonly string[];
  /** By stack that is the entry of a goroutine: the index of its name, -1 for other stacks. Stack 0 has no name. */
  readonly byEntry: Int32Array;
}

/** Collects the names of the bodies, each once however many entry stacks have it. */
export function bodyNames(trace: Trace): BodyNames {
  const { entry, length } = trace.goroutines;
  const byEntry = new Int32Array(Math.max(1, trace.stacks.length)).fill(-1);
  const places = new Map<string, number>();
  for (let g = 1; g < length; g++) {
    const stack = entry[g]!;
    if (byEntry[stack]! >= 0) continue;
    const name = entryName(trace, g);
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    byEntry[stack] = place;
  }
  return { names: [...places.keys()], byEntry };
}

/** The names of the bodies, and for each goroutine the index of its body's name. */
function bodies(trace: Trace): { names: readonly string[]; bodyOf: Uint32Array } {
  const { names, byEntry } = bodyNames(trace);
  const { entry, length } = trace.goroutines;
  const bodyOf = new Uint32Array(length);
  for (let g = 1; g < length; g++) bodyOf[g] = byEntry[entry[g]!]!;
  return { names, bodyOf };
}

/** Sums by activity and goroutine, and single periods by body and activity; undefined where there is none. */
interface Ledger {
  readonly sums: readonly (Float64Array | undefined)[];
  readonly each: readonly (readonly (Column | undefined)[])[];
}

function spend(trace: Trace, bodyOf: Uint32Array): Ledger {
  const { ts, length } = trace.events;
  const doing = new Activities(trace);
  const since = new Float64Array(bodyOf.length);
  const sums: (Float64Array | undefined)[] = activities.map(() => undefined);
  const each: (Column | undefined)[][] = [];
  const add = (g: number, activity: number, time: number) => {
    const body = bodyOf[g]!;
    sums[activity] ??= new Float64Array(bodyOf.length);
    sums[activity][g]! += time;
    each[body] ??= [];
    each[body][activity] ??= new Column();
    each[body][activity].push(time);
  };
  const before = activities.indexOf('before');
  for (let e = 0; e < length; e++) {
    if (!doing.step(e)) continue;
    const { g, from } = doing;
    const now = ts[e]!;
    // A goroutine that waits since before the trace was never runnable in it: its GoCreate only introduces it. In format v2 all
    // events at time 0 say what was there before.
    if (doing.to === before || (now === 0 && trace.version >= 22)) since[g] = ts[trace.goroutines.created[g]!] ?? now;
    else {
      if (from !== NONE) add(g, from, now - since[g]!);
      since[g] = now;
    }
  }
  const end = trace.durationNs;
  // A period that began with the last event, when all goroutines are taken off their Ps, does not count as a period.
  for (let g = 1; g < bodyOf.length; g++) {
    const activity = doing.current[g]!;
    if (activity !== NONE && since[g]! < end) add(g, activity, end - since[g]!);
  }
  return { sums, each };
}

/** The goroutines of each body. */
function membersOf(bodyOf: Uint32Array, n: number): Uint32Array[] {
  const sizes = new Uint32Array(n);
  for (let g = 1; g < bodyOf.length; g++) sizes[bodyOf[g]!]!++;
  const members = Array.from(sizes, (size) => new Uint32Array(size));
  sizes.fill(0);
  for (let g = 1; g < bodyOf.length; g++) members[bodyOf[g]!]![sizes[bodyOf[g]!]!++] = g;
  return members;
}

function describe(
  trace: Trace,
  name: string,
  members: Uint32Array,
  sums: Ledger['sums'],
  each: readonly (Column | undefined)[],
): Body {
  const { created, started, ended } = trace.goroutines;
  const { ts } = trace.events;
  const of = (value: (g: number) => number) => {
    const values = new Float64Array(members.length);
    for (let k = 0; k < members.length; k++) values[k] = value(members[k]!);
    return distribution(values);
  };
  const count = (column: Int32Array) => members.reduce((n, g) => n + (column[g]! < 0 ? 0 : 1), 0);
  const spent: Spent[] = [];
  for (const [k, activity] of activities.entries()) {
    const column = each[k];
    const sum = sums[k];
    if (!column || !sum) continue;
    spent.push({ activity, perGoroutine: of((g) => sum[g]!), each: distribution(column.values()) });
  }
  return {
    name,
    system: isSystem(name),
    goroutines: members.length,
    started: count(started),
    ended: count(ended),
    life: of((g) => (ended[g]! < 0 ? trace.durationNs : ts[ended[g]!]!) - (ts[created[g]!] ?? 0)),
    spent,
  };
}
