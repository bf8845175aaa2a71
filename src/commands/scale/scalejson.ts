// The figures of mandel scale as JSON.

import type { Curve } from '../../scale/curve.js';
import type { Fit } from '../../scale/fit.js';
import { limitOf, peakOf, speedupBy } from '../../scale/law.js';
import type { Scaled } from './scaleruns.js';

/** The runs, which are the points of the curve in the same order, after what they are `about`. */
export function scaleJson(about: object, runs: readonly Scaled[], { points, amdahl, usl }: Curve): string {
  const value = {
    ...about,
    runs: runs.map((run, k) => {
      const { procs, speedup } = points[k]!;
      return {
        ...run,
        speedup,
        efficiency: speedup / procs,
        amdahl: amdahl ? speedupBy(amdahl, procs) : null,
        usl: usl ? speedupBy(usl, procs) : null,
      };
    }),
    amdahl: amdahl ? figures(amdahl) : null,
    usl: usl ? figures(usl) : null,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A law with what follows from it. There is no number in JSON for what has no end. */
function figures(fit: Fit): object {
  const limit = limitOf(fit);
  return { ...fit, r2: fit.r2 ?? null, peak: peakOf(fit) ?? null, limit: Number.isFinite(limit) ? limit : null };
}
