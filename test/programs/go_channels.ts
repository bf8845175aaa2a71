// What the Go specification promises of channels: order, length and capacity, what close does to those who wait and
// to those who come later, the zero value, the panics, and that nil channels never do anything.

import { type Chan, cap, chan, chanOf, type Go, go, int, len, nilChan, orDefault, recv, select, send } from 'mandel/go';
import { equal, panics, panicsParked, textOf } from './lib/go_expect.js';

const waiters = 8;

export function* main(): Go {
  yield* countsAndKeepsOrder();
  yield* closedGivesTheRestThenZero();
  yield* closeWakesReceivers();
  yield* closeWakesSenders();
  yield* saysWhatGoSays();
  yield* nilNeverFires();
  yield* channelsOfChannels();
  for (const size of [0, 1, 7]) yield* rangesToTheEnd(size);
}

function* countsAndKeepsOrder(): Go {
  const c = chan(int, 5);
  equal('cap', cap(c), 5);
  for (let round = 0; round < 3; round++) {
    // Three at a time in a ring of five: its ends come to lie everywhere.
    for (let k = 0; k < 3; k++) {
      equal('len', len(c), k);
      yield* c.send(10 * round + k);
    }
    for (let k = 0; k < 3; k++) equal('received', yield* c.recv(), 10 * round + k);
  }
  equal('len of an unbuffered channel', [len(chan(int)), cap(chan(int))], [0, 0]);
}

function* closedGivesTheRestThenZero(): Go {
  const c = chan(int, 3);
  yield* c.send(7);
  yield* c.send(8);
  c.close();
  equal('len after close', [len(c), cap(c)], [2, 3]);
  equal('first', yield* c.recv2(), [7, true]);
  equal('second', yield* c.recv(), 8);
  equal('third', yield* c.recv2(), [0, false]);
  equal('fourth', yield* c.recv(), 0);
  const s = yield* select([recv(c)]);
  equal('in a select', [s.value, s.ok], [0, false]);
}

function* closeWakesReceivers(): Go {
  const c = chan(int);
  const results = chan(int, waiters);
  for (let k = 0; k < waiters; k++) go(k % 2 === 0 ? receiver : selecting, c, results);
  yield* c.send(5); // one of them, whichever: it receives again
  c.close();
  let zeros = 0;
  for (let k = 0; k <= waiters; k++) {
    if ((yield* results.recv()) === 0) zeros++;
  }
  equal('receivers that were told of the close', zeros, waiters);
}

export function* receiver(c: Chan<number>, results: Chan<number>): Go {
  for (let ok = true; ok; ) {
    const got = yield* c.recv2();
    ok = got[1];
    yield* results.send(got[0]);
  }
}

export function* selecting(c: Chan<number>, results: Chan<number>): Go {
  for (let ok = true; ok; ) {
    const s = yield* select([recv(nilChan(int)), recv(c)]);
    ok = s.ok;
    yield* results.send(s.value);
  }
}

function* closeWakesSenders(): Go {
  const c = chan(int, 1);
  yield* c.send(1);
  const said = chan(int, waiters);
  for (let k = 0; k < waiters; k++) go(doomed, c, said, k % 2 === 0);
  c.close();
  for (let k = 0; k < waiters; k++) yield* said.recv();
  equal('what was in the buffer', yield* c.recv2(), [1, true]);
  equal('after it', yield* c.recv2(), [0, false]);
}

export function* doomed(c: Chan<number>, said: Chan<number>, plain: boolean): Go {
  const sending = function* (): Go {
    if (plain) yield* c.send(2);
    else yield* select([send(c, 3), recv(nilChan(int))]);
  };
  yield* panicsParked('a sender when the channel closes', sending, 'send on closed channel');
  yield* said.send(1);
}

function* saysWhatGoSays(): Go {
  const closed = chan(int, 4);
  closed.close();
  panics('close again', () => closed.close(), 'close of closed channel');
  panics('close nil', () => nilChan(int).close(), 'close of nil channel');
  for (const size of [-1, 0.5, Number.NaN, 2 ** 40]) {
    panics(`chan of ${size}`, () => chan(int, size), 'makechan: size out of range');
  }
  let got = '';
  try {
    yield* closed.send(1);
  } catch (error) {
    got = textOf(error);
  }
  equal('send when closed', got, 'send on closed channel');
  // What panicked has let go of every lock: the channel still works.
  equal('afterwards', yield* closed.recv2(), [0, false]);
}

function* nilNeverFires(): Go {
  const c = nilChan(int);
  equal('a nil channel', [len(c), cap(c), c === nilChan(int)], [0, 0, true]);
  equal('its select', (yield* select([recv(c), send(c, 1)], orDefault)).index, -1);
  const real = chan(int, 1);
  yield* real.send(4);
  const s = yield* select([recv(c), send(c, 1), recv(real)]);
  equal('beside a real one', [s.index, s.value], [2, 4]);
}

function* channelsOfChannels(): Go {
  const requests = chan(chanOf(int));
  go(server, requests);
  for (let k = 0; k < 20; k++) {
    const answer = chan(int, k % 2);
    yield* requests.send(answer);
    equal('answer', yield* answer.recv(), k);
    equal('the channel that came back', yield* requests.recv(), answer);
  }
  requests.close();
}

// Answers request k with k, and sends the channel back.
export function* server(requests: Chan<Chan<number>>): Go {
  for (let k = 0; ; k++) {
    const [answer, ok] = yield* requests.recv2();
    if (!ok) return;
    yield* answer.send(k);
    yield* requests.send(answer);
  }
}

function* rangesToTheEnd(size: number): Go {
  const c = chan(int, size);
  go(count, c, 300);
  const got: number[] = [];
  yield* c.range((v) => got.push(v));
  equal(`range with capacity ${size}`, got.join(), Array.from({ length: 300 }, (_, k) => k).join());
}

export function* count(c: Chan<number>, n: number): Go {
  for (let k = 0; k < n; k++) yield* c.send(k);
  c.close();
}
