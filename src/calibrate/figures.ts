// What was measured several times: what counts of it, and how far it lay apart.

export interface Figure {
  /** What is reckoned with: the median of the quicker half. Whatever else the machine does can only make a program slower. */
  readonly value: number;
  /** The quartiles of all. */
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** True if it was not measured, but found by asking the simulator (fit.ts). */
  readonly fitted?: boolean;
}

/** The figure that these measurements of one thing make. Those that did not come about are NaN; NaN if there is no other. */
export function figure(values: readonly number[]): Figure {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return { value: Number.NaN, low: Number.NaN, high: Number.NaN, n: 0 };
  return { value: quantile(sorted, 0.25), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75), n: sorted.length };
}

/** By linear interpolation between the neighbours. */
function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}
