// Campaign of views: both kernels paint the same picture of any view.
//
//   node dist/bench/campaigns/views.js [-n VIEWS] [-seed SEED]
//
// Random views, painted by rows, by columns and by pixels; see test/programs/lib/views.ts.

import * as fc from 'fast-check';
import { Runtime } from 'mandel/run';
import { picture } from '../../test/programs/lib/views.js';
import { campaign } from './campaign.js';

const program = new URL('../../test/programs/lib/bothkernels.js', import.meta.url).href;
const together = 250;

await campaign('views', 10_000, async ({ n, seed }) => {
  const runtime = new Runtime(1);
  for (let done = 0; done < n; done += together) {
    const numRuns = Math.min(together, n - done);
    const pictures = fc.sample(picture, { seed: seed + done, numRuns });
    const { report, value } = await runtime.run({ modules: [program], args: [JSON.stringify(pictures)] });
    if (value !== '') throw new Error(`${report}${value}`);
  }
  await runtime.close();
  return `${n} views are the same to the bit`;
});
