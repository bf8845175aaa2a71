// Benchmark of tracing: its cost for a mode.
//
//   node dist/bench/tracing.js [-n ROUNDS] [-only REGEX] [-json] [-ours CMD]
//
// Whole processes with and without -trace, in alternation. Every run must leave the right picture, and the last trace of a mode
// is read and checked: it must be legal, and whole.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { checkTrace, readTrace } from 'mandel/trace';
import { type KernelName, kernelsOf } from './kernel.js';
import { interleave, range, ratio, type Spread, spread } from './measure.js';
import { modeCases } from './modes.js';
import { fullSum, painter } from './picture.js';
import { type Cost, tellsUsage, walls } from './process.js';
import { scratch } from './scratch.js';
import { alone, type Conditions, type Row, type Section } from './section.js';

interface Subject {
  readonly kernel: KernelName;
  readonly untraced: Spread;
  readonly traced: Spread;
  /** Of the walls, traced to untraced. */
  readonly ratio: Spread;
  /** Peak memory, bytes: traced less untraced, of the medians; null where the system does not tell. */
  readonly memory: number | null;
}

interface TracingRow extends Row {
  readonly subjects: readonly Subject[];
  /** Of the last trace, with the last of the kernels. */
  readonly events: number;
  readonly bytes: number;
  readonly goroutines: number;
}

async function measure(name: string, { rounds, ours }: Conditions): Promise<TracingRow> {
  const file = join(scratch, 'trace.out');
  const kernels = kernelsOf(ours);
  const taken = await interleave(
    rounds,
    kernels.flatMap(({ flags }) => {
      const command = [...ours, '-mode', ...name.split(' '), ...flags, '-quiet'];
      return [painter(command, fullSum), painter([...command, '-trace', file], fullSum)];
    }),
  );
  const trace = readTrace(file);
  if (trace.cut) throw new Error(`the trace is cut at ${trace.cut.offset}`);
  const peak = (costs: readonly Cost[]) => spread(costs.map((cost) => cost.usage?.peak ?? 0)).median;
  const subjects = kernels.map(({ name }, k) => {
    const [untraced = [], traced = []] = taken.slice(2 * k);
    return {
      kernel: name,
      untraced: spread(walls(untraced)),
      traced: spread(walls(traced)),
      ratio: ratio(walls(traced), walls(untraced)),
      memory: tellsUsage ? peak(traced) - peak(untraced) : null,
    };
  });
  const { created } = checkTrace(trace);
  return { case: name, subjects, events: trace.events.length, bytes: statSync(file).size, goroutines: created };
}

function lines({ case: name, subjects, events, bytes, goroutines }: TracingRow): string[][] {
  const counts = [String(events), (bytes / 1e6).toFixed(2), (bytes / goroutines).toFixed(1)];
  return subjects.map(({ kernel, untraced, traced, ratio, memory }, k) => [
    k === 0 ? name : '',
    kernel,
    range(untraced, 3),
    range(traced, 3),
    range(ratio, 2),
    memory === null ? '-' : (memory / 1e6).toFixed(0),
    ...(k === 0 ? counts : ['', '', '']),
  ]);
}

export const tracing: Section<TracingRow> = {
  name: 'tracing',
  title: 'what does it cost a mode to be traced?',
  about: 'Whole processes, seconds. The ratio is of wall time, traced to untraced.',
  cases: modeCases,
  head: ['case', 'with', 'untraced', 'traced', 'ratio', '+ peak MB', 'events', 'trace MB', 'bytes/goroutine'],
  measure,
  lines,
};

await alone(import.meta.url, tracing);
