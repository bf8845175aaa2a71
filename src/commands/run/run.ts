// mandel run: runs a program module on the runtime.

import type { Program, RunOptions } from '../../runtime/start.js';
import { Command } from '../../terminal/commander.js';
import { chosenEngine, type EngineFlags, end, engineOptions, type Runner } from '../../terminal/flags/engine.js';
import {
  openProfiles,
  openTrace,
  type ProfileFlags,
  profileFlagNames,
  profileOptions,
  traceOption,
  viewTraceOption,
} from '../../terminal/flags/recording.js';
import { interruptible } from '../../terminal/interrupt.js';
import { oneOnStandardOutput } from '../../terminal/output.js';
import { BadUsage } from '../../terminal/usage.js';
import { programHelp, programIn } from './programs.js';

interface Flags extends EngineFlags, ProfileFlags {
  readonly trace?: string;
  readonly view?: boolean;
}

export function runCommand(): Command {
  const command = profileOptions(engineOptions(new Command('mandel run')))
    .usage('[flags] FILE.js [args]')
    .description('Runs a program: its exported function main is the main goroutine, and gets the args.')
    .argument('[file]', programHelp)
    .argument('[args...]', 'what main is called with, as strings');
  return viewTraceOption(traceOption(command))
    .addHelpText('after', '\nmandel examples lists the examples: mandel run sieve')
    .passThroughOptions()
    .action(async (file: string | undefined, args: string[], flags: Flags) => {
      if (file === undefined) throw new BadUsage('run: expected a FILE.js to run, got nothing; see mandel run -help');
      process.exitCode = await runFile(file, args, flags);
    });
}

/** @returns the exit status */
async function runFile(file: string, args: string[], flags: Flags): Promise<number> {
  oneOnStandardOutput(flags, ['trace', ...profileFlagNames]);
  const engine = await chosenEngine(flags);
  const program = programIn(file, args);
  const profiles = openProfiles(flags);
  const trace = openTrace(flags.trace, flags.view);
  const discard = () => {
    profiles.discard();
    trace.discard();
  };
  const runner = await engine.start();
  const interrupt = interruptible(discard, () => end(runner, true));
  const { signal } = interrupt;
  try {
    const options = { signal, ...engine.seed, ...trace.options, ...profiles.options };
    const exitCode = await runAndReport(runner, program, options);
    await trace.deliver();
    if (flags.view) await (await import('../trace/page.js')).viewTrace(trace, runner, signal);
    return exitCode;
  } finally {
    discard();
    // Signals are handled until the process has ended: a late one must not end it with the system's status.
    if (!(await end(runner, false))) interrupt.die();
  }
}

/** Runs a program, and prints its report, and warnings about its source. @returns the exit status; @throws Error as the run does */
export async function runAndReport(runner: Runner, program: Program, options: RunOptions): Promise<number> {
  const [result] = await Promise.all([runner.run(program, options), warn(program.modules[0]!)]);
  process.stderr.write(result.report);
  return result.exitCode;
}

/** Prints warnings about a program's source while it runs. */
async function warn(url: string): Promise<void> {
  const { warningsAbout } = await import('./warnings.js');
  for (const warning of await warningsAbout(url)) process.stderr.write(`mandel: warning: ${warning}\n`);
}
