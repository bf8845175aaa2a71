// Checks of a trace: which transitions of goroutines and Ps are legal, as a table; whether all events keep to it; and
// whether all references and sums of a whole trace are consistent. After postProcessTrace in internal/trace/parser.go.

import { withRoom } from './columns.js';
import { badEvent, TraceError } from './error.js';
import { argNames, creations, ev, eventName, leaves, waits } from './event.js';
import { argOf, type Events, fakeP, type Goroutines, isKeptWait, type Trace } from './model.js';

/** An illegal event, and the reason. */
export interface Fault {
  /** Number of the event. */
  readonly event: number;
  readonly what: string;
}

/** States of a goroutine. `any` is for events that require none. */
export const state = { unborn: 0, runnable: 1, running: 2, waiting: 3, dead: 4, any: 5 } as const;
const stateNames = ['unborn', 'runnable', 'running', 'waiting', 'dead'];

/** What an event type requires and changes: a row of the table. */
interface Rule {
  /** What must run on the event's P: a goroutine, or the scheduler as well (`anyone`). */
  readonly by?: 'goroutine' | 'anyone';
  /** The goroutine whose state changes: the event's own, or the one in its first argument. */
  readonly of?: 'argument';
  /** The state which that goroutine must have. */
  readonly needs?: number;
  /** The state which it gets. */
  readonly becomes?: number;
  /** What happens to the P. */
  readonly p?: 'starts' | 'stops' | 'takes g' | 'loses g';
}

const started: Rule = { needs: state.runnable, becomes: state.running, p: 'takes g' };
const ends: Rule = { by: 'goroutine', becomes: state.dead, p: 'loses g' };
const yields: Rule = { by: 'goroutine', becomes: state.runnable, p: 'loses g' };
const blocks: Rule = { by: 'goroutine', becomes: state.waiting, p: 'loses g' };
const inSnapshot: Rule = { needs: state.runnable, becomes: state.waiting };

/** By event type. A type without a row is always legal here; link.ts checks ranges, such as collections. */
const rules: { readonly [type: number]: Rule } = {
  [ev.ProcStart]: { p: 'starts' },
  [ev.ProcStop]: { p: 'stops' },
  [ev.GoCreate]: { by: 'anyone', of: 'argument', needs: state.unborn, becomes: state.runnable },
  [ev.GoCreateBlocked]: { by: 'anyone', of: 'argument', needs: state.unborn, becomes: state.waiting },
  [ev.GoCreateSyscall]: { of: 'argument', needs: state.unborn, becomes: state.waiting },
  [ev.GoDestroySyscall]: { becomes: state.dead, p: 'loses g' },
  [ev.GoStart]: started,
  [ev.GoStartLabel]: started,
  [ev.GoEnd]: ends,
  [ev.GoStop]: ends,
  [ev.GoSched]: yields,
  [ev.GoPreempt]: yields,
  ...Object.fromEntries(waits.map((type) => [type, blocks])),
  [ev.GoUnblock]: { by: 'anyone', of: 'argument', needs: state.waiting, becomes: state.runnable },
  [ev.GoSysCall]: { by: 'goroutine' },
  [ev.GoSyscallEnd]: { by: 'goroutine' },
  [ev.GoSysBlock]: blocks,
  [ev.GoSysExit]: { needs: state.waiting, becomes: state.runnable },
  [ev.GoWaiting]: inSnapshot,
  [ev.GoInSyscall]: inSnapshot,
};

// The same table as columns by event type: three million events are checked with it.
const column = (of: (rule: Rule) => number) =>
  Uint8Array.from({ length: 64 }, (_, type) => (rules[type] === undefined ? 0 : of(rules[type])));
