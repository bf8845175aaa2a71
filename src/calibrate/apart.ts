// Programs for two Ps: what it costs when goroutines on different Ps have to do with each other.

import {
  type Chan,
  cap,
  chan,
  type Go,
  go,
  int,
  len,
  microsecond,
  now,
  panic,
  second,
  struct,
  WaitGroup,
} from '../go/index.js';
import { fillPixel, type Img, newImg } from '../mandelbrot/index.js';

const point = struct({ i: int, j: int });
type Point = typeof point.zero;

const kinds = { roundTrips, readying, waking, counters, channels, stealing };
export type Apart = keyof typeof kinds;

/** @returns nanoseconds, of what each kind says */
export function* main(kind: Apart, n: number): Go<readonly number[]> {
  return yield* kinds[kind](n);
}

/** Waits, without leaving the thread, until `c` is full: those who fill it are new, so they begin on the other P. */
function filledElsewhere(c: Chan<number>): void {
  for (const deadline = now() + second; len(c) < cap(c); ) {
    if (now() > deadline) panic(`expected ${cap(c)} goroutines to begin on the other P, got ${len(c)}`);
  }
}

/** Computes for so long. */
function compute(ns: number): void {
  for (const until = now() + ns; now() < until; );
}

/** Round trips over two channels, both Ps awake: all of them. */
function* roundTrips(n: number): Go<readonly number[]> {
  const c = chan(int);
  const back = chan(int);
  yield* elsewhere(c, back);
  const begin = now();
  for (let k = 0; k < n; k++) {
    yield* c.send(k);
    yield* back.recv();
  }
  return [now() - begin];
}

function* elsewhere(c: Chan<number>, back: Chan<number>): Go {
  const here = chan(int, 1);
  go(echo, c, back, here);
  filledElsewhere(here);
  yield* here.recv();
}

export function* echo(c: Chan<number>, back: Chan<number>, here: Chan<number>): Go {
  yield* here.send(0);
  for (;;) {
    yield* c.recv();
    yield* back.send(Math.floor(now()));
  }
}

/** The same, each send by itself: what sending takes the sender, and until the receiver has it. Medians. */
function* readying(n: number): Go<readonly number[]> {
  return yield* answers(n, 5 * microsecond);
}

/** The same with a receiver that has fallen asleep. */
function* waking(n: number): Go<readonly number[]> {
  return yield* answers(n, 150 * microsecond);
}

function* answers(n: number, pause: number): Go<readonly number[]> {
  const c = chan(int);
  const back = chan(int, 1);
  yield* elsewhere(c, back);
  const sending: number[] = [];
  const under: number[] = [];
  for (let k = 0; k < n; k++) {
    compute(pause);
    const begin = now();
    yield* c.send(k);
    const sent = now();
    const there = yield* back.recv();
    sending.push(sent - begin);
    under.push(there - begin);
  }
  return [median(sending), median(under)];
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1]!;
}

function counters(n: number): Go<readonly number[]> {
  return sharing(n, 'counting');
}

function channels(n: number): Go<readonly number[]> {
  return sharing(n, 'passing');
}

/** What both Ps do to objects of their own, and then to one of both: nanoseconds of each. */
function* sharing(n: number, what: keyof typeof doings): Go<readonly number[]> {
  const flags = newImg(SIDE, 1, 0);
  const mine = yield* objectOf(n);
  const yours = yield* objectOf(n);
  const ours = yield* objectOf(2 * n);
  const here = chan(int, 1);
  go(partner, what, n, flags, ...yours, ...ours, here);
  filledElsewhere(here);
  yield* here.recv();
  yield* inStep(0, 0, what, n / 2, flags, ...mine); // until the code is as fast as it gets
  const alone = yield* inStep(1, 0, what, n, flags, ...mine);
  const both = yield* inStep(2, 0, what, n, flags, ...ours);
  return [alone, both];
}

export function* partner(
  what: keyof typeof doings,
  n: number,
  flags: Img,
  own: WaitGroup,
  ownChan: Chan<Point>,
  shared: WaitGroup,
  sharedChan: Chan<Point>,
  here: Chan<number>,
): Go {
  yield* here.send(0);
  yield* inStep(0, 1, what, n / 2, flags, own, ownChan);
  yield* inStep(1, 1, what, n, flags, own, ownChan);
  yield* inStep(2, 1, what, n, flags, shared, sharedChan);
}

/** A counter that is never done, and a channel that is never empty and never full, in no cache line of others. */
function* objectOf(n: number): Go<[WaitGroup, Chan<Point>]> {
  newImg(SIDE, 1, 0);
  const wg = new WaitGroup();
  wg.add(2 * n + 1);
  newImg(SIDE, 1, 0);
  for (let k = 0; k < 8; k++) new WaitGroup();
  const c = chan(point, 2 * FILL);
  for (let k = 0; k < 8; k++) {
    new WaitGroup();
    chan(point, 1);
  }
  for (let k = 0; k < FILL; k++) {
    yield* c.send({ i: k, j: k });
  }
  return [wg, c];
}
const FILL = 64;

/** Begins when the other P does. */
function* inStep(
  round: number,
  who: number,
  what: keyof typeof doings,
  n: number,
  flags: Img,
  wg: WaitGroup,
  c: Chan<Point>,
): Go<number> {
  const m = newImg(SIDE, SIDE, 0); // its own, so that nothing else is shared
  flags.pix[2 * round + who] = 1;
  while (flags.pix[2 * round + 1 - who] === 0) now();
  return yield* doings[what](n, m, wg, c);
}
const SIDE = 1024;

const doings = { counting, passing };

/** Counts down, a pixel in between. */
// biome-ignore lint/correctness/useYield: like the other
function* counting(n: number, m: Img, wg: WaitGroup): Go<number> {
  const begin = now();
  for (let k = 0; k < n; k++) {
    fillPixel(m, X, Y);
    wg.done();
  }
  return now() - begin;
}

/** Sends and receives, a pixel in between. */
function* passing(n: number, m: Img, _wg: WaitGroup, c: Chan<Point>): Go<number> {
  const begin = now();
  for (let k = 0; k < n; k++) {
    fillPixel(m, X, Y);
    yield* c.send({ i: k, j: k });
    fillPixel(m, X, Y);
    yield* c.recv();
  }
  return now() - begin;
}
/** A pixel that takes some turns: some hundred nanoseconds. */
const X = 52;
const Y = 498;

/** The other P runs goroutines that were created here: nanoseconds of all of them. */
function* stealing(n: number): Go<readonly number[]> {
  const m = newImg(SIDE, SIDE, 0);
  let ns = 0;
  let total = 0;
  for (; total < n; total += CROWD) {
    m.pix[GO] = 0;
    m.pix[OVER] = 0;
    const here = chan(int, 1);
    go(holding, m, here);
    filledElsewhere(here);
    for (let k = 0; k < CROWD; k++) {
      go(taken, m, k, CROWD);
    }
    const begin = now();
    m.pix[GO] = 1;
    while (m.pix[OVER] === 0) now();
    ns += now() - begin;
    yield* here.recv();
  }
  return [ns];
}
const GO = 0;
const OVER = 1;
/** Fewer than the scheduler lets pile up. */
const CROWD = 1 << 13;

/** Keeps its P from taking anything until it is told to. */
export function* holding(m: Img, here: Chan<number>): Go {
  yield* here.send(0);
  while (m.pix[GO] === 0) now();
}

/** How many have run on this thread. */
let count = 0;

export function taken(m: Img, _k: number, of: number): void {
  if (++count % of === 0) m.pix[OVER] = 1;
}
