// A line at the prompt of mandel pprof that asks for a report: `top10 -cum`, `tree sort -runtime >calls.txt`. After
// parseCommandLine in google/pprof's internal/driver.

import { nearest } from '../../lib/nearest.js';
import type { Config } from '../../pprof/config.js';
import { BadUsage } from '../../terminal/usage.js';
import { optionOf } from './options.js';
import { type Asked, reports } from './reports.js';

/** What to report, with the options of this once. */
export interface Order {
  readonly asked: Asked;
  readonly config: Config;
}

/** Rows of a top that is not told how many, at a prompt. */
const TOP_ROWS = 10;

/** Reports that only Go's tool has, and what to do instead. */
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

/** @throws BadUsage if the words make no sense */
export function orderOf(word: string, rest: readonly string[], options: Config): Order {
  const [, letters = word, digits] = /^(.*?[a-z])(\d+)$/i.exec(word) ?? [];
  const report = reports.find(({ name }) => name === word) ?? reports.find(({ name }) => name === letters);
  if (!report) throw unknown(word, rest);
  const words = report.name === word || digits === undefined ? [...rest] : [digits, ...rest];
  let asked: Asked = { name: report.name };
  if (report.takesPattern) {
    const pattern = words.shift();
    if (pattern === undefined) throw new BadUsage(`${report.name}: expected a regular expression, got nothing`);
    asked = { name: report.name, pattern };
  }
  let config = options;
  const wanted: string[] = [];
  const unwanted: string[] = [];
  for (let k = 0; k < words.length; k++) {
    const each = words[k]!;
    if (/^[+-]?\d{1,9}$/.test(each)) {
      config = { ...config, nodecount: Math.max(Number(each), -1) };
    } else if (each.startsWith('>')) {
      const file = each.slice(1) || words[++k];
      if (file === undefined) throw new BadUsage('expected the name of a file after >, got nothing');
      config = { ...config, output: file };
    } else if (each === '-cum' || each === '--cum') {
      config = { ...config, sort: 'cum' };
    } else if (each.startsWith('-')) {
      if (each.length > 1) unwanted.push(each.slice(1));
    } else {
      wanted.push(each);
    }
  }
  const [focus, ignore] =
    report.name === 'tags' ? (['tagfocus', 'tagignore'] as const) : (['focus', 'ignore'] as const);
  if (wanted.length > 0) config = { ...config, [focus]: wanted.join('|') };
  if (unwanted.length > 0) config = { ...config, [ignore]: unwanted.join('|') };
  const isTop = report.name === 'top' || report.name === 'text';
  return { asked, config: isTop && config.nodecount === -1 ? { ...config, nodecount: TOP_ROWS } : config };
}

function unknown(word: string, rest: readonly string[]): BadUsage {
  if (word in elsewhere) return new BadUsage(`${word}: expected a report that is here; ${elsewhere[word]}`);
  if (optionOf(word)) return new BadUsage(`did you mean: ${word}=${rest[0] ?? '<val>'}`);
  const near = nearest(word, ['help', 'options', 'quit', ...reports.map(({ name }) => name)]);
  const hint = near === undefined ? 'type "help" for commands' : `did you mean ${near}?`;
  return new BadUsage(`unrecognized command: ${JSON.stringify(word)}; ${hint}`);
}
