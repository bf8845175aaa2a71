// Amdahl's law: a share of the program is serial, and all of the rest scales.

import { type Fit, fit } from './fit.js';
import type { Point } from './law.js';

/** The serial share that fits the curve best. Undefined without a point above 1 P: any share would do. */
export function fitAmdahl(points: readonly Point[]): Fit | undefined {
  return points.some(({ procs }) => procs > 1) ? fit(points, false) : undefined;
}
