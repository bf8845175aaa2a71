// Campaign of simulation: every program does in the simulator what it does in Go, under any schedule.
//
//   node dist/bench/campaigns/simulate.js [-n SEEDS] [-seed SEED] [-only REGEX]
//
// Runs the self-checking programs of test/programs with 1, 2, 3 and 8 virtual Ps and so many seeds each. Every tenth run
// has its invariants checked after every step (src/runtime/sim/audit/). A failure says how to see it again.

import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Simulator } from 'mandel/run';
import { campaign } from './campaign.js';

const folder = new URL('../../test/programs/', import.meta.url);
const cli = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const watchdogMs = 60_000;
/** Every so many runs are audited. */
const audited = 10;

await campaign('simulate', 100, async ({ n, seed, only }) => {
  const programs = readdirSync(folder).flatMap((file) => (file.endsWith('.js') ? [basename(file, '.js')] : []));
  const tried = programs.filter((name) => only.test(name));
  const failures: string[] = [];
  let runs = 0;
  let virtual = 0;
  for (const procs of [1, 2, 3, 8]) {
    const simulator = new Simulator(procs);
    const start = performance.now();
    for (const name of tried) {
      const program = new URL(`${name}.js`, folder);
      for (let own = seed; own < seed + n; own++) {
        const wrong = await simulator
          .run(program, { seed: own, audit: own % audited === 0, signal: AbortSignal.timeout(watchdogMs) })
          .then(({ status, report, time }) => {
            virtual += time.real;
            return status === 'ok' ? undefined : `${status}\n${report}`;
          })
          .catch((error: unknown) => (error as Error).message);
        runs++;
        if (wrong === undefined) continue;
        const again = `${cli} run -engine sim -procs ${procs} -seed ${own} ${fileURLToPath(program)}`;
        failures.push(name);
        console.log(`${name}, ${procs} Ps, seed ${own}: ${wrong}\n  again: node ${again}`);
      }
    }
    await simulator.close();
    const seconds = (performance.now() - start) / 1e3;
    console.log(`${procs} Ps: ${tried.length} programs, ${n} seeds each, ${seconds.toFixed(1)} s`);
  }
  const counts = `${runs} runs of ${virtual.toFixed(0)} virtual seconds`;
  if (failures.length > 0)
    throw new Error(`${counts}: ${failures.length} failed: ${[...new Set(failures)].join(', ')}`);
  return `${counts} did what they do in Go`;
});
