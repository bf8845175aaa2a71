// The go statement, and other calls to the scheduler. After newproc, Gosched and panic.

import { Exit, Panic, UsageError } from '../runtime/memory/errors.js';
import { newArena, releaseArena } from '../runtime/sched/arena.js';
import type { NotAwaited } from '../runtime/sched/callback.js';
import { newproc } from '../runtime/sched/engine.js';
import { goyield, nothingForgotten, type Op, VoidOperation } from '../runtime/sched/op.js';
import { needGoroutine } from '../runtime/sched/packagelevel.js';
import { act } from '../runtime/sched/reason.js';

// biome-ignore lint/suspicious/noExplicitAny: any exported function may be a body
type Body = (...args: any[]) => unknown;

/**
 * Starts a goroutine that runs `body(...args)`: Go's `go body(...args)`. Never parks.
 *
 * `body` is an exported function of the program: a generator function, which may park, or a plain function, which runs
 * to its end. Unlike Go, it is never a closure: a closure cannot cross threads. Arguments are numbers, booleans,
 * strings, structs of these (copied), and handles.
 * @throws UsageError if the body is not exported, or an argument cannot cross threads
 * @example
 * export function* hello(name: string, wg: WaitGroup): Go {
 *   println(`hello, ${name}`);
 *   wg.done();
 * }
 * const wg = new WaitGroup();
 * wg.add(1);
 * go(hello, 'gopher', wg);
 * yield* wg.wait();
 * // Output: hello, gopher
 */
export function go<F extends Body>(body: F & NotAwaited<ReturnType<F>>, ...args: Parameters<F>): void {
  newproc(body, args);
}

/**
 * The same, with an arena: the channels, WaitGroups, pictures and all other objects that the goroutine makes, and all
 * goroutines that it starts and that these start, are freed together when the last of them has ended. Never parks.
 *
 * No other goroutine may use any of it after that: what is to outlive them is made by another one, and passed to them. Strings
 * that are left in a channel, or in a shared struct, are not freed. A timer keeps nothing alive: a Ticker that is never
 * stopped is freed with the rest. A goroutine of another arena that waits for its channel counts as one of them meanwhile.
 * @throws UsageError as go does; Fatal if there are 4095 arenas
 * @example
 * export function* serve(request: number, done: Chan<number>): Go {
 *   const scratch = chan(int, 1); // freed with the arena
 *   yield* scratch.send(request * 2);
 *   yield* done.send(yield* scratch.recv());
 * }
 * const done = chan(int);
 * goArena(serve, 21, done);
 * println(yield* done.recv());
 * // Output: 42
 */
export function goArena<F extends Body>(body: F & NotAwaited<ReturnType<F>>, ...args: Parameters<F>): void {
  needGoroutine('goArena');
  const arena = newArena();
  try {
    newproc(body, args, arena);
  } catch (error) {
    releaseArena(arena);
    throw error;
  }
}

class Gosched extends VoidOperation {
  readonly name = 'gosched';
  readonly on = 0;

  protected begin(): Iterator<void, void, void> {
    goyield(act.gosched);
    return this;
  }
}
const yielding = new Gosched();

/**
 * Lets the other goroutines of this P run first: Go's `runtime.Gosched()`. Parks until they have.
 * @example
 * export function other(): void {
 *   println('other');
 * }
 * go(other);
 * yield* gosched();
 * println('main');
 * // Output:
 * // other
 * // main
 */
export function gosched(): Op<void> {
  return yielding.make();
}

/**
 * Panics: unwinds the goroutine, and ends the run with exit status 2 unless the program catches it.
 * @example
 * try {
 *   panic('lost');
 * } catch (e) {
 *   if (e instanceof Panic) println(e.message);
 * }
 * // Output: lost
 */
export function panic(value: unknown): never {
  throw new Panic(value);
}

/**
 * Ends the run at once, whatever the other goroutines do: Go's `os.Exit(code)`.
 * @example
 * println('bye');
 * exit(3);
 * // Output: bye
 * // Exit status: 3
 */
export function exit(code: number): never {
  if (!Number.isInteger(code) || code < 0 || code > 255) {
    throw new UsageError(`exit: expected a status from 0 to 255, got ${String(code)}`);
  }
  nothingForgotten();
  throw new Exit(code);
}
