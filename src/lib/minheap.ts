// A binary min-heap of items with numeric keys. An entry knows its place, so it can be removed, and its key can change.

/** An item in a heap: what push() returns, for remove() and change(). */
export interface Entry<T> {
  readonly key: number;
  readonly item: T;
}

interface Placed<T> extends Entry<T> {
  key: number;
  /** Grows with every push and every change of a key: equal keys come in this order. */
  order: number;
  /** Index in the array; -1 once it is removed. */
  at: number;
}

/** A priority queue: the smallest key first, equal keys in the order they came. */
export class MinHeap<T> {
  readonly #entries: Placed<T>[] = [];
  #pushed = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** The smallest key, or Infinity when the heap is empty. */
  get minKey(): number {
    return this.#entries[0]?.key ?? Number.POSITIVE_INFINITY;
  }

  /** The item with the smallest key, which stays; undefined when the heap is empty. */
  get first(): T | undefined {
    return this.#entries[0]?.item;
  }

  push(key: number, item: T): Entry<T> {
    const entry: Placed<T> = { key, order: this.#pushed++, item, at: this.#entries.length };
    this.#entries.push(entry);
    this.#up(entry);
    return entry;
  }

  /** Takes the item with the smallest key, or undefined when the heap is empty. */
  pop(): T | undefined {
    const top = this.#entries[0];
    if (top === undefined) return undefined;
    this.remove(top);
    return top.item;
  }

  /** Takes this entry out, wherever it is. One that is not in the heap any more stays out. */
  remove(removed: Entry<T>): void {
    const { at } = removed as Placed<T>;
    if (at === -1) return;
    (removed as Placed<T>).at = -1;
    const last = this.#entries.pop()!;
    if (last === removed) return;
    last.at = at;
    this.#settle(last);
  }

  /** Gives this entry, which is in the heap, another key: among equal ones it is the last to have come. */
  change(changed: Entry<T>, key: number): void {
    const entry = changed as Placed<T>;
    entry.key = key;
    entry.order = this.#pushed++;
    this.#settle(entry);
  }

  /** Moves the entry, whose key may be anything, from the index that it has to the one that is right. */
  #settle(entry: Placed<T>): void {
    const { at } = entry;
    this.#up(entry);
    if (entry.at === at) this.#down(entry);
  }

  #up(entry: Placed<T>): void {
    const entries = this.#entries;
    let i = entry.at;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = entries[parent]!;
      if (!before(entry, above)) break;
      entries[i] = above;
      above.at = i;
      i = parent;
    }
    entries[i] = entry;
    entry.at = i;
  }

  #down(entry: Placed<T>): void {
    const entries = this.#entries;
    let i = entry.at;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && before(entries[child + 1]!, entries[child]!)) child++;
      const below = entries[child]!;
      if (!before(below, entry)) break;
      entries[i] = below;
      below.at = i;
      i = child;
    }
    entries[i] = entry;
    entry.at = i;
  }
}

function before<T>(a: Placed<T>, b: Placed<T>): boolean {
  return a.key < b.key || (a.key === b.key && a.order < b.order);
}