const ANY = state.any;
const BY = { goroutine: 1, anyone: 2 } as const;
const P = { starts: 1, stops: 2, 'takes g': 3, 'loses g': 4 } as const;
const isRuled = column(() => 1);
const by = column((rule) => (rule.by === undefined ? 0 : BY[rule.by]));
const isOfArgument = column((rule) => (rule.of === 'argument' ? 1 : 0));
const needs = column((rule) => rule.needs ?? ANY);
const becomes = column((rule) => rule.becomes ?? ANY);
const onP = column((rule) => (rule.p === undefined ? 0 : P[rule.p]));

/** Place of P 0, see #place. */
const FIRST_PLACE = 2;

/** What a checker must know of the goroutines: their numbers, by index. */
type Ids = Pick<Goroutines, 'id' | 'length'>;

/** Checks events in steps, also while a trace is read: its columns grow, and are other arrays then. */
export class Checker {
  readonly #events: Events;
  readonly #goroutines: Ids;
  readonly #mayBePart: boolean;
  /** Number of the next event. */
  #next = 0;
  // The columns as they are during run().
  #p!: Int32Array;
  #g!: Uint32Array;
  #argument!: Uint32Array;
  /** By goroutine: its state after the last event. */
  states = new Uint8Array(64);
  /** By P: 1 if it is started; and the index of the goroutine that runs on it, 0 for none. See #place. */
  #isOn = new Uint8Array(64);
  #current = new Uint32Array(64);

  /** @param mayBePart true if the events may be those of a part of a trace, which begins with waits */
  constructor(events: Events, goroutines: Ids, mayBePart = false) {
    this.#events = events;
    this.#goroutines = goroutines;
    this.#mayBePart = mayBePart;
    this.states[0] = state.running;
  }

  /**
   * Checks the next events, those before number `end`: that time never runs backwards, and that every transition of a goroutine or
   * a P is legal.
   *
   * @returns the first illegal event, after which nothing is checked
   */
  check(end: number): Fault | undefined {
    const events = this.#events;
    const { type, ts } = events;
    this.#p = events.p;
    this.#g = events.g;
    this.#argument = events.arg;
    this.states = withRoom(this.states, this.#goroutines.length);
    for (let i = this.#next; i < end; i++) {
      if (i > 0 && !(ts[i]! >= ts[i - 1]!)) return { event: i, what: 'time runs backwards' };
      const t = type[i]!;
      if (isRuled[t] === 0) continue;
      const what =
        this.#mayBePart && isKeptWait(events, i)
          ? this.#keptWait(i, t)
          : (this.#actor(i, t) ?? this.#goroutine(i, t) ?? this.#proc(i, t));
      if (what !== undefined) return { event: i, what: `${eventName(t)} on P ${events.p[i]}: ${what}` };
    }
    this.#next = end;
    return undefined;
  }

  /** Checks that the goroutine that causes event `i` runs on the event's P. */
  #actor(i: number, type: number): string | undefined {
    if (by[type] === 0) return undefined;
    const own = this.#g[i]!;
    if (this.states[own] !== state.running) return `${this.#name(own)} is ${this.#stateOf(own)}, not running`;
    const place = this.#place(i);
    const current = this.#current[place]!;
    // Wake-ups by timers and by the network are on fake Ps.
    if (current !== own && this.#p[i]! < fakeP.timers) {
      return `the event is by ${this.#name(own)}, but ${this.#name(current)} runs on the P`;
    }
    if (own === 0 && by[type] === BY.goroutine) return 'no goroutine runs on the P';
    return undefined;
  }

  /** Checks and changes the state of the goroutine that event `i` is about. */
  #goroutine(i: number, type: number): string | undefined {
    const subject = isOfArgument[type] === 1 ? this.#argument[i]! : this.#g[i]!;
    if (needs[type] !== ANY && this.states[subject] !== needs[type]) {
      return `${this.#name(subject)} is ${this.#stateOf(subject)}, expected ${stateNames[needs[type]!]}`;
    }
    if (becomes[type] !== ANY) this.states[subject] = becomes[type]!;
    return undefined;
  }

