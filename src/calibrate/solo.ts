// Programs for one P: each repeats one kind of action.

import { closeSync, openSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import { type Chan, chan, type Go, go, gosched, int, struct, WaitGroup } from '../go/index.js';
import { stopwatch } from './stopwatch.js';

const point = struct({ i: int, j: int });
type Point = typeof point.zero;

const kinds = { creating, ending, yields, waits, effects, sends, backAndForth, calls };
export type Solo = keyof typeof kinds;

/** Repeats the action `n` times. @returns nanoseconds */
export function* main(kind: Solo, n: number): Go<number> {
  return yield* kinds[kind](n);
}

/** Go statements, as many at a time as the run queues hold. The goroutines run while the time is not measured. */
function* creating(n: number): Go<number> {
  let ns = 0;
  for (let left = n; left > 0; left -= CROWD) {
    const wg = new WaitGroup();
    wg.add(CROWD);
    const elapsed = stopwatch();
    for (let k = 0; k < CROWD; k++) {
      go(ended, k, left, wg);
    }
    ns += elapsed();
    yield* wg.wait();
  }
  return ns;
}
/** Goroutines at a time: fewer than the scheduler lets a program create before it makes the creator yield. */
const CROWD = 1 << 13;

/** Goroutines that only call done, from the first to the last. */
function* ending(n: number): Go<number> {
  let ns = 0;
  for (let left = n; left > 0; left -= CROWD) {
    const wg = new WaitGroup();
    wg.add(CROWD);
    for (let k = 0; k < CROWD; k++) {
      go(ended, k, left, wg);
    }
    const elapsed = stopwatch();
    yield* wg.wait();
    ns += elapsed();
  }
  return ns;
}

export function ended(_i: number, _j: number, wg: WaitGroup): void {
  wg.done();
}

/** Two goroutines that yield to each other. */
function* yields(n: number): Go<number> {
  const wg = new WaitGroup();
  wg.add(2);
  const elapsed = stopwatch();
  go(yielding, n / 2, wg);
  go(yielding, n / 2, wg);
  yield* wg.wait();
  return elapsed();
}

export function* yielding(n: number, wg: WaitGroup): Go {
  for (let k = 0; k < n; k++) {
    yield* gosched();
  }
  wg.done();
}

/** Waits that do not park, because the counter is 0. */
function* waits(n: number): Go<number> {
  const wg = new WaitGroup();
  const elapsed = stopwatch();
  for (let k = 0; k < n; k++) {
    yield* wg.wait();
  }
  return elapsed();
}

/** Plain calls. */
// biome-ignore lint/correctness/useYield: all kinds are generators
function* effects(n: number): Go<number> {
  const wg = new WaitGroup();
  wg.add(n + 1);
  const elapsed = stopwatch();
  for (let k = 0; k < n; k++) {
    wg.done();
  }
  return elapsed();
}

/** Sends into a buffer that has room. */
function* sends(n: number): Go<number> {
  const c = chan(point, n);
  const elapsed = stopwatch();
  for (let k = 0; k < n; k++) {
    yield* c.send({ i: k, j: k });
  }
  return elapsed();
}

/** Round trips between two goroutines. */
function* backAndForth(n: number): Go<number> {
  const c = chan(point);
  const back = chan(point);
  go(echo, c, back);
  const elapsed = stopwatch();
  for (let k = 0; k < n; k++) {
    yield* c.send({ i: k, j: k });
    yield* back.recv();
  }
  return elapsed();
}

export function* echo(c: Chan<Point>, back: Chan<Point>): Go {
  for (;;) {
    yield* back.send(yield* c.recv());
  }
}

/** System calls that write to the null device. */
// biome-ignore lint/correctness/useYield: all kinds are generators
function* calls(n: number): Go<number> {
  const fd = openSync(devNull, 'w');
  const elapsed = stopwatch();
  for (let k = 0; k < n; k++) {
    writeSync(fd, 'a few bytes\n');
  }
  const ns = elapsed();
  closeSync(fd);
  return ns;
}
