// The command line: finds the command, reads its flags as Go would, and turns what goes wrong into one line.

import { readFileSync } from 'node:fs';
import { type Command, CommanderError } from 'commander';
import { UsageError } from '../runtime/errors.js';
import { goFlags } from './goflags.js';
import { BadUsage } from './usage.js';

/** Runs the command line `argv`. @returns the exit status */
export async function main(argv: readonly string[]): Promise<number> {
  let name = 'mandel';
  try {
    const { command, words: given, takesWords } = await commandOf(argv);
    name = command.name();
    configure(command);
    const words = goFlags(command, given);
    const rest = words.indexOf('--') + 1;
    if (!takesWords && rest > 0 && words.length > rest) {
      throw new BadUsage(`expected flags and nothing else, got ${JSON.stringify(words[rest])}; see ${name} -help`);
    }
    await command.parseAsync(words, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    const [text, status] = explain(error, name);
    if (text !== '') process.stderr.write(`mandel: ${text}\n`);
    return status;
  }
}

/** The command that `argv` begins with, and what it is given. Only what it needs is loaded. */
async function commandOf(argv: readonly string[]): Promise<Called> {
  const [first, second] = argv;
  if (first === 'trace' && second === 'diff') {
    const { traceDiffCommand } = await import('./tracediff.js');
    return { command: traceDiffCommand(), words: argv.slice(2), takesWords: true };
  }
  if (first === 'trace') {
    const { traceCommand } = await import('./trace.js');
    return { command: traceCommand(), words: argv.slice(1), takesWords: true };
  }
  if (first === 'compare') {
    const { compareCommand } = await import('./compare.js');
    return { command: compareCommand(), words: argv.slice(1), takesWords: true };
  }
  if (first === 'scale') {
    const { scaleCommand } = await import('./scale.js');
    return { command: scaleCommand(), words: argv.slice(1), takesWords: false };
  }
  if (first === 'run') {
    const { runCommand } = await import('./run.js');
    return { command: runCommand(), words: argv.slice(1), takesWords: true };
  }
  if (first === 'explore') {
    const { exploreCommand } = await import('./explore.js');
    return { command: exploreCommand(), words: argv.slice(1), takesWords: true };
  }
  const { renderCommand } = await import('./render.js');
  return { command: renderCommand(), words: argv, takesWords: false };
}

interface Called {
  readonly command: Command;
  readonly words: readonly string[];
  /** Whether words that are no flags mean anything to it. */
  readonly takesWords: boolean;
}

/** Go's way: -help (-h is the height), one dash, errors in one line. */
function configure(command: Command): void {
  const oneDash = (flags: string) => flags.replace(/^--/, '-');
  command
    .helpOption('--help', 'this text')
    .option('--version', 'the version')
    .on('option:version', () => {
      process.stdout.write(`mandel ${version()}\n`);
      throw new CommanderError(0, 'commander.version', '');
    })
    .allowExcessArguments(false)
    .exitOverride()
    .configureHelp({ optionTerm: (option) => oneDash(option.flags) })
    .configureOutput({ writeErr: () => {} }); // we print the message, in one line
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version;
}

/** What to print, and the exit status of `command`. */
function explain(error: unknown, command: string): [text: string, status: number] {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return ['', 0];
    const text = error.message
      .replace(/^error: /, '')
      .replaceAll('\n', ' ')
      .replaceAll("'--", "'-")
      .replace(/\(Did you mean --?(\S+)\?\)/, '(did you mean -$1?)');
    return [`${text}; see ${command} -help`, 2];
  }
  if (error instanceof BadUsage || error instanceof UsageError) return [error.message, 2];
  return [error instanceof Error ? error.message : String(error), 1];
}
