// Prices that explain what programs took: non-negative least squares.

/** An equation of a program: how often each action that has a price happened in it, and the time that it took. */
export interface Equation {
  readonly counts: Readonly<Record<string, number>>;
  readonly took: number;
  /** Weight of this equation's error; default 1. */
  readonly weight?: number;
}

/**
 * The prices, by name, that minimize the weighted sum of the squared relative errors of the equations; none is below 0.
 * By coordinate descent, which works even where the equations do not determine all prices.
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
/** Rounds of the descent: far more than it takes for a dozen prices to converge. */
const ROUNDS = 20_000;
