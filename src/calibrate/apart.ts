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
  millisecond,
  now,
  panic,
  second,
  struct,
} from '../go/index.js';
import { fillPixel, type Img, newImg } from '../mandelbrot/index.js';

const point = struct({ i: int, j: int });
type Point = typeof point.zero;

const kinds = { roundTrips, readying, dozing, waking, channels, stealing };
export type Apart = keyof typeof kinds;

/**
 * Does it for `ms` milliseconds.
 * @returns nanoseconds, of what each kind says; and last, how many cores were busy with it: 2 if nobody else had one
 */
export function* main(kind: Apart, ms: number): Go<readonly number[]> {
  const cpu = process.cpuUsage();
  const begin = now();
  const figures = yield* kinds[kind](ms * millisecond);
  const wall = now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  return [...figures, ((user + system) * microsecond) / wall];
}

/** Waits, without leaving the thread, until `c` is full: those who fill it are new, so they begin on the other P. */
function filledElsewhere(c: Chan<number>): void {
  for (const deadline = now() + PATIENCE; len(c) < cap(c); ) {
    if (now() > deadline) panic(`expected ${cap(c)} goroutines to begin on the other P, got ${len(c)}`);
  }
}

/** Far more than it takes, and less than anybody waits for nothing. */
const PATIENCE = 10 * second;

/** Computes for so long. */
function compute(ns: number): void {
  for (const until = now() + ns; now() < until; );
}

/** Round trips over two channels, both Ps awake: nanoseconds of one. */
function* roundTrips(ns: number): Go<readonly number[]> {
  const c = chan(int);
  const back = chan(int);
  yield* elsewhere(c, back);
  const batches: number[] = [];
  for (const until = now() + ns; now() < until; ) {
    const begin = now();
    for (let j = 0; j < BATCH; j++) {
      yield* c.send(j);
      yield* back.recv();
    }
    batches.push((now() - begin) / BATCH);
  }
  return [typical(batches)];
}
/** Few enough that most batches pass before the system takes one of the Ps off its core. */
const BATCH = 100;

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

/** The same, each send by itself: what sending takes the sender, and until the receiver has it. */
function* readying(ns: number): Go<readonly number[]> {
  return yield* answers(ns, 5 * microsecond);
}

/** The same with a receiver that is about to fall asleep: it has looked around for 40 us. */
function* dozing(ns: number): Go<readonly number[]> {
  return yield* answers(ns, 42 * microsecond);
}

/** The same with a receiver that has fallen asleep. */
function* waking(ns: number): Go<readonly number[]> {
  return yield* answers(ns, 150 * microsecond);
}

function* answers(ns: number, pause: number): Go<readonly number[]> {
  const c = chan(int);
  const back = chan(int, 1);
  yield* elsewhere(c, back);
  const look = looking();
  const sending: number[] = [];
  const under: number[] = [];
  for (const until = now() + ns; now() < until; ) {
    compute(pause);
    const begin = now();
    yield* c.send(0);
    const sent = now();
    const there = yield* back.recv();
    sending.push(sent - begin - look);
    under.push(there - begin - look);
  }
  return [typical(sending), typical(under)];
}

/** What looking at the clock takes: what is timed by two looks is longer by one. */
function looking(): number {
  const looks: number[] = [];
  for (let k = 0; k < 10_000; k++) looks.push(-now() + now());
  return typical(looks);
}

/** The first quartile: what is more has met somebody else. */
function typical(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 2]!;
}

/**
 * Both Ps send to channels of their own and receive from them, and then to and from one of both: how much longer one time
 * takes. NaN if they were hardly ever at it at once.
 */
function* channels(ns: number): Go<readonly number[]> {
  const flags = newImg(SIDE, 1, 0);
  const mine = yield* makeChannel();
  const yours = yield* makeChannel();
  const ours = yield* makeChannel();
  const here = chan(int, 1);
  go(partner, ns / ROUNDS, flags, yours, ours, here);
  filledElsewhere(here);
  yield* here.recv();
  yield* inStep(0, 0, ns / ROUNDS, flags, mine); // until the code is as fast as it gets
  const alone = yield* inStep(1, 0, ns / ROUNDS, flags, mine);
  const both = yield* inStep(2, 0, ns / ROUNDS, flags, ours);
  return [both - alone];
}
const ROUNDS = 3;

