// Runs a program under many schedules, and sorts what came of it: two runs that ended in the same way are one outcome.

import { deadlockOf, type WaitingReport } from '../circles.js';
import { type Ending, resultOf } from '../ending.js';
import { i32 } from '../memory.js';
import type { Locate } from '../report.js';
import { setSink } from '../sink.js';
import { locate } from '../where.js';
import { exploreOn, type Task } from './simulate.js';
import type { StrategyName } from './strategy.js';

/** A way in which the program may end. */
export interface Outcome {
  /** `endless`: it was given up after so many steps that it will hardly ever end. */
  readonly kind: 'ok' | 'exit' | 'panic' | 'deadlock' | 'endless';
  /** Exit status of the program. */
  readonly exitCode: number;
  /** How many runs ended so, and the seed of the first. */
  readonly count: number;
  readonly seed: number;
  /** What it printed and, in a line, what main returned; the beginning of it. */
  readonly output: string;
  /** The panic or the deadlock, as it is printed; else empty. */
  readonly report: string;
  /** Goroutines that nobody will wake. */
  readonly waits: readonly WaitingReport[];
  /** The circles in which they wait for each other's locks, a line each. */
  readonly circles: readonly string[];
}

/** What the exploring thread is told. The seeds are task.seed and those that follow. */
export interface ExploreTask extends Task {
  readonly strategy: StrategyName;
  readonly runs: number;
  /** True if runs of one outcome print and return the same. */
  readonly sameOutput: boolean;
  /** Runs done; and 1 if that is enough. */
  readonly control: Int32Array;
}
export const control = { done: 0, stop: 1 } as const;

/** Bytes of output that are kept. */
const MOST_OUTPUT = 4096;

/** Runs the program under task.runs schedules. The outcomes, the most frequent first. @throws Error if it is no program */
export async function explore(task: ExploreTask): Promise<Outcome[]> {
  const outcomes = new Map<string, { first: Omit<Outcome, 'count'>; count: number }>();
  for (let k = 0; k < task.runs && Atomics.load(task.control, control.stop) === 0; k++) {
    const run = { ...task, seed: (task.seed + k) & 0x7fffffff };
    const outcome = await once(run, () => []);
    const key = keyOf(task.sameOutput ? outcome : { ...outcome, output: '' });
    const known = outcomes.get(key);
    if (known !== undefined) known.count++;
    else {
      // Where goroutines wait takes long to find out: only of what is new, in the same run once more.
      const first = outcome.kind === 'deadlock' ? await once(run, locate) : outcome;
      outcomes.set(key, { first, count: 1 });
    }
    Atomics.store(task.control, control.done, k + 1);
  }
  return [...outcomes.values()].sort((a, b) => b.count - a.count).map(({ first, count }) => ({ ...first, count }));
}

async function once(task: ExploreTask, where: Locate): Promise<Omit<Outcome, 'count'>> {
  let output = '';
  setSink((_fd, text) => {
    if (output.length < MOST_OUTPUT) output += text;
  });
  try {
    const { simulated, course } = await exploreOn(task, where, () => {
      output = '';
    });
    return outcomeOf(task.seed, simulated.ending, course.endless, output);
  } finally {
    setSink(undefined);
  }
}

function outcomeOf(seed: number, ending: Ending, endless: boolean, output: string): Omit<Outcome, 'count'> {
  const { status, exitCode, value, report } = resultOf(i32, [ending]);
  const returned = value === undefined ? '' : `${JSON.stringify(value)}\n`;
  const kind = status === 'interrupted' || endless ? 'endless' : status === 'ok' && exitCode !== 0 ? 'exit' : status;
  const text = (output + returned).slice(0, MOST_OUTPUT);
  const { waiting: waits, circles } = deadlockOf(i32, [ending]);
  return { kind, exitCode, seed, output: kind === 'endless' ? '' : text, report, waits, circles };
}

/** What two runs have in common that ended in the same way: not the numbers of goroutines, nor addresses, nor times. */
function keyOf({ kind, exitCode, output, report, waits }: Omit<Outcome, 'count'>): string {
  const waiting = waits.map((w) => `${w.name} ${w.reason} ${w.on.replace(/ 0x[0-9a-f]+/g, '')}`).sort();
  const headline = kind === 'panic' ? report.slice(0, report.indexOf('\n')) : '';
  return JSON.stringify([kind, exitCode, output, headline, waiting]);
}
