// A lost wake-up. This program is WRONG: it mostly works, and now and then it hangs.
//
// A consumer waits until there is a letter in the box. It tests that before it has the lock: if the letter arrives between the
// test and the wait, its signal wakes no goroutine, because none waits yet, and there is no second signal. Find it:
//
//   mandel explore lostwakeup
//
// After the rules of sync.Cond (https://pkg.go.dev/sync#Cond.Wait), one of which it breaks.

import { alloc, Cond, type Go, go, int, Mutex, println, type Shared, struct, WaitGroup } from 'mandel/go';

const box = struct({ letters: int });
type Box = Shared<typeof box.zero>;

export function* consumer(b: Box, filled: Cond, wg: WaitGroup): Go {
  if (b.letters === 0) {
    yield* filled.l.lock();
    yield* filled.wait();
    filled.l.unlock();
  }
  println('a letter has come');
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
  wg.add(2);
  go(consumer, b, filled, wg);
  go(producer, b, filled, wg);
  yield* wg.wait();
}

// To correct it, let the consumer hold the lock when it tests, and test again after each wake-up:
//
//   yield* filled.l.lock();
//   while (b.letters === 0) {
//     yield* filled.wait();
//   }
//   filled.l.unlock();
