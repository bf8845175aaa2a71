// A program that starts goroutines, one for each value, and waits for them.

import { type Chan, chan, type Go, go, gosched, int, now, struct, WaitGroup } from 'mandel/go';
import type { Outcome } from '../subject.js';
import { filledElsewhere } from './lib/apart.js';

// What the goroutines on this thread have done: each thread has this module for itself, so no two of them write here at
// a time, and reading what another has takes a goroutine there (gather).
let count = 0;
let sum = 0;

const tally = struct({ count: int, sum: int });
type Tally = typeof tally.zero;

const bodies = { plain, generator, yielding };

/**
 * @param crowd goroutines to start before waiting for them
 */
export function* main(n: number, body: keyof typeof bodies, crowd: number, procs: number): Go<Outcome> {
  const each = bodies[body];
  const wg = new WaitGroup();
  const begin = now();
  for (let first = 0; first < n; first += crowd) {
    wg.add(crowd);
    for (let i = first; i < first + crowd; i++) {
      go(each, i, wg);
    }
    yield* wg.wait();
  }
  const ns = now() - begin;
  const { count, sum } = yield* gather(procs);
  return { ns, count, sum };
}

/** Runs to its end: no generator is made. */
export function plain(i: number, wg: WaitGroup): void {
  count++;
  sum += i;
  wg.done();
}

/** May park, but does not. */
// biome-ignore lint/correctness/useYield: it is to be a generator all the same
export function* generator(i: number, wg: WaitGroup): Go {
  count++;
  sum += i;
  wg.done();
}

/** Lets the others run first. */
export function* yielding(i: number, wg: WaitGroup): Go {
  yield* gosched();
  count++;
  sum += i;
  wg.done();
}

/** Takes what the goroutines of this thread have done, and has the other thread's brought. */
function* gather(procs: number): Go<Tally> {
  const total = take();
  if (procs > 1) {
    const c = chan(tally, 1);
    go(bring, c);
    filledElsewhere(c);
    const other = yield* c.recv();
    total.count += other.count;
    total.sum += other.sum;
  }
  return total;
}

export function* bring(c: Chan<Tally>): Go {
  yield* c.send(take());
}

function take(): Tally {
  const taken = { count, sum };
  count = 0;
  sum = 0;
  return taken;
}
