// One run of a mode, as its user would start it: a whole process, from the start of Node to its end.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Part } from '../../mandelbrot/view.js';
import type { Mode } from '../../modes/index.js';
import { INTERRUPTED } from '../../terminal/interrupt.js';
import type { Spent } from '../render.js';

/** The command `mandel`: the file that this process was started with. */
const cli = process.argv[1]!;

/** What all runs of a comparison have in common. */
export interface Task {
  readonly scene: string;
  readonly w: number;
  readonly h: number;
  readonly part: Part;
  readonly procs: number;
  readonly workers: number;
  /** An empty folder, which the runs write to. */
  readonly dir: string;
  /** Ends the current run. */
  readonly signal: AbortSignal;
}

/** What one run has taken. Seconds. */
export interface Run extends Spent {
  /** From the start of the process to its end. */
  readonly wall: number;
}

/** Thrown once the user has interrupted the comparison. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The files of a run: its picture, its counts and, if it was traced, its trace. */
export const filesOf = ({ dir }: Pick<Task, 'dir'>) => ({
  picture: join(dir, 'picture.png'),
  stats: join(dir, 'stats.json'),
  trace: join(dir, 'trace.out'),
});

/**
 * Runs a mode in a process of its own.
 * @throws Interrupted if the signal ended it
 * @throws Error in one line if it has failed
 */
export async function runMode(mode: Mode, task: Task, options: { readonly traced: boolean }): Promise<Run> {
  const files = filesOf(task);
  const { zoom, re, im } = task.part;
  const flags = {
    mode: mode.name,
    scene: task.scene,
    w: task.w,
    h: task.h,
    ...(zoom === 0 ? {} : { center: `${re},${im}`, zoom }),
    procs: task.procs,
    workers: task.workers,
    o: files.picture,
    stats: files.stats,
    ...(options.traced ? { trace: files.trace } : {}),
  };
  const args = Object.entries(flags).flatMap(([name, value]) => [`-${name}`, String(value)]);
  const { wall, status, stderr } = await timed([cli, ...args, '-quiet'], task.signal);
  if (task.signal.aborted || status === INTERRUPTED) throw new Interrupted();
  if (status !== 0) {
    const why = stderr
      .trim()
      .split('\n')[0]!
      .replace(/^mandel: /, '');
    throw new Error(`compare: mode ${mode.name}: expected a picture, got ${status}${why === '' ? '' : `: ${why}`}`);
  }
  return { wall, ...(JSON.parse(readFileSync(files.stats, 'utf8')) as Spent) };
}

/** How a process has ended. */
interface Ended {
  readonly wall: number;
  /** Its exit status, or the signal that ended it. */
  readonly status: number | NodeJS.Signals | null;
  readonly stderr: string;
}

/** Runs Node with these arguments, and waits until the process has ended. */
function timed(args: readonly string[], signal: AbortSignal): Promise<Ended> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) throw new Interrupted();
    const since = performance.now();
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let wall = 0;
    let stderr = '';
    // At once: all that it has written is in a folder that is removed.
    const kill = () => void child.kill('SIGKILL');
    signal.addEventListener('abort', kill);
    process.on('exit', kill); // the second Ctrl-C
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('exit', () => (wall = (performance.now() - since) / 1e3));
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', kill);
      process.off('exit', kill);
      act();
    };
    child.on('error', (error) => settle(() => reject(new Error(`compare: Node cannot be started: ${error.message}`))));
    child.on('close', (status, by) => settle(() => resolve({ wall, status: status ?? by, stderr })));
  });
}