export function* partner(ns: number, flags: Img, own: Chan<Point>, shared: Chan<Point>, here: Chan<number>): Go {
  yield* here.send(0);
  yield* inStep(0, 1, ns, flags, own);
  yield* inStep(1, 1, ns, flags, own);
  yield* inStep(2, 1, ns, flags, shared);
}

/**
 * A channel that is never empty and never full. It lies apart from the others: two channels in one cache line would be shared
 * even if neither is.
 */
function* makeChannel(): Go<Chan<Point>> {
  newImg(SIDE, 1, 0);
  for (let k = 0; k < APART; k++) chan(point, 2 * FILL);
  const c = chan(point, 2 * FILL);
  for (let k = 0; k < APART; k++) chan(point, 2 * FILL);
  for (let k = 0; k < FILL; k++) {
    yield* c.send({ i: k, j: k });
  }
  return c;
}
const FILL = 64;
const APART = 8;

/** Begins when the other P does. */
function* inStep(round: number, who: 0 | 1, ns: number, flags: Img, c: Chan<Point>): Go<number> {
  const m = newImg(SIDE, SIDE, 0); // its own, so that nothing else is shared
  const side = { flags, mine: 2 * round + who, other: 2 * round + 1 - who };
  flags.pix[side.mine] = 1;
  while (flags.pix[side.other] === 0) now();
  return yield* passing(ns, m, side, c);
}
const SIDE = 1024;

/** Where the two tell each other how far they are: bytes that count batches, each in a cache line of its own. */
interface Side {
  readonly flags: Img;
  readonly mine: number;
  readonly other: number;
}

/** How long batches took during which the other P was at it as well. */
class Batches {
  readonly #side: Side;
  readonly #taken: number[] = [];
  #begin = 0;
  #other = 0;

  constructor(side: Side) {
    this.#side = side;
  }

  begin(): void {
    this.#other = this.#others();
    this.#begin = now();
  }

  end(): void {
    const ns = (now() - this.#begin) / BATCH;
    const { flags, mine } = this.#side;
    flags.pix[LINES + LINE * mine]!++;
    const others = (this.#others() - this.#other) & 255;
    if (others === 1 || others === 2) this.#taken.push(ns);
  }

  /** The median: neither those in which the other was away for a moment, nor those in which we were. */
  get typical(): number {
    this.#taken.sort((a, b) => a - b);
    return this.#taken[this.#taken.length >> 1] ?? Number.NaN;
  }

  #others(): number {
    const { flags, other } = this.#side;
    return flags.pix[LINES + LINE * other]!;
  }
}
/** A cache line, and where those of the batches begin. */
const LINE = 64;
const LINES = 128;

/** Sends and receives, a pixel in between. */
function* passing(ns: number, m: Img, side: Side, c: Chan<Point>): Go<number> {
  const batches = new Batches(side);
  for (const until = now() + ns; now() < until; ) {
    batches.begin();
    for (let j = 0; j < BATCH; j++) {
      fillPixel(m, X, Y);
      yield* c.send({ i: j, j });
      fillPixel(m, X, Y);
      yield* c.recv();
    }
    batches.end();
  }
  return batches.typical;
}

/** A pixel that takes some turns: some hundred nanoseconds. */
const X = 52;
const Y = 498;

/** The other P runs goroutines that were created here: nanoseconds of one. */
function* stealing(ns: number): Go<readonly number[]> {
  const m = newImg(SIDE, SIDE, 0);
  const crowds: number[] = [];
  for (const until = now() + ns; now() < until; ) {
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
    crowds.push((now() - begin) / CROWD);
    yield* here.recv();
  }
  return [typical(crowds)];
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
