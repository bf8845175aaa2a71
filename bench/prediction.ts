// Check of the simulator: its times beside those on threads.
//
//   node dist/src/cli.js calibrate -o machine.json
//   node dist/bench/prediction.js -machine machine.json [-n ROUNDS] [-only REGEX] [-json]
//
// Every mode on 1 and 2 Ps, and with 1 and 4 workers where that is their number, as whole processes on threads; the same in
// the simulator, with the costs of this machine. Wall time must agree within 15%, of mode workers within 20%; goroutines
// created and channel operations exactly.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modes } from 'mandel/modes';
import { benchmark, type Flags, machine } from './flags.js';
import { interleave, range, type Spread, spread, table } from './measure.js';
import { fullSum, painter } from './picture.js';
import { scratch } from './scratch.js';

const LIMIT = 0.15;
/** Every pixel of it is a hand-off, so what one of them takes on this day is all of its time. */
const LIMIT_OF_WORKERS = 0.2;

const cases = modes
  .flatMap(({ name, workers }) => (workers === 'goroutines' ? [`${name} -workers 1`, `${name} -workers 4`] : [name]))
  .flatMap((mode) => [`${mode} -procs 1`, `${mode} -procs 2`]);

/** What -stats writes, as far as it is compared. */
interface Spent {
  readonly real: number;
  readonly stats: { readonly goroutines: number; readonly sends: number; readonly receives: number };
}

interface Row {
  readonly case: string;
  readonly threads: Spread;
  readonly sim: number;
  /** How much longer the simulator says: 0.1 is 10% too long. */
  readonly error: number;
  readonly counts: 'equal' | 'DIFFER';
  readonly ok: boolean;
}

async function measure(name: string, flags: Flags): Promise<Row> {
  const words = ['-mode', ...name.split(' ')];
  const sim = ['-engine', 'sim', ...(flags.own.machine === undefined ? [] : ['-machine', flags.own.machine])];
  const predicted = await render([...words, ...sim]);
  const [samples = []] = await interleave(flags.rounds, [() => render(words)]);
  const threads = spread(samples.map((s) => s.real));
  const error = predicted.real / threads.median - 1;
  const counts = samples.every((s) => same(s, predicted)) ? 'equal' : 'DIFFER';
  const limit = name.startsWith('workers') ? LIMIT_OF_WORKERS : LIMIT;
  return {
    case: name,
    threads,
    sim: predicted.real,
    error,
    counts,
    ok: Math.abs(error) <= limit && counts === 'equal',
  };
}

/** A whole process that paints, and leaves the right picture. */
async function render(words: readonly string[]): Promise<Spent> {
  const stats = join(scratch, 'stats.json');
  const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
  await painter([process.execPath, cli, ...words, '-quiet', '-stats', stats], fullSum)();
  return JSON.parse(readFileSync(stats, 'utf8')) as Spent;
}

function same({ stats: a }: Spent, { stats: b }: Spent): boolean {
  return a.goroutines === b.goroutines && a.sends === b.sends && a.receives === b.receives;
}

async function main(flags: Flags): Promise<void> {
  const rows: Row[] = [];
  for (const name of cases.filter((name) => flags.only.test(name))) {
    console.error(`prediction: ${name}`);
    const row = await measure(name, flags);
    rows.push(row);
    if (!row.ok) process.exitCode = 1;
  }
  if (flags.json) {
    console.log(
      JSON.stringify({ machine: machine(), node: process.version, rounds: flags.rounds, cases: rows }, null, 2),
    );
    return;
  }
  console.log(
    `${machine()}; Node ${process.version}; machine file: ${flags.own.machine ?? 'none, the default machine'}`,
  );
  console.log(
    `Whole processes, seconds: median (min-max) of ${flags.rounds} rounds on threads, and what the simulator says`,
  );
  const percent = (error: number) => `${error >= 0 ? '+' : ''}${(error * 100).toFixed(1)}%`;
  const lines = rows.map((r) => [
    r.case,
    range(r.threads, 3),
    r.sim.toFixed(3),
    percent(r.error) + (r.ok ? '' : ' FAILED'),
    r.counts,
  ]);
  console.log(`\n${table(['case', 'threads', 'simulator', 'error', 'counts'], lines)}`);
}

await benchmark('prediction', cases, main, ['machine']);
