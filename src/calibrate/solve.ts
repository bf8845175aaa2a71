// Which prices explain what programs took: least squares, and no price below 0.

/** A program: how often each of the things that have a price happened in it, and what it took. */
export interface Equation {
  readonly counts: Readonly<Record<string, number>>;
  readonly took: number;
  /** How much it matters that this one is met; 1 unless somebody says otherwise. */
  readonly weight?: number;
}

/**
 * The prices, by name, whose sums are as near as possible to what the programs took: relative to that, squared, weighted.
 * By descending along one price after the other, which cannot fail where there are more prices than programs tell apart.
 */
export function solve(equations: readonly Equation[]): Record<string, number> {
  const names = [...new Set(equations.flatMap((e) => Object.keys(e.counts)))];
  const rows = equations.map(({ counts, took, weight = 1 }) => ({
    weight,
    of: names.map((name) => (counts[name] ?? 0) / took),
  }));
  const prices = names.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    for (const k of names.keys()) {
      let along = 0;
      let square = 0;
      for (const { of, weight } of rows) {
        const missing = 1 - of.reduce((sum, share, j) => sum + share * prices[j]!, 0);
        along += weight * of[k]! * missing;
        square += weight * of[k]! ** 2;
      }
      if (square > 0) prices[k] = Math.max(0, prices[k]! + along / square);
    }
  }
  return Object.fromEntries(names.map((name, k) => [name, prices[k]!]));
}
/** Far more than it takes for a dozen prices. */
const ROUNDS = 20_000;
