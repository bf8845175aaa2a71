// The conditions of a query, prepared for a trace: texts are compared once per body, frame and reason, and not once per span.

import { activities, NONE } from '../../trace/analysis/activity.js';
import { bodyNames } from '../../trace/analysis/goroutines.js';
import { withReason } from '../../trace/event.js';
import type { Trace } from '../../trace/model.js';
import { ObjectReader, objectText } from '../../trace/objects.js';
import { type Comparison, type Condition, type Query, states, type Term } from './query.js';

/** Whether the span of goroutine `g` that begins with event `begin` matches. */
type Test = (g: number, begin: number, ns: number) => boolean;

/** The conditions, those that are decided fastest apart. */
export interface Conditions {
  /** By activity: 1 if it matches. */
  readonly states: Uint8Array;
  readonly leastNs: number;
  readonly mostNs: number;
  /** By entry stack: 1 if the body matches. */
  readonly bodies: Uint8Array;
  /** By entry stack: 1 if the body of the goroutine that wakes matches; stack 0 stands for none. Undefined if all do. */
  readonly wakers: Uint8Array | undefined;
  readonly others: readonly Test[];
}

/** By event type: 1 if its argument is the index of a reason. */
const hasReason = new Uint8Array(64);
for (const type of withReason) hasReason[type] = 1;

/** Prepares a query. */
export function conditionsOf(trace: Trace, { terms }: Query): Conditions {
  const ofKey = <K extends Condition['key']>(...keys: readonly K[]) =>
    terms.filter((term): term is Extract<Term, { key: K }> => (keys as readonly string[]).includes(term.key));
  const isState = new Uint8Array(activities.length).fill(1);
  isState[NONE] = 0;
  for (const term of ofKey('state')) {
    const named = new Set(term.states.flatMap((name) => states[name]));
    for (let k = 1; k < isState.length; k++) if (named.has(k) === term.isNegated) isState[k] = 0;
  }
  let leastNs = 0;
  let mostNs = Number.POSITIVE_INFINITY;
  for (const { op, ns, isNegated } of ofKey('dur')) {
    const [least, most] = interval(isNegated ? opposite[op] : op, ns);
    leastNs = Math.max(leastNs, least);
    mostNs = Math.min(mostNs, most);
  }
  const woke = ofKey('woke');
  return {
    states: isState,
    leastNs,
    mostNs,
    bodies: named(trace, ofKey('body')),
    wakers: woke.length === 0 ? undefined : named(trace, woke),
    others: ofKey('p', 'g', 'reason', 'object', 'at', 'word', 'from', 'to').map((term) => {
      const test = testOf(trace, term);
      return term.isNegated ? (g, begin, ns) => !test(g, begin, ns) : test;
    }),
  };
}

const opposite: Readonly<Record<Comparison, Comparison>> = { '>': '<=', '>=': '<', '<': '>=', '<=': '>' };

/** The whole numbers for which a comparison holds. */
function interval(op: Comparison, ns: number): readonly [least: number, most: number] {
  switch (op) {
    case '>':
      return [ns + 1, Number.POSITIVE_INFINITY];
    case '>=':
      return [ns, Number.POSITIVE_INFINITY];
    case '<':
      return [0, ns - 1];
    default:
      return [0, ns];
  }
}

/** A function that finds a text in others, in any case. */
function finder(text: string): (other: string) => boolean {
  const wanted = text.toLowerCase();
  return (other) => other.toLowerCase().includes(wanted);
}

/** By entry stack: 1 if the name of the body meets all of the terms. */
function named(
  trace: Trace,
  terms: readonly { readonly text: string; readonly isWhole: boolean; readonly isNegated: boolean }[],
): Uint8Array {
  const { names, byEntry } = bodyNames(trace);
  const tests = terms.map(({ text, isWhole, isNegated }) => {
    const test = isWhole ? (name: string) => name === text : finder(text);
    return (name: string) => test(name) !== isNegated;
  });
  const meets = (name: string) => tests.every((test) => test(name));
  const matching = Uint8Array.from(names, (name) => Number(meets(name)));
  const byStack = Uint8Array.from(byEntry, (body) => (body < 0 ? 0 : matching[body]!));
  byStack[0] = Number(meets(''));
  return byStack;
}

type OtherTerm = Extract<Term, { key: 'p' | 'g' | 'reason' | 'object' | 'at' | 'word' | 'from' | 'to' }>;

function testOf(trace: Trace, term: OtherTerm): Test {
  const { events, goroutines, strings } = trace;
  const { type, ts, p, stack, arg } = events;
  switch (term.key) {
    case 'p':
      return (_, begin) => isIn(term.ranges, p[begin]!);
    case 'g':
      return (g) => isIn(term.ranges, goroutines.id[g]!);
    case 'reason': {
      const finds = finder(term.text);
      const is = marks(strings.length, (k) => (finds(strings[k]!) ? 1 : 0));
      return (_, begin) => is(hasReason[type[begin]!] === 1 ? arg[begin]! : 0);
    }
    case 'object': {
      const reader = new ObjectReader(trace);
      const finds = finder(term.text);
      const is = marks(trace.stacks.length, (k) => {
        const object = reader.of(k);
        return object !== undefined && finds(objectText(object)) ? 1 : 0;
      });
      return (_, begin) => is(stack[begin]!);
    }
    case 'at': {
      const isAt = stacksAt(trace, term.text);
      return (_, begin) => isAt(stack[begin]!);
    }
    case 'word': {
      const isAt = stacksAt(trace, term.text);
      const bodies = named(trace, [{ text: term.text, isWhole: false, isNegated: false }]);
      return (g, begin) => bodies[goroutines.entry[g]!] === 1 || isAt(stack[begin]!);
    }
    case 'from':
      return (_, begin, ns) => ts[begin]! + ns >= term.ns;
    default:
      return (_, begin) => ts[begin]! <= term.ns;
  }
}

function isIn(ranges: readonly (readonly [number, number])[], n: number): boolean {
  for (const [first, last] of ranges) if (n >= first && n <= last) return true;
  return false;
}

/** What `decide` says of numbers below `length`, each decided once. */
function marks(length: number, decide: (k: number) => 0 | 1): (k: number) => boolean {
  const UNKNOWN = 2;
  const known = new Uint8Array(length).fill(UNKNOWN);
  return (k) => {
    if (known[k] === UNKNOWN) known[k] = decide(k);
    return known[k] === 1;
  };
}

/** A function that is true for the stacks with a frame that contains the text, as `function file:line`. */
function stacksAt({ stacks, frames, strings }: Trace, text: string): (stack: number) => boolean {
  const finds = finder(text);
  const isFrame = marks(frames.length, (f) =>
    finds(`${strings[frames.func[f]!]} ${strings[frames.file[f]!]}:${frames.line[f]}`) ? 1 : 0,
  );
  return marks(stacks.length, (k) => {
    for (let at = stacks.first[k]!; at < stacks.first[k + 1]!; at++) if (isFrame(stacks.frame[at]!)) return 1;
    return 0;
  });
}
