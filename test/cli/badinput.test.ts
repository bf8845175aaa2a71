// Bad input: one clear line, the right status, and nothing is written. The tables only grow.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modes } from 'mandel/modes';
import { describe, expect, test } from 'vitest';
import { hostedCli } from '../support/hosted.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';

interface Row {
  readonly args: readonly string[];
  /** All of standard error but the speaker and the newline. */
  readonly says: string | RegExp;
  readonly status: 1 | 2;
  readonly env?: Readonly<Record<string, string>>;
  /** What is in the working directory before: files, and folders (which end in a slash). */
  readonly given?: readonly string[];
}

const modeNames = modes.map(({ name }) => name).join(', ');
const wholeNumber = (flag: string, max: number, got: string, min = 1) =>
  `-${flag}: expected a whole number from ${min} to ${max}, got "${got}"`;
const small = ['-w', '1', '-h', '1'];

const usage: readonly Row[] = [
  { args: ['-mode', 'nope'], says: `-mode: expected one of ${modeNames}, got "nope"`, status: 2 },
  { args: ['-mode', 'rwo'], says: `-mode: expected one of ${modeNames}, got "rwo"; did you mean row?`, status: 2 },
  { args: ['-mode=worker'], says: /^-mode: .*, got "worker"; did you mean workers\?$/, status: 2 },
  { args: ['-mode', 'ROW'], says: /^-mode: .*, got "ROW"; did you mean row\?$/, status: 2 },
  { args: ['-mode='], says: /^-mode: expected one of .*, got ""/, status: 2 },
  { args: ['-mode', 'a\nb'], says: /^-mode: expected one of .*, got "a\\nb"/, status: 2 },
  {
    args: ['-scene', 'wbe'],
    says: '-scene: expected one of workshop, web, justforfunc, got "wbe"; did you mean web?',
    status: 2,
  },
  { args: ['-scene', 'moon'], says: '-scene: expected one of workshop, web, justforfunc, got "moon"', status: 2 },
  { args: ['-workers', '0'], says: wholeNumber('workers', 65536, '0'), status: 2 },
  { args: ['-workers', '-1'], says: wholeNumber('workers', 65536, '-1'), status: 2 },
  { args: ['-workers', 'x'], says: wholeNumber('workers', 65536, 'x'), status: 2 },
  { args: ['-workers='], says: wholeNumber('workers', 65536, ''), status: 2 },
  { args: ['-workers', '65537'], says: wholeNumber('workers', 65536, '65537'), status: 2 },
  { args: ['-w', '-5'], says: wholeNumber('w', 65536, '-5'), status: 2 },
  { args: ['-w', '1e9'], says: wholeNumber('w', 65536, '1e9'), status: 2 },
  { args: ['-w', '1000000000'], says: wholeNumber('w', 65536, '1000000000'), status: 2 },
  { args: ['-w', '1.5'], says: wholeNumber('w', 65536, '1.5'), status: 2 },
  { args: ['-w', '0x10'], says: wholeNumber('w', 65536, '0x10'), status: 2 },
  { args: ['-w', ' 5'], says: wholeNumber('w', 65536, ' 5'), status: 2 },
  { args: ['-w', 'NaN'], says: wholeNumber('w', 65536, 'NaN'), status: 2 },
  { args: ['-w', 'Infinity'], says: wholeNumber('w', 65536, 'Infinity'), status: 2 },
  { args: ['-h', '0'], says: wholeNumber('h', 65536, '0'), status: 2 },
  { args: ['-h=-1'], says: wholeNumber('h', 65536, '-1'), status: 2 },
  { args: ['-w', '65536', '-h', '65536'], says: wholeNumber('h', 4096, '65536'), status: 2 },
  {
    args: ['-kernel', 'fats'],
    says: '-kernel: expected one of plain, fast, got "fats"; did you mean fast?',
    status: 2,
  },
  {
    args: ['-kernel', 'fast', '-engine', 'sim'],
    says: '-kernel fast: expected -engine threads with it, got -engine sim, which has no price for it',
    status: 2,
  },
  ...['', '1', '1,', '1,2,3', 'a,b', '1;2', '1,Infinity', '0x1,2', ' 1,2', '1,1e999'].map((value) => ({
    args: ['-center', value],
    says: `-center: expected a point as RE,IM, such as -0.75,0.1, got ${JSON.stringify(value)}`,
    status: 2 as const,
  })),
  ...['', '0', '-1', 'x', '1e16', 'NaN', '1e', '1_000'].map((value) => ({
    args: ['-zoom', value],
    says: `-zoom: expected a number above 0, up to 1000000000000000, got "${value}"`,
    status: 2 as const,
  })),
  { args: ['-iterations', '0'], says: wholeNumber('iterations', 1_000_000_000, '0'), status: 2 },
  { args: ['-iterations', '1e3'], says: wholeNumber('iterations', 1_000_000_000, '1e3'), status: 2 },
  { args: ['-procs', '0'], says: wholeNumber('procs', 256, '0'), status: 2 },
  { args: ['-procs', '2000'], says: wholeNumber('procs', 256, '2000'), status: 2 },
  { args: ['-procs', 'two'], says: wholeNumber('procs', 256, 'two'), status: 2 },
  ...['0', '-1', 'abc', '2.5', '257', ' 2'].map((value) => ({
    args: [],
    env: { GOMAXPROCS: value },
    says: `GOMAXPROCS: expected a whole number from 1 to 256, got "${value}"`,
    status: 2 as const,
  })),
  { args: ['-moed', 'row'], says: "unknown option '-moed' (did you mean -mode?); see mandel -help", status: 2 },
  { args: ['--worker=4'], says: /^unknown option '-worker.*did you mean -workers\?/, status: 2 },
  { args: ['-zzzzzz'], says: "unknown option '-zzzzzz'; see mandel -help", status: 2 },
  { args: ['-mode'], says: '-mode: expected a value, got nothing', status: 2 },
  { args: ['-mode', 'row', '-o'], says: '-o: expected a value, got nothing', status: 2 },
  { args: ['-quiet=maybe'], says: '-quiet: expected true or false, got "maybe"', status: 2 },
  { args: ['-quiet='], says: '-quiet: expected true or false, got ""', status: 2 },
  { args: ['extra'], says: 'expected a command or flags, got "extra"; see mandel -help', status: 2 },
  { args: ['compar'], says: 'expected a command or flags, got "compar"; did you mean compare?', status: 2 },
  { args: ['Trace'], says: 'expected a command or flags, got "Trace"; did you mean trace?', status: 2 },
  { args: ['hlep'], says: 'expected a command or flags, got "hlep"; did you mean help?', status: 2 },
  { args: ['help', 'compar'], says: 'help: expected a command, got "compar"; did you mean compare?', status: 2 },
  { args: ['help', '-mode'], says: 'help: expected a command, got "-mode"; see mandel -help', status: 2 },
  { args: ['help', 'web', 'now'], says: 'help: expected one command, got "web now"', status: 2 },
  { args: ['version', 'now'], says: 'version: expected nothing else, got "now"', status: 2 },
  { args: ['-mode', 'row', 'more'], says: 'expected flags and nothing else, got "more"; see mandel -help', status: 2 },
  { args: ['-quiet', 'false'], says: 'expected flags and nothing else, got "false"; see mandel -help', status: 2 },
  { args: ['scale', 'row'], says: 'expected flags and nothing else, got "row"; see mandel scale -help', status: 2 },
  { args: ['web', 'now'], says: 'expected flags and nothing else, got "now"; see mandel web -help', status: 2 },
  { args: ['-mode', 'row', 'extra', '-quiet'], says: /^expected .*, got "extra"; see mandel -help$/, status: 2 },
];

const place: readonly Row[] = [
  { args: [...small, '-o', 'no/x.png'], says: '-o no/x.png: no such directory', status: 1 },
  { args: [...small, '-o', 'f/x.png'], given: ['f'], says: '-o f/x.png: not a directory', status: 1 },
  { args: [...small, '-o', 'd'], given: ['d/'], says: '-o d: expected a file, got a directory', status: 1 },
  { args: [...small, '-o', 'd/'], given: ['d/'], says: '-o d/: expected a file, got a directory', status: 1 },
  { args: [...small], given: ['mandelbrot.png/'], says: /^-o mandelbrot.png: .*got a directory$/, status: 1 },
  { args: [...small, '-o', ''], says: /^-o: expected .*, got (nothing|"")$/, status: 2 },
];

const run: readonly Row[] = [
  { args: ['run'], says: /^run: expected .*FILE\.js.*, got nothing; see mandel run -help$/, status: 2 },
  { args: ['run', 'no.js'], says: 'no.js: no such file', status: 1 },
  {
    args: ['run', 'd'],
    given: ['d/'],
    says: 'd: expected a JavaScript module, got a directory',
    status: 1,
  },
  { args: ['run', '-procs', '0', 'f'], given: ['f'], says: wholeNumber('procs', 256, '0'), status: 2 },
  { args: ['run', '-procs'], says: '-procs: expected a value, got nothing', status: 2 },
  { args: ['run', '-seed', 'x', 'f'], given: ['f'], says: wholeNumber('seed', 2 ** 31 - 1, 'x', 0), status: 2 },
  {
    args: ['run', '-prosc', '2', 'f'],
    given: ['f'],
    says: /^unknown option '-prosc' \(did you mean -procs\?\)/,
    status: 2,
  },
  {
    args: ['run', 'f'],
    given: ['f'],
    env: { GOMAXPROCS: '0' },
    says: 'GOMAXPROCS: expected a whole number from 1 to 256, got "0"',
    status: 2,
  },
];

/** A folder with these files and folders in it. */
function dirWith(given: readonly string[] = []): string {
  const dir = tempDir();
  for (const name of given) {
    if (name.endsWith('/')) mkdirSync(join(dir, name));
    else writeFileSync(join(dir, name), '');
  }
  return dir;
}

const title = ({ args, env, given }: Row) =>
  [
    ...Object.entries(env ?? {}).map((e) => e.join('=')),
    'mandel',
    ...args.map((a) => (/^[\w./=-]+$/.test(a) ? a : JSON.stringify(a))),
  ].join(' ') + (given ? ` beside ${given.join(', ')}` : '');

describe.each([
  { kind: 'usage', rows: usage },
  { kind: 'the place of the picture', rows: place },
  { kind: 'mandel run', rows: run },
])('bad input: $kind', ({ rows }) => {
  test.each(rows.map((row) => ({ ...row, title: title(row) })))('$title is refused in one line', async (row) => {
    const cwd = dirWith(row.given);
    const before = readdirSync(cwd, { recursive: true });
    const ended = await hostedCli(row.args, { cwd, env: row.env ?? {} });
    const [line = '', ...more] = ended.stderr.split('\n');
    expect(more).toEqual(['']);
    if (typeof row.says === 'string') expect(line).toBe(`mandel: ${row.says}`);
    else {
      expect(line).toMatch(/^mandel: /);
      expect(line.replace('mandel: ', '')).toMatch(row.says);
    }
    expect(ended).toMatchObject({ status: row.status, signal: null, stdout: '' });
    expect(readdirSync(cwd, { recursive: true })).toEqual(before);
  });
});

describe('bad modules', () => {
  test.each([
    {
      what: 'a module with a syntax error',
      body: 'export function* main( {',
      says: /^mandel: \S*p\.mjs\S*: cannot be loaded: SyntaxError: .+$/,
      status: 1,
    },
    {
      what: 'a module that imports what is not there',
      body: "import './nothere.mjs';\nexport function main() {}",
      says: /^mandel: \S*p\.mjs\S*: cannot be loaded: .*nothere\.mjs.*$/,
      status: 1,
    },
    {
      what: 'a module that throws when it is loaded',
      body: "throw new Error('at load');\nexport function main() {}",
      says: /^mandel: \S*p\.mjs\S*: cannot be loaded: Error: at load$/,
      status: 1,
    },
    {
      what: 'a module without main',
      body: 'export const x = 1;\nexport function mian() {}',
      says: /^mandel: p\.mjs: expected an exported function main, which is the main goroutine, got only mian, x$/,
      status: 2,
    },
    {
      what: 'a module without exports',
      body: 'function* main() {}',
      says: /^mandel: p\.mjs: expected an exported function main, which is the main goroutine, got no exports at all$/,
      status: 2,
    },
    {
      what: 'a main that is no function',
      body: 'export const main = 3;',
      says: /^mandel: p\.mjs: expected an exported function main, which is the main goroutine, got .*main.*$/,
      status: 2,
    },
  ])('$what is refused in one line', async ({ body, says, status }) => {
    const cwd = tempDir();
    const ended = await hostedCli(['run', '-procs', '2', writeProgram(cwd, 'p', body)], { cwd });
    const [line, ...more] = ended.stderr.split('\n');
    expect(line).toMatch(says);
    expect(more).toEqual(['']);
    expect(ended).toMatchObject({ status, signal: null, stdout: '' });
  });
});
