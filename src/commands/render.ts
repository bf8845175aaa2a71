// mandel: renders the picture.

import { writeFileSync } from 'node:fs';
import { reason } from '../lib/systemerror.js';
import { type Scene, scenes } from '../mandelbrot/scene.js';
import { type Mode, modes, paintProgram } from '../modes/index.js';
import type { RunResult, RunStats, SimResult } from '../runtime/start.js';
import { helpList } from '../terminal/columns.js';
import { Command } from '../terminal/commander.js';
import { chosenEngine, type EngineFlags, end, engineOptions, type Runner } from '../terminal/flags/engine.js';
import {
  type OpenProfiles,
  openProfiles,
  type ProfileFlags,
  profileFlagNames,
  profileOptions,
} from '../terminal/flags/profiles.js';
import { type OpenTrace, openTrace } from '../terminal/flags/trace.js';
import { sizeOptions, type ViewFlags, viewOf, viewOptions } from '../terminal/flags/view.js';
import { interruptible } from '../terminal/interrupt.js';
import { type Output, oneOnStandardOutput, openOutput } from '../terminal/output.js';
import { progress } from '../terminal/progress.js';
import { choice, wholeNumber } from '../terminal/usage.js';
import { commandList, wordList } from './commandlist.js';

/** Pixels on a side, and in all: what the shared memory of a run can hold with room for goroutines. */
const MAX_SIDE = 65_536;
const MAX_PIXELS = 2 ** 28;
export const MAX_WORKERS = 65_536;

interface Flags extends EngineFlags, ViewFlags, ProfileFlags {
  readonly mode: string;
  readonly workers: string;
  readonly scene: string;
  readonly w?: string;
  readonly h?: string;
  readonly o: string;
  readonly trace?: string;
  readonly quiet?: boolean;
  readonly stats?: string;
}

/** What -stats writes. */
export interface Spent {
  readonly stats: RunStats;
  /** Seconds of the whole process, up to here, and of processor time; virtual ones in the simulator. */
  readonly real: number;
  readonly user: number;
  readonly sys: number;
}

/** Columns of a command and what it is called with. */
const COMMAND_WIDTH = 27;

export function renderCommand(): Command {
  const commands = [...commandList, ...wordList].map(({ usage, about }) => ({ name: `mandel ${usage}`, about }));
  const command = viewOptions(engineOptions(new Command('mandel')))
    .description('Renders the Mandelbrot set on goroutines over worker threads.')
    .option('--mode <name>', 'how the work is handed out, see below', 'seq')
    .option('--workers <n>', 'workers, buffered, rowworkers: goroutines that work; px, row, col: Ps that run them', '1')
    .option('--scene <name>', 'what to paint, see below', 'workshop');
  sizeOptions(command)
    .option('--o <file>', 'where to write the PNG; - is standard output, and a terminal shows it', 'mandelbrot.png')
    .option(
      '--trace <file>',
      'write an execution trace of the run, for mandel trace and go tool trace; - is standard output',
    );
  return profileOptions(command)
    .option('--quiet', 'no line about the run on standard error')
    .option('--stats <file>', 'where to write what the run counted and its processor time, as JSON')
    .addHelpText('after', `\nModes:\n${helpList(modes)}\nScenes:\n${helpList(scenes)}`)
    .addHelpText('after', `Other commands:\n${helpList(commands, COMMAND_WIDTH).trimEnd()}`)
    .action(async (flags: Flags, command: Command) => {
      process.exitCode = await render(flags, command.getOptionValueSource('workers') === 'cli');
    });
}

/** @returns the exit status */
async function render(flags: Flags, workersGiven: boolean): Promise<number> {
  const mode = choice('mode', flags.mode, modes);
  const scene = choice('scene', flags.scene, scenes);
  const { w, h } = sizeOf(scene, flags);
  const workers = wholeNumber('workers', flags.workers, 1, MAX_WORKERS);
  oneOnStandardOutput(flags, ['o', 'trace', ...profileFlagNames]);
  const view = await viewOf(flags);
  // Where every piece of work has its own goroutine, -workers is how many Ps may run them.
  const engine = await chosenEngine(flags, (cores, most) =>
    workersGiven && mode.workers === 'procs' ? Math.min(workers, most) : cores,
  );
  let output: Output | undefined;
  let profiles: OpenProfiles | undefined;
  let trace: OpenTrace | undefined;
  const discard = () => {
    output?.discard();
    profiles?.discard();
    trace?.discard();
  };
  // Before there is anything to leave behind.
  const interrupt = interruptible(discard, () => end(runtime, true));
  const bar = progress(w * h);
  let runtime: Runner | undefined;
  try {
    output = flags.o === '-' && process.stdout.isTTY ? await drawing() : openOutput(flags.o);
    profiles = openProfiles(flags);
    trace = openTrace(flags.trace);
    runtime = await engine.start();
    const result = await runtime.run(
      { modules: paintProgram(mode), args: [w, h, scene.id, workers, output.path, view] },
      {
        signal: interrupt.signal,
        onProgress: bar.update,
        ...engine.seed,
        ...trace.options,
        ...profiles.options,
      },
    );
    bar.clear();
    if (result.report !== '') process.stderr.write(result.report);
    await trace.deliver();
    if (result.status !== 'ok') return result.exitCode;
    if (typeof result.value === 'string') throw new Error(`-o ${flags.o}: ${reason(new Error(result.value))}`);
    const spent = spentOn(result);
    if (flags.stats !== undefined) writeStats(flags.stats, spent);
    output.commit();
    if (!flags.quiet) process.stderr.write(`${summary(mode, w, h, spent)}${engine.about}\n`);
    return 0;
  } finally {
    bar.clear();
    discard();
    // Signals stay ours until the process has ended: one that comes meanwhile must not end it in its own way.
    if (!(await end(runtime, false))) interrupt.die();
  }
}

/** What draws the picture on the terminal: most pictures go to files. */
async function drawing(): Promise<Output> {
  return (await import('../terminal/drawing.js')).openDrawing();
}

/** The size of the picture. @throws BadUsage */
export function sizeOf(scene: Scene, flags: Pick<Flags, 'w' | 'h'>): { readonly w: number; readonly h: number } {
  const w = flags.w === undefined ? scene.w : wholeNumber('w', flags.w, 1, MAX_SIDE);
  const most = Math.min(MAX_SIDE, Math.floor(MAX_PIXELS / w));
  return { w, h: flags.h === undefined ? scene.h : wholeNumber('h', flags.h, 1, most) };
}

/** What the process has taken; in the simulator, what it would have. */
function spentOn(result: RunResult | SimResult): Spent {
  if ('time' in result) {
    const { real, user, sys } = result.time;
    return { stats: result.stats, real, user, sys };
  }
  const { user, system } = process.cpuUsage();
  return { stats: result.stats, real: performance.now() / 1e3, user: user / 1e6, sys: system / 1e6 };
}

function writeStats(file: string, spent: Spent): void {
  try {
    writeFileSync(file, `${JSON.stringify(spent)}\n`);
  } catch (error) {
    throw new Error(`-stats ${file}: ${reason(error)}`);
  }
}

function summary(mode: Mode, w: number, h: number, { stats, real, user, sys }: Spent): string {
  const seconds = (s: number) => `${s.toFixed(3)}s`;
  const plural = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  return (
    `mode ${mode.name}, ${w}x${h}, ${plural(stats.goroutines, 'goroutine')}, ${plural(stats.procs, 'P')}, ` +
    `real ${seconds(real)} user ${seconds(user)} sys ${seconds(sys)}`
  );
}
