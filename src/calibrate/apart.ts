// Programs for two Ps: goroutines on different Ps that communicate.

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
 * Runs one kind for `ms` milliseconds.
 * @returns nanoseconds: of what, each kind says; and last, how many cores were busy: 2 if no other process had one
 */
export function* main(kind: Apart, ms: number): Go<readonly number[]> {
  const cpu = process.cpuUsage();
  const begin = now();
  const figures = yield* kinds[kind](ms * millisecond);
  const wall = now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  return [...figures, ((user + system) * microsecond) / wall];
}

/** Waits without parking until `c` is full. The goroutines that fill it are new, so they start on the other P. */
function waitUntilFull(c: Chan<number>): void {
  for (const deadline = now() + PATIENCE; len(c) < cap(c); ) {
    if (now() > deadline) panic(`expected ${cap(c)} goroutines to begin on the other P, got ${len(c)}`);
  }
}

/** Nanoseconds until a goroutine that has not started on the other P is an error; it usually takes under a millisecond. */
const PATIENCE = 10 * second;

/** Computes for `ns` nanoseconds. */
function compute(ns: number): void {
  for (const until = now() + ns; now() < until; );
}

/** Round trips over two channels while both Ps spin: nanoseconds of one. */
function* roundTrips(ns: number): Go<readonly number[]> {
  const c = chan(int);
  const back = chan(int);
  yield* startEcho(c, back);
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
/** Operations per batch: few enough that most batches end before the system preempts one of the threads. */
const BATCH = 100;

/** Starts a goroutine on the other P that answers each value of `c` on `back`. */
function* startEcho(c: Chan<number>, back: Chan<number>): Go {
  const here = chan(int, 1);
  go(echo, c, back, here);
  waitUntilFull(here);
  yield* here.recv();
}

export function* echo(c: Chan<number>, back: Chan<number>, here: Chan<number>): Go {
  yield* here.send(0);
  for (;;) {
    yield* c.recv();
    yield* back.send(Math.floor(now()));
  }
}

/** Single sends to a P that spins: nanoseconds of the send, and until the receiver has the value. */
function* readying(ns: number): Go<readonly number[]> {
  return yield* timeSends(ns, 5 * microsecond);
}

/** The same to a P that is about to sleep: it spins for 40 us. */
function* dozing(ns: number): Go<readonly number[]> {
  return yield* timeSends(ns, 42 * microsecond);
}

/** The same to a P that sleeps. */
function* waking(ns: number): Go<readonly number[]> {
  return yield* timeSends(ns, 150 * microsecond);
}

/** Single sends, with `pause` nanoseconds of computing before each. */
function* timeSends(ns: number, pause: number): Go<readonly number[]> {
  const c = chan(int);
  const back = chan(int, 1);
  yield* startEcho(c, back);
  const read = clockReadNs();
  const sending: number[] = [];
  const arriving: number[] = [];
  for (const until = now() + ns; now() < until; ) {
    compute(pause);
    const begin = now();
    yield* c.send(0);
    const sent = now();
    const there = yield* back.recv();
    sending.push(sent - begin - read);
    arriving.push(there - begin - read);
  }
  return [typical(sending), typical(arriving)];
}

/** The duration of one clock read: a duration between two reads is too long by one. */
function clockReadNs(): number {
  const reads: number[] = [];
  for (let k = 0; k < 10_000; k++) reads.push(-now() + now());
  return typical(reads);
}

/** The first quartile: larger values were disturbed by other processes. */
function typical(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 2]!;
}

/**
 * Both Ps send to and receive from a channel of their own, and then a channel that they share: nanoseconds that the shared one
 * takes longer, per operation. NaN if both Ps were hardly ever active at the same time.
 */
