// mandel compare: the modes side by side, what they cost and why.
//
// First a traced run of each mode, which also warms the machine up, then rounds of untraced runs, interleaved: seq, px,
// row, seq, px, row. One process at a time: two would slow each other down.

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldLine } from '../../lib/lines.js';
import { noun } from '../../lib/numbers.js';
import { scenes } from '../../mandelbrot/scene.js';
import { type Mode, modes, namesOf } from '../../modes/index.js';
import { defaultProcs, MAX_THREADS } from '../../runtime/start.js';
import { Command } from '../../terminal/commander.js';
import { aboutPart, type PartFlags, partIn, partOptions, sizeOptions } from '../../terminal/flags/view.js';
import { INTERRUPTED, interruptible } from '../../terminal/interrupt.js';
import { statusLine } from '../../terminal/progress.js';
import { columnsOfOutput } from '../../terminal/text.js';
import { BadUsage, choice, oneOf, wholeNumber } from '../../terminal/usage.js';
import { totals } from '../../trace/analysis/activity.js';
import { handoffs } from '../../trace/analysis/counts.js';
import { readTrace } from '../../trace/file.js';
import { MAX_WORKERS, sizeOf } from '../render.js';
import { filesOf, Interrupted, type Run, runMode, type Task } from './child.js';
import { comparison, type Figures, figures, type Traced } from './figures.js';

/** The most that -n accepts: hours of the shortest runs. */
const MAX_ROUNDS = 1000;
/** Workers unless -workers says otherwise, or there are more Ps: the lesson's number. */
const WORKERS = 4;
/** The mode that the others are compared with. */
const BASE = 'seq';

interface Flags extends PartFlags {
  readonly workers?: string;
  readonly procs?: string;
  readonly n: string;
  readonly scene: string;
  readonly w?: string;
  readonly h?: string;
  readonly json?: boolean;
}

export function compareCommand(): Command {
  const command = new Command('mandel compare')
    .usage('[flags] [modes]')
    .description(
      `Runs the modes, each as a process of its own, and prints what they cost and why. ${BASE} is always run.`,
    )
    .argument('[modes...]', 'default: all; see mandel -help')
    .option('--workers <n>', `goroutines of ${namesOf('goroutines')} (default: ${WORKERS}, or the Ps if more)`)
    .option('--procs <n>', 'Ps (default: GOMAXPROCS, else the number of cores)')
    .option('--n <rounds>', 'untraced runs of each mode', '5')
    .option('--scene <name>', 'what to paint, see mandel -help', 'workshop');
  return partOptions(sizeOptions(command))
    .option('--json', 'everything as JSON, each run included')
    .action(async (names: string[], flags: Flags) => {
      process.exitCode = await compare(names, flags);
    });
}

/** @returns the exit status */
async function compare(names: readonly string[], flags: Flags): Promise<number> {
  const late = names.find((name) => name.startsWith('-'));
  if (late !== undefined) throw new BadUsage(`compare: expected flags before the modes, got ${JSON.stringify(late)}`);
  const named = names.map((name) => oneOf('compare', name, modes).name);
  const compared = modes.filter(({ name }) => named.length === 0 || name === BASE || named.includes(name));
  const rounds = wholeNumber('n', flags.n, 1, MAX_ROUNDS);
  const scene = choice('scene', flags.scene, scenes);
  const { w, h } = sizeOf(scene, flags);
  const part = partIn(flags);
  const procs = flags.procs === undefined ? defaultProcs() : wholeNumber('procs', flags.procs, 1, MAX_THREADS);
  const workers =
    flags.workers === undefined ? Math.max(WORKERS, procs) : wholeNumber('workers', flags.workers, 1, MAX_WORKERS);
  const dir = mkdtempSync(join(tmpdir(), 'mandel-compare-'));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  const interrupt = interruptible(remove);
  try {
    const task = { scene: scene.name, w, h, part, procs, workers, dir, signal: interrupt.signal };
    const { rows, done } = await measure(compared, rounds, task);
    if (done === 0) return INTERRUPTED;
    const about = { scene: scene.name, w, h, ...part, procs, workers, rounds: done, cores: availableParallelism() };
    const taken = done < rounds ? `${done} of ${counted(rounds, 'round')}` : counted(rounds, 'round');
    const headline =
      `${scene.name} ${w}x${h}${aboutPart(part)}, ${counted(procs, 'P')} on ${counted(about.cores, 'core')}, ` +
      `${counted(workers, 'worker')}, ${taken}, Node ${process.version}`;
    process.stdout.write(
      flags.json
        ? `${JSON.stringify({ ...about, node: process.version, modes: rows }, null, 2)}\n`
        : `${foldLine(headline, columnsOfOutput(), 2)}\n\n${comparison(rows)}`,
    );
    return done < rounds ? INTERRUPTED : 0;
  } finally {
    remove();
    interrupt.done();
  }
}

