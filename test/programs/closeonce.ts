// examples/closerace.ts put right: a Once decides who closes the channel. It is closed, and by one goroutine only.

import { bool, type Chan, chan, type Go, go, Once, orDefault, recv, select, WaitGroup } from 'mandel/go';
import { equal } from './lib/go_expect.js';

const n = 35;

export function* search(from: number, step: number, found: Chan<boolean>, once: Once, wg: WaitGroup): Go {
  for (let d = from; ; d += step) {
    const other = yield* select([recv(found)], orDefault);
    if (other.index === 0) break; // the other was first
    if (n % d === 0) {
      yield* once.do(() => found.close());
      break;
    }
  }
  wg.done();
}

export function* main(): Go {
  const found = chan(bool);
  const once = new Once();
  const wg = new WaitGroup();
  wg.add(2);
  go(search, 2, 1, found, once, wg);
  go(search, 5, -1, found, once, wg);
  yield* wg.wait();
  equal('open', (yield* found.recv2())[1], false);
}
