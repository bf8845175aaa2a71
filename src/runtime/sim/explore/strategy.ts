// Strategies: how the exploring simulator chooses the goroutine that takes the next step. All chance comes from the seed, so the same
// seed gives the same schedule again.

import { Rng } from '../../../lib/rng.js';
import type { GAddr } from '../../memory/address.js';
import { goidOf } from '../../sched/g.js';

/** Chooses among goroutines, given by the addresses of their records. */
export interface Strategy {
  /** The goroutine that takes the next step: its index in `enabled`, which is not empty. */
  choose(enabled: readonly GAddr[]): number;
  /** True if one of `others` takes a step before the running goroutine does what it is about to do. */
  interrupts(running: GAddr, others: readonly GAddr[]): boolean;
  /** The goroutine has yielded: it lets others run first. */
  yielded(gp: GAddr): void;
}

export type StrategyName = 'random' | 'pct';

export function newStrategy(name: StrategyName, seed: number): Strategy {
  const rng = new Rng(Math.imul(seed, 0x5bd1e995) ^ 0x2545f491);
  return name === 'pct' ? new Pct(rng) : new RandomWalk(rng);
}

/** Every enabled goroutine is equally likely, at every step. */
class RandomWalk implements Strategy {
  readonly #rng: Rng;

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  choose(enabled: readonly GAddr[]): number {
    return this.#rng.below(enabled.length);
  }

  interrupts(_running: GAddr, others: readonly GAddr[]): boolean {
    return this.#rng.below(others.length + 3) < others.length;
  }

  yielded(): void {}
}

/** Priority changes of a schedule: it can show bugs that need up to this many switches at certain places, and one more. */
const CHANGES = 3;
/** They are among the first 2 ** SPAN steps. Early ones are more likely, because small programs are short. */
const SPAN = 12;

/** Steps that a goroutine takes in a row while others are enabled: a program may rely on them to run at some time. */
const PATIENCE = 250;

/**
 * Probabilistic concurrency testing (Burckhardt and others, ASPLOS 2010): every goroutine has a random priority; the enabled one
 * with the highest takes the next step; and at a few random steps the chosen one falls to the lowest. The probability that a bug
 * of depth d is found does not vanish with the length of the program, as it does in a random walk.
 */
class Pct implements Strategy {
  readonly #rng: Rng;
  readonly #priorities = new Map<number, number>();
  readonly #changes: ReadonlySet<number>;
  #steps = 0;
  #bottom = 0;
  /** Id of the goroutine that took the last step, and how many steps it has taken in a row. */
  #last = 0;
  #row = 0;
  /** The same for plain calls, which cannot leave the stack. */
  #caller = 0;
  #calls = 0;

  constructor(rng: Rng) {
    this.#rng = rng;
    this.#changes = new Set(Array.from({ length: CHANGES }, () => Math.floor(2 ** ((rng.next() / 2 ** 32) * SPAN))));
  }

  choose(enabled: readonly GAddr[]): number {
    const best = this.#highest(enabled);
    const gp = enabled[best]!;
    this.#row = goidOf(gp) === this.#last ? this.#row + 1 : 0;
    this.#last = goidOf(gp);
    if (!this.#changes.has(++this.#steps) && this.#row <= PATIENCE) return best;
    this.yielded(gp);
    return this.#highest(enabled);
  }

  interrupts(running: GAddr, others: readonly GAddr[]): boolean {
    const isBelow = () => this.#priority(others[this.#highest(others)]!) > this.#priority(running);
    if (isBelow()) return true; // what it does meanwhile counts as no step: otherwise it would never be chosen again
    this.#calls = goidOf(running) === this.#caller ? this.#calls + 1 : 0;
    this.#caller = goidOf(running);
    if (!this.#changes.has(++this.#steps) && this.#calls <= PATIENCE) return false;
    this.#calls = 0;
    this.yielded(running);
    return isBelow();
  }

  #highest(goroutines: readonly GAddr[]): number {
    let best = 0;
    for (let k = 1; k < goroutines.length; k++) {
      if (this.#priority(goroutines[k]!) > this.#priority(goroutines[best]!)) best = k;
    }
    return best;
  }

  yielded(gp: GAddr): void {
    this.#priorities.set(goidOf(gp), --this.#bottom);
    this.#row = 0;
    this.#calls = 0;
  }

  #priority(gp: GAddr): number {
    const goid = goidOf(gp);
    let priority = this.#priorities.get(goid);
    if (priority === undefined) {
      priority = this.#rng.next();
      this.#priorities.set(goid, priority);
    }
    return priority;
  }
}
