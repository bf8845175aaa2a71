// Running totals: by key how many there are at a time, and how many nanoseconds they have been there up to then.

import { withRoom } from '../../trace/columns.js';

/** Totals up to a time, which change with events in order. Keys are small numbers; those that never changed are 0. */
export class Totals {
  /** Number of events that are in the totals, and the time up to which they are complete: see settle(). */
  event = 0;
  ns = 0;
  /** Numbers of goroutines that were created up to then, and of those that are there. */
  created = 0;
  alive = 0;
  /** By slot of a P: the goroutine that executes on it, 0 for none. */
  running = new Uint32Array(0);
  #count = new Int32Array(0);
  #spent = new Float64Array(0);
  /** By key: the time up to which #spent counts. A copy has none until it changes: it is complete up to `ns`. */
  #since = new Float64Array(0);
  /** Number of keys in use. */
  #length = 0;

  /** Adds `by` to the number of a key, at a time. */
  change(key: number, by: number, ns: number): void {
    if (key >= this.#since.length) this.#extend(key);
    if (key >= this.#length) this.#length = key + 1;
    const count = this.#count[key]!;
    if (count !== 0) this.#spent[key]! += count * (ns - this.#since[key]!);
    this.#since[key] = ns;
    this.#count[key] = count + by;
  }

  setRunning(slot: number, g: number): void {
    if (slot >= this.running.length) this.running = withRoom(this.running, slot);
    this.running[slot] = g;
  }

  /** Nanoseconds of a key. */
  spent(key: number): number {
    return this.#spent[key] ?? 0;
  }

  /** Completes the totals up to a time, from which on changes may follow. */
  settle(ns: number): void {
    for (let key = 0; key < this.#length; key++) this.change(key, 0, ns);
    this.ns = ns;
  }

  /** Bytes of a copy. */
  get bytes(): number {
    return 12 * this.#length + 4 * this.running.length;
  }

  /** The same totals, which must be settled, without room for more keys. */
  copy(): Totals {
    const copy = new Totals();
    copy.event = this.event;
    copy.ns = this.ns;
    copy.created = this.created;
    copy.alive = this.alive;
    copy.running = this.running.slice();
    copy.#count = this.#count.slice(0, this.#length);
    copy.#spent = this.#spent.slice(0, this.#length);
    copy.#length = this.#length;
    return copy;
  }

  #extend(key: number): void {
    this.#count = withRoom(this.#count, key);
    this.#spent = withRoom(this.#spent, key);
    const since = new Float64Array(this.#count.length).fill(this.ns);
    since.set(this.#since);
    this.#since = since;
  }
}
