// When each P has something to do next: a binary heap of the Ps, by time, that knows where each of them stands.

/** The Ps by time; of those with one time the lowest number first, so that a run can be repeated. */
export class Agenda {
  readonly #at: Float64Array;
  readonly #heap: Int32Array;
  /** Place of each P in the heap; -1 if it is not there. */
  readonly #place: Int32Array;
  #size = 0;

  constructor(procs: number) {
    this.#at = new Float64Array(procs);
    this.#heap = new Int32Array(procs);
    this.#place = new Int32Array(procs).fill(-1);
  }

  /** The earliest time; Infinity if nobody has anything to do. */
  get earliest(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#at[this.#heap[0]!]!;
  }

  /** Takes the P with the earliest time out. There must be one. */
  take(): number {
    const id = this.#heap[0]!;
    this.remove(id);
    return id;
  }

  /** P `id` has something to do at `at`, and not at another time. */
  set(id: number, at: number): void {
    let k = this.#place[id]!;
    if (k === -1) k = this.#size++;
    this.#at[id] = at;
    this.#heap[k] = id;
    this.#place[id] = k;
    this.#settle(k);
  }

  /** Takes P `id` out, if it is there. */
  remove(id: number): void {
    const k = this.#place[id]!;
    if (k === -1) return;
    this.#place[id] = -1;
    const last = this.#heap[--this.#size]!;
    if (last === id) return;
    this.#heap[k] = last;
    this.#place[last] = k;
    this.#settle(k);
  }

  #settle(k: number): void {
    const heap = this.#heap;
    const id = heap[k]!;
    let i = k;
    while (i > 0 && this.#before(id, heap[(i - 1) >> 1]!)) {
      this.#put(heap[(i - 1) >> 1]!, i);
      i = (i - 1) >> 1;
    }
    for (;;) {
      let child = 2 * i + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#before(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#before(heap[child]!, id)) break;
      this.#put(heap[child]!, i);
      i = child;
    }
    this.#put(id, i);
  }

  #put(id: number, k: number): void {
    this.#heap[k] = id;
    this.#place[id] = k;
  }

  #before(a: number, b: number): boolean {
    const at = this.#at;
    return at[a]! < at[b]! || (at[a] === at[b] && a < b);
  }
}
