// A prompt that is given lines through a pipe: ours, and real Go's.

import { spawn } from 'node:child_process';
import { cliPath } from './cli.js';
import type { GoTool } from './gotool.js';

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** What must not steer Go. */
const { DISPLAY: _, GOFLAGS: __, LC_ALL: ___, LC_CTYPE: ____, LANG: _____, ...inherited } = process.env;
const HANG_MS = 50_000;

/** Runs `command` with these lines as its standard input. */
export function fed(command: readonly [string, ...string[]], lines: readonly string[], cwd: string): Promise<Said> {
  const [file, ...args] = command;
  const env = { ...inherited, GOTOOLCHAIN: 'local', GO111MODULE: 'off', TZ: 'UTC' };
  const child = spawn(file, args, { cwd, env, timeout: HANG_MS, killSignal: 'SIGKILL' });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => {}); // it may have ended before it read all
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) =>
      resolve({ stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString(), status }),
    );
  });
}

/** What `mandel pprof ...args` answers to these lines. */
export function ourPrompt(args: readonly string[], lines: readonly string[], cwd: string): Promise<Said> {
  return fed([process.execPath, cliPath, 'pprof', ...args], lines, cwd);
}

/** What `go tool pprof ...args` answers. */
export function goPrompt(tool: GoTool, args: readonly string[], lines: readonly string[], cwd: string): Promise<Said> {
  return fed([tool.go, 'tool', 'pprof', ...args], lines, cwd);
}
