// What the goroutines of each body did: how many there were, how long they executed, waited, and waited for a P. After
// GoroutineStats in Go's internal/trace/goroutines.go, grouped by name as newer Go does it, and with distributions.
//
// Of each activity there are two distributions: of what each goroutine spent on it in its life (the columns of Go's page),
// and of each single time. What is open at the end of the trace is closed there.
//
// Unlike Go, a goroutine that waits since before the trace is not taken for one that waits for a P.

import { Column, type Distribution, distribution } from '../../lib/distribution.js';
import { entryName, type Trace } from '../model.js';
import { type Activity, activities, NONE, STAYS, turnsArg, turnsTo } from './activity.js';

/** What goroutines of a body spent on one activity, in nanoseconds. */
export interface Spent {
  readonly activity: Activity;
  /** Of each goroutine's sum over its life, 0 for those that never did it. */
  readonly perGoroutine: Distribution;
  /** Of each single time. */
  readonly each: Distribution;
}

/** Goroutines that began with the same function. */
export interface Body {
  /** The function; '' if the trace does not know it. */
  readonly name: string;
  /** True for those of Go's runtime. */
  readonly system: boolean;
  readonly goroutines: number;
  /** How many of them ran at all. */
  readonly started: number;
  /** How many of them came to their end. */
  readonly ended: number;
  /** From creation to end. */
  readonly life: Distribution;
  /** Only of the activities that occurred. */
  readonly spent: readonly Spent[];
}

/** The bodies, the one that executed longest first. */
export function goroutineBodies(trace: Trace): readonly Body[] {
  const { names, bodyOf } = bodies(trace);
  const { sums, each } = spend(trace, bodyOf);
  const members = split(bodyOf, names.length);
  return names
    .map((name, body) => describe(trace, name, members[body]!, sums, each[body] ?? []))
    .filter((body) => body.goroutines > 0)
    .sort((a, b) => executed(b) - executed(a) || b.goroutines - a.goroutines || (a.name < b.name ? -1 : 1));
}

/** True for a goroutine of Go's runtime, as its tools tell. */
export function isSystem(name: string): boolean {
  return name.startsWith('runtime.') && name !== 'runtime.main';
}

/** True for a goroutine of the program: neither of Go's runtime, nor its tracer, which waits for something to write. */
export function isOwn(name: string): boolean {
  return !isSystem(name) && !name.startsWith('runtime/trace.');
}

/** What a body spent on an activity; undefined if that never occurred. */
export function spentOn(body: Body, activity: Activity): Spent | undefined {
  return body.spent.find((s) => s.activity === activity);
}

const executed = (body: Body) => spentOn(body, 'execution')?.each.total ?? 0;

/** The names, and the place of each goroutine's among them. */
function bodies(trace: Trace): { names: string[]; bodyOf: Uint32Array } {
  const { goroutines } = trace;
  const places = new Map<string, number>();
  const byEntry = new Int32Array(trace.stacks.length).fill(-1);
  const bodyOf = new Uint32Array(goroutines.length);
  for (let g = 1; g < goroutines.length; g++) {
    const entry = goroutines.entry[g]!;
    let body = byEntry[entry]!;
    if (body < 0) {
      const name = entryName(trace, g);
      body = places.get(name) ?? places.size;
      places.set(name, body);
      byEntry[entry] = body;
    }
    bodyOf[g] = body;
  }
  return { names: [...places.keys()], bodyOf };
}

/** Sums by activity and goroutine, and single times by body and activity. */
interface Ledger {
  readonly sums: readonly (Float64Array | undefined)[];
  readonly each: readonly (readonly (Column | undefined)[])[];
}

function spend(trace: Trace, bodyOf: Uint32Array): Ledger {
  const { type, ts, g: owner, args, length } = trace.events;
  const subject = args[0];
  const doing = new Uint8Array(bodyOf.length);
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
    const to = turnsTo[type[e]!]!;
    if (to === STAYS) continue;
    const g = turnsArg[type[e]!] === 1 ? subject[e]! : owner[e]!;
    if (g === 0) continue;
    const was = doing[g]!;
    const now = ts[e]!;
    // A goroutine that waits since before the trace was never runnable in it: its create is only how it is introduced.
    if (to === before) since[g] = trace.events.ts[trace.goroutines.created[g]!] ?? now;
    else {
      if (was !== NONE) add(g, was, now - since[g]!);
      since[g] = now;
    }
    doing[g] = to;
  }
  const end = trace.durationNs;
  // What began in the last moment, when all goroutines are taken off their Ps, was no time yet.
  for (let g = 1; g < doing.length; g++) if (doing[g] !== NONE && since[g]! < end) add(g, doing[g]!, end - since[g]!);
  return { sums, each };
}

/** The goroutines of each body. */
function split(bodyOf: Uint32Array, n: number): Uint32Array[] {
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
