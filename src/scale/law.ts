// Laws of scaling: the speed-up as a function of the number of Ps, and what such a function says in words.
//
// Both are one formula, Gunther's Universal Scalability Law: with N Ps a program is
//
//   C(N) = N / (1 + sigma (N-1) + kappa N (N-1))
//
// times as fast as with one. sigma is contention: the share of the work that one P does while the others wait. kappa is
// coherency: what each pair of Ps costs, because the two must agree on something. Amdahl's law is the same without kappa,
// and sigma is then the serial share of the program.

import { plural } from '../lib/numbers.js';

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

/** How far more Ps get: the best number of them, or the limit. @param simulated the largest number of Ps that was simulated */
export function outlook(law: Law, simulated: number): string {
  const limit = limitOf(law);
  if (limit < NOTICEABLE) return 'not faster than with 1 P';
  const best = bestOf(law);
  if (best) {
    const unseen = best.procs > simulated ? ' (not simulated)' : '';
    return `fastest with ${plural(best.procs, 'P')}${unseen}, ${figure(best.speedup)} times as fast`;
  }
  return limit === Infinity ? 'no end to the speed-up' : `at most ${figure(limit)} times as fast`;
}
/** The smallest speed-up that three digits show to be more than 1. */
const NOTICEABLE = 1.005;

/** The whole number of Ps that is nearest to the peak; undefined if there is none. */
function bestOf(law: Law): Point | undefined {
  const peak = peakOf(law);
  if (!peak) return undefined;
  const [below, above] = [Math.floor(peak.procs), Math.ceil(peak.procs)].map((procs) => ({
    procs,
    speedup: speedupBy(law, procs),
  }));
  return above!.speedup > below!.speedup ? above : below;
}

/** A number to three digits, without trailing zeros: `0.05`, `12.3`, `1.25e-7`. */
export function figure(n: number): string {
  return String(Number(n.toPrecision(3)));
}
