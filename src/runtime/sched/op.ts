// Operations: what a program may `yield*`, because it may park. They are iterators written by hand, not generators (a nested
// generator costs four times as much). The plain meaning of
//
//     const v = yield* c.recv();
//
// is: try to receive; if that works, v is there at once and the goroutine continues without leaving its thread (nothing
// is allocated). If not, the goroutine is queued on the channel, and an unfinished result is passed up to the scheduler,
// which runs other goroutines, and resumes this one with the value when a sender has arrived.

import { field, type ObjectAddr } from '../memory/address.js';
import { Misused, Unyielded } from '../memory/errors.js';
import { G, gStatus, P } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { unfinishedResult } from './callback.js';
import { engine } from './engine.js';
import { getg, m } from './g.js';
import { pace, tracer } from './hooks.js';
import { act } from './reason.js';

/**
 * An operation that may park; `yield*` it, at once.
 * @example
 * export function nextOf(c: Chan<number>): Op<number> {
 *   return c.recv();
 * }
 * const c = chan(int, 1);
 * yield* c.send(7);
 * println(yield* nextOf(c));
 * // Output: 7
 */
export interface Op<T> {
  [Symbol.iterator](): Iterator<void, T, void>;
}

/**
 * The type of a goroutine's body, and of every function that it calls with `yield*`.
 * @example
 * export function* twice(c: Chan<number>): Go<number> {
 *   return 2 * (yield* c.recv());
 * }
 * const c = chan(int, 1);
 * yield* c.send(21);
 * println(yield* twice(c));
 * // Output: 42
 */
export type Go<T = void> = Generator<void, T, void>;

const finished = { done: true as const, value: undefined as unknown };
const unfinished = { done: false as const, value: undefined };

/** What an iterator answers when its goroutine leaves the thread. @throws Misused if it has been asked by a loop */
export function leave(): typeof unfinished {
  if (m.leaving) throw new Misused();
  m.leaving = true;
  return unfinished;
}

/** An iterator's `return`, which `yield*` never calls, but what takes an iterator apart, when it has enough. */
function abandoned(): never {
  throw new Misused();
}

/**
 * What an iterator answers when its operation is over. One object serves all, because `yield*` reads it at once: a `yield*` that
 * does not park takes 9 ns with it, and 15 with a new object each time (Node 20, medians of 7 times 2e7, processor time).
 */
export function finish<T>(value: T): IteratorReturnResult<T> {
  finished.value = value;
  return finished as IteratorReturnResult<T>;
}

const over: Iterator<void, unknown, void> = { next: () => finished };

/** The iterator of an operation that did not have to park. Lets others run first if the time slice is over. */
export function done<T>(value: T): Iterator<void, T, void> {
  if (preempted()) return new Preempted(value);
  finished.value = value;
  return over as Iterator<void, T, void>;
}

/** The iterator of an operation that has nothing to do. Others do not run first: it is as if it were not there. */
export function nothingToDo(): Iterator<void, void, void> {
  finished.value = undefined;
  return over as Iterator<void, void, void>;
}

/**
 * As done(), for an operation whose result is made to be taken apart. Without its `yield*`, `const [v, ok] = c.recv2()` would
 * take the iterator apart, and lose the value: then next() is called without an argument, which `yield*` always has.
 */
export function doneApart<T>(value: T): Iterator<void, T, void> {
  if (preempted()) return new Preempted(value);
  finished.value = value;
  return overApart as Iterator<void, T, void>;
}

const overApart: Iterator<void, unknown, void> = {
  next() {
    // biome-ignore lint/complexity/noArguments: rest parameters would be an array
    if (arguments.length === 0) throw new Misused();
    return finished;
  },
};

/**
 * True if the running G has had its time slice, or the run is to stop.
 * Unlike Go, nothing is preempted inside a computation: a goroutine keeps its thread until its next `yield*`.
 */
export function preempted(): boolean {
  return i32[field(m.pp, P.PREEMPT)] !== 0; // set by sysmon; a plain read sees it soon enough
}

/** The iterator of an operation that has parked: the G is in a wait queue. */
abstract class Parked<T> implements Iterator<void, T, void> {
  next(): IteratorResult<void, T> {
    // The scheduler sets `resuming` when it gives the thread back to a parked G, and the innermost iterator, which
    // is the one that parked, is asked first.
    if (!m.resuming) return leave();
    m.resuming = false;
    return finish(this.resume());
  }

  return(): never {
    return abandoned();
  }

  /** The result, after the G has been woken. */
  protected abstract resume(): T;
}

/** Parks, and answers nothing. */
class ParkedVoid extends Parked<void> {
  protected resume(): void {}
}
export const parked: Iterator<void, void, void> = new ParkedVoid();

