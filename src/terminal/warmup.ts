// The threads of a command, started before its flags have been checked: a guess, which costs time where it is wrong and
// nothing else. Most commands need no threads, so what starts them is loaded when they are needed.

import type { Runtime } from '../runtime/start.js';
import type { Pool } from '../runtime/threads/pool.js';
import { readFlags } from './goflags.js';

/** What a thread of a profiled run loads besides. */
const profiling = new URL('../runtime/profiling/interruption.js', import.meta.url).href;

let warm: Pool | undefined;

/** The flags as they were written: of a flag that is there twice, the last value counts. */
type Written = ReadonlyMap<string, string | undefined>;

/**
 * Starts the threads that a command will need.
 * @param command its name, '' for rendering
 */
export async function warmUp(command: string, argv: readonly string[]): Promise<void> {
  const [{ modes, paintProgram }, { procsWanted }, { Pool }] = await Promise.all([
    import('../modes/index.js'),
    import('../runtime/run/options.js'),
    import('../runtime/threads/pool.js'),
  ]);
  const { flags } = readFlags(argv, (name) => !isBoolean(name));
  const written: Written = new Map(flags.map(({ name, value }) => [name, value]));
  const mode = command === '' ? modes.find(({ name }) => name === (written.get('mode') ?? modes[0]!.name)) : undefined;
  const procs = procsOf(written, mode?.workers === 'procs', procsWanted());
  if (procs === undefined) return;
  const preload = mode ? paintProgram(mode) : [];
  if (flags.some(({ name }) => name.endsWith('profile'))) preload.push(profiling);
  try {
    warm = new Pool(procs, preload, written.has('trace') || written.has('view'));
  } catch {
    // There is no address space. The command says so when it starts its threads.
  }
}

/** The flags without a value of the commands that need threads. */
function isBoolean(name: string): boolean {
  return ['help', 'v', 'version', 'quiet', 'view'].includes(name);
}

/**
 * A guess at the number of Ps; undefined if nothing will run on threads, or if a flag is wrong.
 * @param limited whether -workers limits the number of Ps
 * @param cores the number of Ps unless a flag says otherwise; undefined if GOMAXPROCS is wrong, which the command reports
 */
function procsOf(written: Written, limited: boolean, cores: number | undefined): number | undefined {
  if (['help', 'v', 'version'].some((name) => written.has(name)) || written.get('engine') === 'sim') return undefined;
  const procs = written.get('procs');
  if (procs !== undefined) return /^[1-9]\d?$/.test(procs) ? Number(procs) : undefined;
  if (cores === undefined) return undefined;
  const workers = limited ? Number(written.get('workers') ?? cores) : cores;
  return workers >= 1 ? Math.min(workers, cores) : undefined;
}

/** Threads for so many Ps: those that have been started already, if the guess was right. */
export async function threadsFor(procs: number): Promise<Runtime> {
  const { Runtime } = await import('../runtime/start.js');
  const guessed = warm;
  warm = undefined;
  if (guessed?.procs === procs) return new Runtime(guessed);
  await guessed?.close();
  return new Runtime(procs);
}

/** Ends threads that no run has asked for. */
export async function coolDown(): Promise<void> {
  await warm?.close();
}