function* channels(ns: number): Go<readonly number[]> {
  const flags = newImg(SIDE, 1, 0);
  const mine = yield* makeChannel();
  const yours = yield* makeChannel();
  const ours = yield* makeChannel();
  const here = chan(int, 1);
  go(partner, ns / ROUNDS, flags, yours, ours, here);
  waitUntilFull(here);
  yield* here.recv();
  yield* inStep(0, 0, ns / ROUNDS, flags, mine); // not counted: V8 compiles the code
  const alone = yield* inStep(1, 0, ns / ROUNDS, flags, mine);
  const both = yield* inStep(2, 0, ns / ROUNDS, flags, ours);
  return [both - alone];
}
/** A warm-up, own channels, a shared channel. */
const ROUNDS = 3;

export function* partner(ns: number, flags: Img, own: Chan<Point>, shared: Chan<Point>, here: Chan<number>): Go {
  yield* here.send(0);
  yield* inStep(0, 1, ns, flags, own);
  yield* inStep(1, 1, ns, flags, own);
  yield* inStep(2, 1, ns, flags, shared);
}

/**
 * A channel that is never empty and never full. Unused channels before and after it keep it out of the cache lines of the others,
 * which would otherwise be shared by both Ps.
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
/** Values that stay in the channel; it has room for twice as many. */
const FILL = 64;
/** Unused channels on each side: more than a cache line. */
const APART = 8;

/** Starts when the other P does. */
function* inStep(round: number, who: 0 | 1, ns: number, flags: Img, c: Chan<Point>): Go<number> {
  const m = newImg(SIDE, SIDE, 0); // one per P, so that nothing else is shared
  const side = { flags, mine: 2 * round + who, other: 2 * round + 1 - who };
  flags.pix[side.mine] = 1;
  while (flags.pix[side.other] === 0) now();
  return yield* sendAndReceive(ns, m, side, c);
}
/** Width and height of the pictures, in pixels. */
const SIDE = 1024;

/** What one P knows of the other: bytes in shared memory that count batches, each in a cache line of its own. */
interface Side {
  readonly flags: Img;
  readonly mine: number;
  readonly other: number;
}

/** Durations of the batches during which the other P was active as well. */
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

  /** The median, which neither this P's pauses nor the other one's move. */
  get typical(): number {
    this.#taken.sort((a, b) => a - b);
    return this.#taken[this.#taken.length >> 1] ?? Number.NaN;
  }

  #others(): number {
    const { flags, other } = this.#side;
    return flags.pix[LINES + LINE * other]!;
  }
}
/** Bytes of a cache line. */
const LINE = 64;
/** Offset of the batches' counters in the picture that holds them. */
const LINES = 128;

/** Sends and receives, with a pixel in between. */
function* sendAndReceive(ns: number, m: Img, side: Side, c: Chan<Point>): Go<number> {
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

/** A pixel that takes some hundred nanoseconds. */
const X = 52;
const Y = 498;

/** The other P steals and runs goroutines that were created here: nanoseconds of one. */
function* stealing(ns: number): Go<readonly number[]> {
  const m = newImg(SIDE, SIDE, 0);
  const crowds: number[] = [];
  for (const until = now() + ns; now() < until; ) {
    m.pix[GO] = 0;
    m.pix[OVER] = 0;
    const here = chan(int, 1);
    go(holdP, m, here);
    waitUntilFull(here);
    for (let k = 0; k < CROWD; k++) {
      go(countRun, m, k, CROWD);
    }
    const begin = now();
    m.pix[GO] = 1;
    while (m.pix[OVER] === 0) now();
    crowds.push((now() - begin) / CROWD);
    yield* here.recv();
  }
  return [typical(crowds)];
}
/** Offsets of flags: the other P may start; all goroutines have run. */
const GO = 0;
const OVER = 1;
/** Goroutines at a time: fewer than the scheduler lets a program create before it makes the creator yield. */
const CROWD = 1 << 13;

/** Keeps its P from running anything else until the GO flag is set. */
export function* holdP(m: Img, here: Chan<number>): Go {
  yield* here.send(0);
  while (m.pix[GO] === 0) now();
}

/** Goroutines that have run on this thread. */
let count = 0;

export function countRun(m: Img, _k: number, of: number): void {
  if (++count % of === 0) m.pix[OVER] = 1;
}