  /** Checks and changes the state of the goroutine that waits since before the part. */
  #keptWait(i: number, type: number): string | undefined {
    const own = this.#g[i]!;
    if (this.states[own] !== state.runnable) return `${this.#name(own)} is ${this.#stateOf(own)}, expected runnable`;
    if (becomes[type] !== ANY) this.states[own] = becomes[type]!;
    return undefined;
  }

  /** Checks and changes the state of the P of event `i`. */
  #proc(i: number, type: number): string | undefined {
    if (onP[type] === 0) return undefined;
    const place = this.#place(i);
    const current = this.#current[place]!;
    switch (onP[type]) {
      case P.starts:
        if (this.#isOn[place] === 1) return 'the P is started already';
        this.#isOn[place] = 1;
        return undefined;
      case P.stops:
        if (this.#isOn[place] === 0) return 'the P is not started';
        if (current !== 0) return `${this.#name(current)} still runs on the P`;
        this.#isOn[place] = 0;
        return undefined;
      case P['takes g']:
        if (current !== 0) return `${this.#name(this.#g[i]!)} starts while ${this.#name(current)} still runs on the P`;
        this.#current[place] = this.#g[i]!;
        return undefined;
      default:
        this.#current[place] = 0;
        return undefined;
    }
  }

  /** The place of the P of event `i` in #isOn and #current. P -1 has the first one, and the fake Ps share the second. */
  #place(i: number): number {
    const p = this.#p[i]!;
    if (p >= fakeP.timers) return 1;
    const place = p < 0 ? 0 : p + FIRST_PLACE;
    if (place >= this.#isOn.length) {
      this.#isOn = withRoom(this.#isOn, place);
      this.#current = withRoom(this.#current, place);
    }
    return place;
  }

  #stateOf(index: number): string {
    return stateNames[this.states[index]!]!;
  }

  #name(index: number): string {
    return index === 0 ? 'the scheduler (g 0)' : `g ${this.#goroutines.id[index]}`;
  }
}

/** Sums of a trace. `created` is `ended` + `alive`; `starts` is `leaves` + `running`. */
export interface Census {
  /** Numbers of goroutines: created in the trace, ended in it, and alive at its end. */
  readonly created: number;
  readonly ended: number;
  readonly alive: number;
  /** How often a goroutine got a P, and how often one left its P. */
  readonly starts: number;
  readonly leaves: number;
  /** Number of goroutines that run at the end. */
  readonly running: number;
}

const startTypes: readonly number[] = [ev.GoStart, ev.GoStartLabel];
const wakeTypes: readonly number[] = [ev.GoUnblock, ...startTypes];

/** By event type: the types that the event at the other end of its link may have. */
const linkTypes: { readonly [type: number]: readonly number[] } = {
  ...Object.fromEntries(leaves.map((type) => [type, wakeTypes])),
  [ev.GoCreate]: startTypes,
  [ev.GoCreateBlocked]: wakeTypes,
  [ev.GoCreateSyscall]: [ev.GoSysExit],
  [ev.GoStart]: [...leaves, ev.GoDestroySyscall],
  [ev.GoStartLabel]: [...leaves, ev.GoDestroySyscall],
  [ev.GoSched]: startTypes,
  [ev.GoPreempt]: startTypes,
  [ev.GoUnblock]: startTypes,
  [ev.GoSysExit]: startTypes,
  [ev.GoSysCall]: [ev.GoSysExit, ev.GoSyscallEnd, ...wakeTypes],
  [ev.GoWaiting]: wakeTypes,
  [ev.GoInSyscall]: wakeTypes,
  [ev.GCStart]: [ev.GCDone],
  [ev.STWStart]: [ev.STWDone],
  [ev.SweepStart]: [ev.SweepDone],
  [ev.MarkAssistStart]: [ev.MarkAssistDone],
  [ev.UserTaskCreate]: [ev.UserTaskEnd],
  [ev.UserRegion]: [ev.UserRegion, ev.GoEnd],
};

