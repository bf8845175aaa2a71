// Elements of channels and fields of shared structs, of every type, arrive as they were, through a buffer, hand to hand,
// and through a select; values of another type are refused where they are sent.

import {
  alloc,
  bool,
  type Chan,
  chan,
  chanOf,
  float64,
  type Go,
  go,
  int,
  ptr,
  recv,
  select,
  send,
  string,
  struct,
  type Type,
  UsageError,
  WaitGroup,
} from 'mandel/go';
import { equal } from './lib/go_expect.js';

const wide = struct({ a: int, b: float64, c: bool, d: string, e: int, f: string, g: float64, h: bool });
const nested = struct({ name: string, inner: struct({ left: string, n: int, inmost: struct({ right: string }) }) });
const empty = struct({});
const item = struct({ n: int, next: chanOf(int) });

const text = 'ü'.repeat(50_000);
interface Kind<T> {
  readonly type: Type<T>;
  readonly values: readonly T[];
}
const kinds: readonly Kind<never>[] = [
  { type: int, values: [0, 1, -1, 2 ** 31, -(2 ** 53) + 1, 2 ** 53 - 1] },
  { type: float64, values: [0, -0, 0.1, Number.NaN, Number.NEGATIVE_INFINITY, Number.MIN_VALUE, 2 ** 80] },
  { type: bool, values: [true, false, true] },
  { type: string, values: ['', 'x', '\ud83e', '\udd8a\u0000', text, `${text}\u20ac`] },
  {
    type: wide,
    values: [
      wide.zero,
      { a: 1, b: Number.NaN, c: true, d: 'one', e: -5, f: '\ud800', g: -0, h: false },
      { a: 2, b: 0.5, c: false, d: text, e: 5, f: '', g: 1, h: true },
    ],
  },
  { type: nested, values: [nested.zero, { name: 'n', inner: { left: 'l', n: 7, inmost: { right: '\u20ac' } } }] },
  { type: empty, values: [{}, {}, {}] },
].map((kind) => kind as unknown as Kind<never>);

export function* main(): Go {
  for (const [k, { type, values }] of kinds.entries()) {
    for (const size of [0, 1, 3]) {
      const c = chan(type, size);
      go(feed, k, c, size % 2 === 0);
      for (const [i, want] of values.entries()) {
        const what = `${type.name}, capacity ${size}, value ${i}`;
        if (i % 2 === 0) equal(what, yield* c.recv(), want);
        else equal(what, (yield* select([recv(c), recv(chan(int))])).value, want);
      }
      equal('after the last', yield* c.recv2(), [type.zero, false]);
    }
  }
  yield* handlesAsElements();
  yield* sharedFields();
  refuses();
}

export function* feed(k: number, c: Chan<never>, plain: boolean): Go {
  for (const v of kinds[k]!.values) {
    if (plain) yield* c.send(v);
    else yield* select([recv(chan(int)), send(c, v)]);
  }
  c.close();
}

function* handlesAsElements(): Go {
  const items = chan(item, 1);
  const pointers = chan(ptr(item), 1);
  const next = chan(int, 1);
  const p = alloc(item, { n: 1, next });
  equal('a channel in a shared struct', p.next === next, true);
  equal('a nil channel there', alloc(item).next, chanOf(int).zero);
  go(forward, items, pointers);
  yield* items.send({ n: 2, next });
  yield* pointers.send(p);
  yield* pointers.send(ptr(item).zero);
  equal('sent on', yield* next.recv(), 2);
  equal('sent on by the shared struct', yield* next.recv(), 3);
  equal('what the other goroutine wrote', p.n, 3);
}

export function* forward(
  items: Chan<typeof item.zero>,
  pointers: Chan<ReturnType<typeof alloc<typeof item.zero>>>,
): Go {
  const v = yield* items.recv();
  yield* v.next.send(v.n);
  const p = yield* pointers.recv();
  p.n += 2;
  yield* p.next.send(p.n);
  equal('a nil pointer', yield* pointers.recv(), null);
}

// Strings in shared structs may be read and written by all at once: whoever reads finds a whole one.
function* sharedFields(): Go {
  const p = alloc(struct({ s: string, n: float64, on: bool }), { s: 'a'.repeat(400) });
  equal('fields', [p.s.length, p.n, p.on], [400, 0, false]);
  const wg = new WaitGroup();
  wg.add(4);
  for (const letter of ['b', 'c', '\u20ac', 'd']) go(scribble, p, letter, wg);
  yield* wg.wait();
}

export function scribble(
  p: ReturnType<typeof alloc<{ s: string; n: number; on: boolean }>>,
  letter: string,
  wg: WaitGroup,
): void {
  for (let k = 0; k < 300; k++) {
    p.s = letter.repeat(100 + k);
    const s = p.s;
    equal('a whole string', s, s.charAt(0).repeat(s.length));
  }
  wg.done();
}

function refuses(): void {
  refused('2^53 as int', () => chan(int, 1).send(2 ** 53));
  refused('half as int', () => chan(int, 1).send(0.5));
  refused('a number as string', () => chan(string, 1).send(1 as never));
  refused('a string as bool', () => chan(bool, 1).send('true' as never));
  refused('a struct without a field', () => chan(nested, 1).send({ name: 'n' } as never));
  refused('another channel type', () => chan(chanOf(int), 1).send(chan(string) as never));
  refused('a field', () => {
    alloc(item).n = 'one' as never;
  });
  for (const name of ['addr', 'handleType']) refused(name, () => alloc(struct({ [name]: int })));
}

function refused(what: string, f: () => unknown): void {
  let got = 'no error';
  try {
    f();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    got = 'refused';
  }
  equal(what, got, 'refused');
}
