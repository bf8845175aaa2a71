// Binary min-heaps: of ids, which are small whole numbers, by numeric keys; and of items, by the same heap. An id or an item can be
// removed, and its key can change, wherever it is in the heap.

/** Ids by their keys, the smallest first; equal keys by their ranks. Typed arrays: no object per id. */
export class IdHeap {
  #size = 0;
  #keys: Float64Array;
  #ranks: Float64Array;
  /** Ids, in the order of a heap: no child is before its parent, which is at half of its index. */
  #heap: Int32Array;
  /** Index of each id in the heap; -1 if it is not there. */
  #places: Int32Array;

  /** @param capacity how many ids, from 0 on, it has room for; more make it grow */
  constructor(capacity = 16) {
    this.#keys = new Float64Array(capacity);
    this.#ranks = new Float64Array(capacity);
    this.#heap = new Int32Array(capacity);
    this.#places = new Int32Array(capacity).fill(-1);
  }

  get size(): number {
    return this.#size;
  }

  /** The smallest key, or Infinity when the heap is empty. */
  get minKey(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#keys[this.#heap[0]!]!;
  }

  /** The id with the smallest key, which stays. There must be one. */
  get min(): number {
    return this.#heap[0]!;
  }

  /** Puts `id` into the heap, or gives it another key and rank if it is there. */
  set(id: number, key: number, rank = id): void {
    if (id >= this.#keys.length) this.#grow(id + 1);
    let k = this.#places[id]!;
    if (k === -1) k = this.#size++;
    this.#keys[id] = key;
    this.#ranks[id] = rank;
    this.#put(id, k);
    this.#settle(k);
  }

  /** Gives the id with the smallest key another one. There must be one. */
  setMinKey(key: number): void {
    const id = this.#heap[0]!;
    this.#keys[id] = key;
    this.#put(id, this.#sink(0, key, this.#ranks[id]!));
  }

  /** Removes the id with the smallest key. There must be one. */
  take(): number {
    const id = this.#heap[0]!;
    this.remove(id);
    return id;
  }

  /** Removes `id`, if it is there. */
  remove(id: number): void {
    const k = this.#places[id]!;
    if (k === -1) return;
    this.#places[id] = -1;
    const last = this.#heap[--this.#size]!;
    if (last === id) return;
    this.#put(last, k);
    this.#settle(k);
  }

  /** Moves the id at index `k`, whose key may be any, to its place. */
  #settle(k: number): void {
    const heap = this.#heap;
    const id = heap[k]!;
    const key = this.#keys[id]!;
    const rank = this.#ranks[id]!;
    let i = k;
    while (i > 0) {
      const parent = heap[(i - 1) >> 1]!;
      if (!this.#isAfter(parent, key, rank)) break;
      this.#put(parent, i);
      i = (i - 1) >> 1;
    }
    // Not below its place: its children are those of the parent that it has replaced.
    if (i === k) i = this.#sink(i, key, rank);
    this.#put(id, i);
  }

  /** Moves the smaller children up, from index `k` on, for an id with this key and rank. @returns its place */
  #sink(k: number, key: number, rank: number): number {
    const heap = this.#heap;
    const size = this.#size;
    let i = k;
    for (let child = 2 * i + 1; child < size; child = 2 * i + 1) {
      if (child + 1 < size && this.#isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (this.#isAfter(heap[child]!, key, rank)) break;
      this.#put(heap[child]!, i);
      i = child;
    }
    return i;
  }

  #put(id: number, k: number): void {
    this.#heap[k] = id;
    this.#places[id] = k;
  }

  #isBefore(a: number, b: number): boolean {
    return !this.#isAfter(a, this.#keys[b]!, this.#ranks[b]!);
  }

  /** Whether `id` comes after this key and rank, which are not its own. */
  #isAfter(id: number, key: number, rank: number): boolean {
    const own = this.#keys[id]!;
    return own > key || (own === key && this.#ranks[id]! > rank);
  }

  #grow(least: number): void {
    const old = { keys: this.#keys, ranks: this.#ranks, heap: this.#heap, places: this.#places };
    const capacity = Math.max(least, 2 * old.keys.length);
    this.#keys = new Float64Array(capacity);
    this.#ranks = new Float64Array(capacity);
    this.#heap = new Int32Array(capacity);
    this.#places = new Int32Array(capacity).fill(-1);
    this.#keys.set(old.keys);
    this.#ranks.set(old.ranks);
    this.#heap.set(old.heap);
    this.#places.set(old.places);
  }
}

/** An item in a heap: what push() returns, for remove() and change(). */
export interface Entry<T> {
  readonly key: number;
  readonly item: T;
}

interface Placed<T> extends Entry<T> {
  key: number;
  /** -1 once it is removed. */
  id: number;
}

/** A priority queue: the smallest key first, equal keys in the order in which they were pushed or changed. */
export class MinHeap<T> {
  readonly #ids = new IdHeap();
  /** Entries by id; undefined at a free id. */
  readonly #entries: (Placed<T> | undefined)[] = [];
  readonly #free: number[] = [];
  /** Grows with every push and every change of a key. */
  #rank = 0;

  get size(): number {
    return this.#ids.size;
  }

  /** The smallest key, or Infinity when the heap is empty. */
  get minKey(): number {
    return this.#ids.minKey;
  }

  /** The item with the smallest key, which stays; undefined when the heap is empty. */
  get first(): T | undefined {
    return this.size === 0 ? undefined : this.#entries[this.#ids.min]!.item;
  }

  push(key: number, item: T): Entry<T> {
    const id = this.#free.pop() ?? this.#entries.length;
    const entry: Placed<T> = { key, item, id };
    this.#entries[id] = entry;
    this.#ids.set(id, key, this.#rank++);
    return entry;
  }

  /** Removes the item with the smallest key, or returns undefined when the heap is empty. */
  pop(): T | undefined {
    if (this.size === 0) return undefined;
    const entry = this.#entries[this.#ids.min]!;
    this.remove(entry);
    return entry.item;
  }

  /** Removes this entry. One that is not in the heap any more stays out. */
  remove(removed: Entry<T>): void {
    const entry = removed as Placed<T>;
    if (entry.id === -1) return;
    this.#ids.remove(entry.id);
    this.#entries[entry.id] = undefined; // the item may be collected
    this.#free.push(entry.id);
    entry.id = -1;
  }

  /** Gives this entry, which is in the heap, another key: among equal ones it is the last. */
  change(changed: Entry<T>, key: number): void {
    const entry = changed as Placed<T>;
    entry.key = key;
    this.#ids.set(entry.id, key, this.#rank++);
  }
}
