// A program that passes values over a channel, from one goroutine to `far` others or from `far` others to one.
//
// The one is main. With two Ps the others are all on the other P, and main makes sure of it.

import { threadId } from 'node:worker_threads';
import { type Chan, cap, chan, type Go, go, int, now, panic, struct } from 'mandel/go';
import type { Outcome } from '../subject.js';
import { filledElsewhere } from './lib/apart.js';

const tally = struct({ count: int, sum: int });
type Tally = typeof tally.zero;

/**
 * @param way 'out' from main, 'in' to main, 'back' for out and in alternately, with one other goroutine
 * @param size of the channel
 */
export function* main(n: number, way: 'out' | 'in' | 'back', far: number, size: number, procs: number): Go<Outcome> {
  const c = chan(int, size);
  const back = chan(int, size);
  const tallies = chan(tally, far);
  const start = chan(int);
  const here = chan(int, far);
  for (let k = 0; k < far; k++) {
    if (way === 'out') {
      go(receiver, c, tallies, here);
    } else if (way === 'in') {
      go(sender, c, k, far, n, start, here);
    } else {
      go(echo, c, back, here);
    }
  }
  yield* gather(here, procs);

  const begin = now();
  let count = 0;
  let sum = 0;
  if (way === 'out') {
    for (let i = 0; i < n; i++) {
      yield* c.send(i);
    }
    c.close();
    for (let k = 0; k < far; k++) {
      const t = yield* tallies.recv();
      count += t.count;
      sum += t.sum;
    }
  } else if (way === 'in') {
    start.close();
    for (; count < n; count++) {
      sum += yield* c.recv();
    }
  } else {
    for (; count < n; count += 2) {
      yield* c.send(count);
      sum += count + (yield* back.recv());
    }
  }
  return { ns: now() - begin, count, sum };
}

export function* receiver(c: Chan<number>, tallies: Chan<Tally>, here: Chan<number>): Go {
  yield* here.send(threadId);
  let count = 0;
  let sum = 0;
  yield* c.range((v) => {
    count++;
    sum += v;
  });
  yield* tallies.send({ count, sum });
}

/** Sends every `far`th value from `first` on. */
export function* sender(
  c: Chan<number>,
  first: number,
  far: number,
  n: number,
  start: Chan<number>,
  here: Chan<number>,
): Go {
  yield* here.send(threadId);
  yield* start.recv();
  for (let i = first; i < n; i += far) {
    yield* c.send(i);
  }
}

/** Answers each value with the next. */
export function* echo(c: Chan<number>, back: Chan<number>, here: Chan<number>): Go {
  yield* here.send(threadId);
  for (;;) {
    const v = yield* c.recv();
    yield* back.send(v + 1);
  }
}

/** Waits until all of the others have said where they are, and checks that. */
function* gather(here: Chan<number>, procs: number): Go {
  if (procs > 1) {
    filledElsewhere(here);
  }
  for (let k = 0; k < cap(here); k++) {
    const thread = yield* here.recv();
    if ((thread === threadId) !== (procs === 1)) {
      panic(`of ${procs} threads, main is on ${threadId} and one of the others on ${thread}`);
    }
  }
}
