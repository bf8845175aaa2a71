// The agenda: when each P has something to do next. A binary heap of the Ps by time, which knows the place of each P in it.
//
//   four Ps     next (ns)        heap                      places
//   P 0         40               [P 2, P 0, P 3]           P 0: 1, P 1: -1, P 2: 0, P 3: 2
//   P 1         never            take()      -> P 2        the earliest
//   P 2         10               set(3, 20)  moves P 3     before P 0
//   P 3         90               remove(0)   removes P 0   from whatever place it has

/** The Ps by time; those of one time by number, so that a run can be repeated. */
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

  /** The earliest time; Infinity if no P has anything to do. */
  get earliest(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#at[this.#heap[0]!]!;
  }

  /** Removes the P with the earliest time, and returns it. There must be one. */
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
    this.#sift(k);
  }

  /** Removes P `id`, if it is there. */
  remove(id: number): void {
    const k = this.#place[id]!;
    if (k === -1) return;
    this.#place[id] = -1;
    const last = this.#heap[--this.#size]!;
    if (last === id) return;
    this.#heap[k] = last;
    this.#place[last] = k;
    this.#sift(k);
  }

  /** Moves the P at place `k` up or down to where it belongs. */
  #sift(k: number): void {
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
