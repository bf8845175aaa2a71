// The command line that all benchmarks share: [-n ROUNDS] [-only REGEX] [-json], and how they end.
//
// Exit status 0; 1 if a case gave a wrong result or could not be measured; 2 if the flags are wrong.

import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';

export interface Flags {
  readonly rounds: number;
  readonly only: RegExp;
  readonly json: boolean;
  /** The benchmark's own flags, as typed. */
  readonly own: Readonly<Record<string, string | undefined>>;
}

/** @throws Error that says what was expected and what came */
function parseFlags(argv: readonly string[], cases: readonly string[], own: readonly string[]): Flags {
  const text = { type: 'string' } as const;
  // Flags as in Go, with one dash or two; parseArgs takes a single dash for a bundle of letters.
  const args = argv.map((arg) => arg.replace(/^-(?=[a-z])/, '--'));
  const more = Object.fromEntries(own.map((name) => [name, text]));
  const { values } = parseArgs({ args, options: { n: text, only: text, json: { type: 'boolean' }, ...more } });
  const rounds = Number(values.n ?? 7);
  const only = new RegExp(String(values.only ?? ''));
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`-n: expected a whole number from 1, got ${values.n}`);
  }
  if (!cases.some((name) => only.test(name))) {
    const heads = new Set(cases.map((name) => name.replace(/:.*/, '')));
    throw new Error(`-only: expected to match a case of ${[...heads].join(', ')}; got ${values.only}`);
  }
  const typed: Record<string, unknown> = values;
  return {
    rounds,
    only,
    json: values.json === true,
    own: Object.fromEntries(own.map((name) => [name, typed[name] as string | undefined])),
  };
}

/**
 * Runs the benchmark `name`: `main` with what the command line says.
 * @param own names of flags, beyond the shared ones, that take a text
 */
export async function benchmark(
  name: string,
  cases: readonly string[],
  main: (flags: Flags) => Promise<void>,
  own: readonly string[] = [],
): Promise<void> {
  const exit = (status: number, error: unknown): never => {
    console.error(`${name}: ${(error as Error).message}`);
    process.exit(status);
  };
  let flags: Flags;
  try {
    flags = parseFlags(process.argv.slice(2), cases, own);
  } catch (error) {
    return exit(2, error);
  }
  await main(flags).catch((error) => exit(1, error));
}

/** What the figures depend on, for the table's head. */
export function machine(): string {
  return `${cpus()[0]?.model.trim()}, ${availableParallelism()} CPUs`;
}
