// The Go peers: programs under bench/go, built anew for each benchmark.

import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Outcome, Subject } from '../contest.js';
import { scratch } from '../scratch.js';

export interface GoProgram {
  /** The executable. */
  readonly program: string;
  /** Of the compiler. */
  readonly version: string;
}

/**
 * Builds the package at `path` inside bench/go with the go that MANDEL_GO or the PATH gives; null where there is none.
 * @throws Error if it does not build
 */
export function buildGo(path: string): GoProgram | null {
  const go = process.env.MANDEL_GO || 'go';
  const program = join(scratch, 'peer');
  const options = { cwd: fileURLToPath(new URL('../../../bench/go', import.meta.url)), encoding: 'utf8' } as const;
  const version = spawnSync(go, ['env', 'GOVERSION'], options);
  if (version.error && !process.env.MANDEL_GO) {
    return null;
  }
  const built = spawnSync(go, ['build', '-buildvcs=false', '-o', program, path], options);
  if (built.status !== 0) {
    throw new Error(`${go} build: ${built.error?.message ?? built.stderr.trim()}`);
  }
  return { program, version: version.stdout.trim() };
}

const start = promisify(execFile);

/**
 * A subject that runs the program built from bench/go/chan, a process for each batch. It times itself and prints an
 * Outcome. None if there is no Go.
 * @param procs its GOMAXPROCS
 */
export function goSubject(
  go: GoProgram | null,
  procs: number,
  n: number,
  op: string,
  ...args: readonly number[]
): Subject[] {
  if (go === null) {
    return [];
  }
  const env = { ...process.env, GOMAXPROCS: String(procs) };
  const batch = async (n: number) => {
    const { stdout } = await start(go.program, [op, ...[n, ...args].map(String)], { env });
    return JSON.parse(stdout) as Outcome;
  };
  return [{ name: 'Go', n, batch }];
}
