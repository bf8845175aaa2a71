// The query language: which spans of a trace to light, as in `state:runnable dur>1ms body:pixel woke:main`.
//
// A query is terms with spaces between them, and a span matches if all of them hold for it. A "-" before a term negates it. Texts are
// found in any case, and what has spaces is quoted: body:"my worker". In quotes, \" and \\ are " and \.
//
//   state:runnable,sleep   its activity is one of these: those of activity.ts, or running (execution, calling), blocked = waiting (all
//                          that wait for something other than a P)
//   dur>1ms dur<= ...      its duration, by >, >=, < or <=; times are as Go writes them: 300ns, 20us, 1.5s, 1m30s
//   body:pixel             the name of its goroutine's body contains this; body:=main.main is the whole name
//   woke:main              the name of the body of the goroutine that woke its goroutine contains this, or is it (woke:=main.main)
//   p:0,2..3               the P on which the event that begins it happened is one of these
//   g:42,10..20            the number of its goroutine
//   reason:"chan receive"  the reason of the event that begins it contains this; only format v2 has reasons
//   object:"chan int"      it is a wait for an object whose words contain this: `chan int 17 (sieve.ts:12)`
//   at:chan.go:12          a frame of the stack of the event that begins it contains this: `main.worker /src/main.go:22`
//   from:2ms to:5ms        it ends at this time or later; it begins at this time or earlier. Both: it overlaps the range
//   pixel                  body:pixel or at:pixel
//
// Who woke a goroutine: the one that made it runnable, by creating it or by ending its wait. That holds for the wait which it ended, for
// the time in which the goroutine is then runnable, and for what it executes (and calls) after that, until it is runnable again. A
// goroutine that a timer, the network or the end of a system call made runnable, that yielded, or was preempted, was woken by none.

import { nearest } from '../../lib/nearest.js';
import { parseDuration } from '../../lib/numbers.js';
import { activities, FIRST_WAIT } from '../../trace/analysis/activity.js';

/** A term without its negation. */
export type Condition =
  | { readonly key: 'state'; readonly states: readonly State[] }
  | { readonly key: 'dur'; readonly op: Comparison; readonly ns: number }
  | { readonly key: 'body' | 'woke'; readonly text: string; readonly isWhole: boolean }
  | { readonly key: 'p' | 'g'; readonly ranges: readonly (readonly [first: number, last: number])[] }
  | { readonly key: 'reason' | 'object' | 'at' | 'word'; readonly text: string }
  | { readonly key: 'from' | 'to'; readonly ns: number };

export type Term = Condition & { readonly isNegated: boolean };

/** All terms must hold; a query without terms matches every span. */
export interface Query {
  readonly terms: readonly Term[];
}

const comparisons = ['>', '>=', '<', '<='] as const;
export type Comparison = (typeof comparisons)[number];

/** Words for activities in a query, and the indices in `activities` that each stands for. */
export const states = {
  running: [activities.indexOf('execution'), activities.indexOf('calling')],
  blocked: activities.flatMap((_, k) => (k >= FIRST_WAIT ? [k] : [])),
  waiting: activities.flatMap((_, k) => (k >= FIRST_WAIT ? [k] : [])),
  ...(Object.fromEntries(activities.flatMap((name, k) => (name === 'none' ? [] : [[name, [k]]]))) as unknown as Record<
    Exclude<(typeof activities)[number], 'none'>,
    readonly number[]
  >),
} as const;
export type State = keyof typeof states;

/** A text that is no query. The message is one line; `at` is the index in the text of the term that is wrong. */
export class QueryError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = 'QueryError';
    this.at = at;
  }
}

const keys = ['state', 'dur', 'body', 'woke', 'p', 'g', 'reason', 'object', 'at', 'from', 'to'] as const;
type Key = (typeof keys)[number];

/** A term: its sign, its key and operator if it has them, and its value, in quotes or not. */
const term = /(-)?(?:([a-z]+)(:=?|[<>]=?))?(?:"((?:[^"\\]|\\[\s\S])*)"|([^\s"]*))(?!\S)/iy;

/** Reads a query. @throws QueryError */
export function parseQuery(text: string): Query {
  const terms: Term[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(text.charAt(at))) at++;
    if (at === text.length) return { terms };
    term.lastIndex = at;
    const found = term.exec(text);
    if (found === null) throw new QueryError(misquoted(text.slice(at)), at);
    const [whole, sign, key, op, quoted, plain = ''] = found;
    const value = quoted === undefined ? plain : quoted.replace(/\\([\s\S])/g, '$1');
    const part: Part = { at, whole, key: key?.toLowerCase(), op, value };
    terms.push({ ...condition(part), isNegated: sign !== undefined });
    at += whole.length;
  }
}

function misquoted(rest: string): string {
  const isOpen = /^-?(?:[a-z]+(?::=?|[<>]=?))?"(?:[^"\\]|\\[\s\S])*$/i.test(rest);
  const got = JSON.stringify(rest.split(/\s/)[0]);
  return isOpen ? `expected a closing quote after ${got}` : `expected quotes around a whole value, got ${got}`;
}

/** What the text of a term consists of. */
interface Part {
  readonly at: number;
  readonly whole: string;
  readonly key: string | undefined;
  readonly op: string | undefined;
  readonly value: string;
}

