// The channels of timers, as Go has them since 1.23: no buffer that a program can see, a tick that is due until it is received,
// no stale tick after stop and reset, each tick for one goroutine.

import {
  after,
  type Chan,
  cap,
  chan,
  type Go,
  go,
  hour,
  int,
  len,
  microsecond,
  millisecond,
  now,
  orDefault,
  recv,
  select,
  sleep,
  Ticker,
} from 'mandel/go';
import { equal } from './lib/go_expect.js';
import { letOthersStart } from './lib/spread.js';

const short = 400 * microsecond;
const [NOTHING, TICK] = [-1, 0];

export function* main(): Go {
  yield* hasNoBuffer();
  yield* isDueUntilReceived();
  yield* ticksOnItsGrid();
  yield* forgetsOnStop();
  yield* forgetsOnReset();
  yield* wakesOneByEachTick();
  yield* isArmedByReset();
  yield* isLeftBySelect();
}

/** Receives if there is a tick. */
function* poll(c: Chan<number>): Go<number> {
  return (yield* select([recv(c)], orDefault)).index;
}

function* hasNoBuffer(): Go {
  const c = after(short);
  const ticker = new Ticker(short);
  equal('buffers', [cap(c), len(c), cap(ticker.c), len(ticker.c)].join(), '0,0,0,0');
  yield* sleep(3 * short);
  equal('buffers when there is a tick', [cap(c), len(c), cap(ticker.c), len(ticker.c)].join(), '0,0,0,0');
  equal('the tick', yield* poll(c), TICK);
  equal('another one', yield* poll(c), NOTHING);
  equal('the tick of a ticker', yield* poll(ticker.c), TICK);
}

// Nothing waits for it when it is due: the receiver gets the time at which it was.
function* isDueUntilReceived(): Go {
  const from = now() + short;
  const c = after(short);
  const to = now() + short;
  yield* sleep(10 * short);
  const [at, ok] = yield* c.recv2();
  equal('received', ok, true);
  equal('due when it was', at >= Math.floor(from) && at <= to, true);
  equal('times that have passed', [yield* poll(after(0)), yield* poll(after(-5))].join(), `${TICK},${TICK}`);
}

function* ticksOnItsGrid(): Go {
  const ticker = new Ticker(short);
  const first = yield* ticker.c.recv();
  let last = first;
  for (let k = 0; k < 4; k++) {
    const at = yield* ticker.c.recv();
    equal('a later tick', at > last, true);
    equal('nanoseconds off the grid', Math.abs(at - first - Math.round((at - first) / short) * short) <= 1, true);
    last = at;
  }
  // Of the ticks that a receiver misses it gets the first.
  yield* sleep(10 * short);
  const late = now();
  const missed = yield* ticker.c.recv();
  equal('the first tick that was missed', missed > last && missed < late, true);
  equal('and none of the others', (yield* ticker.c.recv()) >= Math.floor(late), true);
}

function* forgetsOnStop(): Go {
  const ticker = new Ticker(short);
  yield* sleep(3 * short);
  ticker.stop();
  equal('after stop', yield* poll(ticker.c), NOTHING);
  ticker.stop();
  yield* sleep(3 * short);
  equal('long after stop', yield* poll(ticker.c), NOTHING);
  const before = now();
  ticker.reset(short);
  equal('started again', (yield* ticker.c.recv()) >= Math.floor(before + short), true);
}

function* forgetsOnReset(): Go {
  const ticker = new Ticker(short);
  yield* sleep(3 * short);
  ticker.reset(hour);
  equal('after reset', yield* poll(ticker.c), NOTHING);
  equal('long after reset', (yield* select([recv(ticker.c), recv(after(3 * short))])).index, 1);
  ticker.reset(short);
  yield* sleep(3 * short);
  const before = now();
  ticker.reset(2 * short);
  equal('the tick of the last reset', (yield* ticker.c.recv()) >= Math.floor(before + 2 * short), true);
}

// Several wait for one ticker: no tick is for two of them.
function* wakesOneByEachTick(): Go {
  const waiters = 5;
  const ticker = new Ticker(short);
  const ticks = chan(int);
  for (let k = 0; k < waiters; k++) go(waitFor, ticker.c, ticks);
  const seen = new Set<number>();
  for (let k = 0; k < waiters; k++) seen.add(yield* ticks.recv());
  equal('different ticks', seen.size, waiters);
}

export function* waitFor(c: Chan<number>, ticks: Chan<number>): Go {
  yield* ticks.send(yield* c.recv());
}

// Goroutines wait for a ticker that is stopped, or far from its time, and another one starts it.
function* isArmedByReset(): Go {
  const ticker = new Ticker(hour);
  const ticks = chan(int);
  for (const others of [0, 3]) {
    for (const stopped of [true, false]) {
      if (stopped) ticker.stop();
      else ticker.reset(hour);
      for (let k = 0; k < others; k++) go(waitFor, ticker.c, ticks);
      go(startLater, ticker);
      letOthersStart(); // the timer is in the heap of one P, and another P resets it
      const before = now();
      yield* ticker.c.recv();
      equal('waited', now() > before, true);
      for (let k = 0; k < others; k++) yield* ticks.recv();
    }
  }
}

export function* startLater(ticker: Ticker): Go {
  yield* sleep(10 * short); // longer than the others take to begin to wait
  ticker.reset(short);
}

// What a select has waited for besides is as it was before, and can be waited for again.
function* isLeftBySelect(): Go {
  const rounds = 200;
  const c = chan(int);
  const ticker = new Ticker(millisecond / 2);
  const slow = new Ticker(hour);
  go(count, c, rounds);
  let ticks = 0;
  for (let k = 0; k < rounds; ) {
    const s = yield* select([recv(c), recv(ticker.c), recv(slow.c), recv(slow.c), recv(after(hour))]);
    if (s.index === 0) equal('counted', s.value, k++);
    else if (s.index === 1) ticks++;
    else equal('a case that is not ready', s.index, 0);
  }
  slow.reset(short);
  equal('the slow ticker', (yield* select([recv(c), recv(slow.c)])).index, 1);
  if (ticks === 0) yield* ticker.c.recv();
}

export function* count(c: Chan<number>, n: number): Go {
  for (let k = 0; k < n; k++) yield* c.send(k);
}
