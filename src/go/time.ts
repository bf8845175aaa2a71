// Sleep, After, Ticker. After time/sleep.go and time/tick.go.
//
// A timer belongs to the P that started it, and fires between two goroutines of that P. Unlike Go, no other P takes it
// over: a goroutine that computes for a second without a scheduling point delays the timers of its P by as much.

import { holdArena, releaseArena } from '../runtime/arena.js';
import { by, engine, gopark, goready, wait } from '../runtime/engine.js';
import { message, Panic, UsageError } from '../runtime/errors.js';
import { m } from '../runtime/g.js';
import { adoptNew, allocate, Handle, handleAt, handleType } from '../runtime/handle.js';
import { lock, unlock } from '../runtime/lock.js';
import { f64, H, i32 } from '../runtime/memory.js';
import { done, early, making, type NamedOp, type Op, parked, postponed, started } from '../runtime/op.js';
import { describe, type Type } from '../runtime/type.js';
import { int } from '../runtime/value.js';
import { type Chan, chan } from './chan.js';
import { C, sendLocked } from './hchan.js';

/** Durations, in nanoseconds: `5 * millisecond`. */
export const nanosecond = 1;
export const microsecond = 1e3;
export const millisecond = 1e6;
export const second = 1e9;
export const minute = 60 * second;
export const hour = 60 * minute;

/** Parks for at least `d` nanoseconds: Go's `time.Sleep(d)`. */
export function sleep(d: number): Op<void> {
  checkDuration('sleep', d);
  const op: NamedOp<void> = {
    name: 'sleep',
    [Symbol.iterator]() {
      started();
      return early(0) ? postponed(0, () => beginSleep(d)) : beginSleep(d);
    },
  };
  making(op);
  return op;
}

function beginSleep(d: number): Iterator<void, void, void> {
  if (d <= 0) return done(undefined);
  const gp = m.curg;
  const at = engine().now() + d;
  gopark(wait.sleep, 0);
  engine().startTimer(at, () => goready(gp, by.timer));
  return parked;
}

/** A channel that will be sent the time (nanoseconds since the start of the run) in `d` nanoseconds. Never parks. */
export function after(d: number): Chan<number> {
  checkDuration('after', d);
  const c = chan(int, 1);
  startTimer(m.arena, engine().now() + d, () => tick(c));
  return c;
}

/** Calls `fire` at that time. What it touches is in this arena, which stays until then. */
function startTimer(arena: number, at: number, fire: () => void): void {
  holdArena(arena);
  engine().startTimer(at, () => {
    fire();
    releaseArena(arena);
  });
}

/** Nanoseconds since the start of the run, for measuring durations: Go's `time.Now()`. Never parks. */
export function now(): number {
  return engine().now();
}

/** Sends the time, unless the tick before has not been received. */
function tick(c: Chan<number>): void {
  lock(c.addr + C.LOCK);
  // Unlike Go, the program could close the channel: then it wants no more ticks.
  if (i32[c.addr + C.CLOSED] !== 0 || !sendLocked(c.addr, c.elem, Math.floor(engine().now()), by.timer))
    unlock(c.addr + C.LOCK);
}

/** Words of a ticker. TURN changes with every stop and reset; PERIOD is a float64; ARENA is the one that it is in. */
const T = { TYPE: 0, C: 1, TURN: 2, RUNNING: 3, PERIOD: 4, ARENA: 6 } as const;
const TICKER_WORDS = 7;

/** A time.Ticker. A handle: it may be sent, and handed to goroutines. */
export class Ticker extends Handle {
  static readonly type: Type<Ticker> = handleType('time.Ticker', (addr) => new Ticker(0, addr));
  /** Is sent the time at every tick. A slow receiver misses ticks. */
  readonly c: Chan<number>;

  /**
   * Go's `time.NewTicker(d)`: ticks every `d` nanoseconds.
   * @throws Panic `non-positive interval for NewTicker`
   */
  constructor(d: number);
  /** @internal */
  constructor(d: number, addr: number);
  constructor(d: number, addr?: number) {
    if (addr === undefined) checkInterval(d, message.newTickerInterval);
    super(addr ?? allocate(TICKER_WORDS), Ticker.type);
    if (addr !== undefined) {
      this.c = handleAt(i32[addr + T.C]!) as Chan<number>;
      return;
    }
    this.c = chan(int, 1);
    i32[this.addr + T.C] = this.c.addr;
    i32[this.addr + T.ARENA] = m.arena;
    adoptNew(this);
    this.#start(d);
  }

  /** Stops ticking. Does not close the channel. Never parks. */
  stop(): void {
    Atomics.add(i32, this.addr + T.TURN, 1); // the timer that is under way will see that its turn is over
    // Whoever takes the running ticker down takes its timer off the count, so that a deadlock shows.
    if (Atomics.exchange(i32, this.addr + T.RUNNING, 0) === 1) Atomics.sub(i32, H.NTIMERS, 1);
  }

  /** Ticks every `d` nanoseconds from now on. Never parks. @throws Panic `non-positive interval for Ticker.Reset` */
  reset(d: number): void {
    checkInterval(d, message.resetInterval);
    this.stop();
    this.#start(d);
  }

  #start(d: number): void {
    f64[(this.addr + T.PERIOD) >> 1] = d;
    Atomics.store(i32, this.addr + T.RUNNING, 1);
    const turn = Atomics.load(i32, this.addr + T.TURN);
    this.#next(turn, engine().now() + d);
  }

  #next(turn: number, at: number): void {
    startTimer(i32[this.addr + T.ARENA]!, at, () => {
      if (Atomics.load(i32, this.addr + T.TURN) !== turn) {
        // stop() has taken this timer off the count, and so will the engine: put one back.
        Atomics.add(i32, H.NTIMERS, 1);
        return;
      }
      tick(this.c);
      const period = f64[(this.addr + T.PERIOD) >> 1]!;
      // Ticks stay on their grid, however late this one came.
      const late = Math.max(0, engine().now() - at);
      this.#next(turn, at + period * (1 + Math.floor(late / period)));
    });
  }
}

function checkDuration(what: string, d: number): void {
  if (typeof d !== 'number' || Number.isNaN(d)) {
    throw new UsageError(`${what}: expected a duration in nanoseconds, such as 5 * millisecond, got ${describe(d)}`);
  }
}

function checkInterval(d: number, text: string): void {
  checkDuration('Ticker', d);
  if (d <= 0) throw new Panic(text);
}
