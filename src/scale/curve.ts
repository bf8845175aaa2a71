// Speed-up curves: which numbers of Ps one is made of, its points with the laws that fit them, and the axes of its pictures.

import { type Fit, fitAmdahl, fitUsl } from './fit.js';
import { type Point, peakOf, speedupBy } from './law.js';

export interface Curve {
  /** By number of Ps, the first of which is 1. */
  readonly points: readonly Point[];
  readonly amdahl: Fit | undefined;
  readonly usl: Fit | undefined;
}

/** The curve of `times`, which are sorted by number of Ps, start at 1 P, and are in any unit. */
export function curveOf(times: readonly { readonly procs: number; readonly time: number }[]): Curve {
  const base = times[0]!.time;
  const points = times.map(({ procs, time }) => ({ procs, speedup: base / time }));
  return { points, amdahl: fitAmdahl(points), usl: fitUsl(points) };
}

/** Whether some number of Ps is more than that many times as fast as one, which neither law allows. */
export function isSuperlinear({ points }: Curve): boolean {
  return points.some(({ procs, speedup }) => speedup > procs * (1 + ROUNDING));
}
/** Relative error of a speed-up: it is a quotient of two sums of many doubles. */
const ROUNDING = 1e-9;

/** The highest speed-up in a picture of the curve: of its points, and of the laws at the same numbers of Ps. */
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

/** The longest range of numbers of Ps that is simulated whole; a longer one is thinned. */
const WHOLE = 16;

/**
 * The numbers of Ps that `text` names, in order, each once: numbers and ranges (`1..64`) between commas. A long range
 * is thinned to its ends and the numbers between them out of 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, ...: every
 * power of two, and the number halfway to the next, which are even steps on the curve's axis.
 * @returns undefined if `text` is no such list, or a number is not from 1 to `most`
 */
export function procsIn(text: string, most: number): number[] | undefined {
  const numbers = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(\d+)(?:\.\.(\d+))?$/.exec(part);
    if (!match) return undefined;
    const from = Number(match[1]);
    const to = Number(match[2] ?? match[1]);
    if (from < 1 || to > most || from > to) return undefined;
    for (const n of range(from, to)) numbers.add(n);
  }
  return [...numbers].sort((a, b) => a - b);
}

function range(from: number, to: number): number[] {
  const all = Array.from({ length: to - from + 1 }, (_, k) => from + k);
  return all.length <= WHOLE ? all : all.filter((n) => n === from || n === to || isEvenStep(n));
}

/** Whether `n` is a power of two, or three times one. */
function isEvenStep(n: number): boolean {
  const odd = n / (n & -n);
  return odd === 1 || odd === 3;
}

/** The axis of a picture. */
export interface Axis {
  readonly ticks: readonly number[];
  /** The position of a value: 0 is the start of the axis, 1 its end. */
  at(value: number): number;
  /** The value at a position. */
  value(at: number): number;
}

/** The most Ps that have a linear axis; with more, it is logarithmic. */
const MAX_LINEAR = 16;
/** About how many ticks an axis of speed-ups has. */
const TICKS = 8;

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
  const step = roundStep(most / TICKS);
  const steps = Math.ceil(most / step - TICK_ROUNDING);
  const end = steps * step;
  return {
    ticks: Array.from({ length: steps + 1 }, (_, k) => Number((k * step).toPrecision(6))),
    at: (speedup) => speedup / end,
    value: (at) => at * end,
  };
}
/** Relative excess over a round number that adds no tick: a program that scales well is as fast as its Ps, or a hair faster. */
const TICK_ROUNDING = 1e-6;

/** The first of ... 0.1, 0.2, 0.5, 1, 2, 5, 10 ... that is not less than `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * [1, 2, 5, 10].find((digit) => digit * power >= step * (1 - TICK_ROUNDING))!;
}
