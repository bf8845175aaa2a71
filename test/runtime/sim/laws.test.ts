// Random channel programs do only what Go's semantics allow, under many more schedules than threads would show. The seed
// changes with each run of the tests; a failure prints it, and LAWS_SEED sets it.

import { Simulator } from 'mandel/run';
import { expect, test } from 'vitest';
import { checkLaws, type RunPrograms } from '../../programs/lib/lawprograms.js';
import { machineOf, machineWith } from './subjects.js';

const interpreter = new URL('../../../dist/test/programs/law_interpreter.js', import.meta.url).href;
const seed = Number(process.env.LAWS_SEED ?? Math.floor(Math.random() * 2 ** 30));
/** Programs on each number of Ps, how many of them run side by side, and under how many schedules. */
const count = 400;
const together = 100;
const schedules = 2;
/** Virtual milliseconds without an event after which goroutines that are blocked are taken to be so for ever. */
const QUIET_MS = 400;

test.each([
  { procs: 1, machine: machineWith({}) },
  { procs: 2, machine: machineWith({ bootP: 0 }) },
  { procs: 3, machine: machineWith({ bootP: 0, handoff: 20_000, transfer: 3000 }) },
  { procs: 8, machine: machineOf({ switch: 100 }) },
  { procs: 64, machine: machineWith({ bootP: 0 }) },
])('random channel programs on $procs Ps end as Go allows', async ({ procs, machine }) => {
  const simulator = new Simulator(procs, { machine });
  try {
    for (let schedule = 0; schedule < schedules; schedule++) {
      const run: RunPrograms = async (json, batch) => {
        const program = { modules: [interpreter], args: [json, QUIET_MS] };
        const { status, report, value } = await simulator.run(program, { seed: batch + schedule });
        expect(`seed ${batch}+${schedule}, ${procs} Ps: ${status} ${report}`).toBe(
          `seed ${batch}+${schedule}, ${procs} Ps: ok `,
        );
        return value as Awaited<ReturnType<RunPrograms>>;
      };
      expect(await checkLaws(run, count, together, seed + 1000 * procs)).toBe(count);
    }
  } finally {
    await simulator.close();
  }
});
