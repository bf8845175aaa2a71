// The flag -machine: the costs that the simulator charges. Apart from the other flags of engines, because it loads the machines
// that the simulator knows, and most runs are on threads.

import { existsSync } from 'node:fs';
import type { Machine } from '../../runtime/sim/machine.js';
import { readMachine } from '../../runtime/sim/machine.js';
import { machines } from '../../runtime/sim/machines.js';
import { oneOf } from '../usage.js';

/** The help text of the flag. */
export const machineHelp = `what things cost: ${machines.map(({ name }) => name).join(', ')}, or a file of mandel calibrate`;

/** The machine that the flag names: one that the simulator knows, or a file. Without the flag, the first one that it knows. @throws Error in one line */
export function machineOf(flag: string | undefined): Machine {
  if (flag === undefined) return machines[0]!;
  const known = machines.find((machine) => machine.name === flag);
  if (known !== undefined) return known;
  // What looks like a path is one, whether the file exists or not.
  return /[./\\]/.test(flag) || existsSync(flag) ? readMachine(flag) : oneOf('-machine', flag, machines);
}
