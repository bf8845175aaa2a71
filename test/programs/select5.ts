// Selects of every shape do the one thing they should. Shapes are enumerated: the
// operation that is ready, where it stands among the cases, with a default and
// without, and with any of the cases that cannot fire beside it. One goroutine, so
// that what is ready is known: the cases that may fire, the value, and what is in
// the channel afterwards. selectpark.ts does the same for selects that park.
// After test/chan/select5.go in the Go distribution.
// Unlike Go, where a program is written out and compiled, the shapes are data here; and nothing is
// assigned to by a receive, so the order of evaluation is that of an array's elements.

import { chan, type Go, int, len, nilChan, orDefault, Panic, panic, recv, select, send } from 'mandel/go';
import { Choices } from './lib/choices.js';

type Case = ReturnType<typeof recv<number>> | ReturnType<typeof send<number>>;

// A case with what it is called in a message.
type Named = readonly [name: string, make: () => Case];

// What came of a select: the name of the case, or 'default'.
type Fired = { name: string; value: unknown; ok: boolean };

export function* main(): Go {
  yield* receives();
  yield* sends();
  yield* defaults();
  yield* closed();
  yield* closedPanics();
  yield* twoReady();
  yield* evaluationOrder();
}

// Cases on channels where nothing can happen: no partner, or nil.
function dead(): Named[] {
  const dummy = chan(int);
  const nil = nilChan(int);
  return [
    ['dummy <-', () => send(dummy, 1)],
    ['<- dummy', () => recv(dummy)],
    ['nil <-', () => send(nil, 1)],
    ['<- nil', () => recv(nil)],
  ];
}

// Chooses some of the cases, the main one among them at any place, and perhaps a default.
function shape(ch: Choices, main: Named, others: Named[]): { cases: Named[]; def: boolean } {
  const cases = others.filter(() => ch.maybe());
  cases.splice(ch.choose(cases.length + 1), 0, main);
  return { cases, def: ch.maybe() };
}

function* fire(cases: Named[], def: boolean): Go<Fired> {
  const made = cases.map(([, make]) => make());
  const s = def ? yield* select(made, orDefault) : yield* select(made);
  return { name: cases[s.index]?.[0] ?? 'default', value: s.value, ok: s.ok };
}

function describe(cases: Named[], def: boolean): string {
  return `select { ${cases.map(([name]) => name).join('; ')}${def ? '; default' : ''} }`;
}

function check(what: string, got: unknown, want: unknown): void {
  if (got !== want) {
    panic(`${what}: got ${got}, expected ${want}`);
  }
}

// A value is there: it is received, once, and sends on the full channel do not fire.
function* receives(): Go {
  const c = chan(int, 1);
  const others: Named[] = [...dead(), ['<- c', () => recv(c)], ['c <-', () => send(c, -1)]];
  let n = 1;
  for (const ch = new Choices(); ch.next(); n++) {
    const { cases, def } = shape(ch, ['<- c', () => recv(c)], others);
    const what = describe(cases, def);
    yield* c.send(n);
    const { name, value, ok } = yield* fire(cases, def);
    check(what, name, '<- c');
    check(`${what} value`, value, n);
    check(`${what} ok`, ok, true);
    check(`${what} length afterwards`, len(c), 0);
  }
}

// There is room: the value is sent, once, and receives from the empty channel do not fire.
function* sends(): Go {
  const c = chan(int, 1);
  let n = 1;
  const others: Named[] = [...dead(), ['c <-', () => send(c, n)], ['<- c', () => recv(c)]];
  for (const ch = new Choices(); ch.next(); n++) {
    const { cases, def } = shape(ch, ['c <-', () => send(c, n)], others);
    const what = describe(cases, def);
    const { name } = yield* fire(cases, def);
    check(what, name, 'c <-');
    check(`${what} length afterwards`, len(c), 1);
    check(`${what} value`, yield* c.recv(), n);
  }
}

