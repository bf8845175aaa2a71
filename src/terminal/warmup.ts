// The threads of a command, started before its flags have been checked: a guess, which costs time where it is wrong and
// nothing else.

import { modes, paintProgram } from '../modes/index.js';
import { procsWanted } from '../runtime/run/procs.js';
import type { Runtime } from '../runtime/start.js';
import { Pool } from '../runtime/threads/pool.js';
import { readFlags } from './goflags.js';

/** What a thread of a profiled run loads besides. */
const profiling = new URL('../runtime/threads/profiling.js', import.meta.url).href;

let warm: Pool | undefined;

/** The flags as they were written: of a flag that is there twice, the last value counts. */
type Written = ReadonlyMap<string, string | undefined>;

/**
 * Starts the threads that a command will need.
 * @param command its name, '' for rendering
 */
export function warmUp(command: string, argv: readonly string[]): void {
  const { flags } = readFlags(argv, (name) => !isBoolean(name));
  const written: Written = new Map(flags.map(({ name, value }) => [name, value]));
  const mode = command === '' ? modes.find(({ name }) => name === (written.get('mode') ?? 'seq')) : undefined;
  const procs = procsOf(written, mode?.workers === 'procs');
  if (procs === undefined) return;
  const preload = mode ? paintProgram(mode) : [];
  if (flags.some(({ name }) => name.endsWith('profile'))) preload.push(profiling);
  try {
    warm = new Pool(procs, preload, written.has('trace'));
  } catch {
    // There is no address space. The command says so when it starts its threads.
  }
}

/** The flags without a value of the commands that need threads. */
function isBoolean(name: string): boolean {
  return ['help', 'v', 'version', 'quiet'].includes(name);
}

/**
 * A guess at the number of Ps; undefined if nothing will run on threads, or if a flag is wrong.
 * @param limited whether -workers limits the number of Ps
 */
function procsOf(written: Written, limited: boolean): number | undefined {
  if (['help', 'v', 'version'].some((name) => written.has(name)) || written.get('engine') === 'sim') return undefined;
  const procs = written.get('procs');
  if (procs !== undefined) return /^[1-9]\d?$/.test(procs) ? Number(procs) : undefined;
  const cores = procsWanted();
  if (cores === undefined) return undefined; // a wrong GOMAXPROCS: the command says so
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
