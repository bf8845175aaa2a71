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

const root = fileURLToPath(new URL('../../../', import.meta.url));
const options = { cwd: join(root, 'bench/go'), encoding: 'utf8' } as const;
const go = process.env.MANDEL_GO || 'go';
const programs = new Map<string, GoProgram | null>();

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
  return built('bench/go', path);
}

/**
 * Builds one of the programs in test/go/traces, which write a trace to standard output, once; null where there is no Go.
 * @throws Error if it does not build
 */
export function buildTraced(name: string): GoProgram | null {
  return built('test/go/traces', `${name}.go`);
}

/** The program behind `go tool trace`; null where there is no Go. @throws Error if Go does not have it */
export function goTraceTool(): GoProgram | null {
  const version = goVersion();
  if (version === null) return null;
  return { program: callGo(['tool', '-n', 'trace'], 'bench/go').trim(), version };
}

function built(folder: string, path: string): GoProgram | null {
  const key = join(folder, path);
  const known = programs.get(key);
  if (known !== undefined) return known;
  const version = goVersion();
  const program = join(scratch, `peer${programs.size}`);
  if (version !== null) callGo(['build', '-buildvcs=false', '-o', program, path], folder);
  const made = version === null ? null : { program, version };
  programs.set(key, made);
  return made;
}

/** What the go command prints. @throws Error with what it complains of */
function callGo(args: readonly string[], folder: string): string {
  const { status, error, stdout, stderr } = spawnSync(go, args, { cwd: join(root, folder), encoding: 'utf8' });
  if (status !== 0) throw new Error(`${go} ${args[0]}: ${error?.message ?? stderr.trim()}`);
  return stdout;
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
