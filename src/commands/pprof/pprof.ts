// mandel pprof: reports of a profile, ours or a Go program's: as text, as pictures, as a page, or at a prompt. After google/pprof.

import { basename } from 'node:path';
import type { Address } from '../../lib/address.js';
import { inLocale } from '../../lib/locale.js';
import type { Config } from '../../pprof/config.js';
import { type Profile, ProfileError } from '../../pprof/profile.js';
import { Command } from '../../terminal/commander.js';
import { writeAll } from '../../terminal/output.js';
import { BadUsage, wholeNumber } from '../../terminal/usage.js';
import { choices, configOf, groups, options, sampleFlags, withSampleFlags } from './options.js';
import { type Asked, outputOf, piecesOf, reports } from './reports.js';
import { profileOf } from './sources.js';

type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** The most seconds that a profile may take: a day. */
const MAX_SECONDS = 86_400;

export function pprofCommand(): Command {
  const command = new Command('mandel pprof')
    .usage('[flags] FILE|URL...')
    .description('Says what is in a profile, from mandel or from a Go program. Without a report: a prompt.')
    .argument('[files...]', 'profiles, which are added up; or the address of a running program')
    .optionsGroup('Reports:');
  for (const { name, about, takesPattern } of reports) {
    command.option(takesPattern ? `--${name} <regexp>` : `--${name}`, about);
  }
  command
    .option('--http <address>', 'show all of them as a page at host:port, on this computer unless a host is given')
    .option('--o <file>', 'where to write; - is standard output', '-')
    .optionsGroup('What is compared, and how long is recorded:')
    .option('--base <file>', 'a profile to subtract')
    .option('--diff_base <file>', 'the same, with percentages of it')
    .option('--seconds <n>', 'ask the running program to record for so long')
    .option('--timeout <n>', 'wait so many seconds for its answer')
    .optionsGroup('Options:');
  for (const { name, kind, about } of options) {
    command.option(kind === 'boolean' && name !== 'trim' ? `--${name}` : `--${name} <value>`, about);
  }
  for (const name of ['cum', ...groups.granularity]) command.option(`--${name}`, choices[name]!);
  command.optionsGroup('Sample types, as with -sample_index:');
  for (const { name, about } of sampleFlags) command.option(`--${name}`, about);
  return command.passThroughOptions().action(async (files: string[], flags: Flags, command: Command) => {
    // '' for an -o that was not written: outputOf() then chooses.
    const standard = command.getOptionValueSource('o') === 'cli' ? '-' : '';
    process.exitCode = await show(files, { ...flags, o: flags.o === '-' ? standard : flags.o });
  });
}

/** @returns the exit status */
async function show(files: readonly string[], flags: Flags): Promise<number> {
  const late = files.find((file) => file.startsWith('-'));
  if (late !== undefined) throw new BadUsage(`pprof: expected files, got ${JSON.stringify(late)}; flags come first`);
  if (files.length === 0) {
    throw new BadUsage('pprof: expected a FILE or URL to read, got nothing; see mandel pprof -help');
  }
  const asked = askedFor(flags);
  const warn = (line: string) => void process.stderr.write(`${inLocale(line)}\n`);
  const config = withSampleFlags(configOf(flags), flags, warn);
  const seconds = (name: string) =>
    flags[name] === undefined ? 0 : wholeNumber(name, String(flags[name]), 1, MAX_SECONDS);
  const { base, diff_base, http } = flags;
  if (base !== undefined && diff_base !== undefined)
    throw new BadUsage('pprof: expected one of -base and -diff_base, got both');
  if (config.normalize && base === undefined && diff_base === undefined)
    throw new BadUsage('pprof: expected -base or -diff_base with -normalize, got neither');
  const named = config.output || String(flags.o);
  const output = asked && outputOf(asked.name, named, process.stdout.isTTY);
  const page = asked || http === undefined ? undefined : await (await serving()).pageAddress(String(http));
  const profile = await profileOf({
    files,
    bases: [base ?? diff_base ?? []].flat().map(String),
    diff: diff_base !== undefined,
    normalize: config.normalize,
    seconds: seconds('seconds'),
    timeout: seconds('timeout'),
  });
  if (asked && output !== undefined) {
    const pieces = await piecesOf(profile, asked, config, warn);
    if (named === '' && output !== '-') warn(`Generating report in ${output}`);
    return writeAll(output, pieces);
  }
  if (page !== undefined) return serveProfile(profile, config, page, files);
  return (await import('./prompt.js')).prompt(profile, config);
}

/** The report that the flags ask for; undefined if for none. @throws BadUsage if for two */
function askedFor(flags: Flags): Asked | undefined {
  const names = [...reports.map(({ name }) => name), 'http'].filter((name) => flags[name] !== undefined);
  if (names.length > 1) throw new BadUsage(`pprof: expected one report, got -${names.join(' and -')}`);
  const [name] = names;
  if (name === undefined || name === 'http') return undefined;
  const pattern = flags[name];
  return typeof pattern === 'string' ? { name, pattern } : { name };
}

/**
 * Shows `profile`, which is the sum of `files`, as a page at `address` until the process is interrupted.
 * @returns the exit status
 * @throws Error in one line, if it cannot be served there
 */
// Unlike Go, it opens no browser: the process often runs on another computer than the user's.
async function serveProfile(
  profile: Profile,
  config: Config,
  address: Address,
  files: readonly string[],
): Promise<number> {
  const { profileRoutes } = await import('../../viewer/server/profile.js');
  const routesOf: typeof profileRoutes = (viewed) => {
    try {
      return profileRoutes(viewed);
    } catch (error) {
      throw error instanceof ProfileError ? new Error(`pprof: ${error.message}`) : error;
    }
  };
  const [file = '', ...more] = files.map((name) => basename(name));
  const title = more.length === 0 ? file : `${file} and ${more.length} more`;
  return (await serving()).servePage(address, routesOf({ profile, config, title }));
}

/** What serves pages: loaded when it is wanted. */
function serving(): Promise<typeof import('../../terminal/serving.js')> {
  return import('../../terminal/serving.js');
}
