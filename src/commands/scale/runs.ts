// The runs of mandel scale: the same program, simulated on each number of Ps, some of them at the same time.

import { devNull } from 'node:os';
import { join } from 'node:path';
import type { Scene } from '../../mandelbrot/scene.js';
import { type Part, sceneView } from '../../mandelbrot/view.js';
import { type Mode, paintProgram } from '../../modes/index.js';
import { type Machine, type RunResult, type SimResult, Simulator } from '../../runtime/start.js';
import { INTERRUPTED } from '../../terminal/interrupt.js';
import { type Output, openOutput } from '../../terminal/output.js';

/** What is simulated. */
export interface Task {
  readonly mode: Mode;
  readonly scene: Scene;
  readonly w: number;
  readonly h: number;
  readonly part: Part;
  readonly workers: number;
  readonly seed: number;
  readonly machine: Machine;
  /** Numbers of Ps, in ascending order; the first is 1. */
  readonly procs: readonly number[];
  /** The folder for the traces of the runs, if they are traced. */
  readonly traces: string | undefined;
}

/** The run on one number of Ps. Virtual seconds. */
export interface Scaled extends Pick<SimResult, 'stats'> {
  readonly procs: number;
  readonly time: number;
  readonly user: number;
  readonly sys: number;
}

/** Runs the program on so many Ps until it ends or `signal` ends it; calls onProgress from time to time. */
export type Simulate = (
  procs: number,
  options: { readonly signal: AbortSignal; readonly onProgress: (work: number) => void },
) => Promise<SimResult>;

/** A run that has failed or was interrupted: what to print, and the exit status. */
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
  /** How many runs are simulated at the same time. */
  readonly atOnce: number;
  /** Ends all runs. */
  readonly signal: AbortSignal;
  /** The work of one run, in the unit of Runtime's onProgress. */
  readonly work: number;
  /** Is called with the work that all runs have done. */
  readonly onWork: (work: number) => void;
}

/**
 * Simulates every number of Ps of the series; when one run fails, the others are ended.
 * @returns the runs, by number of Ps @throws NotOk @throws Error of the first that could not be run
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
  const oneAfterTheOther = async () => {
    try {
      for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) await one(next);
    } catch (error) {
      errors.push(error);
      end();
    }
  };
  await Promise.all(Array.from({ length: series.atOnce }, oneAfterTheOther));
  series.signal.removeEventListener('abort', end);
  if (errors.length > 0) throw errors[0];
  if (signal.aborted) throw new NotOk({ report: '', exitCode: INTERRUPTED }); // between two runs
  return done.sort((a, b) => a.procs - b.procs);
}

/** A function that simulates `task`. It adds the traces that it writes to `outputs`, which have to be discarded if the process ends. */
export function simulatorOf(task: Task, outputs: Set<Output>): Simulate {
  const { mode, scene, w, h, part, workers, seed, machine, traces } = task;
  // The picture is painted and encoded as in any run, because both cost time.
  const program = { modules: paintProgram(mode), args: [w, h, scene.id, workers, devNull, { ...sceneView, ...part }] };
  return async (procs, { signal, onProgress }) => {
    const output = traces === undefined ? undefined : openOutput(join(traces, `${mode.name}-${procs}.out`), 'traces');
    if (output) outputs.add(output);
    const simulator = new Simulator(procs, { machine });
    try {
      const trace = output ? { trace: output.path } : {};
      const result = await simulator.run(program, { seed, signal, onProgress, ...trace });
      if (typeof result.value === 'string') throw new Error(`scale: the picture: ${result.value}`);
      if (result.status === 'ok') output?.commit();
      return result;
    } finally {
      await simulator.close();
      output?.discard();
    }
  };
}
