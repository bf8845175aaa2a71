// A close race. This program is WRONG: it mostly works, and now and then it panics.
//
// Two goroutines search for a divisor of 35, one upwards and one downwards. The one that finds one closes a channel, to stop the
// other. Each tests first that the channel is still open; but both can do that before either closes it. Find it:
//
//   mandel explore closerace
//
// After the rules of Go 101 for closing channels (https://go101.org/article/channel-closing.html), which it breaks.

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

// To correct it, let the two share a sync.Once:
//
//   yield* once.do(() => found.close());
