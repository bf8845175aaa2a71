// The concurrent prime sieve: a chain of goroutines, each of which passes on the numbers that its prime does not divide.
// After https://go.dev/play (sieve.go), as the workshop traces it.

import { type Chan, chan, type Go, go, int, println } from 'mandel/go';

/** Sends 2, 3, 4, ... for ever. */
export function* generate(ch: Chan<number>): Go {
  for (let i = 2; ; i++) {
    yield* ch.send(i);
  }
}

/** Copies the values of `src` that `prime` does not divide to `dst`. */
export function* filter(src: Chan<number>, dst: Chan<number>, prime: number): Go {
  for (;;) {
    const i = yield* src.recv();
    if (i % prime !== 0) {
      yield* dst.send(i);
    }
  }
}

export function* main(): Go {
  let ch = chan(int);
  go(generate, ch);
  for (let i = 0; i < 10; i++) {
    const prime = yield* ch.recv();
    println(prime);
    const ch1 = chan(int);
    go(filter, ch, ch1, prime);
    ch = ch1;
  }
}

// Output:
// 2
// 3
// 5
// 7
// 11
// 13
// 17
// 19
// 23
// 29
