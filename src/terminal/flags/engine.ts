// The flags that choose the engine of a run: worker threads, or the simulator.

import { DEFAULT_SEED, defaultProcs, MAX_PROCS, MAX_THREADS, type Runtime, Simulator } from '../../runtime/start.js';
import type { Command } from '../commander.js';
import { BadUsage, choice, seedOf, wholeNumber } from '../usage.js';
import { threadsFor } from '../warmup.js';

export interface EngineFlags {
  readonly engine: string;
  readonly procs?: string;
  readonly seed?: string;
  readonly machine?: string;
}

const engines = [{ name: 'threads' }, { name: 'sim' }] as const;

/** Adds these flags to a command. */
export function engineOptions(command: Command): Command {
  return command
    .option('--engine <name>', 'threads, or sim: in virtual time, on any number of Ps', 'threads')
    .option('--procs <n>', 'Ps (default: GOMAXPROCS, else the number of cores); with -engine sim up to 1024')
    .option(
      '--seed <n>',
      "decides the scheduler's and select's random choices (default: another one each time; sim: 1)",
    )
    .option('--machine <name|file>', 'with -engine sim: what things cost; a name or a file, see mandel scale -help');
}

/** What runs programs. */
export type Runner = Runtime | Simulator;

/** Ends a runner; `midway` if its run has not ended. @returns false if one of its threads cannot be ended */
export async function end(runner: Runner | undefined, midway: boolean): Promise<boolean> {
  if (runner === undefined) return true;
  if (!('stuck' in runner)) {
    if (!midway) await runner.close();
    return true;
  }
  await (midway ? runner.abandon() : runner.close());
  return !runner.stuck;
}

/** The engine that the flags choose. */
export interface Chosen {
  /** The seed, as an option of a run; none if the run is to choose it. */
  readonly seed: { readonly seed?: number };
  /** What to add to a line about a run: '' if it is on threads. */
  readonly about: string;
  start(): Promise<Runner>;
}

/**
 * Reads the flags.
 * @param procs the number of Ps if -procs is not written, from the number of cores and the most Ps that a run may have
 * @throws BadUsage; Error if the machine's file cannot be read
 */
export async function chosenEngine(
  flags: EngineFlags,
  procs = (cores: number, _most: number) => cores,
): Promise<Chosen> {
  const sim = choice('engine', flags.engine, engines).name === 'sim';
  const seed = flags.seed === undefined ? {} : { seed: seedOf('seed', flags.seed) };
  if (sim) {
    const { machineOf } = await import('./machine.js');
    const machine = machineOf(flags.machine);
    const cores = () => (flags.machine === undefined ? defaultProcs() : machine.costs.cores);
    const count =
      flags.procs === undefined ? procs(cores(), MAX_PROCS) : wholeNumber('procs', flags.procs, 1, MAX_PROCS);
    const about = ` (virtual; machine ${machine.name}, seed ${seed.seed ?? DEFAULT_SEED})`;
    return { seed, about, start: async () => new Simulator(count, { machine }) };
  }
  if (flags.machine !== undefined) throw new BadUsage('-machine: expected -engine sim with it, got -engine threads');
  // defaultProcs() throws if GOMAXPROCS is wrong, which does not matter if -procs is written.
  const all = (cores: number) => procs(cores, cores);
  const count = flags.procs === undefined ? all(defaultProcs()) : wholeNumber('procs', flags.procs, 1, MAX_THREADS);
  return { seed, about: '', start: () => threadsFor(count) };
}
