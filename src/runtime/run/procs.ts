// How many Ps a run has if nobody says so. Apart from start.ts, because the command starts threads before it loads that.

import { availableParallelism } from 'node:os';

/** Most threads of a run. More Ps than this on real cores teach nothing; the simulator has up to 1024. */
export const MAX_THREADS = 256;

/** GOMAXPROCS, else as many Ps as there are cores; undefined if GOMAXPROCS is set to something else than a number of Ps. */
export function procsWanted(): number | undefined {
  const text = process.env.GOMAXPROCS;
  if (text === undefined || text === '') return Math.min(availableParallelism(), MAX_THREADS);
  const procs = Number(text);
  return /^\d+$/.test(text) && procs >= 1 && procs <= MAX_THREADS ? procs : undefined;
}
