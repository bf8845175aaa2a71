// Fitting a law to a curve: least squares on the speed-up, with sigma from 0 to 1 and kappa not negative.
//
// The textbook fits a straight line: N/C - 1 = sigma (N-1) + kappa N (N-1) is linear in both. But its errors are those
// of N/C, which are large where C is small: the last points of a curve, far below the ideal, would decide everything, and
// the law would miss the points that are high in the picture. So the line is only the start, with the weights C^4/N^2, which turn
// small errors of N/C into those of C; from there the Gauss-Newton method minimizes the sum of the squared errors of C itself.
// For a curve that follows a law exactly both ways find that law.
//
// A point at 1 P carries no information: every law goes through it. It is neither fitted nor counted in the residuals.

import { type Law, type Point, speedupBy } from './law.js';

/** A law, and how far the curve is from it. */
export interface Fit extends Law {
  /** Root of the mean squared error, in speed-ups. */
  readonly rms: number;
  /** Share of the speed-ups' variance that the law explains; undefined if they do not vary. Below 0 it is worse than their mean. */
  readonly r2: number | undefined;
}

/** Halvings of a step before it is given up. 2^-40 of a step is below what changes the error of a double. */
const MAX_HALVINGS = 40;
/** Steps of the method. Ten suffice where the law fits; where it does not, some dozens, of which the last change next to nothing. */
const MAX_STEPS = 200;

/** The serial share that fits the curve best: Amdahl's law. Undefined without a point above 1 P: any share would do. */
export function fitAmdahl(points: readonly Point[]): Fit | undefined {
  return points.some(({ procs }) => procs > 1) ? fit(points, false) : undefined;
}

/**
 * The contention and the coherency that fit the curve best: the Universal Scalability Law. Undefined with less than two
 * numbers of Ps above 1: two unknowns need two equations.
 */
export function fitUsl(points: readonly Point[]): Fit | undefined {
  const numbers = new Set(points.map(({ procs }) => procs));
  numbers.delete(1);
  return numbers.size >= 2 ? fit(points, true) : undefined;
}

/** The law that is nearest to `points`; one without kappa if `coherency` is false. There must be a point above 1 P. */
function fit(points: readonly Point[], coherency: boolean): Fit {
  const fitted = points.filter(({ procs }) => procs > 1);
  let law = nearest(fitted.map(asLine), { sigma: 0, kappa: 0 }, coherency);
  for (let k = 0; k < MAX_STEPS; k++) {
    const at = law;
    const target = nearest(
      fitted.map((point) => tangent(point, at)),
      at,
      coherency,
    );
    const better = stepTowards(law, target, fitted);
    if (!better) break;
    law = better;
  }
  return { ...law, ...residuals(fitted, law) };
}

/** An equation for a step from the current law: `sigma * a + kappa * b = c`, nearly. */
interface Equation {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** The textbook's line at this point, weighted. */
function asLine({ procs, speedup }: Point): Equation {
  const weight = speedup ** 2 / procs;
  return { a: weight * (procs - 1), b: weight * procs * (procs - 1), c: weight * (procs / speedup - 1) };
}

/** The derivative of the law's speed-up at this point, and the error that a step should remove. */
function tangent({ procs, speedup }: Point, at: Law): Equation {
  const now = speedupBy(at, procs);
  const slope = -(now ** 2) / procs;
  return { a: slope * (procs - 1), b: slope * procs * (procs - 1), c: speedup - now };
}

/** The allowed law that solves the equations best; they describe steps from `at`. */
function nearest(equations: readonly Equation[], at: Law, coherency: boolean): Law {
  const sum = (f: (e: Equation) => number) => equations.reduce((total, e) => total + f(e), 0);
  const aa = sum(({ a }) => a * a);
  const ab = sum(({ a, b }) => a * b);
  const bb = sum(({ b }) => b * b);
  const ac = sum(({ a, c }) => a * c) + aa * at.sigma + ab * at.kappa;
  const bc = sum(({ b, c }) => b * c) + ab * at.sigma + bb * at.kappa;
  // The best value of one parameter for a given value of the other.
  const sigmaFor = (kappa: number): Law => ({ sigma: clamp((ac - kappa * ab) / aa, 0, 1), kappa });
  const kappaFor = (sigma: number): Law => ({ sigma, kappa: Math.max(0, (bc - sigma * ab) / bb) });
  if (!coherency) return sigmaFor(0);
  const determinant = aa * bb - ab * ab;
  const sigma = (ac * bb - bc * ab) / determinant;
  const kappa = (bc * aa - ac * ab) / determinant;
  if (sigma >= 0 && sigma <= 1 && kappa >= 0) return { sigma, kappa };
  // The sum of squares is convex, and its minimum is outside of the allowed region: the best allowed law lies on its border.
  const cost = (law: Law) =>
    aa * law.sigma ** 2 + 2 * ab * law.sigma * law.kappa + bb * law.kappa ** 2 - 2 * (ac * law.sigma + bc * law.kappa);
  return [sigmaFor(0), kappaFor(0), kappaFor(1)].reduce((best, law) => (cost(law) < cost(best) ? law : best));
}

const clamp = (x: number, min: number, max: number) => Math.min(max, Math.max(min, x));

/** The first law on the way from `from` to `target`, halving it, that is nearer to the points; undefined if there is none. */
function stepTowards(from: Law, target: Law, points: readonly Point[]): Law | undefined {
  const error = squares(points, from);
  for (let k = 0, step = 1; k < MAX_HALVINGS; k++, step /= 2) {
    const sigma = from.sigma + step * (target.sigma - from.sigma);
    const kappa = from.kappa + step * (target.kappa - from.kappa);
    if (squares(points, { sigma, kappa }) < error) return { sigma, kappa };
  }
  return undefined;
}

function squares(points: readonly Point[], law: Law): number {
  return points.reduce((sum, { procs, speedup }) => sum + (speedup - speedupBy(law, procs)) ** 2, 0);
}

function residuals(points: readonly Point[], law: Law): Pick<Fit, 'rms' | 'r2'> {
  const error = squares(points, law);
  const mean = points.reduce((sum, { speedup }) => sum + speedup, 0) / points.length;
  const variance = points.reduce((sum, { speedup }) => sum + (speedup - mean) ** 2, 0);
  const varies = variance > points.length * (ROUNDING * mean) ** 2;
  return { rms: Math.sqrt(error / points.length), r2: varies ? 1 - error / variance : undefined };
}
/** Relative difference that rounding alone makes between quotients of equal times. */
const ROUNDING = 1e-12;
