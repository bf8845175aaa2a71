// The command line: finds the command in the table, reads its flags as Go would, and prints what goes wrong as one line.

import { readFileSync } from 'node:fs';
import { inLocale } from '../lib/locale.js';
import { nearest } from '../lib/nearest.js';
import { UsageError } from '../runtime/memory/errors.js';
import { CommanderError, commanderWords, likeGo, lineOf } from '../terminal/commander.js';
import { helpList } from '../terminal/text.js';
import { BadUsage } from '../terminal/usage.js';
import { answeredWords, type Call, calledCommand, commands, namedCommand, rendering } from './commands.js';

/** Runs the command line `argv`. @returns the exit status */
export async function main(argv: readonly string[]): Promise<number> {
  let name = 'mandel';
  try {
    const { row, words: given } = callOf(argv);
    const command = await row.load();
    name = command.name();
    likeGo(command, version);
    if (row === rendering) command.addHelpText('after', otherCommands());
    const words = commanderWords(command, given);
    const rest = words.indexOf('--') + 1;
    if (!row.takesWords && rest > 0) {
      throw new BadUsage(`expected flags and nothing else, got ${JSON.stringify(words[rest])}; see ${name} -help`);
    }
    await command.parseAsync(words, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    const [text, status] = explain(error, name);
    if (text !== '') process.stderr.write(`mandel: ${inLocale(text)}\n`);
    return status;
  }
}

/** What `argv` calls; `help` and `version` are commands with a flag. @throws BadUsage */
function callOf(argv: readonly string[]): Call {
  const [first = '', ...rest] = argv;
  if (first === 'version') {
    if (rest.length > 0) throw new BadUsage(`version: expected nothing else, got ${JSON.stringify(rest[0])}`);
    return { row: rendering, words: ['-version'] };
  }
  if (first === 'help') return { row: rowToExplain(rest), words: ['-help'] };
  const call = calledCommand(argv);
  if (call === undefined) throw noCommand('expected a command or flags', first);
  return call;
}

/** The command that `mandel help` is asked for. @throws BadUsage */
function rowToExplain(words: readonly string[]): Call['row'] {
  const [first] = words;
  if (first === undefined || (words.length === 1 && answeredWords.some(({ name }) => name === first))) return rendering;
  const call = namedCommand(words);
  if (call === undefined) throw noCommand('help: expected a command', first);
  if (call.words.length > 0) {
    throw new BadUsage(`help: expected one command, got ${JSON.stringify(words.join(' '))}`);
  }
  return call.row;
}

/** The first words that mean something, besides flags. */
const firstWords = [...commands.filter((row) => row !== rendering), ...answeredWords];

function noCommand(expected: string, got: string): BadUsage {
  const near = nearest(
    got,
    firstWords.map(({ name }) => name),
  );
  const hint = near === undefined ? 'see mandel -help' : `did you mean ${near}?`;
  return new BadUsage(`${expected}, got ${JSON.stringify(got)}; ${hint}`);
}

/** Columns of a command and what it is called with. */
const USAGE_WIDTH = 27;

/** What the help text of rendering says of the other commands. */
function otherCommands(): string {
  const entries = firstWords.map(({ usage, about }) => ({ name: `mandel ${usage}`, about }));
  return `Other commands:\n${helpList(entries, USAGE_WIDTH).trimEnd()}`;
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version;
}

/** What to print, and the exit status of `command`. */
function explain(error: unknown, command: string): [text: string, status: number] {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? ['', 0] : [`${lineOf(error)}; see ${command} -help`, 2];
  }
  if (error instanceof BadUsage || error instanceof UsageError) return [error.message, 2];
  return [error instanceof Error ? error.message : String(error), 1];
}
