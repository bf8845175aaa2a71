// How numbers are distributed: exact percentiles, by selection and not by sorting, because a trace has millions of them.

export interface Distribution {
  /** How many. */
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
 * The distribution of `values`, which it puts into another order. A percentile is by nearest rank: p95 is the smallest of
 * the values that 95 % of them do not exceed. Of no values all is 0.
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
  // Each selection leaves the larger values on its right, so the next looks only there.
  const p50 = select(values, 0, rank(50));
  const p95 = select(values, rank(50), rank(95));
  const p99 = select(values, rank(95), rank(99));
  return { n, total, min, p50, p95, p99, max };
}

/** Puts the value of rank `k` into place `k` of the values from `low` on, none greater before it, none smaller after. */
function select(values: Float64Array, low: number, k: number): number {
  let high = values.length - 1;
  // Halving should need few rounds; an order that defeats the choice of pivots is sorted instead.
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
