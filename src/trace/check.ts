// What may happen to a goroutine and on a P, as a table, and the check that all events of a trace keep to it. After
// postProcessTrace in internal/trace/parser.go.

import { ev, eventInfo, waits } from './event.js';
import { state } from './gotable.js';
import { type Events, fakeP } from './model.js';

/** An event that must not be, and why. */
export interface Fault {
  readonly event: number;
  readonly what: string;
}

/** A row of the table. */
interface Rule {
  /** Who does it: a goroutine that runs on this P, or the scheduler as well if the P is free. */
  readonly by?: 'goroutine' | 'anyone';
  /** Whose state it needs and changes: the event's own goroutine, or the one in its first argument. */
  readonly of?: 'argument';
  readonly needs?: number;
  readonly becomes?: number;
  /** What it does to the P. */
  readonly p?: 'starts' | 'stops' | 'takes g' | 'loses g';
}

const started: Rule = { needs: state.runnable, becomes: state.running, p: 'takes g' };
const ends: Rule = { by: 'goroutine', becomes: state.dead, p: 'loses g' };
const yields: Rule = { by: 'goroutine', becomes: state.runnable, p: 'loses g' };
const blocks: Rule = { by: 'goroutine', becomes: state.waiting, p: 'loses g' };
const inSnapshot: Rule = { needs: state.runnable, becomes: state.waiting };

/** By event type. What has no row may happen at any time; ranges like a GC are in nest.ts. */
export const rules: { readonly [type: number]: Rule } = {
  [ev.ProcStart]: { p: 'starts' },
  [ev.ProcStop]: { p: 'stops' },
  [ev.GoCreate]: { by: 'anyone', of: 'argument', needs: state.unborn, becomes: state.runnable },
  [ev.GoStart]: started,
  [ev.GoStartLabel]: started,
  [ev.GoEnd]: ends,
  [ev.GoStop]: ends,
  [ev.GoSched]: yields,
  [ev.GoPreempt]: yields,
  ...Object.fromEntries(waits.map((type) => [type, blocks])),
  [ev.GoUnblock]: { by: 'anyone', of: 'argument', needs: state.waiting, becomes: state.runnable },
  [ev.GoSysCall]: { by: 'goroutine' },
  [ev.GoSysBlock]: blocks,
  [ev.GoSysExit]: { needs: state.waiting, becomes: state.runnable },
  [ev.GoWaiting]: inSnapshot,
  [ev.GoInSyscall]: inSnapshot,
};

// The table once more, in columns: three million events go through it.
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

const stateNames = ['unborn', 'runnable', 'running', 'waiting', 'dead'];

/**
 * Goes over the events, and returns the first that must not be.
 *
 * @param ids the ids of the goroutines, by index
 * @param maxP the highest P
 * @param states room for a state a goroutine, all 0: what they are in after the events
 */
export function check(
  events: Events,
  ids: Float64Array,
  maxP: number,
  states = new Uint8Array(ids.length),
): Fault | undefined {
  const { type, p, g, args, ts, length } = events;
  states[0] = state.running;
  // By P, with P -1 at 0 and the fake ones at the end.
  const isOn = new Uint8Array(maxP + 3);
  const current = new Uint32Array(maxP + 3);
  const argument = args[0];

  for (let i = 0; i < length; i++) {
    const t = type[i]!;
    if (i > 0 && ts[i]! < ts[i - 1]!) return { event: i, what: 'time runs backwards' };
    if (isRuled[t] === 0) continue;
    const who = g[i]!;
    const proc = Math.min(p[i]! + 1, maxP + 2);
    const subject = isOfArgument[t] === 1 ? argument[i]! : who;
    const fault = (what: string): Fault => ({ event: i, what: `${eventInfo[t]!.name} on P ${p[i]}: ${what}` });

    if (by[t] !== 0) {
      if (states[who] !== state.running) return fault(`${name(who)} is ${stateNames[states[who]!]}, not running`);
      // What timers and the network wake is on a row of its own.
      if (current[proc] !== who && p[i]! < fakeP.timers) {
        return fault(`${name(who)} does it, but ${name(current[proc]!)} is what runs there`);
      }
      if (who === 0 && by[t] === BY.goroutine) return fault('no goroutine runs there that could do it');
    }
    if (needs[t] !== ANY && states[subject] !== needs[t]) {
      return fault(`${name(subject)} is ${stateNames[states[subject]!]}, expected ${stateNames[needs[t]!]}`);
    }
    if (becomes[t] !== ANY) states[subject] = becomes[t]!;
    switch (onP[t]) {
      case P.starts:
        if (isOn[proc] === 1) return fault('the P has been started already');
        isOn[proc] = 1;
        break;
      case P.stops:
        if (isOn[proc] === 0) return fault('the P has not been started');
        if (current[proc] !== 0) return fault(`${name(current[proc]!)} still runs there`);
        isOn[proc] = 0;
        break;
      case P['takes g']:
        if (current[proc] !== 0) return fault(`${name(current[proc]!)} still runs there, and ${name(who)} starts`);
        current[proc] = who;
        break;
      case P['loses g']:
        current[proc] = 0;
        break;
    }
  }
  return undefined;

  function name(index: number): string {
    return index === 0 ? 'the scheduler (g 0)' : `g ${ids[index]}`;
  }
}