function condition(part: Part): Condition {
  const { at, key, op, value } = part;
  if (key === undefined || op === undefined) {
    if (value === '')
      throw new QueryError(`expected a word or a term such as body:main, got ${JSON.stringify(part.whole)}`, at);
    return { key: 'word', text: value };
  }
  if (!isKey(key)) {
    const like = nearest(key, keys);
    const what = like === undefined ? `one of ${keys.join(', ')}, or quotes around a text` : `${like}${op}`;
    throw new QueryError(`expected ${what}, got ${JSON.stringify(`${key}${op}`)}`, at);
  }
  checkOperator(part, key, op);
  if (value === '' && op !== ':=') throw new QueryError(`${key}: expected ${expected[key]}, got nothing`, at);
  switch (key) {
    case 'dur':
      return { key, op: op as Comparison, ns: time(part, key) };
    case 'from':
    case 'to':
      return { key, ns: time(part, key) };
    case 'state':
      return { key, states: value.split(',').map((name) => state(name, at)) };
    case 'p':
    case 'g':
      return { key, ranges: value.split(',').map((range) => numbers(range, key, at)) };
    case 'body':
    case 'woke':
      return { key, text: value, isWhole: op === ':=' };
    default:
      return { key, text: value };
  }
}

const isKey = (word: string): word is Key => (keys as readonly string[]).includes(word);

/** What the value of a key is. */
const expected: Readonly<Record<Key, string>> = {
  state: 'an activity such as runnable',
  dur: 'a time such as 1ms',
  body: 'a part of a function name such as main.worker',
  woke: 'a part of a function name such as main.main',
  p: 'numbers of Ps such as 0 or 0..3',
  g: 'numbers of goroutines such as 42 or 10..20',
  reason: 'a part of a reason such as "chan receive"',
  object: 'a part of the words for an object such as "chan int"',
  at: 'a part of a function name or of file:line',
  from: 'a time such as 1ms',
  to: 'a time such as 1ms',
};

function checkOperator({ at, whole }: Part, key: Key, op: string): void {
  const allowed = key === 'dur' ? comparisons : key === 'body' || key === 'woke' ? [':', ':='] : [':'];
  if ((allowed as readonly string[]).includes(op)) return;
  const wanted = allowed.map((each) => `${key}${each}`).join(' or ');
  throw new QueryError(`${key}: expected ${wanted}, got ${JSON.stringify(whole)}`, at);
}

function time({ value, at }: Part, key: Key): number {
  const ns = parseDuration(value);
  if (ns === undefined || !Number.isSafeInteger(ns)) {
    throw new QueryError(`${key}: expected ${expected[key]}, got ${JSON.stringify(value)}`, at);
  }
  return ns;
}

function state(name: string, at: number): State {
  const lower = name.toLowerCase();
  if (Object.hasOwn(states, lower)) return lower as State;
  const words = Object.keys(states);
  const like = nearest(lower, words);
  const help = like === undefined ? '' : `; did you mean ${like}?`;
  throw new QueryError(`state: expected one of ${words.join(', ')}, got ${JSON.stringify(name)}${help}`, at);
}

function numbers(range: string, key: 'p' | 'g', at: number): readonly [number, number] {
  const [, a, b = a] = /^(\d+)(?:\.\.(\d+))?$/.exec(range) ?? [];
  const [first, last] = [Number(a), Number(b)];
  if (a === undefined || first > last || !Number.isSafeInteger(last)) {
    throw new QueryError(`${key}: expected ${expected[key]}, got ${JSON.stringify(range)}`, at);
  }
  return [first, last];
}

/** The text of a query, which parseQuery() reads as the same query. */
export function queryText({ terms }: Query): string {
  return terms.map((each) => `${each.isNegated ? '-' : ''}${conditionText(each)}`).join(' ');
}

function conditionText(of: Condition): string {
  switch (of.key) {
    case 'state':
      return `state:${of.states.join(',')}`;
    case 'dur':
      return `dur${of.op}${termTime(of.ns)}`;
    case 'from':
    case 'to':
      return `${of.key}:${termTime(of.ns)}`;
    case 'p':
    case 'g':
      return `${of.key}:${of.ranges.map(([first, last]) => (first === last ? first : `${first}..${last}`)).join(',')}`;
    case 'body':
    case 'woke':
      return `${of.key}:${of.isWhole ? '=' : ''}${valueText(of.text)}`;
    case 'word':
      // What would be read as a key or as a sign.
      return /^(?:-|[a-z]+[:<>])/i.test(of.text) ? quote(of.text) : valueText(of.text);
    default:
      return `${of.key}:${valueText(of.text)}`;
  }
}

function valueText(text: string): string {
  return /^[^\s"=][^\s"]*$/.test(text) ? text : quote(text);
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** The shortest units of a time in a query, the largest first. */
const units = [
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
] as const;

/** A time in the largest unit in which it has at most three decimals. */
export function termTime(ns: number): string {
  for (const [unit, size] of units) {
    const text = `${ns / size}${unit}`;
    if (ns >= size && /^\d+(?:\.\d{1,3})?[a-z]+$/.test(text) && parseDuration(text) === ns) return text;
  }
  return `${ns}ns`;
}
