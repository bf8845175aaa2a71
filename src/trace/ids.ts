// From the ids in a file to indices. Go counts its ids from 1, so a plain array does for honest files; a file that says
// otherwise gets a hash table with open addressing, whose size depends on how many ids there are and not on how large.

const SLACK = 1024; // an array may always be this long
const SPARSE = 8; // and this many times as long as there are ids

/** A map from ids (whole numbers from 0) to indices, for at most `count` ids, none above `max`. */
export class IdTable {
  readonly #dense: Int32Array | undefined;
  readonly #keys: Float64Array;
  readonly #values: Int32Array;
  readonly #mask: number;

  constructor(count: number, max: number) {
    const isDense = max < SPARSE * count + SLACK;
    const slots = isDense ? 1 : 2 ** Math.ceil(Math.log2(2 * count + 2));
    this.#dense = isDense ? new Int32Array(max + 1).fill(-1) : undefined;
    this.#keys = new Float64Array(slots).fill(-1);
    this.#values = new Int32Array(slots);
    this.#mask = slots - 1;
  }

  /** The index of `id`, -1 if it has none. */
  get(id: number): number {
    const dense = this.#dense;
    if (dense !== undefined) return id < dense.length ? dense[id]! : -1;
    const at = this.#find(id);
    return this.#keys[at] === id ? this.#values[at]! : -1;
  }

  set(id: number, index: number): void {
    if (this.#dense !== undefined) {
      this.#dense[id] = index;
      return;
    }
    const at = this.#find(id);
    this.#keys[at] = id;
    this.#values[at] = index;
  }

  /** The slot where `id` is, or would be: at least half of them are empty. */
  #find(id: number): number {
    let at = mix(id) & this.#mask;
    while (this.#keys[at] !== id && this.#keys[at] !== -1) at = (at + 1) & this.#mask;
    return at;
  }
}

/** Scatters a whole number over 32 bits (the multiplier is 2^32 over the golden ratio). */
export function mix(n: number): number {
  const h = Math.imul(n ^ (n / 4294967296), 0x9e3779b1);
  return h ^ (h >>> 15);
}
