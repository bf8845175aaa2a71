// The daisy chain: 500 goroutines in a row. Each waits for its right neighbour, adds one, and tells its left neighbour.
// After Rob Pike's Go Concurrency Patterns (https://go.dev/talks/2012/concurrency.slide), as in the workshop.

import { type Chan, chan, type Go, go, int, println } from 'mandel/go';

export function* f(left: Chan<number>, right: Chan<number>): Go {
  yield* left.send(1 + (yield* right.recv()));
}

/** Starts the message at the far end of the chain. */
export function* start(c: Chan<number>): Go {
  yield* c.send(0);
}

export function* main(): Go {
  const n = 500;
  const leftmost = chan(int);
  let right = leftmost;
  let left = leftmost;
  for (let i = 0; i < n; i++) {
    right = chan(int);
    go(f, left, right);
    left = right;
  }
  go(start, right);
  println(yield* leftmost.recv());
}

// Output:
// 500
