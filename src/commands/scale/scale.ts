// mandel scale: the speed-up of a mode with more and more Ps, simulated.

import { mkdirSync, statSync } from 'node:fs';
import { reason } from '../../lib/reason.js';
import { scenes } from '../../mandelbrot/scene.js';
import { modes, namesOf } from '../../modes/index.js';
import { DEFAULT_SEED, MAX_PROCS } from '../../runtime/start.js';
import { curveOf, procsIn } from '../../scale/curve.js';
import { Command } from '../../terminal/commander.js';
import { machineHelp, machineOf } from '../../terminal/flags/machine.js';
import { type PartFlags, partIn, partOptions, sizeOptions } from '../../terminal/flags/view.js';
import { interruptible } from '../../terminal/interrupt.js';
import { type Output, oneOnStandardOutput, openOutput, writeAll } from '../../terminal/output.js';
import { progress } from '../../terminal/progress.js';
import { BadUsage, choice, seedOf, wholeNumber } from '../../terminal/usage.js';
import { MAX_WORKERS, sizeOf } from '../render.js';
import { figures, picture, type Result, text } from './results.js';
import { NotOk, simulateAll, simulatorOf, type Task } from './runs.js';

/** Workers unless -workers says otherwise, or there are more Ps: the lesson's number, as in mandel compare. */
const WORKERS = 4;
/** Runs that are simulated at the same time. Each is a thread with a picture: more would wait for the same cores. */
const AT_ONCE = 2;
/** Pixels of a picture so large that its runs are simulated one at a time, to save memory. */
const LARGE = 2 ** 24;

interface Flags extends PartFlags {
  readonly mode: string;
  readonly procs: string;
  readonly workers?: string;
  readonly scene: string;
  readonly w?: string;
  readonly h?: string;
  readonly seed: string;
  readonly machine?: string;
  readonly o?: string;
  readonly json?: string;
  readonly traces?: string;
}

export function scaleCommand(): Command {
  const command = new Command('mandel scale')
    .description('Simulates a mode on more and more Ps, shows its speed-up, and fits two laws to it.')
    .option('--mode <name>', 'how the work is handed out, see mandel -help', 'row')
    .option('--procs <list>', 'numbers of Ps, see below', '1..64')
    .option('--workers <n>', `goroutines of ${namesOf('goroutines')} (default: ${WORKERS}, or the most Ps if more)`)
    .option('--scene <name>', 'what to paint, see mandel -help', 'workshop');
  return partOptions(sizeOptions(command))
    .option('--seed <n>', "decides the scheduler's and select's random choices", String(DEFAULT_SEED))
    .option('--machine <name|file>', machineHelp)
    .option('--o <file>', 'where to write the curve as SVG; - is standard output')
    .option('--json <file>', 'where to write all figures as JSON; - is standard output')
    .option('--traces <dir>', 'write an execution trace of each run there, as MODE-PS.out; recording costs time')
    .addHelpText('after', help)
    .action(async (flags: Flags) => {
      process.exitCode = await scale(flags);
    });
}

const help = `
Numbers of Ps, from 1 to ${MAX_PROCS}: 8 or 1,2,4 or 1..16 or 1..4,8,16. Of a range of
more than 16 numbers the ends are taken, and between them 1, 2, 3, 4, 6, 8, 12,
16, 24, 32, 48, ... 1 P is always simulated: the others are compared with it.

The laws, for N Ps:
  Amdahl                           N / (1 + sigma (N-1))
  Universal Scalability Law (USL)  N / (1 + sigma (N-1) + kappa N (N-1))
They are fitted by least squares on the speed-up C, which is what the picture
shows, and not on the straight line N/C - 1, in which the points with little
speed-up weigh most.`;

/** The contents of the files that can be asked for, by the name of the flag. */
const files: Readonly<Record<'o' | 'json', (result: Result) => string>> = { o: picture, json: figures };

/** @returns the exit status */
async function scale(flags: Flags): Promise<number> {
  const task = taskOf(flags);
  const outputs = new Set<Output>();
  const discard = () => {
    for (const output of outputs) output.discard();
  };
  const interrupt = interruptible(discard);
  const work = task.w * task.h;
  const bar = progress(work * task.procs.length, 'simulated');
  try {
    // Before the first run: whether a curve can be written must be known before it is computed.
    const wanted = (['o', 'json'] as const).flatMap((flag) => {
      const file = flags[flag];
      if (file === undefined) return [];
      const output = openOutput(file, flag);
      outputs.add(output);
      return [{ flag, output }];
    });
    if (task.traces !== undefined) makeFolder(task.traces);
    const series = {
      procs: task.procs,
      atOnce: work < LARGE ? AT_ONCE : 1,
      signal: interrupt.signal,
      work,
      onWork: bar.update,
    };
    const runs = await simulateAll(series, simulatorOf(task, outputs));
    bar.clear();
    if (runs.some(({ time }) => time === 0)) {
      throw new Error(`scale: expected a machine on which things cost something, got ${task.machine.name}`);
    }
    const result = { task, runs, curve: curveOf(runs) };
    for (const { flag, output } of wanted) {
      if (output.path !== '-') output.write(files[flag](result));
    }
    const standard = wanted.find(({ output }) => output.path === '-');
    return await writeAll('-', [standard ? files[standard.flag](result) : text(result)]);
  } catch (error) {
    if (!(error instanceof NotOk)) throw error;
    bar.clear();
    process.stderr.write(error.message);
    return error.exitCode;
  } finally {
    bar.clear();
    discard();
    interrupt.done();
  }
}

/** What the flags ask for. @throws BadUsage */
function taskOf(flags: Flags): Task {
  const mode = choice('mode', flags.mode, modes);
  const scene = choice('scene', flags.scene, scenes);
  const listed = procsIn(flags.procs, MAX_PROCS);
  if (!listed) {
    const expected = `whole numbers from 1 to ${MAX_PROCS} such as 8 or 1..64 or 1,2,4..8`;
    throw new BadUsage(`-procs: expected ${expected}, got ${JSON.stringify(flags.procs)}`);
  }
  const procs = listed[0] === 1 ? listed : [1, ...listed];
  const workers =
    flags.workers === undefined
      ? Math.max(WORKERS, procs.at(-1)!)
      : wholeNumber('workers', flags.workers, 1, MAX_WORKERS);
  if (flags.traces === '') throw new BadUsage('-traces: expected the name of a folder, got nothing');
  oneOnStandardOutput(flags, ['o', 'json']);
  return {
    mode,
    scene,
    ...sizeOf(scene, flags),
    part: partIn(flags),
    workers,
    seed: seedOf('seed', flags.seed),
    machine: machineOf(flags.machine),
    procs,
    traces: flags.traces,
  };
}

/** Makes the folder for the traces. @throws Error in one line */
function makeFolder(folder: string): void {
  try {
    if (statSync(folder, { throwIfNoEntry: false })?.isFile()) throw new Error('expected a folder, got a file');
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Error(`-traces ${folder}: ${reason(error)}`);
  }
}
