// Goroutines on different Ps play ping-pong, and pause for as long as it takes a P to fall asleep, give or take a little.
// A wake-up that came just then and was lost would leave both waiting for ever.

import { type Chan, chan, type Go, go, int, Mutex, microsecond, now, panic, sleep, WaitGroup } from 'mandel/go';
import { letOthersStart } from './lib/spread.js';

/** A P looks for work for 20 to 50 us, and sleeps then. */
const longest = 150 * microsecond;

/** @param pairs of players @param turns of each pair */
export function* main(pairs = 2, turns = 60): Go {
  const wg = new WaitGroup();
  const mu = new Mutex();
  wg.add(2 * pairs);
  for (let k = 0; k < pairs; k++) {
    const table = chan(int, k % 2);
    const back = chan(int);
    go(play, table, back, turns, k, wg, mu);
    go(play, back, table, turns, -1, wg, mu);
  }
  letOthersStart();
  yield* wg.wait();
}

/** Receives on one channel and sends on the other. The one with a number from 0 begins. */
export function* play(
  from: Chan<number>,
  to: Chan<number>,
  turns: number,
  number: number,
  wg: WaitGroup,
  mu: Mutex,
): Go {
  let state = number + turns + 17;
  for (let turn = 0; turn < turns; turn++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    if (number >= 0) {
      yield* pause(state);
      yield* to.send(turn);
    }
    const got = yield* from.recv();
    if (got !== turn) panic(`got turn ${got}, expected turn ${turn}`);
    if (number < 0) {
      yield* pause(state);
      yield* to.send(turn);
    }
    // Mutexes wake in another way than channels.
    yield* mu.lock();
    if (state % 5 === 0) yield* sleep(microsecond);
    mu.unlock();
  }
  wg.done();
}

/** Some pause with the thread in their hands, some leave it. */
function* pause(state: number): Go {
  const d = ((state >>> 8) / 2 ** 24) * longest;
  if (state % 2 === 0) return yield* sleep(d);
  const until = now() + d;
  while (now() < until);
}
