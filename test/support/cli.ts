// The command as its users have it: the compiled program, in a process of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const cliPath = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));

export interface CliOptions {
  readonly cwd: string;
  /** On top of this process's own, which loses what would change the command's behaviour. */
  readonly env?: Readonly<Record<string, string>>;
  /** Runs the command as this user. */
  readonly uid?: number;
  /** Where its standard output goes instead: a file descriptor. */
  readonly stdout?: number;
  /** What it is called through, e.g. script(1). */
  readonly through?: (command: readonly string[]) => readonly [string, ...string[]];
}

export interface Ended {
  /** Exit status; null if a signal ended it, such as the hang guard's SIGKILL. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  /** Standard output, byte for byte. */
  readonly bytes: Buffer;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves as soon as standard output and standard error so far, together, match. */
  printed(pattern: RegExp): Promise<void>;
}

/** A command that hangs is killed after so many milliseconds, and its test sees SIGKILL. */
export const HANG_MS = 50_000;

/** This process's environment without what would change the command's behaviour. */
export function inheritedEnv(): NodeJS.ProcessEnv {
  const { GOMAXPROCS: _, NODE_OPTIONS: __, LC_ALL: ___, LC_CTYPE: ____, LANG: _____, ...inherited } = process.env;
  return inherited;
}

/** Starts `mandel ...args`. It is killed when the test is over, if it is still there. */
export function startCli(args: readonly string[], options: CliOptions): Running {
  const { cwd, env, uid, stdout, through } = options;
  const command = [process.execPath, cliPath, ...args] as const;
  const [file, ...rest] = through ? through(command) : command;
  const child = spawn(file, rest, {
    cwd,
    env: { ...inheritedEnv(), ...env },
    stdio: [through ? 'pipe' : 'ignore', stdout ?? 'pipe', 'pipe'],
    detached: true, // a process group of its own, so that orphans can be looked for
    timeout: HANG_MS,
    killSignal: 'SIGKILL',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      const bytes = Buffer.concat(out);
      resolve({ status, signal, stdout: bytes.toString(), bytes, stderr: Buffer.concat(err).toString() });
    });
  });
  const printed = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (pattern.test(Buffer.concat([...out, ...err]).toString())) resolve();
      };
      child.stdout?.on('data', look);
      child.stderr?.on('data', look);
      ended.then(({ stderr }) => reject(new Error(`ended without printing ${pattern}; stderr: ${stderr}`)), reject);
      look();
    });
  return { child, ended, printed };
}

/** Runs `mandel ...args` to its end. */
export function cli(args: readonly string[], options: CliOptions): Promise<Ended> {
  return startCli(args, options).ended;
}
