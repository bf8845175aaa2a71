// What package time promises: sleeping takes as long as it should or longer, a timer fires once, a ticker again and again
// until it is stopped, and a slow receiver misses ticks.

import {
  after,
  type Chan,
  chan,
  type Go,
  go,
  int,
  millisecond,
  now,
  orDefault,
  recv,
  select,
  sleep,
  Ticker,
} from 'mandel/go';
import { equal, panics } from './lib/go_expect.js';

const short = millisecond / 2;

export function* main(): Go {
  yield* sleepsLongEnough();
  yield* firesOnce();
  yield* ticksUntilStopped();
  yield* ticksAnew();
  panics('NewTicker', () => new Ticker(0), 'non-positive interval for NewTicker');
}

function* sleepsLongEnough(): Go {
  const c = chan(int);
  for (let k = 0; k < 4; k++) go(sleeper, k * short, c);
  for (let k = 0; k < 4; k++) equal('slept long enough', yield* c.recv(), 1);
  yield* sleep(0);
  yield* sleep(-5);
}

export function* sleeper(d: number, c: Chan<number>): Go {
  const before = now();
  yield* sleep(d);
  yield* c.send(now() - before >= d ? 1 : 0);
}

function* firesOnce(): Go {
  const before = now();
  const c = after(short);
  equal('the time it was sent is late enough', Math.ceil(yield* c.recv()) >= Math.floor(before + short), true);
  yield* sleep(2 * short);
  equal('fired again', (yield* select([recv(c)], orDefault)).index, -1);
  equal('at once', (yield* after(0).recv2())[1], true);
  const s = yield* select([recv(chan(int)), recv(after(short))]);
  equal('a select with a time limit', s.index, 1);
}

function* ticksUntilStopped(): Go {
  let last = now(); // what is sent is when a tick was due
  const ticker = new Ticker(short);
  for (let k = 0; k < 3; k++) {
    const at = yield* ticker.c.recv();
    equal('ticks run forwards', at > last, true);
    last = at;
  }
  yield* sleep(4 * short);
  equal('a tick that was missed', (yield* select([recv(ticker.c)], orDefault)).index, 0);
  ticker.stop();
  ticker.stop();
  yield* sleep(3 * short);
  equal('ticks after stop', (yield* select([recv(ticker.c)], orDefault)).index, -1);
}

// Reset starts a ticker that was stopped, from another goroutine if need be.
function* ticksAnew(): Go {
  const ticker = new Ticker(3_600_000 * millisecond);
  panics('Reset', () => ticker.reset(0), 'non-positive interval for Ticker.Reset');
  const over = chan(int);
  go(resetter, ticker, over);
  for (let k = 0; k < 2; k++) yield* ticker.c.recv();
  yield* over.recv();
  ticker.stop();
}

export function* resetter(ticker: Ticker, over: Chan<number>): Go {
  ticker.stop();
  ticker.reset(short);
  yield* over.send(1);
}
