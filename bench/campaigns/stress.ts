// Campaign of stress: no value is lost, doubled or out of order, and no wake-up is lost.
//
//   node dist/bench/campaigns/stress.js [-n MILLIONS] [-seed SEED]
//
// Runs test/programs/stress_handoff.ts with random numbers of Ps, senders, receivers and capacities until so many million
// values have been handed over, and test/programs/stress_pauses.ts in between.

import { type Program, run } from 'mandel/run';
import { campaign, choices } from './campaign.js';

const module = (name: string) => new URL(`../../test/programs/${name}.js`, import.meta.url).href;
const sizes = [0, 1, 7, 1024] as const;
const hangMs = 20_000;

await campaign('stress', 12, async ({ n, seed }) => {
  let values = 0;
  let runs = 0;
  let slowest = { ms: 0, where: '' };
  const check = async (program: Program, procs: number, seed: number): Promise<void> => {
    const [name] = /\w+(?=\.js)/.exec(program.modules[0]!)!;
    const where = `${name} ${program.args} on ${procs} Ps, seed ${seed}`;
    const start = performance.now();
    const { status, report } = await run(program, { procs, seed, signal: AbortSignal.timeout(hangMs) });
    const ms = performance.now() - start;
    if (status !== 'ok') throw new Error(`${where}: ${status} after ${ms.toFixed(0)} ms\n${report}`);
    if (ms > slowest.ms) slowest = { ms, where };
  };
  for (; values < n * 1e6; runs++) {
    const pick = choices(seed + runs);
    const procs = 2 ** pick(0, 2);
    const size = sizes[pick(0, 3)]!;
    const senders = pick(1, 6);
    const receivers = pick(1, 6);
    // Where the goroutines of several Ps wait for each other at every step, a step takes up to a thousand times as long.
    const inStep = procs > 1 && size < 1024;
    const each = Math.ceil((inStep ? 40_000 : 1_000_000) / senders);
    const args = [size, senders, receivers, each];
    await check({ modules: [module('stress_handoff')], args }, procs, seed + runs);
    await check({ modules: [module('stress_pauses')], args: [pick(1, 4), 200] }, procs, seed + runs);
    const before = Math.floor(values / 1e6);
    values += senders * each;
    if (Math.floor(values / 1e6) > before)
      console.log(`${(values / 1e6).toFixed(1)} million values in ${runs + 1} runs`);
  }
  console.log(`slowest: ${slowest.ms.toFixed(0)} ms, ${slowest.where}`);
  return `${(values / 1e6).toFixed(1)} million values in ${runs} runs, none lost, doubled or out of order`;
});
