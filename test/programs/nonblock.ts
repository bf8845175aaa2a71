// Selects with a default never block: they find nothing in an empty channel, and,
// tried again and again, a send finds the receiver when it has come and a receive
// finds the sender. With elements of several types and sizes, without a buffer and
// with one.
// After test/chan/nonblock.go in the Go distribution.

import {
  bool,
  type Chan,
  chan,
  float64,
  type Go,
  go,
  gosched,
  int,
  microsecond,
  orDefault,
  panic,
  recv,
  select,
  send,
  sleep,
  string,
  struct,
} from 'mandel/go';

const maxTries = 10_000;

const mixed = struct({ n: int, x: float64, ok: bool, name: string });

export function* main(): Go {
  for (let buffer = 0; buffer < 2; buffer++) {
    yield* meet('int', chan(int, buffer), 123, 234);
    yield* meet('large int', chan(int, buffer), 123_456_789_012, -234_567_890_123);
    yield* meet('float64', chan(float64, buffer), 0.1, -2.5e300);
    yield* meet('bool', chan(bool, buffer), true, true);
    yield* meet('string', chan(string, buffer), 'hello', 'hello again');
    yield* meet(
      'struct',
      chan(mixed, buffer),
      { n: -1, x: 0.5, ok: true, name: 'hello, 世界' },
      { n: 2 ** 40, x: -0.25, ok: false, name: '' },
    );
  }
}

function* meet<T>(name: string, c: Chan<T>, there: T, back: T): Go {
  const strobe = chan(bool);
  const empty = yield* select([recv(c)], orDefault);
  if (empty.index !== -1) {
    panic(`${name}: got ${show(empty.value)} from an empty channel, expected the default`);
  }

  go(receiver<T>, name, c, there, strobe);
  yield* trySend(name, c, there);
  yield* strobe.recv();

  go(sender<T>, c, back, strobe);
  const got = yield* tryRecv(name, c);
  if (show(got) !== show(back)) {
    panic(`${name}: got ${show(got)} from the sender, expected ${show(back)}`);
  }
  yield* strobe.recv();
}

export function* receiver<T>(name: string, c: Chan<T>, want: T, strobe: Chan<boolean>): Go {
  const v = yield* c.recv();
  if (show(v) !== show(want)) {
    panic(`${name}: the receiver got ${show(v)}, expected ${show(want)}`);
  }
  yield* strobe.send(true);
}

export function* sender<T>(c: Chan<T>, v: T, strobe: Chan<boolean>): Go {
  yield* c.send(v);
  yield* strobe.send(true);
}

function* trySend<T>(name: string, c: Chan<T>, v: T): Go {
  for (let i = 0; i < maxTries; i++) {
    const s = yield* select([send(c, v)], orDefault);
    if (s.index === 0) {
      return;
    }
    yield* pause();
  }
  panic(`${name}: got the default ${maxTries} times, expected to meet the receiver`);
}

function* tryRecv<T>(name: string, c: Chan<T>): Go<T> {
  for (let i = 0; i < maxTries; i++) {
    const s = yield* select([recv(c)], orDefault);
    if (s.index === 0) {
      return s.value;
    }
    yield* pause();
  }
  panic(`${name}: got the default ${maxTries} times, expected to meet the sender`);
}

// Lets the others run, on this P and on the others.
function* pause(): Go {
  yield* sleep(10 * microsecond);
  yield* gosched();
  yield* gosched();
  yield* gosched();
}

// Unlike Go, structs are not compared by ==, so values are compared as they are shown.
function show(v: unknown): string {
  return JSON.stringify(v);
}
