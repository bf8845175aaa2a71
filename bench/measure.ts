// How the benchmarks measure: samples of two or more subjects, taken in turn,
// and reported as a median with its extremes.
//
// The machine's speed drifts (frequency, neighbours, temperature) by more than
// the differences of interest. So subjects alternate within each round, and a
// ratio is formed inside a round, between neighbours in time, before the median
// over the rounds is taken. Means are not used: one hiccup would move them.

import { spawn, spawnSync } from 'node:child_process';

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The median of `values` with their extremes; of an even number, the middle of the two in the middle. */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) {
    throw new RangeError('spread: expected at least one value, got none');
  }
  const sorted = [...values].sort((a, b) => a - b);
  const at = (i: number) => sorted[i] as number;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

/** The spread of a/b, formed round by round. `a` and `b` come from one call of {@link interleave}. */
export function ratio(a: readonly number[], b: readonly number[]): Spread {
  if (a.length !== b.length) {
    throw new RangeError(`ratio: expected samples in pairs, got ${a.length} and ${b.length}`);
  }
  return spread(a.map((value, round) => value / (b[round] as number)));
}

/** A spread as a table shows it: `median (min-max)`. */
export function range(s: Spread, digits: number): string {
  return `${s.median.toFixed(digits)} (${s.min.toFixed(digits)}-${s.max.toFixed(digits)})`;
}

/** Lines of cells under a head, as a Markdown table whose columns also align as plain text. */
export function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = head.map((_, k) => Math.max(...[head, ...lines].map((cells) => cells[k]?.length ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  const join = (cells: readonly string[]) => `| ${cells.map((c, k) => c.padEnd(widths[k] ?? 0)).join(' | ')} |`;
  return [head, rule, ...lines].map(join).join('\n');
}

/**
 * Runs the subjects in turn, A B A B, and returns a list of samples for each.
 * A first turn is taken and dropped: it fills file caches and compiles code.
 */
export async function interleave<T>(rounds: number, subjects: readonly (() => T | Promise<T>)[]): Promise<T[][]> {
  const samples: T[][] = subjects.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [k, subject] of subjects.entries()) {
      const sample = await subject();
      if (round > 0) {
        samples[k]?.push(sample);
      }
    }
  }
  return samples;
}

/** What one process took: seconds, and for `peak` bytes of resident memory. */
export interface Cost {
  readonly wall: number;
  /** Null where the system has no tool to tell it. */
  readonly usage: { readonly user: number; readonly sys: number; readonly peak: number } | null;
}

// Node cannot ask for a child's resource usage, GNU time can. It would be the
// better witness anyway: Linux lets a process inherit the peak memory of the
// process it was forked from, and beside Node's own 40 MB a small Go program
// would disappear. GNU time is forked from Node but the program from GNU time,
// whose 1 MB hides nothing.
const time = '/usr/bin/time';
const report = /^([\d.]+) ([\d.]+) (\d+)$/;

/** Whether {@link run} can tell more than wall time. BSD's tool of the same name knows no formats. */
export const tellsUsage = report.test(
  spawnSync(time, ['-q', '-f', '%U %S %M', 'true'], { encoding: 'utf8' }).stderr?.trim() ?? '',
);

/**
 * Runs a command to its end, its standard output thrown away.
 * @throws Error if it cannot be started or does not exit with status 0; the message ends in its last words.
 */
export function run(command: readonly string[]): Promise<Cost> {
  // The report comes last on standard error, on a line of its own whatever the program left there.
  const argv = tellsUsage ? [time, '-q', '-f', '\n%U %S %M', ...command] : command;
  return new Promise((resolve, reject) => {
    // Wall time is taken here because GNU time rounds it to 10 ms.
    const start = performance.now();
    let wall = Number.NaN;
    const child = spawn(argv[0] as string, argv.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('exit', () => {
      wall = (performance.now() - start) / 1e3;
    });
    child.on('close', (status, signal) => {
      const lines = stderr.trim().split('\n');
      const found = tellsUsage ? report.exec(lines.at(-1) ?? '') : null;
      if (status !== 0 || (found === null && tellsUsage)) {
        const words = (found ? lines.slice(0, -1) : lines).join('\n').trim();
        reject(new Error(`${command.join(' ')}: ${signal ?? `exit status ${status}`}: ${words}`));
        return;
      }
      const usage = found && { user: Number(found[1]), sys: Number(found[2]), peak: Number(found[3]) * 1024 };
      resolve({ wall, usage });
    });
  });
}
