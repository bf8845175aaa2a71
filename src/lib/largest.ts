// The n largest of many numbers that come one by one, with the id of each.

import { IdHeap } from './minheap.js';

/** Ids with the largest keys so far, at most `most`; of equal keys, those with the smaller ids. */
export class Largest {
  readonly #most: number;
  /** Places in `#ids` and `#keys`, the smallest key first; of equal keys, the largest id. */
  readonly #places: IdHeap;
  readonly #ids: Float64Array;
  readonly #keys: Float64Array;
  #least = Number.NEGATIVE_INFINITY;

  constructor(most: number) {
    this.#most = most;
    this.#places = new IdHeap(most);
    this.#ids = new Float64Array(most);
    this.#keys = new Float64Array(most);
  }

  /** Takes an id, if its key is one of the largest. */
  offer(id: number, key: number): void {
    if (key < this.#least || this.#most === 0) return;
    const places = this.#places;
    const isFull = places.size === this.#most;
    if (isFull && key === this.#least && id > this.#ids[places.min]!) return;
    const place = isFull ? places.min : places.size;
    this.#ids[place] = id;
    this.#keys[place] = key;
    places.set(place, key, -id);
    if (places.size === this.#most) this.#least = places.minKey;
  }

  /** The ids and their keys, the largest key first. */
  sorted(): { readonly ids: Float64Array; readonly keys: Float64Array } {
    const order = Array.from({ length: this.#places.size }, (_, place) => place).sort(
      (a, b) => this.#keys[b]! - this.#keys[a]! || this.#ids[a]! - this.#ids[b]!,
    );
    return {
      ids: Float64Array.from(order, (place) => this.#ids[place]!),
      keys: Float64Array.from(order, (place) => this.#keys[place]!),
    };
  }
}