/**
 * An operation from its making to its result. What happens to `yield* c.recv()`, in this order:
 *
 *   make()             `c.recv()`: notes the operation, so that a forgotten `yield*` is noticed when the next one is made
 *   [Symbol.iterator]  `yield*` starts it
 *   postpone()         in virtual time only, if another P is earlier: the G leaves its thread, and the operation begins later
 *   begin()            does it and answers done(...); or queues the G, calls gopark, and answers `this`
 *   next()             the G has been woken and has its thread again
 *   resume()           the result of an operation that parked
 *
 * A handle has one object for each kind of operation, if that keeps nothing between begin() and resume(): several goroutines
 * of a thread may be parked in it at once.
 */
export abstract class Operation<T> extends Parked<T> implements Op<T> {
  /** For messages: `recv`. */
  abstract readonly name: string;

  /** The address of the object that it changes or reads; 0 if there is none. */
  protected abstract readonly on: ObjectAddr | 0;

  /** Does the operation, or queues the running G and calls gopark. @returns done(...) or `this` */
  protected abstract begin(): Iterator<void, T, void>;

  /** Notes that it is made. @throws UsageError if the operation before was never given to `yield*` */
  make(): this {
    making(this);
    return this;
  }

  [Symbol.iterator](): Iterator<void, T, void> {
    started();
    return pace?.early(this.on) ? this.postpone() : this.begin();
  }

  /** The iterator of this operation where it has to wait for other Ps. To be overridden by one that has state of its own. */
  protected postpone(): Iterator<void, T, void> {
    return new Postponed(this.on, () => this.begin());
  }
}

/** An operation that answers nothing. */
export abstract class VoidOperation extends Operation<void> {
  protected override resume(): void {}
}

/** An operation that is made of other operations, each of which waits for other Ps in virtual time by itself. */
export abstract class Compound<T> extends Operation<T> {
  protected readonly on = 0;

  override [Symbol.iterator](): Iterator<void, T, void> {
    started();
    return this.begin();
  }

  protected resume(): T {
    throw new Error('op: expected an operation that parks by its parts, got one that has parked itself');
  }
}

/** Puts the running G behind the others of its P, at a point where it is about to leave: because it wants to, or has to. */
export function goyield(kind: typeof act.gosched | typeof act.preempt = act.preempt): void {
  if (tracer !== undefined) tracer.yield(kind);
  i32[field(getg(), G.STATUS)] = gStatus.runnable;
  engine().yieldG(getg());
}

/** The iterator of an operation that is over, but whose goroutine has had its time slice. */
class Preempted<T> extends Parked<T> {
  readonly #value: T;

  constructor(value: T) {
    super();
    this.#value = value;
    goyield();
  }

  protected resume(): T {
    return this.#value;
  }
}

/** True if an operation on the object at `on` (0 if on none) has to wait until other Ps have caught up, in virtual time. */
export function early(on: ObjectAddr | 0): boolean {
  return pace?.early(on) ?? false;
}

/** The iterator of an operation that begins when its goroutine has the thread again. */
export class Postponed<T> implements Iterator<void, T, void> {
  readonly #on: ObjectAddr | 0;
  readonly #begin: () => Iterator<void, T, void>;
  #begun: Iterator<void, T, void> | undefined;

  constructor(on: ObjectAddr | 0, begin: () => Iterator<void, T, void>) {
    this.#on = on;
    this.#begin = begin;
  }

  next(): IteratorResult<void, T> {
    if (this.#begun === undefined) {
      if (!m.resuming) return leave();
      m.resuming = false;
      early(this.#on); // now it is not: the others have gone
      this.#begun = this.#begin();
    }
    return this.#begun.next(undefined); // with an argument, as `yield*` calls it
  }

  return(): never {
    return abandoned();
  }
}

/** A plain call is about to change or to read the object at `on` (0 if none): others who are earlier go first. */
export function effect(on: ObjectAddr | 0): void {
  pace?.effect(on);
}

let made: { readonly name: string } | undefined;

/** Forgets what an earlier run left behind. */
export function resetOps(): void {
  made = undefined;
}

/** Sets aside what has been made and not begun, and answers what was. For an engine that runs others in the middle. */
export function setAside(next?: { readonly name: string }): { readonly name: string } | undefined {
  const before = made;
  made = next;
  return before;
}

/** Notes that an operation was made. @throws UsageError if the one before was never given to `yield*` */
function making(op: { readonly name: string }): void {
  if (made !== undefined) forgotten();
  made = op;
}

/** Notes that the operation that was made is under way. */
export function started(): void {
  made = undefined;
}

/** @throws UsageError if an operation was made and never given to `yield*` */
export function nothingForgotten(): void {
  if (made !== undefined) forgotten();
}

/** What is left to `yield*` of what a callback has returned: an operation, or the generator of a `function*`. */
export function toRun<T>(value: unknown): Op<T> | undefined {
  const runs = (made !== undefined && value === made) || unfinishedResult(value) === 'a generator';
  return runs ? (value as Op<T>) : undefined;
}

/** The operation that the running goroutine has made and never begun, as an error; undefined if there is none. */
export function whatIsForgotten(): Unyielded | undefined {
  return made && new Unyielded(made.name);
}

function forgotten(): never {
  const name = made!.name;
  made = undefined;
  throw new Unyielded(name);
}
