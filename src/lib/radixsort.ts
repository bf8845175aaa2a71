// Radix sort: the order of millions of whole numbers, in typed arrays, without comparing them.

/** Bits of a digit: 2048 counters fit into the first cache of a core. */
const BITS = 11;
const DIGITS = 1 << BITS;
const WORD = 2 ** 32;

/**
 * The indices of `keys` in the order of the keys, which are whole numbers that differ by less than 2^53. Equal keys keep the order of
 * their indices, whether the smallest or the largest is first.
 */
export function sortedIndices(keys: Float64Array, direction: 'ascending' | 'descending' = 'ascending'): Uint32Array {
  const n = keys.length;
  if (n === 0) return new Uint32Array(0);
  let min = keys[0]!;
  let max = min;
  for (let i = 1; i < n; i++) {
    const key = keys[i]!;
    if (key < min) min = key;
    if (key > max) max = key;
  }
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  const sorter = new Sorter(order);
  const isAscending = direction === 'ascending';
  const word = new Uint32Array(n);
  for (let i = 0; i < n; i++) word[i] = isAscending ? keys[i]! - min : max - keys[i]!;
  sorter.sort(word, Math.min(max - min, WORD - 1));
  if (max - min >= WORD) {
    const sorted = sorter.order;
    for (let k = 0; k < n; k++) {
      const key = keys[sorted[k]!]!;
      word[k] = Math.floor((isAscending ? key - min : max - key) / WORD);
    }
    sorter.sort(word, Math.floor((max - min) / WORD));
  }
  return sorter.order;
}

/** An order of indices that is sorted by one word of their keys after another, the lowest first. */
class Sorter {
  order: Uint32Array;
  #other: Uint32Array;

  constructor(order: Uint32Array) {
    this.order = order;
    this.#other = new Uint32Array(order.length);
  }

  /** Sorts by words that are in the present order, the largest of which is at most `most`. */
  sort(words: Uint32Array, most: number): void {
    let from = words;
    let to: Uint32Array = new Uint32Array(words.length);
    for (let shift = 0; shift < 32 && Math.floor(most / 2 ** shift) > 0; shift += BITS) {
      if (!this.#pass(from, to, shift)) continue;
      [from, to] = [to, from];
      [this.order, this.#other] = [this.#other, this.order];
    }
  }

  /** Sorts by one digit. @returns false if all have the same, so that nothing has moved */
  #pass(from: Uint32Array, to: Uint32Array, shift: number): boolean {
    const n = from.length;
    const places = new Uint32Array(DIGITS);
    for (let k = 0; k < n; k++) places[(from[k]! >>> shift) & (DIGITS - 1)]!++;
    if (places[(from[0]! >>> shift) & (DIGITS - 1)] === n) return false;
    let sum = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const count = places[digit]!;
      places[digit] = sum;
      sum += count;
    }
    const order = this.order;
    const other = this.#other;
    for (let k = 0; k < n; k++) {
      const word = from[k]!;
      const place = places[(word >>> shift) & (DIGITS - 1)]!++;
      to[place] = word;
      other[place] = order[k]!;
    }
    return true;
  }
}
