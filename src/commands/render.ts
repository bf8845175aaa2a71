// mandel: renders the picture.

import { writeFileSync } from 'node:fs';
import { noun } from '../lib/numbers.js';
import { reason } from '../lib/systemerror.js';
import { type Scene, scenes } from '../mandelbrot/scene.js';
import { type Mode, modes, namesOf, paintProgram } from '../modes/index.js';
import type { RunResult, RunStats, SimResult } from '../runtime/start.js';
import { Command } from '../terminal/commander.js';
import { chosenEngine, type EngineFlags, end, engineOptions, type Runner } from '../terminal/flags/engine.js';
import {
  type OpenProfiles,
  type OpenTrace,
  openProfiles,
  openTrace,
  type ProfileFlags,
  profileFlagNames,
  profileOptions,
  traceOption,
  viewTraceOption,
} from '../terminal/flags/recording.js';
import { sizeOptions, type ViewFlags, viewOf, viewOptions } from '../terminal/flags/view.js';
import { interruptible } from '../terminal/interrupt.js';
import { type Output, oneOnStandardOutput, openOutput } from '../terminal/output.js';
import { progress } from '../terminal/progress.js';
import { helpList } from '../terminal/text.js';
import { choice, wholeNumber } from '../terminal/usage.js';

/** Most pixels on a side, and in all: what the shared memory of a run can hold and have room for goroutines. */
const MAX_SIDE = 65_536;
const MAX_PIXELS = 2 ** 28;
/** Most goroutines that -workers accepts. */
export const MAX_WORKERS = 65_536;

interface Flags extends EngineFlags, ViewFlags, ProfileFlags {
  readonly mode: string;
  readonly workers: string;
  readonly scene: string;
  readonly w?: string;
  readonly h?: string;
  readonly o: string;
  readonly trace?: string;
  readonly view?: boolean;
  readonly quiet?: boolean;
  readonly stats?: string;
}

/** The content of the file of -stats. */
export interface Spent {
  readonly stats: RunStats;
  /** Seconds since the process has started, and of its processor time; virtual seconds in the simulator. */
  readonly real: number;
  readonly user: number;
  readonly sys: number;
}

export function renderCommand(): Command {
  const command = viewOptions(engineOptions(new Command('mandel')))
    .description('Renders the Mandelbrot set on goroutines over worker threads.')
    .option('--mode <name>', 'how the work is handed out, see below', modes[0]!.name)
    .option(
      '--workers <n>',
      `${namesOf('goroutines')}: goroutines that work; ${namesOf('procs')}: Ps that run them`,
      '1',
    )
    .option('--scene <name>', 'what to paint, see below', 'workshop');
  sizeOptions(command).option(
    '--o <file>',
    'where to write the PNG; - is standard output, and a terminal shows it',
    'mandelbrot.png',
  );
  return profileOptions(viewTraceOption(traceOption(command)))
    .option('--quiet', 'no line about the run on standard error')
    .option('--stats <file>', 'where to write what the run counted and its processor time, as JSON')
    .addHelpText('after', `\nModes:\n${helpList(modes)}\nScenes:\n${helpList(scenes)}`)
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
  const part = await viewOf(flags);
  // In modes with a goroutine for each piece of work, -workers is the number of Ps.
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
  // Before any file has been opened.
  const interrupt = interruptible(discard, () => end(runtime, true));
  const bar = progress(w * h);
  let runtime: Runner | undefined;
  try {
    output = flags.o === '-' && process.stdout.isTTY ? await drawing() : openOutput(flags.o);
    profiles = openProfiles(flags);
    trace = openTrace(flags.trace, flags.view);
    runtime = await engine.start();
    const result = await runtime.run(
      { modules: paintProgram(mode), args: [w, h, scene.id, workers, output.path, part] },
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
    if (result.status === 'ok') {
      if (typeof result.value === 'string') throw new Error(`-o ${flags.o}: ${reason(new Error(result.value))}`);
      const spent = spentOn(result);
      if (flags.stats !== undefined) writeStats(flags.stats, spent);
      output.commit();
      if (!flags.quiet) process.stderr.write(`${summary(mode, w, h, spent)}${engine.about}\n`);
    }
    if (flags.view) await (await import('./trace/page.js')).viewTrace(trace, runtime, interrupt.signal);
    return result.status === 'ok' ? 0 : result.exitCode;
  } finally {
    bar.clear();
    discard();
    // Signals are handled until the process has ended: a late one must not end it with the system's status.
    if (!(await end(runtime, false))) interrupt.die();
  }
}

/** An output that draws the picture on the terminal. Most pictures go to files. */
async function drawing(): Promise<Output> {
  return (await import('../terminal/drawing.js')).openDrawing();
}

/** The size of the picture. @throws BadUsage */
export function sizeOf(scene: Scene, flags: Pick<Flags, 'w' | 'h'>): { readonly w: number; readonly h: number } {
  const w = flags.w === undefined ? scene.w : wholeNumber('w', flags.w, 1, MAX_SIDE);
  const most = Math.min(MAX_SIDE, Math.floor(MAX_PIXELS / w));
  return { w, h: flags.h === undefined ? scene.h : wholeNumber('h', flags.h, 1, most) };
}

/** What the process has taken; in the simulator, what it would have taken. */
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

/** The line about the run. */
function summary(mode: Mode, w: number, h: number, { stats, real, user, sys }: Spent): string {
  const seconds = (s: number) => `${s.toFixed(3)}s`;
  const counted = (n: number, what: string) => `${n} ${noun(n, what)}`;
  return (
    `mode ${mode.name}, ${w}x${h}, ${counted(stats.goroutines, 'goroutine')}, ${counted(stats.procs, 'P')}, ` +
    `real ${seconds(real)} user ${seconds(user)} sys ${seconds(sys)}`
  );
}
