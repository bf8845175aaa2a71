// Time: sleeping, a timer, a ticker, and timeouts.
// After Go by Example (https://gobyexample.com/timers, /tickers and /timeouts).
//
// A timer never fires early. How late it fires depends on the machine, so the output does not say how much time has passed,
// only that enough has.

import {
  after,
  type Chan,
  chan,
  type Go,
  go,
  int,
  millisecond,
  minute,
  nilChan,
  now,
  println,
  recv,
  select,
  sleep,
  Ticker,
} from 'mandel/go';

/** Sends an answer after a while. */
export function* ask(answer: Chan<number>): Go {
  yield* sleep(5 * millisecond);
  yield* answer.send(42);
}

/** Receives an answer, but waits no longer than `patience`. */
function* within(patience: number, answer: Chan<number>): Go<string> {
  const s = yield* select([recv(answer), recv(after(patience))]);
  switch (s.index) {
    case 0:
      return `the answer is ${s.value}`;
    case 1:
      return 'no answer in time';
  }
}

export function* main(): Go {
  const began = now();
  yield* sleep(10 * millisecond);
  println('slept for 10ms:', now() - began >= 10 * millisecond);

  const asked = Math.floor(now()); // a timer sends whole nanoseconds
  const rung = yield* after(10 * millisecond).recv();
  println('rang after 10ms:', rung - asked >= 10 * millisecond);

  const ticker = new Ticker(2 * millisecond);
  let last = now();
  let rising = true;
  for (let k = 1; k <= 3; k++) {
    const at = yield* ticker.c.recv();
    rising &&= at > last;
    last = at;
    println('tick', k);
  }
  ticker.stop();
  println('each later than the one before:', rising);

  const answer = chan(int);
  go(ask, answer);
  println(yield* within(1 * minute, answer));
  println(yield* within(10 * millisecond, nilChan(int))); // on a nil channel nothing is ever sent
}

// Output:
// slept for 10ms: true
// rang after 10ms: true
// tick 1
// tick 2
// tick 3
// each later than the one before: true
// the answer is 42
// no answer in time
