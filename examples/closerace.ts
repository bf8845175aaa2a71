// A close race. This program is WRONG: it mostly works, and now and then it panics.
//
// Two goroutines look for a divisor of 35, one upwards and one downwards. Who has found one closes a channel, so that the
// other can stop. Each makes sure that the channel is not closed yet; but both can do that, and then both close it. Find it:
//
//   mandel explore closerace
//
// After what Go 101 says of closing channels (https://go101.org/article/channel-closing.html), which it does not heed.

import { bool, type Chan, chan, type Go, go, orDefault, println, recv, select, WaitGroup } from 'mandel/go';

const n = 35;

export function* search(from: number, step: number, found: Chan<boolean>, wg: WaitGroup): Go {
  for (let d = from; ; d += step) {
    const other = yield* select([recv(found)], orDefault);
    if (other.index === 0) break; // the other was first
    if (n % d === 0) {
      found.close();
      break;
    }
  }
  wg.done();
}

export function* main(): Go {
  const found = chan(bool);
  const wg = new WaitGroup();
  wg.add(2);
  go(search, 2, 1, found, wg);
  go(search, 5, -1, found, wg);
  yield* wg.wait();
  println(n, 'is no prime');
}

// Put right, the two share a sync.Once, and what it is given is done once:
//
//   yield* once.do(() => found.close());
