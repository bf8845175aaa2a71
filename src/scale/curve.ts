// A speed-up curve: what was measured, and the laws that fit it.

import { fitAmdahl } from './amdahl.js';
import type { Fit } from './fit.js';
import { type Point, peakOf, speedupBy } from './law.js';
import { fitUsl } from './usl.js';

export interface Curve {
  /** By number of Ps, the first of which is 1. */
  readonly points: readonly Point[];
  readonly amdahl: Fit | undefined;
  readonly usl: Fit | undefined;
}

/** The curve of `times`, which are sorted by number of Ps, begin with 1, and are in any unit. */
export function curveOf(times: readonly { readonly procs: number; readonly time: number }[]): Curve {
  const base = times[0]!.time;
  const points = times.map(({ procs, time }) => ({ procs, speedup: base / time }));
  return { points, amdahl: fitAmdahl(points), usl: fitUsl(points) };
}

/** Whether some number of Ps is more than that many times as fast: no law here can bend that way. */
export function isSuperlinear({ points }: Curve): boolean {
  return points.some(({ procs, speedup }) => speedup > procs * (1 + ROUNDING));
}
/** A speed-up is a quotient of two sums of many doubles. */
const ROUNDING = 1e-9;

/** The highest speed-up of a picture of the curve: what was measured, and what the laws say of these numbers of Ps. */
export function highest({ points, amdahl, usl }: Curve): number {
  const most = points.at(-1)!.procs;
  const peak = usl && peakOf(usl);
  const shown = [...points.map(({ procs }) => procs), ...(peak && peak.procs < most ? [peak.procs] : [])];
  const laws = [amdahl, usl].filter((law) => law !== undefined);
  return Math.max(
    ...points.map(({ speedup }) => speedup),
    ...shown.flatMap((procs) => laws.map((law) => speedupBy(law, procs))),
  );
}
