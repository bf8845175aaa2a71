// A program that goes on until it is told to end: some of its goroutines work, others wait.

import { type Chan, chan, type Go, go, gosched, int, Mutex, millisecond, sleep } from 'mandel/go';

/** Takes about a millisecond. */
export function spin(): number {
  let sum = 0;
  for (let k = 0; k < 3e5; k++) sum += Math.sqrt(k);
  return sum;
}

export function* worker(mu: Mutex): Go {
  for (;;) {
    yield* mu.lock();
    spin();
    yield* gosched();
    mu.unlock();
  }
}

export function* waiter(never: Chan<number>): Go {
  yield* never.recv();
}

export function* main(workers: number, waiters: number): Go {
  const mu = new Mutex();
  const never = chan(int);
  for (let k = 0; k < workers; k++) go(worker, mu);
  for (let k = 0; k < waiters; k++) go(waiter, never);
  for (;;) yield* sleep(100 * millisecond);
}
