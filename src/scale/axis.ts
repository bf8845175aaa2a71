// The axes of a picture of a curve: where a value lies, and which values are written beside it.

export interface Axis {
  readonly ticks: readonly number[];
  /** Where a value lies: 0 is the beginning of the axis, 1 its end. */
  at(value: number): number;
  /** The value that lies there. */
  value(at: number): number;
}

/** Up to so many Ps each number has its place; beyond, each doubling has the same. */
const MAX_LINEAR = 16;
/** Steps of an axis that begins at 0, about. */
const STEPS = 8;

/** The axis of the numbers of Ps, from 1 to `most`. */
export function procsAxis(most: number): Axis {
  if (most > MAX_LINEAR) {
    const doublings = Math.log2(most);
    return {
      ticks: Array.from({ length: Math.floor(doublings) + 1 }, (_, k) => 2 ** k),
      at: (procs) => Math.log2(procs) / doublings,
      value: (at) => 2 ** (at * doublings),
    };
  }
  const end = Math.max(2, most); // an axis of one point has no length
  return {
    ticks: Array.from({ length: end }, (_, k) => k + 1),
    at: (procs) => (procs - 1) / (end - 1),
    value: (at) => 1 + at * (end - 1),
  };
}

/** The axis of the speed-ups, from 0 to a round number that is not less than `most`. */
export function speedupAxis(most: number): Axis {
  const step = roundStep(most / STEPS);
  const steps = Math.ceil(most / step - ROUNDING);
  const end = steps * step;
  return {
    ticks: Array.from({ length: steps + 1 }, (_, k) => Number((k * step).toPrecision(6))),
    at: (speedup) => speedup / end,
    value: (at) => at * end,
  };
}
/** A program that scales well is as fast as a round number of Ps, or a hair faster. */
const ROUNDING = 1e-6;

/** The first of ... 0.1, 0.2, 0.5, 1, 2, 5, 10 ... that is not less than `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * [1, 2, 5, 10].find((digit) => digit * power >= step * (1 - ROUNDING))!;
}
