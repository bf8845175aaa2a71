// examples/lostwakeup.ts put right: the consumer looks while it has the lock, and looks again when it has been woken. It
// gets every letter, and nobody sleeps for ever.

import { alloc, Cond, type Go, go, int, Mutex, type Shared, struct, WaitGroup } from 'mandel/go';
import { equal } from './lib/go_expect.js';

const box = struct({ letters: int, read: int });
type Box = Shared<typeof box.zero>;

export function* consumer(b: Box, filled: Cond, wg: WaitGroup): Go {
  yield* filled.l.lock();
  while (b.letters === 0) {
    yield* filled.wait();
  }
  b.letters--;
  b.read++;
  filled.l.unlock();
  wg.done();
}

export function* producer(b: Box, filled: Cond, wg: WaitGroup): Go {
  yield* filled.l.lock();
  b.letters++;
  filled.signal();
  filled.l.unlock();
  wg.done();
}

export function* main(): Go {
  const b = alloc(box);
  const filled = new Cond(new Mutex());
  const wg = new WaitGroup();
  wg.add(4);
  for (let k = 0; k < 2; k++) {
    go(consumer, b, filled, wg);
    go(producer, b, filled, wg);
  }
  yield* wg.wait();
  equal('letters left', b.letters, 0);
  equal('letters read', b.read, 2);
}
