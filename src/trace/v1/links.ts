// Checks and links of the events that the merge of format v1 has taken, in steps: transitions of goroutines and Ps are legal
// (check.ts), ranges nest (link.ts), and which event ends what another one begins (link.ts).

import { Checker, type Fault } from '../check.js';
import type { Columns } from '../columns.js';
import { type GoroutineColumns, isRange, Lives, Ranges } from '../link.js';

export class Links {
  /** Number of events that are linked. They end before the first fault. */
  length = 0;
  /** The first event that is illegal. */
  illegal: Fault | undefined;
  /** The first event that does not nest; of those before the first illegal one. */
  unnested: Fault | undefined;

  readonly #events: Columns;
  readonly #checker: Checker;
  readonly #ranges: Ranges;
  readonly #lives: Lives;

  /** @param version minor version in the header */
  constructor(events: Columns, goroutines: GoroutineColumns, version: number) {
    this.#events = events;
    this.#checker = new Checker(events, goroutines);
    this.#ranges = new Ranges(events, version);
    this.#lives = new Lives(events, goroutines);
  }

  /** Takes the events before number `end`, which have their final places and times. */
  take(end: number): void {
    this.illegal ??= this.#checker.check(end);
    if (this.unnested !== undefined) return;
    const nested = this.#nest(this.illegal?.event ?? end);
    for (let i = this.length; i < nested; i++) this.#lives.add(i);
    this.length = nested;
  }

  /** Links the ranges of the events before number `end`. @returns the number of the first that does not nest, or `end` */
  #nest(end: number): number {
    const { type } = this.#events;
    for (let i = this.length; i < end; i++) {
      if (isRange[type[i]!] === 0) continue; // most events
      const what = this.#ranges.add(i);
      if (what === undefined) continue;
      this.unnested = { event: i, what };
      return i;
    }
    return end;
  }
}
