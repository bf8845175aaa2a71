// Holders of locks: which goroutine holds a lock, and where it has locked it, for the report of a deadlock. Go has nothing of
// the kind; lock ranking (runtime/lockrank.go) is the nearest.
//
// Invariants. A lock has a holder word in shared memory, a float64. A goroutine that has got the lock writes it before it
// does anything else, and only the next goroutine that gets the lock writes it again. So there is one writer at a time, and
// the atomic operations that hand over the lock hand over the word. Whether the lock is held is said by the lock's own state,
// never by this word.
//
// To capture a stack takes 1 to 2 us, a lock 40 ns. So a thread captures SITES_PER_TICK stacks per tick of sysmon's clock: a
// program that locks seldom has every place, and one that locks a million times per second pays 1% at most. A thread keeps the
// stack in its own handle of the lock. The holder word says which thread has captured the stack of the present holder, if one
// has. That thread's handle keeps the stack that it captured last at this lock, and every later locking would have written
// another word: so a place is never that of an earlier locking.

import { nth64, type ObjectAddr, type Word } from '../memory/address.js';
import { H, pId } from '../memory/layout.js';
import { f64, i32, solo } from '../memory/memory.js';
import { getg, goidOf, m } from './g.js';
import { Handle } from './handle.js';

/** What a thread knows of a lock that goroutines wait for. */
export interface LockState {
  /** Address of the object that they wait for. */
  readonly lock: number;
  /** Id of the goroutine that holds it, or of the writer that waits for the readers; 0 if none does. */
  readonly holder: number;
  /** Where the holder has locked it, if this thread has captured that. */
  readonly stack?: Stack | undefined;
  /** How many goroutines hold it for reading, while a writer waits for them. */
  readonly readers: number;
  /** Those of them that live on this thread; undefined if they are not known. */
  readonly reading: readonly Reader[] | undefined;
}

/** A goroutine that holds a lock for reading. */
export interface Reader {
  readonly goid: number;
  readonly stack: Stack | undefined;
}

/** A stack that is formatted when it is read. */
export type Stack = Pick<Error, 'stack'>;

/** A handle of something that goroutines hold. */
export abstract class Lock extends Handle {
  /** @internal The stack at which this thread has locked it last, if it has been captured. */
  stack: Stack | undefined = undefined;

  /** @internal */
  override bind(addr: ObjectAddr): void {
    super.bind(addr);
    this.stack = undefined;
  }

  /** @internal What this thread knows of it; undefined if no goroutine waits for it. */
  abstract state(): LockState | undefined;
}

/** A holder word: a float64 at an even address. */
export type HolderWord = Word<'f64'>;
export const HOLDER_WORDS = 2;

/** A holder word is the goroutine's id, plus (1 + number of the thread that has captured the stack) / SITES if one has. */
const SITES = 4096;

/** Stacks that a thread captures per tick of sysmon's clock (10 ms): 1% of its time. */
const SITES_PER_TICK = 64;
/** Frames of such a stack: ours, and the innermost of the program's. */
const FRAMES = 10;

let perTick = SITES_PER_TICK;
let left = perTick;
/** The tick that `left` is of, and the last one of which nothing is left. */
let tick = -1;
let spent = -1;

/** Forgets an earlier run. @param sites stacks that this thread captures per tick of the clock */
export function resetHolders(sites: number = SITES_PER_TICK): void {
  perTick = sites;
  left = sites;
  tick = -1;
  spent = -1;
}

/** The running goroutine has got the lock whose holder word is at `word`. */
export function holds(word: HolderWord, lock: Lock): void {
  f64[nth64(word)] = goidOf(getg());
  if (i32[H.CLOCK] !== spent) look(word, lock);
}

function look(word: HolderWord, lock: Lock): void {
  lock.stack = stackHere();
  if (lock.stack !== undefined) f64[nth64(word)]! += (1 + thread()) / SITES;
}

/** The stack of the running goroutine; undefined if this thread has captured enough of them. */
export function stackHere(): Stack | undefined {
  const now = i32[H.CLOCK]!;
  if (now !== tick) {
    tick = now;
    left = perTick;
  }
  if (left === 0) {
    spent = now;
    return undefined;
  }
  left--;
  const { stackTraceLimit } = Error;
  const stack: Stack = {};
  Error.stackTraceLimit = FRAMES;
  Error.captureStackTrace(stack, stackHere);
  Error.stackTraceLimit = stackTraceLimit;
  return stack;
}

/** True if this thread captures no more stacks until the next tick. */
export function sitesSpent(): boolean {
  return i32[H.CLOCK] === spent;
}

/** Number of this thread. */
function thread(): number {
  return solo ? 0 : pId(m.pp);
}

/** Id of the goroutine that has locked last by this holder word; 0 if none has. */
export function holderIn(word: HolderWord): number {
  return Math.floor(f64[nth64(word)]!);
}

/** The stack at which that was, if this thread has captured it. */
export function stackOf(word: HolderWord, lock: Lock): Stack | undefined {
  return (f64[nth64(word)]! % 1) * SITES === 1 + thread() ? lock.stack : undefined;
}
