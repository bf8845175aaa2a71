// Campaigns: long searches for errors that occur once in thousands of runs. They are no part of the tests.
//
// Exit status 0; 1 if something went wrong, which is named with all it takes to see it again; 2 if a flag is wrong.

import { parseArgs } from 'node:util';
import { Rng } from '#src/lib/rng.js';

/** What a campaign is told. */
export interface Orders {
  /** How many: -n. */
  readonly n: number;
  /** The first seed: -seed. Every run has the next. */
  readonly seed: number;
  /** -only, for the campaigns that have parts. */
  readonly only: RegExp;
}

/** Runs the campaign `name` as the command line says. `main` returns the line to end with. */
export async function campaign(name: string, n: number, main: (orders: Orders) => Promise<string>): Promise<void> {
  const start = performance.now();
  let orders: Orders;
  try {
    orders = parse(process.argv.slice(2), n);
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}`);
    process.exit(2);
  }
  try {
    const line = await main(orders);
    console.log(`${name}: ${line}, seed ${orders.seed}, ${((performance.now() - start) / 1e3).toFixed(1)} s`);
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}`);
    process.exit(1); // whatever hangs is ended with us
  }
}

/** A generator for a campaign's own choices in the run with this seed. */
export function choices(seed: number): (from: number, to: number) => number {
  const rng = new Rng(seed);
  return (from, to) => from + rng.below(to - from + 1);
}

/** @throws Error that says what was expected and what came */
function parse(argv: readonly string[], n: number): Orders {
  const text = { type: 'string' } as const;
  // Flags as in Go, with one dash or two; parseArgs takes a single dash for a bundle of letters.
  const args = argv.map((arg) => arg.replace(/^-(?=[a-z])/, '--'));
  const { values } = parseArgs({ args, options: { n: text, seed: text, only: text } });
  return {
    n: whole('n', values.n ?? String(n), 1),
    seed: whole('seed', values.seed ?? String(Math.floor(Math.random() * 2 ** 30)), 0),
    only: new RegExp(values.only ?? ''),
  };
}

function whole(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value;
  throw new Error(`-${flag}: expected a whole number from ${least}, got ${JSON.stringify(text)}`);
}