const counted = (n: number, what: string) => `${n} ${noun(n, what)}`;

/** The figures of the modes, and the number of rounds that they are of. */
interface Measured {
  readonly rows: readonly Figures[];
  readonly done: number;
}

/**
 * The figures of each mode; after Ctrl-C, of the rounds that are whole.
 * @throws Error if a mode fails or paints another picture than the first
 */
async function measure(compared: readonly Mode[], rounds: number, task: Task): Promise<Measured> {
  const traced = new Map<Mode, Traced>();
  const runs = new Map<Mode, Run[]>(compared.map((mode) => [mode, []]));
  try {
    await runAll(compared, rounds, task, traced, runs);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
  const done = Math.min(...[...runs.values()].map((each) => each.length));
  if (done === 0) return { rows: [], done };
  const whole = (mode: Mode) => runs.get(mode)!.slice(0, done);
  const base = whole(compared.find((mode) => mode.name === BASE)!);
  return { rows: compared.map((mode) => figures(mode.name, whole(mode), base, traced.get(mode)!)), done };
}

/** Runs the modes, and puts what they have taken into `traced` and `runs`. @throws Interrupted; Error as measure() does */
async function runAll(
  compared: readonly Mode[],
  rounds: number,
  task: Task,
  traced: Map<Mode, Traced>,
  runs: ReadonlyMap<Mode, Run[]>,
): Promise<void> {
  const same = samePictures(task);
  const line = statusLine();
  try {
    for (const mode of compared) {
      line.show(`compare: ${mode.name}, traced`);
      const run = await runMode(mode, task, { traced: true });
      same(mode);
      traced.set(mode, { run, ...readTraced(task) });
    }
    for (let round = 1; round <= rounds; round++) {
      for (const mode of compared) {
        line.show(`compare: ${mode.name}, round ${round} of ${rounds}`);
        const run = await runMode(mode, task, { traced: false });
        same(mode);
        runs.get(mode)!.push(run);
      }
    }
  } finally {
    line.clear();
  }
}

/** Checks that every run has painted the picture of the first: else a speed-up would mean nothing. */
function samePictures(task: Task): (mode: Mode) => void {
  let first: { readonly mode: Mode; readonly png: Buffer } | undefined;
  return (mode) => {
    const png = readFileSync(filesOf(task).picture);
    first ??= { mode, png };
    if (png.equals(first.png)) return;
    throw new Error(`compare: expected the same picture of every run, got another one of mode ${mode.name}`);
  };
}

/** Reads the trace of the run that has just ended, and removes it. */
function readTraced(task: Task): Omit<Traced, 'run'> {
  const file = filesOf(task).trace;
  const trace = readTrace(file);
  const { size } = statSync(file);
  rmSync(file);
  return { events: trace.events.length, bytes: size, totals: totals(trace), handoffs: handoffs(trace) };
}
