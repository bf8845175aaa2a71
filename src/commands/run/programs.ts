// Programs that the user names: files, and the examples, which mandel run and mandel explore find without a path and mandel
// examples lists.

import { existsSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { nearest } from '../../lib/nearest.js';
import type { Program } from '../../runtime/start.js';
import { Command } from '../../terminal/commander.js';
import { writeAll } from '../../terminal/output.js';

interface Example {
  readonly name: string;
  readonly about: string;
}

/** The examples, grouped by the command that starts them: `how`, with NAME or FILE in it. */
const groups: readonly { readonly title: string; readonly how: string; readonly examples: readonly Example[] }[] = [
  {
    title: 'Programs',
    how: 'mandel run NAME',
    examples: [
      { name: 'sieve', about: 'the concurrent prime sieve: a chain of goroutines' },
      { name: 'pingpong', about: 'two players and one ball: an unbuffered channel' },
      { name: 'daisy', about: '500 goroutines in a row: each adds one to what its neighbour sends' },
      { name: 'pi', about: 'pi from a series and from darts, summed by goroutines' },
      { name: 'timers', about: 'sleep, timers, tickers and timeouts' },
      { name: 'kitchen', about: 'tasks, regions and logs, for mandel run -trace kitchen.out kitchen' },
      { name: 'block', about: 'goroutines that wait, for mandel run -blockprofile block.pprof block' },
      { name: 'mutex', about: 'a lock that is held too long, for mandel run -mutexprofile mutex.pprof mutex' },
    ],
  },
  {
    title: 'Programs that are wrong',
    how: 'mandel explore NAME',
    examples: [
      { name: 'lostwakeup', about: 'a consumer that now and then waits for ever' },
      { name: 'closerace', about: 'a channel that now and then is closed twice' },
    ],
  },
  {
    title: 'Service',
    how: 'node FILE',
    examples: [{ name: 'httpapi', about: 'pi over HTTP: every request is a goroutine' }],
  },
];

/** Names of the examples, in the order of the list. */
const exampleNames = groups.flatMap(({ examples }) => examples.map(({ name }) => name));

/** The compiled file of an example. */
function exampleFile(name: string): string {
  return fileURLToPath(new URL(`../../../examples/${name}.js`, import.meta.url));
}

export function examplesCommand(): Command {
  return new Command('mandel examples')
    .description('Lists the examples: programs that mandel run and mandel explore find by name.')
    .action(async () => {
      process.exitCode = await writeAll('-', [list()]);
    });
}

function list(): string {
  const width = Math.max(...exampleNames.map((name) => name.length));
  const parts = groups.map(({ title, how, examples }) => {
    const command = how.replace('FILE', exampleFile(examples[0]!.name));
    const rows = examples.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}\n`);
    return `${title}: ${command}\n${rows.join('')}\n`;
  });
  return `${parts.join('')}Sources: ${fileURLToPath(new URL('../../../../examples', import.meta.url))}\n`;
}

/** The help text of the first argument of mandel run and mandel explore. */
export const programHelp = 'a JavaScript module, or the name of an example where no file has that name';

/** The program in `file`, or the example of that name. @throws Error in one line */
export function programIn(file: string, args: readonly string[]): Program {
  const found = existsSync(file) || !exampleNames.includes(file) ? file : exampleFile(file);
  if (!existsSync(found)) throw new Error(missing(file));
  if (!statSync(found).isFile()) throw new Error(`${file}: expected a JavaScript module, got a directory`);
  return { modules: [pathToFileURL(resolve(found)).href], args };
}

/** That there is no such program; with the example that a path ends in, or the one whose name is nearest to a bare name. */
function missing(file: string): string {
  const base = basename(file).replace(/\.[cm]?[jt]s$/, '');
  if (base !== file) {
    return `${file}: no such file${exampleNames.includes(base) ? `; did you mean the example ${base}?` : ''}`;
  }
  const near = nearest(file, exampleNames);
  return `${file}: no such file, and no such example; ${near === undefined ? 'see mandel examples' : `did you mean ${near}?`}`;
}
