// The prime sieve as a growing chain of filters, one goroutine for each prime,
// gives the primes up to 100 in order.
// After test/chan/sieve1.go in the Go distribution.

import { type Chan, chan, type Go, go, int, panic } from 'mandel/go';

const want = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97];

export function* main(): Go {
  const primes = chan(int);
  go(sieve, primes);
  for (const w of want) {
    const p = yield* primes.recv();
    if (p !== w) {
      panic(`got prime ${p}, expected ${w}`);
    }
  }
}

export function* sieve(primes: Chan<number>): Go {
  let ch = chan(int);
  go(generate, ch);
  for (;;) {
    const prime = yield* ch.recv();
    yield* primes.send(prime);
    const sifted = chan(int);
    go(filter, ch, sifted, prime);
    ch = sifted;
  }
}

export function* generate(ch: Chan<number>): Go {
  for (let i = 2; ; i++) {
    yield* ch.send(i);
  }
}

// Unlike Go, a loop on recv and not on range: the callback of range cannot park.
export function* filter(from: Chan<number>, to: Chan<number>, prime: number): Go {
  for (;;) {
    const i = yield* from.recv();
    if (i % prime !== 0) {
      yield* to.send(i);
    }
  }
}
