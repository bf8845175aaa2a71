// The prime sieve of Eratosthenes as a network with a feedback loop: multiples of
// the primes found so far are merged in order, sieved out of the odd numbers, and
// the primes that remain go back to the merge through a proxy that never blocks.
// The primes up to 100 come out in order.
// After test/chan/sieve2.go in the Go distribution.

import { type Chan, chan, type Go, go, int, nilChan, panic, recv, select, send } from 'mandel/go';

const want = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97];

export function* main(): Go {
  const primes = yield* sieve();
  for (const w of want) {
    const p = yield* primes.recv();
    if (p !== w) {
      panic(`got prime ${p}, expected ${w}`);
    }
  }
}

// Starts the network and returns the channel on which the primes come out. Parks: it puts the
// first primes into the channels itself.
function* sieve(): Go<Chan<number>> {
  const out = chan(int, 10);
  yield* out.send(2);
  yield* out.send(3);

  const composites = chan(int, 50);
  const primes = chan(int, 10);
  yield* primes.send(3);

  go(merge, primes, composites);
  go(siftOut, composites, sendProxy(primes), odds(), out);
  return out;
}

// The odd numbers from 5 on.
function odds(): Chan<number> {
  const out = chan(int, 50);
  go(count, out, 5, 2);
  return out;
}

// The odd multiples of a prime, from its square on.
function multiples(p: number): Chan<number> {
  const out = chan(int, 10);
  go(count, out, p * p, 2 * p);
  return out;
}

export function* count(out: Chan<number>, first: number, step: number): Go {
  for (let n = first; ; n += step) {
    yield* out.send(n);
  }
}

// A channel of multiples with its first value already received.
type PeekCh = { head: number; ch: Chan<number> };

export function* merge(primes: Chan<number>, composites: Chan<number>): Go {
  const series: PeekCh[] = [];
  let min = 15;
  for (;;) {
    const m = multiples(yield* primes.recv());
    const head = yield* m.recv();
    while (min < head) {
      yield* composites.send(min);
      min = yield* advance(series);
    }
    while (min === head) {
      min = yield* advance(series);
    }
    yield* composites.send(head);
    series.push({ head: yield* m.recv(), ch: m });
  }
}

// Returns the least head among the series, and moves that series on by one.
function* advance(series: PeekCh[]): Go<number> {
  const least = series.reduce((a, b) => (b.head < a.head ? b : a));
  const { head } = least;
  least.head = yield* least.ch.recv();
  return head;
}

// Only the multiples of primes up to the root of the newest prime are merged, so merge takes primes
// far more slowly than they are found: without the proxy the loop would fill up and deadlock.
export function* siftOut(
  composites: Chan<number>,
  primes: Chan<number>,
  candidates: Chan<number>,
  out: Chan<number>,
): Go {
  let p = yield* candidates.recv();
  for (;;) {
    const c = yield* composites.recv();
    while (p < c) {
      yield* primes.send(p);
      yield* out.send(p);
      p = yield* candidates.recv();
    }
    if (p === c) {
      p = yield* candidates.recv();
    }
  }
}

function sendProxy(out: Chan<number>): Chan<number> {
  const proxy = chan(int, 10);
  go(forward, proxy, out);
  return proxy;
}

// Sends what it receives, keeping in a queue what out does not take yet. While the queue is empty
// the send is a case on a nil channel, which never fires.
export function* forward(proxy: Chan<number>, out: Chan<number>): Go {
  const never = nilChan(int);
  const queue: number[] = [];
  for (;;) {
    const next = queue[0];
    const s = yield* select([recv(proxy), next === undefined ? send(never, 0) : send(out, next)]);
    switch (s.index) {
      case 0:
        queue.push(s.value);
        break;
      case 1:
        if (next === undefined) {
          panic('send on a nil channel fired');
        }
        queue.shift();
        break;
    }
  }
}
