// Campaign of exploration: the simulator finds the errors of wrong programs, and none in right ones.
//
//   node dist/bench/campaigns/explore.js [-n SCHEDULES] [-seed SEED] [-only PROGRAM]
//
// So many schedules of each of test/programs and of the examples that are right, by each strategy: one outcome, a good
// one. And the examples that are wrong, from ten seeds: what is wrong with them in the first thousand schedules.

import { readdirSync } from 'node:fs';
import { type Outcome, Simulator } from 'mandel/run';
import { notExplored, rightExamples } from '../../test/programs/lib/explored.js';
import { campaign } from './campaign.js';

const strategies = ['random', 'pct'] as const;

const procs = 8;
/** What is promised: each of them is found within so many schedules. */
const within = 1000;
const wrong = [
  { name: 'lostwakeup', kind: 'deadlock' },
  { name: 'closerace', kind: 'panic' },
] as const;

const example = (name: string) => new URL(`../../examples/${name}.js`, import.meta.url);
const skipped = notExplored.flatMap(({ tests }) => tests);
/** The sources are asked: what has none any more is left over from an earlier build. */
const programs = readdirSync(new URL('../../../test/programs/', import.meta.url))
  .flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -'.ts'.length)] : []))
  .filter((name) => !skipped.includes(name));

await campaign('explore', 10_000, async ({ n, seed, only }) => {
  const simulator = new Simulator(procs);
  const right = [
    ...programs.map((name) => ({ name, url: new URL(`../../test/programs/${name}.js`, import.meta.url) })),
    ...rightExamples.map((name) => ({ name, url: example(name) })),
  ].filter(({ name }) => only.test(name));
  const planted = wrong.filter(({ name }) => only.test(name));
  for (const strategy of strategies) {
    for (const { name, url } of right) {
      const start = performance.now();
      const outcomes = await simulator.explore(url, { runs: n, seed, strategy });
      const bad = outcomes.find(({ kind }) => kind !== 'ok');
      if (bad) throw new Error(`${name}, ${strategy}, ${procs} Ps, seed ${bad.seed}: ${bad.kind}\n${bad.report}`);
      if (outcomes.length > 1) throw new Error(`${name}, ${strategy}, ${procs} Ps: ${differences(outcomes)}`);
      console.log(`${name}, ${strategy}: nothing; ${((performance.now() - start) / n).toFixed(2)} ms a schedule`);
    }
    for (const { name, kind } of planted) {
      const took: number[] = [];
      for (let k = 0; k < 10; k++) {
        const first = seed + k * within;
        const outcomes = await simulator.explore(example(name), { runs: within, seed: first, strategy });
        const found = outcomes.find((o) => o.kind === kind);
        if (!found) throw new Error(`${name}, ${strategy}, seed ${first}: no ${kind} in ${within} schedules`);
        took.push(found.seed - first + 1);
      }
      console.log(`${name}, ${strategy}: ${kind} after ${took.join(', ')} schedules`);
    }
  }
  await simulator.close();
  return `${right.length} programs are right in ${n} schedules by each strategy; what is wrong with ${planted.length} is found`;
});

/** That results differ, and which seeds give them. */
function differences(outcomes: readonly Outcome[]): string {
  return `${outcomes.length} results: ${outcomes.map((o) => `seed ${o.seed}: ${JSON.stringify(o.output)}`).join('; ')}`;
}
