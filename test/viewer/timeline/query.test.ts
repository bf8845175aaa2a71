// The query language: what is a query, what it means, what is wrong with a text that is none.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Condition,
  parseQuery,
  type Query,
  QueryError,
  queryText,
  type State,
  states,
  termTime,
} from '#src/viewer/timeline/query.js';

const only = (text: string): unknown => {
  const { terms } = parseQuery(text);
  expect(terms).toHaveLength(1);
  const { isNegated, ...condition } = terms[0]!;
  return isNegated ? ['not', condition] : condition;
};

describe('a query', () => {
  test.each<[string, Condition]>([
    ['state:runnable', { key: 'state', states: ['runnable'] }],
    ['State:Running,sleep', { key: 'state', states: ['running', 'sleep'] }],
    ['dur>1ms', { key: 'dur', op: '>', ns: 1e6 }],
    ['dur<=1.5s', { key: 'dur', op: '<=', ns: 1.5e9 }],
    ['dur>=300ns', { key: 'dur', op: '>=', ns: 300 }],
    ['dur<1m30s', { key: 'dur', op: '<', ns: 90e9 }],
    ['body:pixel', { key: 'body', text: 'pixel', isWhole: false }],
    ['body:=main.main', { key: 'body', text: 'main.main', isWhole: true }],
    ['body:=""', { key: 'body', text: '', isWhole: true }],
    ['woke:"a \\"b\\" \\\\"', { key: 'woke', text: 'a "b" \\', isWhole: false }],
    ['body:"=x"', { key: 'body', text: '=x', isWhole: false }],
    [
      'p:0,2..3',
      {
        key: 'p',
        ranges: [
          [0, 0],
          [2, 3],
        ],
      },
    ],
    ['g:42', { key: 'g', ranges: [[42, 42]] }],
    ['reason:"chan receive"', { key: 'reason', text: 'chan receive' }],
    ['object:chan', { key: 'object', text: 'chan' }],
    ['at:chan.go:12', { key: 'at', text: 'chan.go:12' }],
    ['from:2ms', { key: 'from', ns: 2e6 }],
    ['to:0', { key: 'to', ns: 0 }],
    ['pixel', { key: 'word', text: 'pixel' }],
    ['main.go:12', { key: 'word', text: 'main.go:12' }],
    ['"state:runnable"', { key: 'word', text: 'state:runnable' }],
  ])('is made of terms: %s', (text, condition) => {
    expect(only(text)).toEqual(condition);
    expect(only(`-${text}`)).toEqual(['not', condition]);
    expect(parseQuery(queryText(parseQuery(text)))).toEqual(parseQuery(text));
  });

  test('has any spaces between its terms, and may have no term', () => {
    expect(parseQuery(' \n')).toEqual({ terms: [] });
    expect(queryText(parseQuery('  state:runnable \t dur>1000us  body:"pixel" -woke:main '))).toBe(
      'state:runnable dur>1ms body:pixel -woke:main',
    );
  });

  test('is the same when it is read from its own text', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('-a', 'dur>1ms', '=', '"', 'a b', '\\'),
    );
    const some = text.filter((t) => t !== '');
    const ns = fc.oneof(
      fc.nat(),
      fc.maxSafeNat(),
      fc.nat(5000).map((n) => n * 1e6),
    );
    const names = Object.keys(states) as State[];
    const range = fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    const condition: fc.Arbitrary<Condition> = fc.oneof(
      fc.record({ key: fc.constant('state'), states: fc.array(fc.constantFrom(...names), { minLength: 1 }) } as const),
      fc.record({ key: fc.constant('dur'), op: fc.constantFrom('>', '>=', '<', '<='), ns } as const),
      fc.record({ key: fc.constantFrom('body', 'woke'), text, isWhole: fc.constant(true) } as const),
      fc.record({ key: fc.constantFrom('body', 'woke'), text: some, isWhole: fc.constant(false) } as const),
      fc.record({ key: fc.constantFrom('p', 'g'), ranges: fc.array(range, { minLength: 1 }) } as const),
      fc.record({ key: fc.constantFrom('reason', 'object', 'at', 'word'), text: some } as const),
      fc.record({ key: fc.constantFrom('from', 'to'), ns } as const),
    );
    const term = fc.tuple(condition, fc.boolean()).map(([of, isNegated]) => ({ ...of, isNegated }));
    fc.assert(
      fc.property(fc.array(term), (terms) => {
        const query: Query = { terms };
        expect(parseQuery(queryText(query))).toEqual(query);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    [1_500_000, '1.5ms'],
    [999, '999ns'],
    [1_000_001, '1000.001us'],
    [90e9, '90s'],
    [0, '0ns'],
  ])('has times in the largest unit with three decimals: %d', (ns, text) => {
    expect(termTime(ns)).toBe(text);
  });
});

describe('a text that is no query', () => {
  test.each([
    ['a dur>1mm', 2, 'dur: expected a time such as 1ms, got "1mm"'],
    ['dur:1ms', 0, 'dur: expected dur> or dur>= or dur< or dur<=, got "dur:1ms"'],
    ['dur>', 0, 'dur: expected a time such as 1ms, got nothing'],
    ['from:-2ms', 0, 'from: expected a time such as 1ms, got "-2ms"'],
    [
      'state:runable',
      0,
      'state: expected one of running, blocked, waiting, execution, calling, runnable, send, receive, select, sync, cond, network, syscall, sleep, gc, block, before, got "runable"; did you mean runnable?',
    ],
    ['state>runnable', 0, 'state: expected state:, got "state>runnable"'],
    ['p:=1', 0, 'p: expected p:, got "p:=1"'],
    ['p:1..', 0, 'p: expected numbers of Ps such as 0 or 0..3, got "1.."'],
    ['g:20..10', 0, 'g: expected numbers of goroutines such as 42 or 10..20, got "20..10"'],
    ['x stat:sleep', 2, 'expected state:, got "stat:"'],
    [
      'http://x',
      0,
      'expected one of state, dur, body, woke, p, g, reason, object, at, from, to, or quotes around a text, got "http:"',
    ],
    ['body:"my worker', 0, 'expected a closing quote after "body:\\"my"'],
    ['a"b"', 0, 'expected quotes around a whole value, got "a\\"b\\""'],
    ['body:', 0, 'body: expected a part of a function name such as main.worker, got nothing'],
    ['a -', 2, 'expected a word or a term such as body:main, got "-"'],
  ])('is refused in one line: %s', (text, at, message) => {
    try {
      parseQuery(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(QueryError);
      expect((error as QueryError).message).toBe(message);
      expect((error as QueryError).at).toBe(at);
    }
  });
});
