// Campaign of hangs: no mode ever hangs.
//
//   node dist/bench/campaigns/hangs.js [-n RUNS] [-seed SEED] [-only REGEX]
//
// Each mode paints so many small pictures, with random numbers of Ps and workers. Threads are made anew every few runs,
// because a run on threads that are coming up is another thing than one on threads that are there.

import { join } from 'node:path';
import { modes, paintProgram } from 'mandel/modes';
import { Runtime } from 'mandel/run';
import { scratch } from '../scratch.js';
import { campaign, choices } from './campaign.js';

const watchdogMs = 20_000;
const runsOfARuntime = 5;
const scene = 0;

await campaign('hangs', 200, async ({ n, seed, only }) => {
  const tried = modes.filter((mode) => only.test(mode.name));
  let runtime: Runtime | undefined;
  let procs = 1;
  let longest = 0;
  for (const mode of tried) {
    for (let k = 0; k < n; k++) {
      const own = seed + k;
      const pick = choices(own);
      if (k % runsOfARuntime === 0) {
        await runtime?.close();
        procs = pick(1, 8);
        runtime = new Runtime(procs);
      }
      const [w, h, workers] = [pick(1, 24), pick(1, 24), pick(1, 8)];
      const where = `${mode.name}, ${w}x${h}, ${procs} Ps, ${workers} workers, seed ${own}, run ${k}`;
      const start = performance.now();
      // The run itself is told first; should even that hang, the process ends.
      const last = setTimeout(() => {
        console.error(`hangs: ${where}: cannot be interrupted`);
        process.exit(1);
      }, 2 * watchdogMs);
      const program = { modules: paintProgram(mode), args: [w, h, scene, workers, join(scratch, 'p.png')] };
      const { status, report, value } = await runtime!.run(program, {
        seed: own,
        signal: AbortSignal.timeout(watchdogMs),
      });
      clearTimeout(last);
      if (status !== 'ok' || value !== undefined) throw new Error(`${where}: ${status} ${value ?? ''}\n${report}`);
      longest = Math.max(longest, performance.now() - start);
    }
    console.log(`${mode.name.padEnd(12)}${n} runs`);
  }
  await runtime?.close();
  return `${tried.length * n} runs ended, the longest took ${longest.toFixed(0)} ms`;
});
