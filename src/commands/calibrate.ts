// mandel calibrate: measures what actions of the runtime cost on this machine, for the simulator.

import { calibrate } from '../calibrate/calibrate.js';
import { costTable } from '../calibrate/costs.js';
import { machineText } from '../runtime/sim/machine.js';
import { Command } from '../terminal/commander.js';
import { INTERRUPTED, interruptible } from '../terminal/interrupt.js';
import { type Output, openOutput } from '../terminal/output.js';
import { statusLine } from '../terminal/progress.js';
import { columnsOfOutput } from '../terminal/text.js';

interface Flags {
  readonly o: string;
  readonly quick?: boolean;
}

export function calibrateCommand(): Command {
  return new Command('mandel calibrate')
    .usage('[flags]')
    .description('Measures what things cost on this machine, prints it, and saves it for -engine sim -machine.')
    .option('--o <file>', 'where to save it; - prints it instead of the table', 'machine.json')
    .option('--quick', 'a quarter of the time, less exact')
    .action(async (flags: Flags) => {
      process.exitCode = await run(flags);
    });
}

/** @returns the exit status */
async function run({ o: file, quick = false }: Flags): Promise<number> {
  let output: Output | undefined;
  const interrupt = interruptible(() => output?.discard());
  const { signal } = interrupt;
  const line = statusLine();
  const say = (what: string) => (what === '' ? line.clear() : line.show(`calibrate: ${what}`));
  try {
    output = openOutput(file); // before the measurements, which take a minute
    const { machine, costs, note } = await calibrate({ quick, cli: process.argv[1]!, signal }, say);
    output.write(machineText(machine));
    if (output.path !== '-') process.stdout.write(`${machine.name}\n\n${costTable(costs, columnsOfOutput())}`);
    if (note !== '') process.stderr.write(`mandel: calibrate: ${note}\n`);
    return 0;
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    line.clear();
    output?.discard();
    interrupt.done();
  }
}
