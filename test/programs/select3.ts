// What blocks and what does not: plain operations and selects on channels that
// are nil, closed, empty, full and ready, with a default and without; and which
// of them panic.
// After test/chan/select3.go in the Go distribution.
// Unlike Go, the bodies that must block all run at once, so that one wait is enough for them; and a
// body that must not block but does is found as a deadlock, and not after ten seconds. The texts of
// the panics are checked, too.

import {
  type Chan,
  chan,
  type Go,
  go,
  int,
  millisecond,
  nilChan,
  orDefault,
  Panic,
  panic,
  recv,
  select,
  send,
  sleep,
  string,
} from 'mandel/go';

// A generator function, or a plain one where nothing can park.
type Body = (() => Go) | (() => void);

export function* main(): Go {
  for (const [name, body] of Object.entries(neverPanics)) {
    yield* testPanic(name, body, undefined);
  }
  for (const [name, [body, want]] of Object.entries(panics)) {
    yield* testPanic(name, body, want);
  }
  const done = chan(string);
  for (const name of Object.keys(neverBlocks)) {
    go(attempt, 'never', name, done);
    const who = yield* done.recv();
    if (who !== name) {
      panic(`got the end of ${who}, expected that of ${name}`);
    }
  }
  for (const name of Object.keys(blocks)) {
    go(attempt, 'always', name, done);
  }
  yield* sleep(10 * millisecond);
  const s = yield* select([recv(done)], orDefault);
  if (s.index !== -1) {
    panic(`${s.value} did not block, expected it to block for ever`);
  }
}

// Unlike Go, a body is named and not passed: functions cannot be a goroutine's arguments.
export function* attempt(table: string, name: string, done: Chan<string>): Go {
  const body = (table === 'never' ? neverBlocks : blocks)[name];
  if (body === undefined) {
    panic(`no body ${name}`);
  }
  yield* body() ?? [];
  yield* done.send(name);
}

function* testPanic(name: string, body: Body, want: string | undefined): Go {
  let got: string | undefined;
  try {
    yield* body() ?? [];
  } catch (err) {
    if (!(err instanceof Panic)) {
      throw err;
    }
    got = err.message;
  }
  if (got !== want) {
    panic(`${name}: got ${got ?? 'no panic'}, expected ${want ?? 'no panic'}`);
  }
}

function unreachable(): never {
  panic('a case fired that never can');
}

function closedChan(): Chan<number> {
  const c = chan(int);
  c.close();
  return c;
}

const neverPanics: Record<string, Body> = {
  *'select, send on nil, default'() {
    const s = yield* select([send(nilChan(int), 7)], orDefault);
    if (s.index !== -1) unreachable();
  },
  *'select, receive from nil, default'() {
    const s = yield* select([recv(nilChan(int))], orDefault);
    if (s.index !== -1) unreachable();
  },
};

// Each with the text of its panic.
const panics: Record<string, [Body, string]> = {
  'send on closed': [
    function* () {
      yield* closedChan().send(7);
    },
    'send on closed channel',
  ],
  'select, send on closed': [
    function* () {
      yield* select([send(closedChan(), 7)]);
    },
    'send on closed channel',
  ],
  'send, closed while it waits': [
    function* () {
      const c = chan(int);
      go(closer, c);
      yield* c.send(7);
    },
    'send on closed channel',
  ],
  'close of closed': [() => closedChan().close(), 'close of closed channel'],
  'close of nil': [() => nilChan(int).close(), 'close of nil channel'],
};

export function closer(c: Chan<number>): void {
  c.close();
}

const neverBlocks: Record<string, Body> = {
  *'send with room'() {
    yield* chan(int, 1).send(7);
  },
  *'receive from closed'() {
    const c = closedChan();
    for (let i = 0; i < 10; i++) {
      const v = yield* c.recv();
      const [x, ok] = yield* c.recv2();
      if (v !== 0 || x !== 0 || ok) {
        panic(`closed channel: got ${v}, then ${x} and ${ok}, expected 0, then 0 and false`);
      }
    }
  },
  *'select, only default'() {
    const s = yield* select([], orDefault);
    if (s.index !== -1) unreachable();
  },
  ...neverPanics,
  *'select, send with room, default'() {
    const s = yield* select([send(chan(int, 1), 7)], orDefault);
    if (s.index !== 0) unreachable();
  },
  *'select, receive what is there, default'() {
    const c = chan(int, 1);
    yield* c.send(7);
    const s = yield* select([recv(c)], orDefault);
    if (s.index !== 0 || s.value !== 7 || !s.ok) unreachable();
  },
  *'select, receive from closed'() {
    const s = yield* select([recv(closedChan())]);
    if (s.index !== 0 || s.value !== 0 || s.ok) {
      panic(`closed channel: got case ${s.index}, ${s.value}, ${s.ok}, expected case 0, 0, false`);
    }
  },
};

const blocks: Record<string, Body> = {
  *'send on nil'() {
    yield* nilChan(int).send(7);
  },
  *'receive from nil'() {
    yield* nilChan(int).recv();
  },
  // A nil channel is no channel that two could meet on.
  *'receive from nil on which another sends'() {
    const c = nilChan(int);
    go(sendOn, c);
    yield* c.recv();
  },
  *'receive from empty'() {
    yield* chan(int).recv();
  },
  *'select without cases'() {
    yield* select([]);
  },
  *'select, receive from nil'() {
    yield* select([recv(nilChan(int))]);
    unreachable();
  },
  *'select, send on nil'() {
    yield* select([send(nilChan(int), 7)]);
    unreachable();
  },
  *'select, both on nil'() {
    const c = nilChan(int);
    yield* select([recv(c), send(c, 7)]);
    unreachable();
  },
  *'select, receive from empty'() {
    yield* select([recv(chan(int))]);
    unreachable();
  },
  // Its own send does not meet its own receive.
  *'select, both on one channel'() {
    const c = chan(int);
    yield* select([send(c, 1), recv(c)]);
    unreachable();
  },
};

export function* sendOn(c: Chan<number>): Go {
  yield* c.send(7);
}
