// Goroutines on different Ps wait for tickers that others stop and reset all the time, in a receive or in a select that some
// other case may end. A reset whose wake-up is lost leaves them waiting for ever; a tick after a stop is a panic.

import {
  after,
  type Chan,
  chan,
  type Go,
  go,
  gosched,
  hour,
  int,
  microsecond,
  orDefault,
  panic,
  recv,
  select,
  send,
  sleep,
  Ticker,
  WaitGroup,
} from 'mandel/go';
import { letOthersStart } from './lib/spread.js';

/** A P looks for work for 20 to 50 us, and sleeps then: some intervals are shorter and some are longer than that. */
const longest = 120 * microsecond;

/** @param tickers that are stopped and reset @param waiters for each of them @param ticks that each waiter waits for */
export function* main(tickers = 2, waiters = 3, ticks = 12): Go {
  const [waiting, resetting] = [new WaitGroup(), new WaitGroup()];
  waiting.add(tickers * waiters);
  resetting.add(tickers);
  const over = chan(int);
  const others = chan(int);
  for (let k = 0; k < tickers; k++) {
    const ticker = new Ticker(hour);
    go(reset, ticker, k + 1, over, resetting);
    for (let j = 0; j < waiters; j++) go(wait, ticker.c, others, ticks, k + j, waiting);
  }
  go(disturb, others, over);
  letOthersStart();
  yield* waiting.wait();
  over.close();
  yield* resetting.wait();
}

/** Stops and resets its ticker, which nobody else does. */
export function* reset(ticker: Ticker, seed: number, over: Chan<number>, wg: WaitGroup): Go {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  while ((yield* select([recv(over)], orDefault)).index !== 0) {
    ticker.reset(1 + next() * longest);
    yield* pause(next() * 2 * longest);
    if (next() < 0.3) ticker.reset(next() < 0.5 ? hour : 1 + next() * longest);
    if (next() < 0.3) yield* pause(next() * longest);
    if (next() < 0.5) continue;
    ticker.stop();
    if (next() < 0.5) yield* pause(next() * longest);
    if ((yield* select([recv(ticker.c)], orDefault)).index === 0) panic('a tick after stop');
    if (next() < 0.5) yield* pause(next() * longest);
  }
  ticker.stop();
  wg.done();
}

function* pause(d: number): Go {
  if (d < longest / 8) yield* gosched();
  else yield* sleep(d);
}

/** Waits for so many ticks, in different ways. */
export function* wait(c: Chan<number>, others: Chan<number>, ticks: number, how: number, wg: WaitGroup): Go {
  let way = how;
  for (let got = 0; got < ticks; way++) {
    if (way % 3 === 0) {
      yield* c.recv();
      got++;
    } else {
      const s = yield* select([recv(others), recv(c), recv(after(hour))]);
      if (s.index === 1) got++;
      if (s.index === 2) panic('an hour has passed');
    }
  }
  wg.done();
}

/** Ends selects of the others now and then. */
export function* disturb(others: Chan<number>, over: Chan<number>): Go {
  for (;;) {
    yield* sleep(longest / 2);
    const s = yield* select([recv(over), recv(after(longest)), send(others, 1)]);
    if (s.index === 0) return;
  }
}
