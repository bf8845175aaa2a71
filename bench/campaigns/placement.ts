// Campaign of placement: four workers use two Ps in every run.
//
//   node dist/bench/campaigns/placement.js [-n RUNS]
//
// A goroutine that has taken its first step stays on its P; where the first steps are taken decides how long
// `buffered -workers 4` takes on 2 Ps. Whole processes, one after the other, on a machine that does nothing else.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { range, spread } from '../measure.js';
import { run } from '../process.js';
import { scratch } from '../scratch.js';
import { campaign } from './campaign.js';

/** Of the slowest run to the median. */
const limit = 1.25;

await campaign('placement', 50, async ({ n }) => {
  const cli = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
  const flags = ['-mode', 'buffered', '-workers', '4', '-procs', '2', '-quiet', '-o', join(scratch, 'p.png')];
  const walls: number[] = [];
  // The first fills file caches, and does not count.
  for (let k = 0; k <= n; k++) {
    const { wall } = await run([process.execPath, cli, ...flags]);
    if (k > 0) walls.push(wall);
  }
  const s = spread(walls);
  const ratio = s.max / s.median;
  const figures = `${n} runs, ${range(s, 3)} s, slowest ${ratio.toFixed(2)} of the median`;
  if (ratio > limit) throw new Error(`${figures}: expected at most ${limit}`);
  return figures;
});
