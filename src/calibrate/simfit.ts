// Fitting costs with the simulator: those that show only where two Ps paint one picture. The cost is found at which the simulator
// takes as long for the picture as the threads did. A program that only steals, for example, would measure other cache effects than
// one that also paints.

import type { Cost, Machine } from '../runtime/sim/machine.js';
import { Simulator } from '../runtime/start.js';
import { type Costs, figure, fillIn, type Samples } from './costs.js';
import type { Fill } from './pictures.js';
import { type Probe, paintModules, shared } from './probes.js';

interface Picture {
  /** The cost that the picture's time depends on most. */
  readonly cost: Cost;
  readonly fill: Fill;
  readonly workers: number;
  readonly probe: Probe;
}

/** In this order, because no picture depends on the cost of a later one. */
export const pictures: readonly Picture[] = (
  [
    ['crowding', 'row', 1],
    ['steal', 'px', 1],
    ['transfer', 'buffered', 4],
  ] as const
).map(([cost, fill, workers]) => ({ cost, fill, workers, probe: shared(fill, workers) }));

/** Most simulations of one picture, each with another cost. */
const TRIES = 4;
/** Upper bound of a fitted cost, in nanoseconds: more than this has another cause. */
const MOST = 2000;
/** Relative error of the picture's time at which the search ends. */
const NEAR = 0.005;

/** Sets the costs with which the pictures take as long in the simulator as they did on threads. */
export async function fitPictures(
  costs: Costs,
  samples: Samples,
  signal: AbortSignal,
  say: (what: string) => void,
): Promise<void> {
  for (const { cost, fill, workers, probe } of pictures) {
    const took = figure((samples.get(probe.name) ?? []).map(({ ns }) => ns[0]!));
    if (Number.isNaN(took.value)) continue;
    const simulate = (ns: number) => {
      say(`${cost}: ${probe.name} in the simulator`);
      return painting({ ...valuesOf(costs), [cost]: ns }, fill, workers, signal);
    };
    const range = cost === 'crowding' ? ([1, 2] as const) : ([0, MOST] as const);
    const first = Math.max(range[0], Math.min(range[1], costs[cost].value || 0));
    const value = await solveFor(took.value, first, range, simulate);
    costs[cost] = { value, low: value, high: value, n: took.n, fitted: true };
  }
}

function valuesOf(costs: Costs): Record<Cost, number> {
  const values = Object.fromEntries(Object.entries(costs).map(([name, { value }]) => [name, value]));
  fillIn(values as Record<Cost, number>);
  return values as Record<Cost, number>;
}

/** Nanoseconds of virtual time that painting takes on two Ps. */
async function painting(costs: Machine['costs'], fill: Fill, workers: number, signal: AbortSignal): Promise<number> {
  const simulator = new Simulator(2, { machine: { name: 'calibrate', origin: '', costs } });
  try {
    const { value } = await simulator.run({ modules: paintModules, args: ['shared', fill, workers] }, { signal });
    signal.throwIfAborted();
    return (value as readonly number[])[0]!;
  } finally {
    await simulator.close();
  }
}

/** The price from `least` to `most` at which `took(price)` is `want`, or closest to it: by the secant method, from `first` on. */
export async function solveFor(
  want: number,
  first: number,
  [least, most]: readonly [least: number, most: number],
  took: (price: number) => Promise<number>,
): Promise<number> {
  const within = (price: number) => Math.max(least, Math.min(most, price));
  const step = (most - least) / 10;
  let [a, atA] = [first, await took(first)];
  let best = { price: a, off: Math.abs(atA - want) };
  let b = within(a + (atA < want ? step : -step));
  for (let k = 1; k < TRIES && b !== a && best.off > NEAR * want; k++) {
    const atB = await took(b);
    const off = Math.abs(atB - want);
    if (off < best.off) best = { price: b, off };
    const next = atB === atA ? b : b + ((want - atB) * (b - a)) / (atB - atA);
    [a, atA] = [b, atB];
    b = within(next);
  }
  return best.price;
}
