// The options of a report, as flags of mandel pprof and as variables at its prompt. Their names are those of config.go in
// google/pprof's internal/driver.

import { type Config, defaultConfig } from '../../pprof/config.js';
import type { Granularity } from '../../pprof/info.js';
import { BadUsage, truthOf } from '../../terminal/usage.js';

/** The kinds of numbers that options have. */
const numbers = {
  whole: {
    expected: 'a whole number from -1',
    fits: (n: number, text: string) => /^[+-]?\d{1,9}$/.test(text) && n >= -1,
  },
  fraction: {
    expected: 'a number from 0 to 1',
    fits: (n: number, text: string) => text.trim() !== '' && n >= 0 && n <= 1,
  },
  divisor: { expected: 'a number above 0', fits: (n: number) => n > 0 && n < Infinity },
};
type NumberKind = keyof typeof numbers;

/** An option, the kind of its values, and what it does. */
interface Option {
  readonly name: keyof Config;
  readonly kind: 'text' | 'boolean' | NumberKind;
  readonly about: string;
}

export const options: readonly Option[] = [
  { name: 'sample_index', kind: 'text', about: 'the sample type that is shown: its name or number' },
  { name: 'mean', kind: 'boolean', about: 'divide by the first sample type, which is a count: the mean' },
  { name: 'divide_by', kind: 'divisor', about: 'divide all values by this' },
  { name: 'normalize', kind: 'boolean', about: 'bring the profile to the size of the base that it is compared with' },
  { name: 'nodecount', kind: 'whole', about: 'show at most so many nodes; 0 is all, -1 depends on the report' },
  { name: 'nodefraction', kind: 'fraction', about: 'leave out nodes below this part of the total' },
  { name: 'edgefraction', kind: 'fraction', about: 'leave out edges below this part of the total' },
  { name: 'trim', kind: 'boolean', about: 'whether the three above are applied' },
  { name: 'unit', kind: 'text', about: 'unit of all values: ms, MB, ...; minimum chooses one, auto one for each' },
  { name: 'focus', kind: 'text', about: 'only samples with a frame that matches this regular expression' },
  { name: 'ignore', kind: 'text', about: 'no samples with a frame that matches' },
  { name: 'hide', kind: 'text', about: 'no frames that match' },
  { name: 'show', kind: 'text', about: 'only frames that match' },
  { name: 'show_from', kind: 'text', about: 'only the first frame from the root that matches, and what is below it' },
  { name: 'prune_from', kind: 'text', about: 'no frames that were called by one that matches' },
  {
    name: 'tagfocus',
    kind: 'text',
    about: 'only samples with a label that matches, such as P:1; or in a range: key=10kb:1mb',
  },
  { name: 'tagignore', kind: 'text', about: 'no samples with such a label' },
  { name: 'tagshow', kind: 'text', about: 'only labels whose names match' },
  { name: 'taghide', kind: 'text', about: 'no labels whose names match' },
  { name: 'tagroot', kind: 'text', about: 'labels that become frames at the root: their names, separated by commas' },
  { name: 'tagleaf', kind: 'text', about: 'labels that become frames at the leaf' },
  { name: 'noinlines', kind: 'boolean', about: 'count what was inlined for the function that it was inlined into' },
  { name: 'call_tree', kind: 'boolean', about: 'draw a function once for each way that leads to it' },
  { name: 'drop_negative', kind: 'boolean', about: 'leave out what a difference has less of' },
  { name: 'compact_labels', kind: 'boolean', about: 'leave out what a report says of the profile' },
  { name: 'relative_percentages', kind: 'boolean', about: 'percentages of what the filters leave' },
  { name: 'source_path', kind: 'text', about: 'directories to look for sources in' },
  { name: 'trim_path', kind: 'text', about: 'what to cut off the paths of sources' },
  { name: 'output', kind: 'text', about: 'file that a report goes to, as with -o' },
];

/** Groups of options of which one is in effect, by the name of the group. */
export const groups: Readonly<Record<'sort' | 'granularity', readonly string[]>> = {
  sort: ['flat', 'cum'],
  granularity: ['functions', 'filefunctions', 'files', 'lines', 'addresses'],
};

/** What each choice of a group does. */
export const choices: Readonly<Record<string, string>> = {
  flat: 'sort by what a node spent itself',
  cum: 'sort by what a node spent with all that it called',
  functions: 'one node per function',
  filefunctions: 'one node per function and file',
  files: 'one node per file',
  lines: 'one node per line',
  addresses: 'one node per address',
};

