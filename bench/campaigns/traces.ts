// Campaign of traces: every trace is legal and agrees with the runtime's counts.
//
//   node dist/bench/campaigns/traces.js [-n SEEDS] [-seed SEED] [-only REGEX]
//
// Runs the modes, on small pictures, and the programs of test/programs, traced, with 1, 2, 4 and 8 Ps and so many seeds
// each. Of every trace: it is legal
// from the first event to the last, it agrees with what the runtime counted: goroutines, switches, steals, parks; and every wait says
// what it is for.

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Mode, modes, paintProgram } from 'mandel/modes';
import { type Program, type RunStats, Runtime } from 'mandel/run';
import { checkTrace, counts, readTrace } from 'mandel/trace';
import { objectTable } from '#src/trace/analysis/objects.js';
import { scratch } from '../scratch.js';
import { campaign, choices } from './campaign.js';

const folder = new URL('../../test/programs/', import.meta.url);
const watchdogMs = 60_000;

await campaign('traces', 5, async ({ n, seed, only }) => {
  const subjects: Subject[] = [...modes.map(painting), ...readdirSync(folder).flatMap(selfChecking)];
  const file = join(scratch, 'trace.out');
  let traces = 0;
  let events = 0;
  for (const procs of [1, 2, 4, 8]) {
    const runtime = new Runtime(procs, [], true);
    for (const { name, program } of subjects.filter((s) => only.test(s.name))) {
      for (let k = 0; k < n; k++) {
        const where = `${name}, ${procs} Ps, seed ${seed + k}`;
        const result = await runtime.run(program(choices(seed + k)), {
          seed: seed + k,
          trace: file,
          signal: AbortSignal.timeout(watchdogMs),
        });
        if (result.status !== 'ok') throw new Error(`${where}: ${result.status}\n${result.report}`);
        events += judge(where, file, result.stats);
        traces++;
      }
    }
    await runtime.close();
  }
  return `${traces} traces with ${events} events are true`;
});

interface Subject {
  readonly name: string;
  program(pick: (from: number, to: number) => number): Program;
}

function painting(mode: Mode): Subject {
  const scene = 0;
  return {
    name: mode.name,
    program: (pick) => ({
      modules: paintProgram(mode),
      args: [pick(1, 96), pick(1, 96), scene, pick(1, 8), join(scratch, 'p.png')],
    }),
  };
}

function selfChecking(file: string): Subject[] {
  if (!file.endsWith('.js')) return [];
  return [{ name: basename(file, '.js'), program: () => ({ modules: [new URL(file, folder).href] }) }];
}

/** @returns how many events there are. @throws Error that says where trace and runtime disagree */
function judge(where: string, file: string, stats: RunStats): number {
  try {
    const trace = readTrace(file);
    const census = checkTrace(trace);
    const counted = counts(trace);
    const pairs = {
      goroutines: [census.created, stats.goroutines],
      switches: [counted.switches, stats.switches],
      steals: [counted.steals, stats.steals],
      parks: [counted.parks, stats.parks],
    };
    for (const [what, [traced, run]] of Object.entries(pairs)) {
      if (traced !== run) throw new Error(`the trace says ${traced} ${what}, the runtime ${run}`);
    }
    const { unnamed } = objectTable(trace);
    if (unnamed > 0) throw new Error(`${unnamed} waits do not say what they are for`);
    return trace.events.length;
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`, { cause: error });
  }
}
