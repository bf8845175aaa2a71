// Sites of events: decides when the stack of an event is walked, and when the previous stack is used again. A walk takes some
// microseconds in JavaScript, a hundred times as long as the event itself, and nearly always finds the previous stack: a body
// mostly sends at one line.
//
// Unlike Go, which walks the stack at every event, a stack is walked often where a body does one kind of event at several places,
// and seldom where it always was one place:
//
//   known of a body and a kind of event             stacks are walked
//   ---------------------------------------------   ------------------------------------------------------------------
//   at most LEARN walks, all with one stack         at every event
//   more walks, all with one stack                  after 1, 2, 4 ... SELDOM events, and after each doubt(), every 10 ms
//   two different stacks                            the same rules per object: other places mostly use other channels
//   two different stacks on one object              at every event on this object
//
// So a stack can be a wrong one only if the body has done the same to the same object at one place many times before, and for
// 10 ms at most.

import { KINDS } from './kinds.js';

/** Equal walks after which a stack is no longer walked at every event. Chosen: a loop that alternates shows by then. */
const LEARN = 16;
/** Most events between two walks. Chosen: a walk then adds next to nothing to the cost of an event. */
const SELDOM = 1 << 14;
/** Most objects with a site of their own, per thread; the stacks of events on further objects are all walked. */
const MOST_OBJECTS = 4096;

/** The site of one kind of event in one body on one object. */
interface Known {
  stack: number;
  /** Events until the next walk. */
  left: number;
  /** Walks that found this stack. */
  same: number;
}

/** Number of no stack: the site has several. */
const SEVERAL = -1;

/** Numbers stacks. */
export interface Walker {
  /** Walks the running goroutine's stack, at an event of this kind. @returns its number */
  here(body: number, kind: number): number;
}

export class Sites {
  readonly #stacks: Walker;
  /** By body and kind: events until the next walk, the stack, and how many walks have found it. */
  readonly #left: Int32Array;
  readonly #stack: Int32Array;
  readonly #same: Int32Array;
  readonly #objects = new Map<number, Known>();

  constructor(bodies: number, stacks: Walker) {
    this.#stacks = stacks;
    this.#left = new Int32Array(bodies * KINDS);
    this.#stack = new Int32Array(bodies * KINDS);
    this.#same = new Int32Array(bodies * KINDS);
  }

  /** Number of the stack of the running goroutine, whose body is `body`, at an event of this kind on this object. */
  at(body: number, kind: number, on: number): number {
    const k = body * KINDS + kind;
    return --this.#left[k]! > 0 ? this.#stack[k]! : this.#walk(k, body, kind, on);
  }

  /** Makes the next event of each site walk its stack. */
  doubt(): void {
    this.#left.fill(0);
    for (const known of this.#objects.values()) known.left = 0;
  }

  #walk(k: number, body: number, kind: number, on: number): number {
    if (this.#stack[k] === SEVERAL) return this.#walkOn(k, body, kind, on);
    const stack = this.#stacks.here(body, kind);
    if (this.#same[k] === 0 || this.#stack[k] === stack) {
      this.#stack[k] = stack;
      this.#left[k] = interval(++this.#same[k]!);
    } else {
      this.#stack[k] = SEVERAL;
      this.#left[k] = 0;
    }
    return stack;
  }

  #walkOn(k: number, body: number, kind: number, on: number): number {
    const key = k * 2 ** 32 + on;
    const known = this.#objects.get(key);
    if (known !== undefined && --known.left > 0) return known.stack;
    const stack = this.#stacks.here(body, kind);
    if (known === undefined) {
      if (this.#objects.size < MOST_OBJECTS) this.#objects.set(key, { stack, left: 1, same: 1 });
    } else if (known.stack === stack) known.left = interval(++known.same);
    else known.stack = SEVERAL; // for good: no walk finds this number
    return stack;
  }
}

/** Events until the next walk, after so many walks that found the same stack. */
function interval(same: number): number {
  return same < LEARN ? 1 : Math.min(SELDOM, 2 ** (same - LEARN));
}
