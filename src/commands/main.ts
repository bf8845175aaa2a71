// The command line: finds the command, reads its flags as Go would, and turns what goes wrong into one line.

import { readFileSync } from 'node:fs';
import { inLocale } from '../lib/locale.js';
import { nearest } from '../lib/nearest.js';
import { UsageError } from '../runtime/memory/errors.js';
import { type Command, CommanderError, Option } from '../terminal/commander.js';
import { goFlags } from '../terminal/goflags.js';
import { BadUsage } from '../terminal/usage.js';
import { type CommandName, commandList, wordList } from './commandlist.js';

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
    if (text !== '') process.stderr.write(`mandel: ${inLocale(text)}\n`);
    return status;
  }
}

/** A command, once it is loaded. */
interface Loaded {
  readonly command: Command;
  /** Whether words that are no flags mean anything to it. */
  readonly takesWords: boolean;
}

/** The commands, by their first words. Only the one that is called is loaded. */
const commands: Readonly<Record<CommandName, () => Promise<Loaded>>> = {
  'trace diff': async () => ({ command: (await import('./trace/difftext.js')).traceDiffCommand(), takesWords: true }),
  trace: async () => ({ command: (await import('./trace/trace.js')).traceCommand(), takesWords: true }),
  compare: async () => ({ command: (await import('./compare/compare.js')).compareCommand(), takesWords: true }),
  scale: async () => ({ command: (await import('./scale/scale.js')).scaleCommand(), takesWords: false }),
  explore: async () => ({ command: (await import('./explore/explore.js')).exploreCommand(), takesWords: true }),
  calibrate: async () => ({ command: (await import('./calibrate.js')).calibrateCommand(), takesWords: false }),
  web: async () => ({ command: (await import('./web.js')).webCommand(), takesWords: false }),
  load: async () => ({ command: (await import('./load/load.js')).loadCommand(), takesWords: true }),
  pprof: async () => ({ command: (await import('./pprof/pprof.js')).pprofCommand(), takesWords: true }),
  examples: async () => ({ command: (await import('./run/examples.js')).examplesCommand(), takesWords: false }),
  run: async () => ({ command: (await import('./run/run.js')).runCommand(), takesWords: true }),
};

/** A command, and what it is given. */
type Called = Loaded & { readonly words: readonly string[] };

/** The command that `argv` calls: to render, if it begins with a flag or is empty. @throws BadUsage */
async function commandOf(argv: readonly string[]): Promise<Called> {
  const [first = '', ...rest] = argv;
  if (first === 'version') {
    if (rest.length > 0) throw new BadUsage(`version: expected nothing else, got ${JSON.stringify(rest[0])}`);
    return { ...(await loadRender()), words: ['-version'] };
  }
  if (first === 'help') return { ...(await commandToExplain(rest)), words: ['-help'] };
  const called = await namedCommand(argv);
  if (called !== undefined) return called;
  if (first !== '' && !first.startsWith('-')) throw noCommand('expected a command or flags', first);
  return { ...(await loadRender()), words: argv };
}

/** The command that `argv` begins with. */
async function namedCommand(argv: readonly string[]): Promise<Called | undefined> {
  for (const count of [2, 1]) {
    const name = argv.slice(0, count).join(' ');
    if (Object.hasOwn(commands, name)) {
      return { ...(await commands[name as CommandName]()), words: argv.slice(count) };
    }
  }
  return undefined;
}

/** The command that `mandel help` is asked for. @throws BadUsage */
async function commandToExplain(words: readonly string[]): Promise<Loaded> {
  const [first] = words;
  if (first === undefined || (words.length === 1 && wordList.some(({ name }) => name === first))) return loadRender();
  const called = await namedCommand(words);
  if (called === undefined) throw noCommand('help: expected a command', first);
  if (called.words.length > 0) {
    throw new BadUsage(`help: expected one command, got ${JSON.stringify(words.join(' '))}`);
  }
  return called;
}

async function loadRender(): Promise<Loaded> {
  return { command: (await import('./render.js')).renderCommand(), takesWords: false };
}

function noCommand(expected: string, got: string): BadUsage {
  const near = nearest(
    got,
    [...commandList, ...wordList].map(({ name }) => name),
  );
  const hint = near === undefined ? 'see mandel -help' : `did you mean ${near}?`;
  return new BadUsage(`${expected}, got ${JSON.stringify(got)}; ${hint}`);
}

/** Go's way: -help (-h is the height), one dash, errors in one line. */
function configure(command: Command): void {
  const oneDash = (flags: string) => flags.replace(/^--/, '-');
  const showVersion = () => {
    process.stdout.write(`mandel ${version()}\n`);
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
