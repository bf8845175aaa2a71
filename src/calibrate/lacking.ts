// What stands in for costs that could not be measured: those of another machine, as much slower or faster as this one is.

import type { Cost } from '../runtime/sim/machine.js';

/** Two cores of a server's processor in a virtual machine, in a moment in which it had nothing else to do. */
const known = {
  switch: 110,
  transfer: 100,
  remote: 130,
  handoff: 460,
  notify: 48_000,
  wake: 5_000,
  sleep: 1_000,
  steal: 250,
} satisfies Partial<Record<Cost, number>>;

/** Puts a number where there is none (NaN), by what giving a P to a goroutine takes on both. @returns the names of those */
export function fillIn(costs: Record<Cost, number>): Cost[] {
  const factor = costs.switch / known.switch;
  const lacking = (Object.keys(known) as (keyof typeof known)[]).filter((name) => Number.isNaN(costs[name]));
  for (const name of lacking) costs[name] = known[name] * factor;
  return lacking;
}
