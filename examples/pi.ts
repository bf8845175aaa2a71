// Pi, twice: from a series, whose chunks are summed by goroutines and sent over a channel, and by Monte Carlo, from darts
// that goroutines throw at a square. After Go's playground (https://go.dev/doc/play/pi.go), which has a goroutine for
// each of 5,000 terms; here each goroutine has 50,000, which are enough work to pay for it.
//
// Parts arrive in any order, and adding floating-point numbers in another order gives another last digit: so each part has
// its number, and they are added in that order. The darts are counted in whole numbers, and each goroutine has a
// generator with a seed of its own. So the output is the same on any number of Ps.

import { type Chan, chan, charge, float64, type Go, go, int, println, struct, workload } from 'mandel/go';

const CHUNKS = 32;
const TERMS = 50_000;
const THROWERS = 8;
const DARTS = 200_000;

const part = struct({ chunk: int, sum: float64 });
type Part = typeof part.zero;

/** Sends the sum of a chunk of Leibniz's series: 4/1 - 4/3 + 4/5 - ... */
export function* sumChunk(chunk: number, c: Chan<Part>): Go {
  let sum = 0;
  for (let k = chunk * TERMS; k < (chunk + 1) * TERMS; k++) {
    sum += (k % 2 === 0 ? 4 : -4) / (2 * k + 1);
  }
  charge(workload.iteration, TERMS);
  yield* c.send({ chunk, sum });
}

/** Sends the number of its darts that hit the quarter of a circle in the square. */
export function* throwDarts(seed: number, hits: Chan<number>): Go {
  let state = seed;
  const next = () => {
    // xorshift32, by George Marsaglia; its state must not be 0.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  let n = 0;
  for (let k = 0; k < DARTS; k++) {
    const x = next();
    const y = next();
    if (x * x + y * y < 1) n++;
  }
  charge(workload.iteration, DARTS);
  yield* hits.send(n);
}

function* bySeries(): Go<number> {
  const c = chan(part);
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    go(sumChunk, chunk, c);
  }
  const sums = new Array<number>(CHUNKS);
  for (let k = 0; k < CHUNKS; k++) {
    const { chunk, sum } = yield* c.recv();
    sums[chunk] = sum;
  }
  return sums.reduce((a, b) => a + b);
}

function* byDarts(): Go<number> {
  const hits = chan(int);
  for (let k = 1; k <= THROWERS; k++) {
    go(throwDarts, 0x9e37 * k, hits);
  }
  let n = 0;
  for (let k = 0; k < THROWERS; k++) {
    n += yield* hits.recv();
  }
  return (4 * n) / (THROWERS * DARTS);
}

export function* main(): Go {
  println('by a series:', (yield* bySeries()).toFixed(10));
  println('by darts:', (yield* byDarts()).toFixed(6));
}

// Output:
// by a series: 3.1415920286
// by darts: 3.141060
