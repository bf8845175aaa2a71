// A program that starts n goroutines, which wait, all at a time, for a value each: for `mandel run`, to see what memory they take.

import { type Chan, chan, type Go, go, int, panic, WaitGroup } from 'mandel/go';

// Those of this thread: run it with -procs 1.
let count = 0;
let sum = 0;

export function* main(text: string): Go {
  const n = Number(text);
  const c = chan(int);
  const started = new WaitGroup();
  const done = new WaitGroup();
  started.add(n);
  done.add(n);
  for (let i = 0; i < n; i++) {
    go(waiter, c, started, done);
  }
  yield* started.wait();
  for (let i = 0; i < n; i++) {
    yield* c.send(i);
  }
  yield* done.wait();
  if (count !== n || sum !== (n * (n - 1)) / 2) {
    panic(`${count} values with the sum ${sum}, want ${n} with ${(n * (n - 1)) / 2}`);
  }
}

export function* waiter(c: Chan<number>, started: WaitGroup, done: WaitGroup): Go {
  started.done();
  const v = yield* c.recv();
  sum += v;
  count++;
  done.done();
}
