// The threads of a command, started before its flags have been read.

import { modes, paintProgram } from '../modes/index.js';
import { procsWanted } from '../runtime/run/options.js';
import type { Runtime } from '../runtime/start.js';
import { Pool } from '../runtime/threads/pool.js';

/** What a thread of a profiled run loads besides. */
const profiling = new URL('../runtime/threads/profiling.js', import.meta.url).href;

let warm: Pool | undefined;

/** Starts the threads that this command line will want, as far as a glance tells. Never fails: main() reads it properly. */
export function warmUp(argv: readonly string[]): void {
  const procs = glance(argv);
  if (procs === undefined) return;
  const mode = modes.find((m) => m.name === (flag(argv, 'mode') ?? 'seq'));
  const preload = mode && argv[0] !== 'run' ? paintProgram(mode) : [];
  if (argv.some((word) => /^--?\w+profile(=|$)/.test(word))) preload.push(profiling);
  try {
    warm = new Pool(procs, preload, flag(argv, 'trace') !== undefined);
  } catch {
    // No address space: whoever wants the threads will hear of it.
  }
}

/** A guess at the number of Ps; undefined if nothing will be run, or the guess would be wild. */
function glance(argv: readonly string[]): number | undefined {
  if (argv.some((word) => /^--?(help|v|version)$/.test(word)) || flag(argv, 'engine') === 'sim') return undefined;
  const procs = flag(argv, 'procs');
  if (procs !== undefined) return /^[1-9]\d?$/.test(procs) ? Number(procs) : undefined;
  const cores = procsWanted();
  if (cores === undefined) return undefined; // a wrong GOMAXPROCS: main() says so
  const workers = /^(px|row|col)$/.test(flag(argv, 'mode') ?? '') ? Number(flag(argv, 'workers') ?? cores) : cores;
  return workers >= 1 ? Math.min(workers, cores) : undefined;
}

function flag(argv: readonly string[], name: string): string | undefined {
  const k = argv.findLastIndex((word) => new RegExp(`^--?${name}(=|$)`).test(word));
  const word = argv[k];
  return word?.includes('=') ? word.slice(word.indexOf('=') + 1) : word && argv[k + 1];
}

/** Threads for so many Ps: those that are coming up already, if the guess was right. */
export async function threadsFor(procs: number): Promise<Runtime> {
  const { Runtime } = await import('../runtime/start.js');
  const guessed = warm;
  warm = undefined;
  if (guessed?.procs === procs) return new Runtime(guessed);
  await guessed?.close();
  return new Runtime(procs);
}

/** Ends threads that nobody wanted. */
export async function coolDown(): Promise<void> {
  await warm?.close();
}
