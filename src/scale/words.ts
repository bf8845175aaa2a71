// What a law says of a program, in words.

import { type Law, limitOf, type Point, peakOf, speedupBy } from './law.js';

/** How far more Ps get: the best number of them, or what is never passed. So many were simulated at most. */
export function outlook(law: Law, simulated: number): string {
  const limit = limitOf(law);
  if (limit < NOTICEABLE) return 'not faster than with 1 P';
  const best = bestOf(law);
  if (best) {
    const unseen = best.procs > simulated ? ' (not simulated)' : '';
    return `fastest with ${plural(best.procs)}${unseen}, ${figure(best.speedup)} times as fast`;
  }
  return limit === Infinity ? 'no end to the speed-up' : `at most ${figure(limit)} times as fast`;
}
/** What three digits show. */
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

/** Three digits, or none that say nothing: `0.05`, `12.3`, `1.25e-7`. */
export function figure(n: number): string {
  return String(Number(n.toPrecision(3)));
}

/** `1 P`, `2 Ps`. */
export function plural(procs: number): string {
  return `${procs} P${procs === 1 ? '' : 's'}`;
}
