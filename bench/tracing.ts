// What does it cost a mode to be traced?
//
//   node dist/bench/tracing.js [-n ROUNDS] [-only REGEX] [-json] [-ours CMD]
//
// Whole processes with and without -trace, in turn. CMD stands in for `node dist/src/cli.js`. Every run must leave the
// right picture, and the last trace of a mode is read and checked: it must be legal, and whole.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkTrace, readTrace } from 'mandel/trace';
import { benchmark, type Flags, machine } from './flags.js';
import { type Cost, interleave, range, ratio, type Spread, spread, table, tellsUsage } from './measure.js';
import { fullSum, painter } from './picture.js';
import { scratch } from './scratch.js';

const fed = ['workers', 'buffered', 'rowworkers'].flatMap((mode) => [mode, `${mode} -workers 4`]);
const cases = ['seq', 'px', 'row', 'col', ...fed];

interface Row {
  readonly case: string;
  readonly plain?: Spread;
  readonly traced?: Spread;
  /** Of the walls, traced to untraced. */
  readonly ratio?: Spread;
  /** Peak memory, bytes: traced less untraced, of the medians; null where the system does not tell. */
  readonly memory?: number | null;
  readonly events?: number;
  readonly bytes?: number;
  readonly goroutines?: number;
  readonly error?: string;
}

async function measure(name: string, flags: Flags): Promise<Row> {
  const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
  const ours = flags.own.ours?.trim().split(/\s+/) ?? [process.execPath, cli];
  const command = [...ours, '-mode', ...name.split(' '), '-quiet'];
  const file = join(scratch, 'trace.out');
  try {
    const subjects = [painter(command, fullSum), painter([...command, '-trace', file], fullSum)];
    const [plain = [], traced = []] = await interleave(flags.rounds, subjects);
    const walls = (costs: readonly Cost[]) => costs.map((cost) => cost.wall);
    const peak = (costs: readonly Cost[]) => spread(costs.map((cost) => cost.usage?.peak ?? 0)).median;
    const trace = readTrace(file);
    if (trace.cut) throw new Error(`the trace is cut at ${trace.cut.offset}`);
    return {
      case: name,
      plain: spread(walls(plain)),
      traced: spread(walls(traced)),
      ratio: ratio(walls(traced), walls(plain)),
      memory: tellsUsage ? peak(traced) - peak(plain) : null,
      events: trace.events.length,
      bytes: statSync(file).size,
      goroutines: checkTrace(trace).created,
    };
  } catch (error) {
    return { case: name, error: (error as Error).message };
  }
}

function line({ case: name, plain, traced, ratio, memory, events, bytes, goroutines }: Row): string[] {
  if (!plain || !traced || !ratio) return [name, '-', '-', 'FAILED', '-', '-', '-', '-'];
  const more = memory === null || memory === undefined ? '-' : (memory / 1e6).toFixed(0);
  const counts = [String(events), ((bytes ?? 0) / 1e6).toFixed(2), ((bytes ?? 0) / (goroutines ?? 1)).toFixed(1)];
  return [name, range(plain, 3), range(traced, 3), range(ratio, 2), more, ...counts];
}

async function main(flags: Flags): Promise<void> {
  const rows: Row[] = [];
  for (const name of cases.filter((name) => flags.only.test(name))) {
    console.error(`tracing: ${name}`);
    const row = await measure(name, flags);
    rows.push(row);
    if (row.error) {
      console.error(`tracing: ${name}: ${row.error}`);
      process.exitCode = 1;
    }
  }
  if (flags.json) {
    console.log(
      JSON.stringify({ machine: machine(), node: process.version, rounds: flags.rounds, cases: rows }, null, 2),
    );
    return;
  }
  console.log(`${machine()}; Node ${process.version}`);
  console.log(`Whole processes, seconds: median (min-max) of ${flags.rounds} rounds; ratio: traced to untraced`);
  const head = ['case', 'untraced', 'traced', 'ratio', '+ peak MB', 'events', 'trace MB', 'bytes/goroutine'];
  console.log(`\n${table(head, rows.map(line))}`);
}

await benchmark('tracing', cases, main, ['ours']);