// Nothing is ready: the default is taken and nothing has moved.
function* defaults(): Go {
  const full = chan(int, 1);
  const empty = chan(int, 1);
  yield* full.send(7);
  const others: Named[] = [
    ...dead(),
    ['full <-', () => send(full, 1)],
    ['<- empty', () => recv(empty)],
    ['<- empty', () => recv(empty)],
  ];
  for (const ch = new Choices(); ch.next(); ) {
    const cases = others.filter(() => ch.maybe());
    const what = describe(cases, true);
    const { name } = yield* fire(cases, true);
    check(what, name, 'default');
    check(`${what} full channel`, len(full), 1);
    check(`${what} empty channel`, len(empty), 0);
  }
  check('full channel at the end', yield* full.recv(), 7);
}

// A closed channel gives first what is in it, then zero and false for ever.
function* closed(): Go {
  for (const ch = new Choices(); ch.next(); ) {
    const c = chan(int, 1);
    const { cases, def } = shape(ch, ['<- c', () => recv(c)], [...dead(), ['<- c', () => recv(c)]]);
    const what = describe(cases, def);
    yield* c.send(5);
    c.close();
    for (const want of [5, 0, 0]) {
      const { name, value, ok } = yield* fire(cases, def);
      check(`${what} closed`, name, '<- c');
      check(`${what} closed value`, value, want);
      check(`${what} closed ok`, ok, want === 5);
    }
  }
}

// A send on a closed channel panics when it is what would fire. The panic leaves the other channels
// as they were, open to be used.
function* closedPanics(): Go {
  for (const ch = new Choices(); ch.next(); ) {
    const c = chan(int, 1);
    c.close();
    const other = chan(int, 1);
    const { cases, def } = shape(ch, ['c <-', () => send(c, 1)], [...dead(), ['<- other', () => recv(other)]]);
    const what = describe(cases, def);
    check(`${what} closed`, yield* panicOf(cases, def), 'send on closed channel');
    check(`${what} other channel`, len(other), 0);
    yield* other.send(3);
    check(`${what} other channel's value`, yield* other.recv(), 3);
    check(`${what} closed channel`, yield* c.recv(), 0);
  }
}

function* panicOf(cases: Named[], def: boolean): Go<string> {
  try {
    const { name } = yield* fire(cases, def);
    return name;
  } catch (err) {
    if (!(err instanceof Panic)) {
      throw err;
    }
    return err.message;
  }
}

// When two can fire, one does and the other's channel is untouched. Both have their turn.
function* twoReady(): Go {
  const tries = 200;
  let receives = 0;
  for (let i = 0; i < tries; i++) {
    const a = chan(int, 1);
    const b = chan(int, 1);
    yield* a.send(i);
    const s = yield* select([recv(a), send(b, i)]);
    if (s.index === 0) {
      receives++;
      check('receive fired, its value', s.value, i);
      check('receive fired, length of its channel', len(a), 0);
      check('receive fired, length of the other', len(b), 0);
    } else {
      check('send fired, value in its channel', yield* b.recv(), i);
      check('send fired, value in the other', yield* a.recv(), i);
    }
  }
  if (receives === 0 || receives === tries) {
    panic(`two ready: got ${receives} receives in ${tries} selects, expected some of each`);
  }
}

// Channels and values are computed once each, in the order of the cases, nil ones too, and before
// anything fires.
function* evaluationOrder(): Go {
  let order = 0;
  const at = <T>(want: number, v: T): T => {
    order++;
    check('order of evaluation', order, want);
    return v;
  };
  const c = chan(int, 1);
  const dummy = chan(int);
  const nil = nilChan(int);
  const s = yield* select([
    send(at(1, dummy), at(2, 1)),
    recv(at(3, nil)),
    send(at(4, c), at(5, 9)),
    recv(at(6, dummy)),
    send(at(7, nil), at(8, 1)),
  ]);
  check('case fired', s.index, 2);
  check('expressions computed', order, 8);
  check('value sent', yield* c.recv(), 9);
}
