// The flag -machine: what things cost in the simulator.

import { type Machine, machines } from '../runtime/start.js';
import { oneOf } from './usage.js';

/** The machine that the flag names: a preset, or a file. The first preset if there is no flag. @throws Error in one line */
export function machineOf(flag: string | undefined): Machine {
  return flag === undefined ? machines[0]! : oneOf('-machine', flag, machines);
}
