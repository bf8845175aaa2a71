// Programs for one P: each does one kind of thing many times.

import { closeSync, openSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import { type Chan, chan, type Go, go, gosched, int, microsecond, now, sleep, struct, WaitGroup } from '../go/index.js';

const point = struct({ i: int, j: int });
type Point = typeof point.zero;

const kinds = { creating, ending, turns, waits, effects, sends, backAndForth, calls, naps };
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
    const begin = now();
    for (let k = 0; k < CROWD; k++) {
      go(ended, k, left, wg);
    }
    ns += now() - begin;
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
    const begin = now();
    yield* wg.wait();
    ns += now() - begin;
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
  const begin = now();
  go(turning, n / 2, wg);
  go(turning, n / 2, wg);
  yield* wg.wait();
  return now() - begin;
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
  const begin = now();
  for (let k = 0; k < n; k++) {
    yield* wg.wait();
  }
  return now() - begin;
}

// biome-ignore lint/correctness/useYield: like the others
function* effects(n: number): Go<number> {
  const wg = new WaitGroup();
  wg.add(n + 1);
  const begin = now();
  for (let k = 0; k < n; k++) {
    wg.done();
  }
  return now() - begin;
}

/** Sends into a buffer that has room. */
function* sends(n: number): Go<number> {
  const c = chan(point, n);
  const begin = now();
  for (let k = 0; k < n; k++) {
    yield* c.send({ i: k, j: k });
  }
  return now() - begin;
}

/** Round trips between two goroutines. */
function* backAndForth(n: number): Go<number> {
  const c = chan(point);
  const back = chan(point);
  go(echo, c, back);
  const begin = now();
  for (let k = 0; k < n; k++) {
    yield* c.send({ i: k, j: k });
    yield* back.recv();
  }
  return now() - begin;
}

export function* echo(c: Chan<Point>, back: Chan<Point>): Go {
  for (;;) {
    yield* back.send(yield* c.recv());
  }
}

// biome-ignore lint/correctness/useYield: like the others
function* calls(n: number): Go<number> {
  const fd = openSync(devNull, 'w');
  const begin = now();
  for (let k = 0; k < n; k++) {
    writeSync(fd, 'a few bytes\n');
  }
  const ns = now() - begin;
  closeSync(fd);
  return ns;
}

/** Falls asleep: nanoseconds of processor time, the P's looking around before that included. */
function* naps(n: number): Go<number> {
  const begin = process.cpuUsage();
  for (let k = 0; k < n; k++) {
    yield* sleep(NAP);
  }
  const { user, system } = process.cpuUsage(begin);
  return (user + system) * microsecond;
}
const NAP = 200 * microsecond;