/** The option that `name` sets: that of the name, or the group that the choice `name` is in. Undefined if there is none. */
export function optionOf(name: string): keyof Config | undefined {
  const option = options.find((each) => each.name === name)?.name;
  if (option) return option;
  return (['sort', 'granularity'] as const).find((group) => group === name || groups[group].includes(name));
}

/**
 * The options with one of them changed, as `name=value` says; a choice of a group or a boolean needs no value.
 * @throws BadUsage that says what was expected
 */
export function withOption(config: Config, name: string, value: string | undefined): Config {
  const choice = choiceOf(name, value);
  if (choice) return { ...config, ...choice };
  const option = options.find((each) => each.name === name);
  if (!option) throw new BadUsage(`expected the name of an option, got ${JSON.stringify(name)}`);
  return { ...config, [name]: valueFor(option, value) };
}

function choiceOf(name: string, value: string | undefined): Partial<Config> | undefined {
  for (const [group, names] of Object.entries(groups)) {
    if (names.includes(name)) return value === undefined || truth(name, value) ? ({ [group]: name } as never) : {};
    if (group !== name) continue;
    if (value !== undefined && names.includes(value)) return { [group]: value } as never;
    throw new BadUsage(`${name}: expected one of ${names.join(', ')}, got ${JSON.stringify(value ?? '')}`);
  }
  return undefined;
}

function valueFor({ name, kind }: Option, value: string | undefined): string | number | boolean {
  if (kind === 'boolean') return value === undefined || truth(name, value);
  if (value === undefined) throw new BadUsage(`${name}: expected a value, as in ${name}=${defaultConfig[name] || 'x'}`);
  if (kind === 'text') return value;
  const n = Number(value);
  const { expected, fits } = numbers[kind];
  if (fits(n, value)) return n;
  throw new BadUsage(`${name}: expected ${expected}, got ${JSON.stringify(value)}`);
}

/** Go's pprof accepts more words for true and false than Go's flags do. */
function truth(name: string, value: string): boolean {
  const word = value.toLowerCase();
  if (['true', 't', 'yes', 'y', ''].includes(word)) return true;
  if (['false', 'f', 'no', 'n'].includes(word)) return false;
  return truthOf(name, value);
}

/** The options that the flags set. @throws BadUsage */
export function configOf(flags: Readonly<Record<string, string | boolean | undefined>>): Config {
  let config: Config = defaultConfig;
  for (const { name } of options) {
    const value = flags[name];
    if (value === undefined) continue;
    try {
      config = withOption(config, name, value === true ? undefined : String(value));
    } catch (error) {
      throw error instanceof BadUsage ? new BadUsage(`-${error.message}`) : error;
    }
  }
  if (flags.cum) config = { ...config, sort: 'cum' };
  const granularities = groups.granularity.filter((name) => flags[name] !== undefined);
  if (granularities.length > 1) {
    throw new BadUsage(`pprof: expected one granularity, got -${granularities.join(' and -')}`);
  }
  const [granularity] = granularities;
  return granularity === undefined ? config : { ...config, granularity: granularity as Granularity };
}

/** A flag that shows one sample type, older than -sample_index. After parseFlags in google/pprof's internal/driver/cli.go. */
interface SampleFlag {
  readonly name: string;
  readonly type: string;
  readonly about: string;
  /** Whether it shows the mean. */
  readonly mean?: boolean;
}

/** In order of precedence: the first of them that is written is in effect. */
export const sampleFlags: readonly SampleFlag[] = [
  { name: 'total_delay', type: 'delay', about: 'how long goroutines waited' },
  { name: 'mean_delay', type: 'delay', about: 'how long goroutines waited each time', mean: true },
  { name: 'contentions', type: 'contentions', about: 'how often goroutines waited' },
  { name: 'inuse_space', type: 'inuse_space', about: 'bytes of what is in use' },
  { name: 'inuse_objects', type: 'inuse_objects', about: 'how many objects are in use' },
  { name: 'alloc_space', type: 'alloc_space', about: 'bytes of all that was allocated' },
  { name: 'alloc_objects', type: 'alloc_objects', about: 'how many objects were allocated' },
];

/**
 * The options, with the sample type of the first of these flags, unless -sample_index is written.
 * @param warn is called with a line about each flag that is ignored
 */
export function withSampleFlags(
  config: Config,
  flags: Readonly<Record<string, string | boolean | undefined>>,
  warn: (line: string) => void,
): Config {
  let { sample_index, mean } = config;
  for (const flag of sampleFlags) {
    if (!flags[flag.name]) continue;
    if (sample_index === '') sample_index = flag.type;
    else warn(`Multiple value selections, ignoring -${flag.name}`);
    mean ||= flag.mean ?? false;
  }
  return { ...config, sample_index, mean };
}
