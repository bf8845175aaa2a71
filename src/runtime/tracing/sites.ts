// Which stack an event has. Go walks the stack at every event. In JavaScript that takes some microseconds, a hundred
// times what the event itself costs, and nearly always gives what it gave before: a body mostly sends at one line.
//
// Unlike Go, therefore, stacks are looked at often where a body does this kind of thing at several places, and seldom
// where it always was the same place:
//   - the first LEARN events of a kind in a body are all looked at, later ones at intervals that double up to SELDOM, and
//     after every doubt(), which comes every 10 ms;
//   - once two of them differ, the body is known to do it at several places: then each object (a channel, say) is
//     observed in the same way on its own, because different places mostly mean different channels;
//   - where even that differs, every event is looked at.
// So a stack may be an old one only if a body has done the same thing to the same object at one place many times before,
// and for 10 ms at most.

import { KINDS } from './kinds.js';

const LEARN = 16;
const SELDOM = 1 << 14;
/** Objects that are told apart; beyond that, events of such bodies are all looked at. */
const MOST_OBJECTS = 4096;

/** What is known of one place. */
interface Known {
  stack: number;
  /** Events that need no look. */
  left: number;
  /** Looks that gave the same stack. */
  same: number;
}

const SEVERAL = -1;

/** Numbers stacks. */
export interface Walker {
  /** Number of the running goroutine's stack, at an event of this kind. */
  here(body: number, kind: number): number;
}

export class Sites {
  readonly #stacks: Walker;
  /** For each body and kind: events that need no look, the stack, and how many looks gave it. */
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
    return --this.#left[k]! > 0 ? this.#stack[k]! : this.#look(k, body, kind, on);
  }

  /** From time to time: the next event of each kind is looked at. */
  doubt(): void {
    this.#left.fill(0);
    for (const known of this.#objects.values()) known.left = 0;
  }

  #look(k: number, body: number, kind: number, on: number): number {
    if (this.#stack[k] === SEVERAL) return this.#lookAt(k, body, kind, on);
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

  #lookAt(k: number, body: number, kind: number, on: number): number {
    const key = k * 2 ** 32 + on;
    const known = this.#objects.get(key);
    if (known !== undefined && --known.left > 0) return known.stack;
    const stack = this.#stacks.here(body, kind);
    if (known === undefined) {
      if (this.#objects.size < MOST_OBJECTS) this.#objects.set(key, { stack, left: 1, same: 1 });
    } else if (known.stack === stack) known.left = interval(++known.same);
    else known.stack = SEVERAL; // and stays so: no stack has this number
    return stack;
  }
}

/** Events to the next look, after so many looks that gave the same stack. */
function interval(same: number): number {
  return same < LEARN ? 1 : Math.min(SELDOM, 2 ** (same - LEARN));
}
