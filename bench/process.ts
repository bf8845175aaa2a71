// Whole processes: their time and memory.

import { spawn, spawnSync } from 'node:child_process';
import { type Spread, spread } from './measure.js';

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

/** What several runs of one command took. */
export interface Figures {
  readonly wall: Spread;
  /** Medians; null where {@link tellsUsage} is false. */
  readonly usage: Cost['usage'];
}

/** The figures of a command's runs. */
export function figures(costs: readonly Cost[]): Figures {
  const median = (what: 'user' | 'sys' | 'peak') => spread(costs.map((cost) => cost.usage?.[what] ?? 0)).median;
  const usage = tellsUsage ? { user: median('user'), sys: median('sys'), peak: median('peak') } : null;
  return { wall: spread(walls(costs)), usage };
}

/** What each run took by the clock on the wall, in seconds. */
export function walls(costs: readonly Cost[]): number[] {
  return costs.map((cost) => cost.wall);
}

/** Cells of a table: user and system time in seconds, peak memory in MB. */
export function usageCells({ usage }: Figures): string[] {
  return usage ? [usage.user.toFixed(2), usage.sys.toFixed(2), (usage.peak / 1e6).toFixed(0)] : ['-', '-', '-'];
}

/** The head of these cells. */
export const usageHead = ['user', 'sys', 'peak MB'] as const;
