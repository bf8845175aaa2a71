// What the Go specification promises of select: the choice among the ready is fair, the default is for when none is,
// a channel may stand in several cases, and a select never meets itself.

import { type Chan, chan, type Go, go, int, nilChan, orDefault, recv, select, send } from 'mandel/go';
import { equal, panicsParked } from './lib/go_expect.js';

const turns = 3000;
const bound = 200; // of the 1000 that each of three gets on average: 7.7 standard deviations

export function* main(): Go {
  yield* choosesFairly();
  yield* sameChannelTwice();
  yield* bothEndsOfOne();
  yield* defaultLast();
  yield* sendOnClosedPanics();
  for (let k = 0; k < 50; k++) yield* leavesTheOtherQueues();
}

function fair(what: string, counts: readonly number[]): void {
  for (const [index, n] of counts.entries()) {
    equal(`${what}: case ${index} fired ${n} times, within ${bound} of 1000`, Math.abs(n - turns / 3) <= bound, true);
  }
}

function* choosesFairly(): Go {
  const cs = [chan(int), chan(int), chan(int)];
  for (const c of cs) c.close();
  const counts = [0, 0, 0];
  for (let k = 0; k < turns; k++) counts[(yield* select(cs.map((c) => recv(c)))).index]!++;
  fair('three ready', counts);
}

function* sameChannelTwice(): Go {
  const c = chan(int);
  const counts = [0, 0, 0];
  go(feed, c, turns);
  for (let k = 0; k < turns; k++) {
    const s = yield* select([recv(c), recv(c), recv(c)]);
    equal('value', s.value, k);
    counts[s.index]!++;
  }
  fair('one channel in three cases', counts);
}

export function* feed(c: Chan<number>, n: number): Go {
  for (let k = 0; k < n; k++) yield* c.send(k);
}

function* bothEndsOfOne(): Go {
  const met = yield* select([send(chan(int), 1), recv(nilChan(int))], orDefault);
  equal('with nobody there', met.index, -1);
  const unbuffered = chan(int);
  equal('meeting oneself', (yield* select([send(unbuffered, 1), recv(unbuffered)], orDefault)).index, -1);

  const c = chan(int, 2);
  equal('empty', (yield* select([send(c, 1), recv(c)])).index, 0);
  const counts = [0, 0, 0];
  let held = 1;
  for (let k = 0; k < turns; k++) {
    const s = yield* select([send(c, k), recv(c)], orDefault);
    const may = held === 0 ? [0] : held === 2 ? [1] : [0, 1];
    equal(`case ${s.index} with ${held} in the buffer is one of ${may}`, may.includes(s.index), true);
    held += s.index === 0 ? 1 : -1;
    if (may.length === 2) counts[s.index]!++;
  }
  // At one of three it may go up or down; from there it must come back: half of all turns choose.
  for (const n of counts.slice(0, 2)) {
    equal(`fired ${n} times, within ${bound} of 750`, Math.abs(n - turns / 4) <= bound, true);
  }

  // Two selects that both offer both ends: one sends, the other receives.
  const a = chan(int);
  const result = chan(int, 1);
  go(either, a, result);
  const s = yield* select([send(a, 10), recv(a)]);
  equal('who met', [s.index === 0 ? 10 : s.value, yield* result.recv()], s.index === 0 ? [10, 10] : [20, -1]);
}

// Tells what it received, or -1 if it was the sender.
export function* either(a: Chan<number>, result: Chan<number>): Go {
  const s = yield* select([recv(a), send(a, 20)]);
  yield* result.send(s.index === 0 ? s.value : -1);
}

function* defaultLast(): Go {
  equal('nothing but the default', (yield* select([], orDefault)).index, -1);
  const c = chan(int, 1);
  equal('not ready', yield* select([recv(c)], orDefault), { index: -1, value: undefined, ok: false });
  for (let k = 0; k < 100; k++) {
    equal('room', (yield* select([send(c, k)], orDefault)).index, 0);
    equal('no room', (yield* select([send(c, k)], orDefault)).index, -1);
    equal('something there', yield* select([recv(c)], orDefault), { index: 0, value: k, ok: true });
  }
}

function* sendOnClosedPanics(): Go {
  const c = chan(int);
  const other = chan(int);
  c.close();
  const sending = function* (): Go {
    yield* select([recv(other), send(c, 1)], orDefault);
  };
  yield* panicsParked('a ready send on a closed channel', sending, 'send on closed channel');
  // What panicked has let go of the locks of all its channels.
  equal('the other channel', (yield* select([recv(other), send(other, 1)], orDefault)).index, -1);
}

function* leavesTheOtherQueues(): Go {
  const a = chan(int);
  const b = chan(int);
  const over = chan(int);
  go(waitsOnBoth, a, b, over);
  yield* a.send(1);
  yield* over.recv();
  equal('somebody left in the queue', (yield* select([send(b, 2), recv(b)], orDefault)).index, -1);
}

export function* waitsOnBoth(a: Chan<number>, b: Chan<number>, over: Chan<number>): Go {
  const s = yield* select([recv(b), send(b, 3), recv(a)]);
  equal('what fired', [s.index, s.value], [2, 1]);
  yield* over.send(1);
}
