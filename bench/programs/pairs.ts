// Goroutines that do nothing but wait for each other, started so that another P takes some of them: main computes for a
// while after it has created them.

import { threadId } from 'node:worker_threads';
import { type Chan, Cond, chan, type Go, go, int, len, Mutex, now, WaitGroup } from 'mandel/go';

/** How long (ns) main computes: two of Go's time slices, after which an idle P has taken the others, if it takes them at all. */
const COMPUTING = 20e6;

/** What one run found. */
export interface Handed {
  /** Nanoseconds that handing on took, once for each of `n`. */
  readonly ns: number;
  /** Whether any of the goroutines was on another thread than main. */
  readonly apart: boolean;
}

type Shape = 'pair' | 'producers' | 'ring' | 'mutex' | 'cond';

/** Hands on `n` times. */
export function* main(shape: Shape, n: number): Go<Handed> {
  const wg = new WaitGroup();
  const threads = chan(int, 4);
  const handing = shapes[shape](n, threads, wg);
  const until = now() + COMPUTING;
  while (now() < until);
  const begin = now();
  yield* handing();
  yield* wg.wait();
  const ns = (now() - begin) / n;
  threads.close();
  let apart = false;
  yield* threads.range((thread) => {
    apart ||= thread !== threadId;
  });
  return { ns, apart };
}

type Start = (n: number, threads: Chan<number>, wg: WaitGroup) => () => Go;

const shapes: Readonly<Record<Shape, Start>> = {
  pair(n, threads, wg) {
    const c = chan(int);
    wg.add(1);
    go(receiver, c, n, threads, wg);
    return function* () {
      for (let i = 0; i < n; i++) yield* c.send(i);
    };
  },
  producers(n, threads, wg) {
    const c = chan(int);
    wg.add(2);
    go(sender, c, n / 2, threads, wg);
    go(sender, c, n / 2, threads, wg);
    return function* () {
      for (let i = 0; i < n; i++) yield* c.recv();
    };
  },
  ring(n, threads, wg) {
    const [a, b, c] = [chan(int), chan(int), chan(int)];
    wg.add(2);
    const times = Math.floor(n / 3);
    go(passer, a, b, times, threads, wg);
    go(passer, b, c, times, threads, wg);
    return function* () {
      for (let i = 0; i < times; i++) {
        yield* a.send(i);
        yield* c.recv();
      }
    };
  },
  mutex(n, threads, wg) {
    const mu = new Mutex();
    wg.add(1);
    go(locker, mu, n / 2, threads, wg);
    return function* () {
      for (let i = 0; i < n / 2; i++) {
        yield* mu.lock();
        mu.unlock();
      }
    };
  },
  cond(n, threads, wg) {
    const mu = new Mutex();
    const cond = new Cond(mu);
    const turn = chan(int, 1);
    wg.add(1);
    go(turner, mu, cond, turn, n / 2, threads, wg);
    return function* () {
      for (let i = 0; i < n / 2; i++) {
        yield* mu.lock();
        while (len(turn) === 1) yield* cond.wait();
        yield* turn.send(i);
        cond.signal();
        mu.unlock();
      }
    };
  },
};

export function* receiver(c: Chan<number>, n: number, threads: Chan<number>, wg: WaitGroup): Go {
  for (let i = 0; i < n; i++) yield* c.recv();
  yield* threads.send(threadId);
  wg.done();
}

export function* sender(c: Chan<number>, n: number, threads: Chan<number>, wg: WaitGroup): Go {
  for (let i = 0; i < n; i++) yield* c.send(i);
  yield* threads.send(threadId);
  wg.done();
}

export function* passer(from: Chan<number>, to: Chan<number>, n: number, threads: Chan<number>, wg: WaitGroup): Go {
  for (let i = 0; i < n; i++) yield* to.send(yield* from.recv());
  yield* threads.send(threadId);
  wg.done();
}

export function* locker(mu: Mutex, n: number, threads: Chan<number>, wg: WaitGroup): Go {
  for (let i = 0; i < n; i++) {
    yield* mu.lock();
    mu.unlock();
  }
  yield* threads.send(threadId);
  wg.done();
}

export function* turner(
  mu: Mutex,
  cond: Cond,
  turn: Chan<number>,
  n: number,
  threads: Chan<number>,
  wg: WaitGroup,
): Go {
  for (let i = 0; i < n; i++) {
    yield* mu.lock();
    while (len(turn) === 0) yield* cond.wait();
    yield* turn.recv();
    cond.signal();
    mu.unlock();
  }
  yield* threads.send(threadId);
  wg.done();
}
