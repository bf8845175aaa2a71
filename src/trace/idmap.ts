// Maps from ids to indices. Ids are words: whole numbers from 0, in honest files dense from 1, and negative numbers for ids of
// more than 53 bits. Small ids are looked up in an array that stays within a small multiple of the number of entries; all
// others in a hash table with open addressing.

/** Length up to which the array may grow however few entries there are. */
const SLACK = 256;
/** Length up to which the array may grow, in multiples of the number of entries. */
const SPARSE = 4;
/** Key of a free slot: no word, because words are whole. */
const FREE = 0.5;

/** A map from words to indices from 0. */
export class IdMap {
  /** By id: its index plus 1, 0 for none. */
  #dense = new Int32Array(16);
  #keys = new Float64Array(0);
  #values = new Int32Array(0);
  /** Entries of the hash table. */
  #hashed = 0;
  #size = 0;

  /** Number of entries. */
  get size(): number {
    return this.#size;
  }

  /** The index of `id`, -1 if it is not in the map. */
  get(id: number): number {
    if (id >= 0 && id < this.#dense.length) return this.#dense[id]! - 1;
    return this.#hashed === 0 ? -1 : this.#getHashed(id);
  }

  /** Adds an entry, or changes it. */
  set(id: number, index: number): void {
    if (id >= this.#dense.length && id < SPARSE * this.#size + SLACK) this.#widen(id);
    else if (2 * (this.#hashed + 1) > this.#keys.length && !this.#isDense(id)) {
      this.#rehash(Math.max(2 * this.#keys.length, 16));
    }
    this.#put(id, index);
  }

  #isDense(id: number): boolean {
    return id >= 0 && id < this.#dense.length;
  }

  /** Puts an entry where it belongs: there is room for it. */
  #put(id: number, index: number): void {
    if (this.#isDense(id)) {
      if (this.#dense[id] === 0) this.#size++;
      this.#dense[id] = index + 1;
    } else {
      const at = this.#find(id);
      if (this.#keys[at] !== id) {
        this.#hashed++;
        this.#size++;
      }
      this.#keys[at] = id;
      this.#values[at] = index;
    }
  }

  /** Removes an entry, if it is there. */
  delete(id: number): void {
    if (id >= 0 && id < this.#dense.length) {
      if (this.#dense[id] !== 0) this.#size--;
      this.#dense[id] = 0;
    } else if (this.#hashed > 0) this.#deleteHashed(id);
  }

  /** Makes the array long enough for `id`, and moves entries to it that now belong there. */
  #widen(id: number): void {
    const dense = new Int32Array(Math.max(2 * this.#dense.length, id + 1));
    dense.set(this.#dense);
    this.#dense = dense;
    if (this.#hashed > 0) this.#rehash(this.#keys.length);
  }

  #getHashed(id: number): number {
    const at = this.#find(id);
    return this.#keys[at] === id ? this.#values[at]! : -1;
  }

  /** The slot that has `id`, or the free one for it: at least half of the slots are free. */
  #find(id: number): number {
    const mask = this.#keys.length - 1;
    let at = mix(id) & mask;
    while (this.#keys[at] !== id && this.#keys[at] !== FREE) at = (at + 1) & mask;
    return at;
  }

  #rehash(slots: number): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Float64Array(slots).fill(FREE);
    this.#values = new Int32Array(slots);
    this.#hashed = 0;
    for (let i = 0; i < keys.length; i++) {
      const id = keys[i]!;
      if (id === FREE) continue;
      this.#size--;
      this.#put(id, values[i]!);
    }
  }

  /** Frees the slot of `id`, and moves entries behind it forward so that no search ends too early. */
  #deleteHashed(id: number): void {
    const mask = this.#keys.length - 1;
    let hole = this.#find(id);
    if (this.#keys[hole] !== id) return;
    this.#hashed--;
    this.#size--;
    for (let at = (hole + 1) & mask; this.#keys[at] !== FREE; at = (at + 1) & mask) {
      const home = mix(this.#keys[at]!) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      this.#keys[hole] = this.#keys[at]!;
      this.#values[hole] = this.#values[at]!;
      hole = at;
    }
    this.#keys[hole] = FREE;
  }
}

/** Hashes an integer to 32 bits (the multiplier is 2^32 divided by the golden ratio). */
export function mix(n: number): number {
  const h = Math.imul(n ^ (n / 4294967296), 0x9e3779b1);
  return h ^ (h >>> 15);
}
