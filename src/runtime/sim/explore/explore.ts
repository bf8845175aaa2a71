// Runs a program under many schedules, and sorts what came of it: two runs that ended in the same way are one outcome.

import { H, runStatus } from '../../memory/layout.js';
import { i32 } from '../../memory/memory.js';
import { deadlockOf, type WaitingReport } from '../../report/circles.js';
import { type Locate, locate } from '../../report/report.js';
import type { Ending } from '../../run/ending.js';
import { resultOf } from '../../run/result.js';
import { setSink } from '../../sched/hooks.js';
import { exploreOn, type Task } from '../simulate.js';
import type { StrategyName } from './strategy.js';

/** A way in which the program may end. */
export interface Outcome {
  /** `endless`: it was given up, after so many steps, or so long a computation, that it will hardly ever end. */
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
  /** Shared with the thread that asked: control. */
  readonly control: Int32Array;
}

/**
 * Words of ExploreTask.control: runs done; 1 if that is enough; from COUNTS on, how many runs had each outcome, in the order in which
 * the outcomes were found. So who asked knows what has been found even if this thread has to be ended in the middle of a run.
 */
export const control = { done: 0, stop: 1, counts: 2 } as const;

/** A new outcome, when it is found: its count is in the control words. */
export type Found = Omit<Outcome, 'count'>;

/** Bytes of output that are kept. */
const MOST_OUTPUT = 4096;

/** Memory for the control words of so many runs: each may have an outcome of its own. */
export function newControl(runs: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer((control.counts + runs) * 4));
}

/** The outcome of the run with this seed, which had to be ended because it does not come to a scheduling point. */
export function stuckAt(seed: number, { message }: Error): Found {
  return {
    kind: 'endless',
    exitCode: 130,
    seed: seed & 0x7fffffff,
    output: '',
    report: message,
    waits: [],
    circles: [],
  };
}

/** What has been found so far, the most frequent first. */
export function outcomesOf(found: readonly Found[], words: Int32Array): Outcome[] {
  const outcomes = found.map((first, k) => ({ ...first, count: Atomics.load(words, control.counts + k) }));
  return outcomes.sort((a, b) => b.count - a.count);
}

/**
 * Runs the program under task.runs schedules, or until control says that it is enough.
 * @param found is told of each new outcome @throws Error if it is no program
 */
export async function explore(task: ExploreTask, found: (outcome: Found) => void): Promise<void> {
  const known = new Map<string, number>();
  const stopped = () => Atomics.load(task.control, control.stop) !== 0;
  for (let k = 0; k < task.runs && !stopped(); k++) {
    const run = { ...task, seed: (task.seed + k) & 0x7fffffff };
    const outcome = await once(run, () => []);
    if (outcome === undefined) return;
    const key = keyOf(task.sameOutput ? outcome : { ...outcome, output: '' });
    let number = known.get(key);
    if (number === undefined) {
      number = known.size;
      known.set(key, number);
      // Where goroutines wait takes long to find out: only of what is new, in the same run once more.
      const again = outcome.kind === 'deadlock' && !stopped();
      found((again ? await once(run, locate) : undefined) ?? outcome);
    }
    Atomics.add(task.control, control.counts + number, 1);
    Atomics.store(task.control, control.done, k + 1);
  }
}

/** One run; undefined if it was interrupted. */
async function once(task: ExploreTask, where: Locate): Promise<Found | undefined> {
  let output = '';
  setSink((_fd, text) => {
    if (output.length < MOST_OUTPUT) output += text;
  });
  try {
    const { simulated, course } = await exploreOn(task, where, () => {
      output = '';
    });
    if (i32[H.STATUS] === runStatus.interrupted && !course.endless) return undefined;
    return outcomeOf(task.seed, simulated.ending, course.endless, output);
  } finally {
    setSink(undefined);
  }
}

function outcomeOf(seed: number, ending: Ending, endless: boolean, output: string): Found {
  const { status, exitCode, value, report } = resultOf(i32, [ending]);
  const returned = value === undefined ? '' : `${JSON.stringify(value, withBigints)}\n`;
  const kind = endless || status === 'interrupted' ? 'endless' : status === 'ok' && exitCode !== 0 ? 'exit' : status;
  const text = (output + returned).slice(0, MOST_OUTPUT);
  const deadlock = ending.waiting && deadlockOf(i32, [ending]);
  const { waiting: waits, circles } = deadlock ?? { waiting: [], circles: [] };
  return { kind, exitCode, seed, output: kind === 'endless' ? '' : text, report, waits, circles };
}

/** What JSON has no form for. */
const withBigints = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);

/** What two runs have in common that ended in the same way: not the numbers of goroutines, nor addresses, nor times. */
function keyOf({ kind, exitCode, output, report, waits }: Found): string {
  const waiting = waits.map((w) => `${w.name} ${w.reason} ${w.on.replace(/ 0x[0-9a-f]+/g, '')}`).sort();
  const headline = kind === 'panic' ? report.slice(0, report.indexOf('\n')) : '';
  return JSON.stringify([kind, exitCode, output, headline, waiting]);
}
