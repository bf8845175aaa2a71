// The package `multithreading`: spawn and channels after Rust's, over worker threads. It runs in a process of its own for
// each batch, because it changes globals, and leaves threads behind that never end by themselves.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Outcome, Subject } from '../subject.js';

const start = promisify(execFile);

/**
 * A subject that hands values to a spawned function over a channel of `more` values, of which there must be room for one;
 * or spawns a function for each value, on `more` threads.
 */
export function multithreaded(op: 'handoff' | 'spawn', n: number, more: number): Subject {
  const program = fileURLToPath(new URL('./multithreadingprocess.js', import.meta.url));
  const batch = async (n: number) => {
    const { stdout } = await start(process.execPath, [program, op, String(n), String(more)]);
    return JSON.parse(stdout) as Outcome;
  };
  return { name: op === 'handoff' ? `multithreading, room for ${more}` : 'multithreading, spawn', n, batch };
}
