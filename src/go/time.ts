// Sleep, After, Ticker. After time/sleep.go and time/tick.go. The timers of channels are in timerchan.ts, and the heap that all
// timers of a P are in is runtime/timers.ts.

import { field, type ObjectAddr, offsets } from '../runtime/memory/address.js';
import { message, Panic, UsageError } from '../runtime/memory/errors.js';
import { hasMemory, i32 } from '../runtime/memory/memory.js';
import { by, engine, gopark, goready, wait } from '../runtime/sched/engine.js';
import { getg, m } from '../runtime/sched/g.js';
import { addressFor, adopt, allocate, Handle, handleAt, handleType } from '../runtime/sched/handle.js';
import { done, type Op, VoidOperation } from '../runtime/sched/op.js';
import { amend, UNMADE } from '../runtime/sched/packagelevel.js';
import { describe, type Type } from '../runtime/value/type.js';
import { type Chan, timerChan } from './chan.js';
import { resetTimer, stopTimer } from './timerchan.js';

/**
 * Durations, in nanoseconds: `5 * millisecond`.
 * @example
 * println(2 * second === 2000 * millisecond, hour / minute, microsecond / nanosecond);
 * // Output: true 60 1000
 */
export const nanosecond = 1;
export const microsecond = 1e3;
export const millisecond = 1e6;
export const second = 1e9;
export const minute = 60 * second;
export const hour = 60 * minute;

/**
 * Parks for at least `d` nanoseconds: Go's `time.Sleep(d)`.
 * @example
 * const start = now();
 * yield* sleep(5 * millisecond);
 * println(now() - start >= 5 * millisecond);
 * // Output: true
 */
export function sleep(d: number): Op<void> {
  checkDuration('sleep', d);
  return new SleepOp(d).make();
}

class SleepOp extends VoidOperation {
  readonly name = 'sleep';
  readonly on = 0;
  readonly #d: number;

  constructor(d: number) {
    super();
    this.#d = d;
  }

  protected begin(): Iterator<void, void, void> {
    if (this.#d <= 0) return done(undefined);
    const gp = getg();
    const at = engine().now() + this.#d;
    gopark(wait.sleep, 0);
    engine().timers.start(at, () => goready(gp, by.timer));
    return this;
  }
}

/**
 * A channel that will be sent the time (nanoseconds since the start of the run) in `d` nanoseconds. Never parks. As in Go
 * since 1.23, it has no buffer (`len` and `cap` are 0), and while no goroutine waits for it, it costs nothing and keeps no run
 * alive. Can only be received from.
 * @example
 * const reply = chan(string);
 * const s = yield* select([recv(reply), recv(after(10 * millisecond))]);
 * println(s.index === 0 ? s.value : 'timeout');
 * // Output: timeout
 */
export function after(d: number): Chan<number> {
  checkDuration('after', d);
  const c = timerChan();
  atStart('after()', () => resetTimer(c.addr, d, 0));
  return c;
}

/** Starts a timer: now, or with the run, if a module makes it while it is loaded. */
function atStart(what: string, start: () => void): void {
  if (m.curg !== 0) start();
  else if (hasMemory) amend(what, start);
}

/**
 * Nanoseconds since the start of the run, for measuring durations: Go's `time.Now()`. Never parks.
 * @example
 * const start = now();
 * yield* sleep(2 * second);
 * println(Math.round((now() - start) / second));
 * // Output: 2
 */
export function now(): number {
  return engine().now();
}

/** Words of a ticker. The timer is its channel's (timerchan.ts). */
const T = offsets<'object', { C: 'object' }>()({ TYPE: 0, C: 1 });
const TICKER_WORDS = 2;

/**
 * A time.Ticker. A handle: it may be sent, and handed to goroutines.
 * @example
 * const ticker = new Ticker(10 * millisecond);
 * for (let k = 1; k <= 2; k++) {
 *   yield* ticker.c.recv();
 *   println('tick', k);
 * }
 * ticker.stop();
 * // Output:
 * // tick 1
 * // tick 2
 */
export class Ticker extends Handle {
  static readonly type: Type<Ticker> = handleType('time.Ticker', (addr) => new Ticker(0, addr));
  /**
   * Is sent the time at every tick. A slow receiver misses ticks. As in Go since 1.23, it has no buffer (`len` and `cap` are 0).
   * Can only be received from.
   */
  readonly c: Chan<number>;

  /**
   * Go's `time.NewTicker(d)`: ticks every `d` nanoseconds. While no goroutine waits for its channel, it costs nothing and
   * keeps no run alive.
   * @throws Panic `non-positive interval for NewTicker`
   */
  constructor(d: number);
  /** @internal */
  constructor(d: number, addr: ObjectAddr);
  constructor(d: number, addr?: ObjectAddr) {
    if (addr === undefined) checkInterval(d, message.newTickerInterval);
    const c = addr === undefined ? timerChan() : (handleAt(i32[field(addr, T.C)] as ObjectAddr) as Chan<number>);
    const make = () => {
      const at = allocate(TICKER_WORDS);
      i32[field(at, T.C)] = c.addr;
      return at;
    };
    super(addr ?? addressFor(make), Ticker.type);
    this.c = c;
    if (addr !== undefined) return;
    adopt(this, 'new Ticker()', make);
    atStart('new Ticker()', () => resetTimer(c.addr, d, d));
  }

  /** Stops ticking: nothing is received any more once this has returned. Does not close the channel. Never parks. */
  stop(): void {
    if (this.addr === UNMADE) amend('t.stop', () => stopTimer(this.c.addr));
    else stopTimer(this.c.addr);
  }

  /**
   * Ticks every `d` nanoseconds from now on: no earlier tick is received any more once this has returned. Never parks.
   * @throws Panic `non-positive interval for Ticker.Reset`
   */
  reset(d: number): void {
    checkInterval(d, message.resetInterval);
    if (this.addr === UNMADE) amend('t.reset', () => resetTimer(this.c.addr, d, d));
    else resetTimer(this.c.addr, d, d);
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
