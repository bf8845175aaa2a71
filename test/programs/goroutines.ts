// A chain of goroutines, each waiting for the one to its right, is built, passes
// one value from end to end, adding one at each step, and is gone.
// After test/chan/goroutines.go in the Go distribution.

import { type Chan, chan, type Go, go, int, panic } from 'mandel/go';

const n = 10_000;

export function* main(): Go {
  const leftmost = chan(int);
  let left = leftmost;
  for (let i = 0; i < n; i++) {
    const right = chan(int);
    go(link, left, right);
    left = right;
  }
  go(start, left);
  const v = yield* leftmost.recv();
  if (v !== n + 1) {
    panic(`got ${v} at the end of the chain, expected ${n + 1}`);
  }
}

export function* link(left: Chan<number>, right: Chan<number>): Go {
  yield* left.send(1 + (yield* right.recv()));
}

export function* start(c: Chan<number>): Go {
  yield* c.send(1);
}
