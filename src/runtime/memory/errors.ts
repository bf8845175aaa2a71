// Errors of a run: Panic is the program's fault, Fatal is the runtime's verdict on the
// whole run. Texts are Go's, to the letter, where Go has one (runtime/panic.go, runtime/chan.go, sync).

import type { GAddr } from './address.js';

/**
 * A Go panic: thrown where the fault happens, unwinds the goroutine, and ends the run with exit status 2 unless
 * the program catches it (which is Go's recover).
 * @example
 * try {
 *   yield* alwaysClosed().send(1);
 * } catch (e) {
 *   if (!(e instanceof Panic)) throw e;
 *   println(e.message);
 * }
 * export function alwaysClosed(): Chan<number> {
 *   const c = chan(int);
 *   c.close();
 *   return c;
 * }
 * // Output: send on closed channel
 */
export class Panic extends Error {
  override readonly name = 'Panic';
  /** What was handed to panic(). */
  readonly value: unknown;

  constructor(value: unknown) {
    super(value instanceof Error ? value.message : String(value));
    this.value = value;
  }
}

/** What has ended the run, as far as this thread knows, even if the program catches what was thrown. */
export const verdict: { error: Fatal | Exit | Escaping | Misused | undefined } = { error: undefined };

/** Forgets the verdict on an earlier run. */
export function resetVerdict(): void {
  verdict.error = undefined;
}

/**
 * A fault that no program can recover from: Go's `fatal error`. To make one is to end the run, with exit status 2.
 * @example
 * try {
 *   new Mutex().unlock();
 * } catch (e) {
 *   println(e instanceof Fatal); // the run ends all the same
 * }
 * // Output: true
 * // Exit status: 2
 */
export class Fatal extends Error {
  override readonly name = 'Fatal';

  constructor(message: string) {
    super(message);
    verdict.error ??= this;
  }
}

/**
 * A use of the library that is no Go program at all (a body that is not exported, an argument that cannot cross
 * threads, a parking call without `yield*`). One line: what was expected, what came, what to do.
 * @example
 * function hidden(): void {}
 * try {
 *   go(hidden); // not exported
 * } catch (e) {
 *   println(e instanceof UsageError);
 * }
 * // Output: true
 */
export class UsageError extends TypeError {
  override readonly name = 'UsageError';
}

/** A UsageError about a goroutine's body, which reports find in its module: nothing of the program called it. */
export class BodyError extends UsageError {
  /** Number of the body (bodies.ts). */
  readonly body: number;
  /** True if it is about a plain `yield` in it. */
  readonly yields: boolean;

  constructor(body: number, message: string, yields = false) {
    super(message);
    this.body = body;
    this.yields = yields;
  }
}

/** An operation that was made and never given to `yield*`. Where that was, reports look for in the source. */
export class Unyielded extends UsageError {
  /** The operation, as programs call it: `recv`, `trace.start`. */
  readonly operation: string;

  constructor(operation: string) {
    super(`${operation}: expected \`yield*\` before this call, which does nothing without it`);
    this.operation = operation;
  }
}

/** An operation that was iterated by something else than `yield*`. No program can catch it: the goroutine is in a queue. */
export class Misused extends UsageError {
  constructor() {
    super(
      'expected `yield*` before an operation or a call of a function*, got a destructuring, a spread or a loop over it, ' +
        'which does not wait for it',
    );
    verdict.error ??= this;
  }
}

/** Thrown by exit(): ends the run with a status, even if the program catches it. */
export class Exit extends Error {
  override readonly name = 'Exit';
  readonly code: number;

  constructor(code: number) {
    super(`exit status ${code}`);
    this.code = code;
    verdict.error ??= this;
  }
}

/**
 * An uncaught throw of a goroutine that ran on top of its creator's stack (see M.#makeRoom), on its way past the creator,
 * which must not catch it.
 */
export class Escaping extends Error {
  override readonly name = 'Escaping';
  /** 0 if the run has ended, and no goroutine is to blame. */
  readonly gp: GAddr | 0;

  constructor(cause: unknown, gp: GAddr | 0 = 0) {
    super('a goroutine has panicked', { cause });
    this.gp = gp;
    verdict.error ??= this;
  }
}

/** The texts of Go's own panics and fatal errors. */
export const message = {
  sendOnClosed: 'send on closed channel',
  closeOfClosed: 'close of closed channel',
  closeOfNil: 'close of nil channel',
  makechanSize: 'makechan: size out of range',
  negativeWaitGroup: 'sync: negative WaitGroup counter',
  unlockOfUnlocked: 'sync: unlock of unlocked mutex',
  unlockOfUnlockedRW: 'sync: Unlock of unlocked RWMutex',
  rUnlockOfUnlocked: 'sync: RUnlock of unlocked RWMutex',
  newTickerInterval: 'non-positive interval for NewTicker',
  resetInterval: 'non-positive interval for Ticker.Reset',
  deadlock: 'all goroutines are asleep - deadlock!',
} as const;
