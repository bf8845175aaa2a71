// Binary search in ascending numbers.

/** Index of the first of `values[from]` to `values[to - 1]`, which ascend, that is above a limit; `to` if there is none. */
export function firstAbove(values: Float64Array | Uint32Array, limit: number, from = 0, to = values.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
