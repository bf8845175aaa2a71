// Programs for one P: each does one kind of thing many times.

import { closeSync, openSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import { type Chan, chan, type Go, go, gosched, int, struct, WaitGroup } from '../go/index.js';
import { stopwatch } from './stopwatch.js';

const point = struct({ i: int, j: int });
type Point = typeof point.zero;

const kinds = { creating, ending, turns, waits, effects, sends, backAndForth, calls };
export type Solo = keyof typeof kinds;

/** Does it `n` times. @returns nanoseconds */
export function* main(kind: Solo, n: number): Go<number> {
  return yield* kinds[kind](n);
}

/** Go statements, as many at a time as the queues hold; what they start runs meanwhile the clock is not looked at. */
function* creating(n: number): Go<number> {
  let ns = 0;
  for (let left = n; left > 0; left -= CROWD) {
    const wg = new WaitGroup();
    wg.add(CROWD);
    const taken = stopwatch();
    for (let k = 0; k < CROWD; k++) {
      go(ended, k, left, wg);
    }
    ns += taken();
    yield* wg.wait();
  }
  return ns;
}
/** Fewer than the scheduler lets pile up. */
const CROWD = 1 << 13;

/** What they do, from the first to the last. */
function* ending(n: number): Go<number> {
  let ns = 0;
  for (let left = n; left > 0; left -= CROWD) {
    const wg = new WaitGroup();
    wg.add(CROWD);
    for (let k = 0; k < CROWD; k++) {
      go(ended, k, left, wg);
    }
    const taken = stopwatch();
    yield* wg.wait();
    ns += taken();
  }
  return ns;
}

export function ended(_i: number, _j: number, wg: WaitGroup): void {
  wg.done();
}

/** Two goroutines that let each other go first. */
function* turns(n: number): Go<number> {
  const wg = new WaitGroup();
  wg.add(2);
  const taken = stopwatch();
  go(turning, n / 2, wg);
  go(turning, n / 2, wg);
  yield* wg.wait();
  return taken();
}

export function* turning(n: number, wg: WaitGroup): Go {
  for (let k = 0; k < n; k++) {
    yield* gosched();
  }
  wg.done();
}

/** Waits for what has happened. */
function* waits(n: number): Go<number> {
  const wg = new WaitGroup();
  const taken = stopwatch();
  for (let k = 0; k < n; k++) {
    yield* wg.wait();
  }
  return taken();
}

// biome-ignore lint/correctness/useYield: like the others
function* effects(n: number): Go<number> {
  const wg = new WaitGroup();
  wg.add(n + 1);
  const taken = stopwatch();
  for (let k = 0; k < n; k++) {
    wg.done();
  }
  return taken();
}

/** Sends into a buffer that has room. */
function* sends(n: number): Go<number> {
  const c = chan(point, n);
  const taken = stopwatch();
  for (let k = 0; k < n; k++) {
    yield* c.send({ i: k, j: k });
  }
  return taken();
}

/** Round trips between two goroutines. */
function* backAndForth(n: number): Go<number> {
  const c = chan(point);
  const back = chan(point);
  go(echo, c, back);
  const taken = stopwatch();
  for (let k = 0; k < n; k++) {
    yield* c.send({ i: k, j: k });
    yield* back.recv();
  }
  return taken();
}

export function* echo(c: Chan<Point>, back: Chan<Point>): Go {
  for (;;) {
    yield* back.send(yield* c.recv());
  }
}

// biome-ignore lint/correctness/useYield: like the others
function* calls(n: number): Go<number> {
  const fd = openSync(devNull, 'w');
  const taken = stopwatch();
  for (let k = 0; k < n; k++) {
    writeSync(fd, 'a few bytes\n');
  }
  const ns = taken();
  closeSync(fd);
  return ns;
}
