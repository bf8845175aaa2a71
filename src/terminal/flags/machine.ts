// The flag -machine: what things cost in the simulator.

import { existsSync } from 'node:fs';
import type { Machine } from '../../runtime/sim/machine.js';
import { readMachine } from '../../runtime/sim/machine.js';
import { machines } from '../../runtime/sim/machines.js';
import { oneOf } from '../usage.js';

/** What the flag is, for help texts. */
export const machineHelp = `what things cost: ${machines.map(({ name }) => name).join(', ')}, or a file of mandel calibrate`;

/** The machine that the flag names: one that the simulator knows, or a file. The first one if there is no flag. @throws Error in one line */
export function machineOf(flag: string | undefined): Machine {
  if (flag === undefined) return machines[0]!;
  const known = machines.find((machine) => machine.name === flag);
  if (known !== undefined) return known;
  // What looks like a file is meant as one, there or not.
  return /[./\\]/.test(flag) || existsSync(flag) ? readMachine(flag) : oneOf('-machine', flag, machines);
}
