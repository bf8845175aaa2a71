// The examples by name: what mandel examples lists, and what mandel run and mandel explore find without a path.

import { fileURLToPath } from 'node:url';
import { Command } from '../../terminal/commander.js';
import { writeAll } from '../trace/tracefile.js';

interface Example {
  readonly name: string;
  readonly about: string;
}

/** The examples, in groups that are started in the same way: `how` is the command, with NAME or FILE in it. */
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
export const exampleNames = groups.flatMap(({ examples }) => examples.map(({ name }) => name));

/** The compiled file of an example. */
export function exampleFile(name: string): string {
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
