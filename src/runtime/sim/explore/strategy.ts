// How the exploring simulator chooses whose turn it is. Everything comes from the seed, so a schedule can be had again.

import { Rng } from '../../../lib/rng.js';
import type { GAddr } from '../../memory/address.js';
import { goidOf } from '../../sched/g.js';

/** Chooses among goroutines, given by the addresses of their records. */
export interface Strategy {
  /** Whose turn it is: the place in `enabled`, which is not empty. */
  choose(enabled: readonly GAddr[]): number;
  /** Whether one of `others` goes before the running goroutine does what it is about to do. */
  interrupts(running: GAddr, others: readonly GAddr[]): boolean;
  /** The goroutine lets others go first. */
  yielded(gp: GAddr): void;
}

export type StrategyName = 'random' | 'pct';

export function newStrategy(name: StrategyName, seed: number): Strategy {
  const rng = new Rng(Math.imul(seed, 0x5bd1e995) ^ 0x2545f491);
  return name === 'pct' ? new Pct(rng) : new RandomWalk(rng);
}

/** Every goroutine that can go is as likely as the next, at every step. */
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

/** Priority changes of a schedule: bugs that need so many switches at certain places, and one more, can show. */
const CHANGES = 3;
/** Steps, as a power of two, among which they are. Early ones are likelier: small programs are short. */
const SPAN = 12;

/** Steps that a goroutine has in a row while others could go: a program may rely on their turn coming at some time. */
const PATIENCE = 250;

/**
 * Probabilistic concurrency testing (Burckhardt and others, ASPLOS 2010): every goroutine has a random priority, the highest
 * that can go does, and at a few random steps the one whose turn it is falls to the bottom. A bug of depth d is found with a
 * probability that does not vanish with the length of the program, as it does in a random walk.
 */
class Pct implements Strategy {
  readonly #rng: Rng;
  readonly #priorities = new Map<number, number>();
  readonly #changes: ReadonlySet<number>;
  #steps = 0;
  #bottom = 0;
  /** Whose turn it was last, and how many times in a row. */
  #last = 0;
  #row = 0;
  /** The same of plain calls, which cannot leave. */
  #spinner = 0;
  #spins = 0;

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
    if (isBelow()) return true; // while others go, it does no step that counts, or it would never be its turn again
    this.#spins = goidOf(running) === this.#spinner ? this.#spins + 1 : 0;
    this.#spinner = goidOf(running);
    if (!this.#changes.has(++this.#steps) && this.#spins <= PATIENCE) return false;
    this.#spins = 0;
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
    this.#spins = 0;
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
