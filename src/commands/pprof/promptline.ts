// Lines at the prompt of mandel pprof: what a line such as `top10 -cum` or `tree sort -runtime >calls.txt` asks for, and the
// help. After parseCommandLine in google/pprof's internal/driver.

import { nearest } from '../../lib/nearest.js';
import type { Config } from '../../pprof/config.js';
import { BadUsage } from '../../terminal/usage.js';
import { choices, groups, optionOf, options } from './options.js';
import { type Asked, type ReportName, reports } from './reports.js';

/** A report, with the options for this one time. */
export interface Order {
  readonly asked: Asked;
  readonly config: Config;
}

/** Rows of a top at the prompt unless the line says how many, as in Go's tool. */
const TOP_ROWS = 10;

/** Commands that only Go's tool has, and what to do instead. */
const elsewhere: Readonly<Record<string, string>> = {
  __proto__: null as never,
  web: 'svg writes the picture to a file, and mandel pprof -http localhost:8080 FILE shows a page',
  weblist: 'list prints the sources, and mandel pprof -http localhost:8080 FILE shows a page',
  gif: 'svg is the format of pictures here',
  png: 'svg is the format of pictures here',
  pdf: 'svg is the format of pictures here',
  ps: 'svg is the format of pictures here',
  disasm: 'list prints the sources; go tool pprof prints the assembly',
  callgrind: 'go tool pprof writes that',
  kcachegrind: 'go tool pprof writes that',
  topproto: 'go tool pprof writes that, and proto writes all of the profile',
};

/**
 * What a line asks for: its first word, and the others.
 * @param options those of the session
 * @throws BadUsage if there is no such report, or a word is missing
 */
export function orderOf(word: string, rest: readonly string[], options: Config): Order {
  const { report, digits } = reportOf(word, rest);
  const words = digits === undefined ? [...rest] : [digits, ...rest];
  let asked: Asked = { name: report.name };
  if (report.takesPattern) {
    const pattern = words.shift();
    if (pattern === undefined) throw new BadUsage(`${report.name}: expected a regular expression, got nothing`);
    asked = { name: report.name, pattern };
  }
  const config = { ...options, ...optionsOf(words, report.name) };
  const isTop = report.name === 'top' || report.name === 'text';
  return { asked, config: isTop && config.nodecount === -1 ? { ...config, nodecount: TOP_ROWS } : config };
}

/** The report that the first word names, and the number that stands right behind the name: `top5`. @throws BadUsage */
function reportOf(word: string, rest: readonly string[]): { readonly report: ReportName; readonly digits?: string } {
  const named = (name: string) => reports.find((each) => each.name === name);
  const exact = named(word);
  if (exact) return { report: exact };
  const [, letters = '', digits = ''] = /^(.*?[a-z])(\d+)$/i.exec(word) ?? [];
  const report = named(letters);
  if (report) return { report, digits };
  throw unknown(word, rest);
}

/** The options that these words set: `20`, `-cum`, `>FILE`, a function to focus on, or `-` and one to ignore. @throws BadUsage */
function optionsOf(words: readonly string[], report: string): Partial<Config> {
  let found: Partial<Config> = {};
  const wanted: string[] = [];
  const unwanted: string[] = [];
  for (let k = 0; k < words.length; k++) {
    const each = words[k]!;
    if (/^[+-]?\d{1,9}$/.test(each)) {
      found = { ...found, nodecount: Math.max(Number(each), -1) };
    } else if (each.startsWith('>')) {
      const file = each.slice(1) || words[++k];
      if (file === undefined) throw new BadUsage('expected the name of a file after >, got nothing');
      found = { ...found, output: file };
    } else if (each === '-cum' || each === '--cum') {
      found = { ...found, sort: 'cum' };
    } else if (!each.startsWith('-')) {
      wanted.push(each);
    } else if (each.length > 1) {
      unwanted.push(each.slice(1));
    }
  }
  const [focus, ignore] = report === 'tags' ? (['tagfocus', 'tagignore'] as const) : (['focus', 'ignore'] as const);
  return {
    ...found,
    ...(wanted.length > 0 ? { [focus]: wanted.join('|') } : {}),
    ...(unwanted.length > 0 ? { [ignore]: unwanted.join('|') } : {}),
  };
}

/** That no report has this name, and what may have been meant. */
function unknown(word: string, rest: readonly string[]): BadUsage {
  if (word in elsewhere) return new BadUsage(`${word}: expected a report that is here; ${elsewhere[word]}`);
  if (optionOf(word)) return new BadUsage(`did you mean: ${word}=${rest[0] ?? '<val>'}`);
  const near = nearest(word, ['help', 'options', 'quit', ...reports.map(({ name }) => name)]);
  const hint = near === undefined ? 'type "help" for commands' : `did you mean ${near}?`;
  return new BadUsage(`unrecognized command: ${JSON.stringify(word)}; ${hint}`);
}

const row = (name: string, about: string) => `    ${name.padEnd(20)} ${about}`;

/** The help about one command or option, or, if `name` is '', about all of them. */
export function helpText(name: string): string {
  if (name === '') return allText();
  const report = reports.find((each) => each.name === name);
  if (report) {
    const usage = report.takesPattern ? `${name} REGEXP` : name;
    const more = ['traces', 'raw', 'proto', 'comments'].includes(name) ? '' : ' [N] [-cum]';
    return (
      `${report.about}\n  Usage:\n    ${usage}${more} [FOCUS]... [-IGNORE]... [>FILE]\n` +
      '    N is the most nodes to show, -cum sorts by what they spent with all that they called;\n' +
      '    FOCUS and IGNORE are regular expressions of functions, for this report only'
    );
  }
  const option = options.find((each) => each.name === name);
  if (option) return `${option.about}\n  Usage:\n    ${name}=VALUE`;
  if (Object.hasOwn(choices, name)) return choices[name]!;
  if (Object.hasOwn(groups, name)) return `one of ${groups[name as keyof typeof groups].join(', ')}`;
  const names = [...reports, ...options].map((each) => each.name);
  const near = nearest(name, names);
  return `Unknown command: ${name}${near === undefined ? '' : `; did you mean ${near}?`}`;
}

function allText(): string {
  return [
    '  Commands:',
    ...reports.map((each) => row(each.takesPattern ? `${each.name} REGEXP` : each.name, each.about)),
    row('o/options', 'the options and their values'),
    row('help [NAME]', 'what a command or an option does'),
    row('q/quit/exit/^D', 'ends the prompt'),
    '',
    '  Options, set by NAME=VALUE:',
    ...options.map(({ name, about }) => row(name, about)),
    '',
    '  Options of which one per group is in effect:',
    ...Object.entries(choices).map(([name, about]) => row(name, about)),
    '',
    '  The name of a sample type shows that one; mean_NAME shows its mean, total_NAME its sum.',
    '  A : alone clears focus, ignore, hide, tagfocus and tagignore.',
    '  A number right behind a command is how many: top5.',
  ].join('\n');
}
