// Whatever may be handed to a goroutine arrives as it was: numbers to the bit, strings to the unit, structs as copies,
// handles as the same objects, nil as nil; none to eight of them, for bodies that may park and for those that run through.

import {
  alloc,
  type Chan,
  chan,
  type Go,
  go,
  gosched,
  int,
  len,
  Mutex,
  nilChan,
  ptr,
  type Shared,
  string,
  struct,
  UsageError,
  WaitGroup,
} from 'mandel/go';
import { equal } from './lib/go_expect.js';

const node = struct({ n: int, name: string });
type Node = typeof node.zero;

const long = 'mandel '.repeat(15_000); // 105 kB
// One value of each kind, made anew on the thread that asks.
const values: readonly unknown[] = [
  0,
  -0,
  1,
  -1,
  0.1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.MIN_VALUE,
  Number.MAX_VALUE,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53,
  2 ** 53 - 1,
  true,
  false,
  '',
  'a',
  'é'.repeat(1001),
  '\u0000',
  '\ud800',
  '\udc00\ud800',
  '🦊 und Ärger',
  long,
  `${long}\u20ac`,
  null,
  {},
  { x: -0, y: Number.NaN },
  { a: { b: { c: 'deep', d: [][0] === undefined } }, e: '\udfff', f: 2 ** 53 },
  { one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 'sieben', eight: false },
];

export function* main(): Go {
  const wg = new WaitGroup();
  for (const k of values.keys()) {
    wg.add(3);
    go(check, k, values[k], wg);
    go(checkPlain, k, values[k], wg);
    // Four in the record itself, more in a block of their own.
    go(check8, values[k], k, values[k], true, values[k], 'x', wg, values[k]);
  }
  yield* wg.wait();
  yield* anyNumber();
  yield* handles();
  yield* copies();
  for (const bad of [() => {}, Symbol('s'), 10n, undefined, [1], new Map(), { f: () => {} }]) refused(bad);
}

export function* check(k: number, v: unknown, wg: WaitGroup): Go {
  yield* gosched();
  equal(`value ${k}`, v, values[k]);
  wg.done();
}

export function checkPlain(k: number, v: unknown, wg: WaitGroup): void {
  equal(`value ${k}, handed to a body that runs through`, v, values[k]);
  wg.done();
}

export function* check8(
  a: unknown,
  k: number,
  b: unknown,
  yes: boolean,
  c: unknown,
  x: string,
  wg: WaitGroup,
  d: unknown,
): Go {
  yield* gosched();
  for (const v of [a, b, c, d]) equal(`value ${k} of eight`, v, values[k]);
  equal('those between', [yes, x], [true, 'x']);
  wg.done();
}

function digitsSum(args: readonly number[]): number {
  return args.reduce((sum, v, k) => sum + v * 10 ** k, 0);
}

function* anyNumber(): Go {
  const c = chan(int, 1);
  for (let n = 0; n < 8; n++) {
    const digits = Array.from({ length: n }, (_, k) => k + 1);
    go(sum, c, ...digits);
    equal(`${n} more arguments`, yield* c.recv(), digitsSum(digits));
  }
  go(none);
  refusedWith(() => go(sum, c, 1, 2, 3, 4, 5, 6, 7, 8), 'expected at most 8 arguments');
}

export function* sum(c: Chan<number>, ...args: number[]): Go {
  yield* c.send(digitsSum(args));
}

export function none(...args: unknown[]): void {
  equal('arguments of none', args.length, 0);
}

function* handles(): Go {
  const c = chan(int, 1);
  const nested = { deep: { c, nothing: nilChan(string) }, mu: new Mutex() };
  const p = alloc(node, { n: 5, name: 'five' });
  const wg = new WaitGroup();
  wg.add(1);
  go(useAll, c, nested, p, nilChan(int), ptr(node).zero, wg);
  yield* wg.wait();
  equal('what was done to them', [yield* c.recv(), p.n, p.name, nested.mu.tryLock()], [6, 6, 'six', false]);
}

export function* useAll(
  c: Chan<number>,
  nested: { deep: { c: Chan<number>; nothing: Chan<string> }; mu: Mutex },
  p: Shared<Node>,
  nothing: Chan<number>,
  nil: Shared<Node> | null,
  wg: WaitGroup,
): Go {
  equal('the same channel', nested.deep.c === c, true);
  equal('nil', [nothing, nested.deep.nothing, nil], [nilChan(int), nilChan(string), null]);
  equal('len of nil', len(nothing), 0);
  equal('the shared struct', [p.n, p.name], [5, 'five']);
  p.n += 1;
  p.name = 'six';
  equal('a mutex in a struct', nested.mu.tryLock(), true);
  yield* c.send(6);
  wg.done();
}

// A struct is copied when go is called, not when the goroutine starts.
function* copies(): Go {
  const v = { n: 1, name: 'before' };
  const c = chan(node);
  go(sendBack, v, c);
  v.n = 2;
  v.name = 'after';
  equal('the copy', yield* c.recv(), { n: 1, name: 'before' });
}

export function* sendBack(v: Node, c: Chan<Node>): Go {
  yield* c.send(v);
}

function refused(bad: unknown): void {
  refusedWith(() => go(none, bad), 'nothing else can cross threads');
}

function refusedWith(f: () => void, text: string): void {
  let got = 'no error';
  try {
    f();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    got = error.message;
  }
  equal(`"${got}" says "${text}"`, got.includes(text), true);
}
