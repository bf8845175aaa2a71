// Campaign of laws: nothing happens on real threads that Go's semantics do not allow.
//
//   node dist/bench/campaigns/laws.js [-n PROGRAMS] [-seed SEED]
//
// Random small channel programs, a third each on 1, 2 and 4 Ps; see test/programs/lib/law.ts.

import { Runtime } from 'mandel/run';
import type { Outcome } from '../../test/programs/lib/law.js';
import { checkLaws } from '../../test/programs/lib/lawprograms.js';
import { campaign } from './campaign.js';

const interpreter = new URL('../../test/programs/law_interpreter.js', import.meta.url).href;
const together = 250;
const quietMs = 400;
const hangMs = 20_000;

await campaign('laws', 3000, async ({ n, seed }) => {
  let ended = 0;
  for (const [k, procs] of [1, 2, 4].entries()) {
    const runtime = new Runtime(procs);
    const run = async (json: string, seed: number) => {
      const program = { modules: [interpreter], args: [json, quietMs] };
      const { status, report, value } = await runtime.run(program, { seed, signal: AbortSignal.timeout(hangMs) });
      if (status !== 'ok') throw new Error(`${procs} Ps, seed ${seed}: ${status}\n${report}`);
      return value as Outcome[];
    };
    const part = Math.floor((n * (k + 1)) / 3) - Math.floor((n * k) / 3);
    ended += await checkLaws(run, part, together, seed + k * n);
    await runtime.close();
  }
  return `${ended} programs ended as Go allows`;
});
