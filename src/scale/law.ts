// The laws of scaling that a curve is held against, as functions of the number of Ps.
//
// Both are one formula, Gunther's Universal Scalability Law: with N Ps a program is
//
//   C(N) = N / (1 + sigma (N-1) + kappa N (N-1))
//
// times as fast as with one. sigma is contention: the share of the work that one P does while the others wait. kappa is
// coherency: what each pair of Ps costs, because they must agree on something. Amdahl's law is the same without kappa,
// and sigma is then the serial share of the program.

export interface Law {
  /** From 0 to 1. */
  readonly sigma: number;
  /** Not negative. */
  readonly kappa: number;
}

/** A point of the curve: with so many Ps, so many times as fast as with one. */
export interface Point {
  readonly procs: number;
  readonly speedup: number;
}

/** How many times as fast `law` has a program with so many Ps. */
export function speedupBy({ sigma, kappa }: Law, procs: number): number {
  return procs / (1 + sigma * (procs - 1) + kappa * procs * (procs - 1));
}

/**
 * Where more Ps begin to make it slower: sqrt((1-sigma)/kappa), which need not be whole, or 1 if it never gets faster.
 * @returns undefined if more Ps never make it slower
 */
export function peakOf(law: Law): Point | undefined {
  if (law.kappa === 0) return undefined;
  const procs = Math.max(1, Math.sqrt((1 - law.sigma) / law.kappa));
  return { procs, speedup: speedupBy(law, procs) };
}

/** The speed-up that is never passed, with any number of Ps: at the peak if there is one, else 1/sigma; it may be Infinity. */
export function limitOf(law: Law): number {
  return peakOf(law)?.speedup ?? 1 / law.sigma;
}
