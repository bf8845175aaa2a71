// A histogram in memory that does not grow: bins whose width grows with the numbers in them, after Gil Tene's HdrHistogram.
// Numbers below 2,048 have one bin each; from there on every doubling has 1,024 bins.

/** Bins per doubling: the middle of a bin differs from each of its numbers by at most one in 2,048. */
const STEPS = 1024;
/** Doublings from 1,024 to 2^53, the largest number. */
const DOUBLINGS = 43;

/** Counts of numbers from 0 to 2^53, each known within 0.05 %. Their number, sum, minimum and maximum are exact. */
export class Histogram {
  readonly #counts = new Float64Array((DOUBLINGS + 1) * STEPS);
  #n = 0;
  #total = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  get n(): number {
    return this.#n;
  }

  get total(): number {
    return this.#total;
  }

  /** 0 without numbers, as the maximum and the mean are. */
  get min(): number {
    return this.#n === 0 ? 0 : this.#min;
  }

  get max(): number {
    return this.#max;
  }

  get mean(): number {
    return this.#n === 0 ? 0 : this.#total / this.#n;
  }

  /** Adds a whole number; a negative one counts as 0. */
  add(value: number): void {
    const v = Math.max(0, value);
    this.#counts[binOf(v)]! += 1;
    this.#n++;
    this.#total += v;
    if (v < this.#min) this.#min = v;
    if (v > this.#max) this.#max = v;
  }

  /** The smallest number that `percent` % of all do not exceed (nearest rank), within 0.05 %; 0 without numbers. */
  percentile(percent: number): number {
    const rank = Math.max(1, Math.ceil((percent * this.#n) / 100));
    if (rank >= this.#n) return this.#max;
    let below = 0;
    for (let bin = 0; bin < this.#counts.length; bin++) {
      below += this.#counts[bin]!;
      if (below >= rank) return Math.min(this.#max, Math.max(this.min, middleOf(bin)));
    }
    return this.#max;
  }

  /** How many numbers are at most each of `bounds`, which ascend; one within 0.05 % of a bound may be on either side. */
  upTo(bounds: readonly number[]): number[] {
    let below = 0;
    let bin = 0;
    return bounds.map((bound) => {
      if (bound >= this.#max) return this.#n;
      for (const last = binOf(Math.max(0, bound)); bin <= last; bin++) below += this.#counts[bin]!;
      return below;
    });
  }
}

function binOf(value: number): number {
  if (value < 2 * STEPS) return Math.floor(value);
  // Just below a doubling the logarithm may be rounded up to it. The number then gets the last bin before, which is its own.
  const doubling = Math.floor(Math.log2(value)) - 10;
  return Math.min(doubling, DOUBLINGS - 1) * STEPS + Math.min(2 * STEPS - 1, Math.floor(value / 2 ** doubling));
}

function middleOf(bin: number): number {
  if (bin < 2 * STEPS) return bin;
  const doubling = Math.floor(bin / STEPS) - 1;
  return (STEPS + (bin % STEPS) + 0.5) * 2 ** doubling;
}
