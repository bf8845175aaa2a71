// The Go peers: programs under bench/go, built anew for each run of the benchmarks.

import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { scratch } from '../scratch.js';
import type { Outcome, Subject } from '../subject.js';

export interface GoProgram {
  /** The executable. */
  readonly program: string;
  /** Of the compiler. */
  readonly version: string;
}

const options = { cwd: fileURLToPath(new URL('../../../bench/go', import.meta.url)), encoding: 'utf8' } as const;
const go = process.env.MANDEL_GO || 'go';
const built = new Map<string, GoProgram | null>();

/** The version of the go that MANDEL_GO or the PATH gives; null where there is none. */
export function goVersion(): string | null {
  const { error, stdout } = spawnSync(go, ['env', 'GOVERSION'], options);
  if (!error) return stdout.trim();
  if (process.env.MANDEL_GO) throw new Error(`MANDEL_GO: expected a go command, got ${go}: ${error.message}`);
  return null;
}

/**
 * Builds the package at `path` inside bench/go, once; null where there is no Go.
 * @throws Error if it does not build
 */
export function buildGo(path: '.' | './chan'): GoProgram | null {
  const known = built.get(path);
  if (known !== undefined) return known;
  const version = goVersion();
  const made = version === null ? null : { program: build(path), version };
  built.set(path, made);
  return made;
}

function build(path: string): string {
  const program = join(scratch, `peer${built.size}`);
  const { status, error, stderr } = spawnSync(go, ['build', '-buildvcs=false', '-o', program, path], options);
  if (status !== 0) throw new Error(`${go} build: ${error?.message ?? stderr.trim()}`);
  return program;
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
  const batch = (n: number) => told<Outcome>(go, procs, op, ...[n, ...args].map(String));
  return [{ name: 'Go', n, batch }];
}

/** What a Go program prints, which is JSON, when it is run on `procs` Ps. */
export async function told<T>(go: GoProgram, procs: number, ...args: readonly string[]): Promise<T> {
  const env = { ...process.env, GOMAXPROCS: String(procs) };
  const { stdout } = await start(go.program, args, { env });
  return JSON.parse(stdout) as T;
}
