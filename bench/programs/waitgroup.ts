// A program that calls add, done and wait of a WaitGroup in one goroutine, which therefore never parks.

import { type Go, now, WaitGroup } from 'mandel/go';
import type { Outcome } from '../subject.js';

export function* main(n: number): Go<Outcome> {
  const wg = new WaitGroup();
  let sum = 0;
  const begin = now();
  for (let i = 0; i < n; i++) {
    wg.add(1);
    wg.done();
    yield* wg.wait();
    sum += i;
  }
  return { ns: now() - begin, count: n, sum };
}
