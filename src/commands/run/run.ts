// mandel run: runs a program module on the runtime.

import { Command } from '../../terminal/commander.js';
import { chosenEngine, type EngineFlags, end, engineOptions } from '../../terminal/flags/engine.js';
import { openProfiles, type ProfileFlags, profileFlagNames, profileOptions } from '../../terminal/flags/profiles.js';
import { openTrace } from '../../terminal/flags/trace.js';
import { interruptible } from '../../terminal/interrupt.js';
import { oneOnStandardOutput } from '../../terminal/output.js';
import { BadUsage } from '../../terminal/usage.js';
import { programHelp, programIn } from './programfile.js';

interface Flags extends EngineFlags, ProfileFlags {
  readonly trace?: string;
}

export function runCommand(): Command {
  return profileOptions(engineOptions(new Command('mandel run')))
    .usage('[flags] FILE.js [args]')
    .description('Runs a program: its exported function main is the main goroutine, and gets the args.')
    .argument('[file]', programHelp)
    .argument('[args...]', 'what main is called with, as strings')
    .option(
      '--trace <file>',
      'write an execution trace of the run, for mandel trace and go tool trace; - is standard output',
    )
    .addHelpText('after', '\nmandel examples lists the examples: mandel run sieve')
    .passThroughOptions()
    .action(async (file: string | undefined, args: string[], flags: Flags) => {
      if (file === undefined) throw new BadUsage('run: expected a FILE.js to run, got nothing; see mandel run -help');
      process.exitCode = await runFile(file, args, flags);
    });
}

/** Warns of what looks wrong in the program's source, while it runs. */
async function warn(url: string): Promise<void> {
  const { warningsAbout } = await import('./programwarnings.js');
  for (const warning of await warningsAbout(url)) process.stderr.write(`mandel: warning: ${warning}\n`);
}

/** @returns the exit status */
async function runFile(file: string, args: string[], flags: Flags): Promise<number> {
  oneOnStandardOutput(flags, ['trace', ...profileFlagNames]);
  const engine = await chosenEngine(flags);
  const program = programIn(file, args);
  const profiles = openProfiles(flags);
  const trace = openTrace(flags.trace);
  const discard = () => {
    profiles.discard();
    trace.discard();
  };
  const runtime = await engine.start();
  const interrupt = interruptible(discard, () => end(runtime, true));
  try {
    const running = runtime.run(program, {
      signal: interrupt.signal,
      ...engine.seed,
      ...trace.options,
      ...profiles.options,
    });
    const [result] = await Promise.all([running, warn(program.modules[0]!)]);
    process.stderr.write(result.report);
    await trace.deliver();
    return result.exitCode;
  } finally {
    discard();
    // Signals stay ours until the process has ended: one that comes meanwhile must not end it in its own way.
    if (!(await end(runtime, false))) interrupt.die();
  }
}
