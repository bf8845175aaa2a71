// mandel calibrate: measures what things cost on this machine, for the simulator.

import { resolve } from 'node:path';
import { Command } from 'commander';
import { calibrate } from '../calibrate/calibrate.js';
import { costTable } from '../calibrate/table.js';
import { writeMachine } from '../runtime/sim/machinefile.js';
import { BadUsage } from './usage.js';

interface Flags {
  readonly o: string;
  readonly quick?: boolean;
}

export function calibrateCommand(): Command {
  return new Command('mandel calibrate')
    .usage('[flags]')
    .description('Measures what things cost on this machine, prints it, and saves it for mandel simulate -machine.')
    .option('--o <file>', 'where to save it', 'machine.json')
    .option('--quick', 'a quarter of the time, less exact')
    .action(async (flags: Flags) => {
      process.exitCode = await run(flags);
    });
}

/** @returns the exit status */
async function run({ o: file, quick = false }: Flags): Promise<number> {
  if (file === '') throw new BadUsage('-o: expected a file name, got nothing');
  const { machine, costs, note } = await calibrate({ quick, cli: process.argv[1]! }, progress());
  process.stdout.write(`${machine.name}\n\n${costTable(costs)}`);
  if (note !== '') process.stderr.write(`mandel: calibrate: ${note}\n`);
  writeMachine(resolve(file), machine);
  return 0;
}

/** Says what is going on, if standard error is a terminal; '' takes it away. */
function progress(): (what: string) => void {
  const out = process.stderr;
  if (!out.isTTY) return () => {};
  return (what) => void out.write(`\r\u001b[K${what === '' ? '' : `mandel: calibrate: ${what}`}`);
}
