// The goroutines while a trace is read: their indices, in the order of their creation, and for the merge their states.

import { IdTable } from './ids.js';

/** States of a goroutine. `any` and `gc` are for events that need no goroutine to be anything. */
export const state = { unborn: 0, runnable: 1, running: 2, waiting: 3, dead: 4, any: 5, gc: 6 } as const;

/** The goroutines that have been created so far. */
export class GoTable {
  /** How many there are; index 0 is g0. */
  length = 1;
  /** From ids to indices. */
  readonly ids: IdTable;
  readonly id: Float64Array;
  readonly state: Uint8Array;
  /** The sequence number of each: how often it was made, started and woken. */
  readonly seq: Uint32Array;
  readonly #timers: ReadonlySet<number>;

  /**
   * @param creates how many there are besides g0, at most
   * @param timers ids of those that run timers
   */
  constructor(creates: number, maxId: number, timers: ReadonlySet<number>) {
    this.ids = new IdTable(creates + 1, maxId);
    this.ids.set(0, 0);
    this.id = new Float64Array(creates + 1);
    this.state = new Uint8Array(creates + 1);
    this.seq = new Uint32Array(creates + 1);
    this.#timers = timers;
  }

  /** Makes the goroutine `id`. */
  add(id: number): number {
    const g = this.length++;
    this.id[g] = id;
    this.ids.set(id, g);
    return g;
  }

  isTimer(g: number): boolean {
    return this.#timers.size > 0 && this.#timers.has(this.id[g]!);
  }
}