/**
 * Checks a whole trace in memory: legal transitions as in check(), all references and links, and the sums. A trace that
 * was read from a file has passed most of this; tests and makers of traces check all of it from the outside.
 *
 * @throws TraceError that names the event
 */
export function checkTrace(trace: Trace): Census {
  const { events, goroutines } = trace;
  const checker = new Checker(events, goroutines, true);
  const fault = checker.check(events.length);
  if (fault !== undefined) throw badEvent(fault.event, -1, fault.what);
  for (let i = 0; i < events.length; i++) checkReferences(trace, i);
  checkTables(trace);

  const count = (types: readonly number[]) => {
    let n = 0;
    for (let i = 0; i < events.length; i++) if (types.includes(events.type[i]!) && !isKeptWait(events, i)) n++;
    return n;
  };
  const having = (want: (state: number) => boolean) =>
    checker.states.subarray(1, goroutines.length).filter(want).length;
  const census = {
    created: count(creations),
    ended: count([ev.GoEnd, ev.GoStop, ev.GoDestroySyscall]),
    alive: having((s) => s !== state.dead && s !== state.unborn),
    starts: count(startTypes),
    leaves: count(leaves),
    running: having((s) => s === state.running),
  };
  const { created, ended, alive, running } = census;
  if (created !== goroutines.length - 1) {
    throw new TraceError(`trace: expected ${goroutines.length - 1} GoCreates, one per goroutine, got ${created}`);
  }
  if (created !== ended + alive) {
    throw new TraceError(`trace: ${created} goroutines are created, but ${ended} ended and ${alive} are alive`);
  }
  if (census.starts !== census.leaves + running) {
    throw new TraceError(
      `trace: goroutines got a P ${census.starts} times, but left it ${census.leaves} times and ${running} are running`,
    );
  }
  return census;
}

/** By event type: which argument is a text, -1 if none is. The message of a UserLog is one more. */
const textArg = Int8Array.from(
  { length: 64 },
  (_, type) => argNames[type]?.findIndex((name) => ['typeid', 'labelid', 'keyid', 'reason'].includes(name)) ?? -1,
);

/** Checks the indices and the link of event `i`. */
function checkReferences(trace: Trace, i: number): void {
  const { events, goroutines, stacks, strings, threads } = trace;
  const type = events.type[i]!;
  const link = events.link[i]!;
  const isWrong =
    events.g[i]! >= goroutines.length ||
    events.stack[i]! >= stacks.length ||
    events.m[i]! >= threads.length ||
    (textArg[type]! >= 0 && !(argOf(events, i, textArg[type]) < strings.length)) ||
    link < -1 ||
    link >= events.length ||
    (link >= 0 && (link <= i || linkTypes[type]?.includes(events.type[link]!) !== true));
  if (isWrong) throw badEvent(i, -1, 'a goroutine, a stack or a link of the event does not exist');
}

/** Checks the indices in all tables but the events, and the order of the samples. */
function checkTables({ samples, goroutines, stacks, frames, strings, threads }: Trace): void {
  const inRange = (column: ArrayLike<number>, end: number) => Array.prototype.every.call(column, (i) => i < end);
  for (let s = 1; s < samples.length; s++) {
    if (!(samples.ts[s]! >= samples.ts[s - 1]!)) throw new TraceError(`trace: CPU sample ${s}: time runs backwards`);
  }
  const isRight =
    inRange(samples.g, goroutines.length) &&
    inRange(samples.stack, stacks.length) &&
    inRange(samples.m, threads.length) &&
    inRange(goroutines.entry, stacks.length) &&
    inRange(goroutines.creator, goroutines.length) &&
    inRange(stacks.frame, frames.length) &&
    inRange(frames.func, strings.length) &&
    inRange(frames.file, strings.length);
  if (!isRight)
    throw new TraceError('trace: a table refers to a goroutine, a stack, a frame or a text that does not exist');
}
