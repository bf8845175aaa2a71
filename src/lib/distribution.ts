// Columns of numbers and their distribution: exact percentiles, by selection and not by sorting, because a trace has millions of
// numbers.

/** Numbers, appended one by one: an array of doubles that grows, without an object per number. */
export class Column {
  #values: Float64Array;
  #length = 0;

  constructor(capacity = 16) {
    this.#values = new Float64Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const wider = new Float64Array(2 * this.#length);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#length++] = value;
  }

  /** The numbers so far: a view of the array, which a later push may replace by a larger one. */
  values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}

export interface Distribution {
  /** How many numbers there are. */
  readonly n: number;
  readonly total: number;
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

const nothing: Distribution = { n: 0, total: 0, min: 0, p50: 0, p95: 0, p99: 0, max: 0 };

/**
 * The distribution of `values`, which it reorders. Percentiles are by nearest rank: p95 is the smallest value that 95 % of the
 * values do not exceed. Without values, every member is 0.
 */
export function distribution(values: Float64Array): Distribution {
  const n = values.length;
  if (n === 0) return nothing;
  let total = 0;
  let min = values[0]!;
  let max = min;
  for (let k = 0; k < n; k++) {
    const value = values[k]!;
    total += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const rank = (percent: number) => Math.ceil((percent * n) / 100) - 1;
  // Each selection leaves the larger values on its right, so the next one starts there.
  const p50 = select(values, 0, rank(50));
  const p95 = select(values, rank(50), rank(95));
  const p99 = select(values, rank(95), rank(99));
  return { n, total, min, p50, p95, p99, max };
}

/** Puts the value of rank `k` at index `k`: from `low` on, none before it is greater, and none after it smaller. */
function select(values: Float64Array, low: number, k: number): number {
  let high = values.length - 1;
  // Rounds usually halve the range; if the pivots are bad for too many rounds, the rest is sorted instead.
  for (let rounds = 4 * Math.ceil(Math.log2(values.length + 1)); low < high; rounds--) {
    if (rounds === 0) {
      values.subarray(low, high + 1).sort();
      break;
    }
    const pivot = median(values[low]!, values[(low + high) >>> 1]!, values[high]!);
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i <= j) {
        const value = values[i]!;
        values[i++] = values[j]!;
        values[j--] = value;
      }
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break; // between j and i all are equal to the pivot
  }
  return values[k]!;
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
