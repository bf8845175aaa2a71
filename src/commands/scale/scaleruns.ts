// The runs of mandel scale: one for each number of Ps, some of them at the same time.

import type { RunResult, SimResult } from '../../runtime/start.js';

/** What one number of Ps came to. Virtual seconds. */
export interface Scaled extends Pick<SimResult, 'stats'> {
  readonly procs: number;
  readonly time: number;
  readonly user: number;
  readonly sys: number;
}

/** Runs the program with so many Ps until it ends or `signal` ends it; says from time to time how far it is. */
export type Simulate = (
  procs: number,
  options: { readonly signal: AbortSignal; readonly onProgress: (work: number) => void },
) => Promise<SimResult>;

/** A run that did not end well, or was interrupted: what to print, and what to exit with. */
export class NotOk extends Error {
  override readonly name = 'NotOk';
  readonly exitCode: number;

  constructor({ report, exitCode }: Pick<RunResult, 'report' | 'exitCode'>) {
    super(report);
    this.exitCode = exitCode;
  }
}

/** What all runs of a curve have in common. */
export interface Series {
  readonly procs: readonly number[];
  /** How many are simulated at the same time. */
  readonly atOnce: number;
  /** Ends them all. */
  readonly signal: AbortSignal;
  /** How much work one run is. */
  readonly work: number;
  /** Is told how much work has been done in all. */
  readonly onWork: (work: number) => void;
}

/**
 * Simulates every number of Ps of the series; when one fails, the others are ended too.
 * @returns what they came to, by number of Ps @throws NotOk @throws Error of the first that could not be run
 */
export async function simulateAll(series: Series, simulate: Simulate): Promise<Scaled[]> {
  const ending = new AbortController();
  const { signal } = ending;
  const end = () => ending.abort();
  series.signal.addEventListener('abort', end);
  const waiting = [...series.procs];
  const works = new Map<number, number>();
  const done: Scaled[] = [];
  const errors: unknown[] = [];
  const one = async (procs: number) => {
    const onProgress = (work: number) => {
      works.set(procs, work);
      series.onWork([...works.values()].reduce((a, b) => a + b, 0));
    };
    const run = await simulate(procs, { signal, onProgress });
    if (run.status !== 'ok') throw new NotOk(run);
    onProgress(series.work);
    const { run: time, user, sys } = run.time;
    done.push({ procs, time, user, sys, stats: run.stats });
  };
  const lane = async () => {
    try {
      for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) await one(next);
    } catch (error) {
      errors.push(error);
      end();
    }
  };
  await Promise.all(Array.from({ length: series.atOnce }, lane));
  series.signal.removeEventListener('abort', end);
  if (errors.length > 0) throw errors[0];
  if (signal.aborted) throw new NotOk({ report: '', exitCode: 130 }); // between two runs
  return done.sort((a, b) => a.procs - b.procs);
}
