// The subject `mandel` of a contest: a program of bench/programs, on threads that stay up.

import { Runtime } from 'mandel/run';
import type { Outcome, Subject } from './subject.js';

/** By their number of Ps. They serve all contests: a closed one's memory goes only when V8 comes to collect it. */
const runtimes = new Map<number, Runtime>();

/** Threads that stay up, for this number of Ps. */
export function runtimeOf(procs: number): Runtime {
  const runtime = runtimes.get(procs) ?? new Runtime(procs);
  runtimes.set(procs, runtime);
  return runtime;
}

/** Ends the threads of all subjects. */
export async function closeRuntimes(): Promise<void> {
  await Promise.all([...runtimes.values()].map((runtime) => runtime.close()));
}

/**
 * A subject that runs `programs/NAME.js` with the batch's size and `args`. Its main times itself and returns an Outcome.
 * @param procs Ps
 */
export function mandel(program: string, procs: number, n: number, ...args: readonly unknown[]): Subject {
  const module = new URL(`./programs/${program}.js`, import.meta.url).href;
  const batch = async (n: number) => {
    const { status, report, value } = await runtimeOf(procs).run({ modules: [module], args: [n, ...args] });
    if (status !== 'ok') {
      throw new Error(`mandel: ${status}: ${report.trim()}`);
    }
    return value as Outcome;
  };
  return { name: 'mandel', n, batch };
}
