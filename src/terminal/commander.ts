// The one door to commander, and what makes its commands look like Go's: flags with one dash, -help, errors in one line.
//
// Commander is required, not imported: to import what is CommonJS, Node first loads a lexer that finds its exports, and every
// command would wait for that.

import { createRequire } from 'node:module';
import { readFlags } from './goflags.js';
import { BadUsage, truthOf } from './usage.js';

const commander = createRequire(import.meta.url)('commander') as typeof import('commander');

export const { Command, CommanderError } = commander;
export type Command = InstanceType<typeof Command>;

const { Option } = commander;

/** Gives `command` the flags -help (-h is the height of a picture), -version and -v. */
export function likeGo(command: Command, version: () => string): void {
  const oneDash = (flags: string) => flags.replace(/^--/, '-');
  const showVersion = () => {
    writeText(`mandel ${version()}\n`);
    throw new CommanderError(0, 'commander.version', '');
  };
  command
    .helpOption('--help', 'this text')
    .option('--version', 'the version')
    .addOption(new Option('--v').hideHelp())
    .on('option:version', showVersion)
    .on('option:v', showVersion)
    .allowExcessArguments(false)
    .exitOverride()
    .configureHelp({ optionTerm: (option) => oneDash(option.flags) })
    .configureOutput({ writeOut: writeText, writeErr: () => {} }); // main() prints the message, in one line
}

/** Writes what the flags -help and -version ask for. That its reader is gone, such as `head`, is no error. */
function writeText(text: string): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  process.stdout.write(text);
}

/**
 * `argv`, with Go's syntax of flags, as commander reads it: `--flag=value` or `--flag`, then the other words after `--`.
 * @throws BadUsage
 */
export function commanderWords(command: Command, argv: readonly string[]): string[] {
  const optionOf = (name: string) => command.options.find((option) => option.long === `--${name}`);
  const { flags, words } = readFlags(argv, (name) => optionOf(name)?.required ?? false);
  const out: string[] = [];
  for (const { name, value } of flags) {
    const option = optionOf(name);
    if (option?.required && value === undefined) throw new BadUsage(`-${name}: expected a value, got nothing`);
    if (option === undefined || option.required) out.push(value === undefined ? `--${name}` : `--${name}=${value}`);
    else if (value === undefined || truthOf(`-${name}`, value)) out.push(`--${name}`);
    if (option === undefined) return out; // commander says what is wrong with it
  }
  return words.length === 0 ? out : [...out, '--', ...words];
}

/** An error of commander's as one line, with one dash before each flag. */
export function lineOf({ message }: InstanceType<typeof CommanderError>): string {
  return message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replaceAll("'--", "'-")
    .replace(/\(Did you mean --?(\S+)\?\)/, '(did you mean -$1?)');
}
