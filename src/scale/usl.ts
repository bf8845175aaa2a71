// The Universal Scalability Law: besides what is serial, the Ps cost each other something, so that more of them can be worse.

import { type Fit, fit } from './fit.js';
import type { Point } from './law.js';

/**
 * The contention and the coherency that fit the curve best. Undefined with less than two numbers of Ps above 1: two
 * unknowns need two equations.
 */
export function fitUsl(points: readonly Point[]): Fit | undefined {
  const numbers = new Set(points.map(({ procs }) => procs));
  numbers.delete(1);
  return numbers.size >= 2 ? fit(points, true) : undefined;
}
