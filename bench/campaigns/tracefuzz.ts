// Campaign of damaged traces: none makes the reader hang, crash or exhaust the memory, or is accepted as a trace.
//
//   node dist/bench/campaigns/tracefuzz.js [-n INPUTS] [-seed SEED]
//
// See test/programs/lib/tracefuzz.ts. The seed of an input that goes wrong is named; -n 1 -seed SEED shows it again.

import { corpus, damaged, verdict } from '../../test/programs/lib/tracefuzz.js';
import { campaign } from './campaign.js';

const maxMB = 256;
const maxMs = 1000;

await campaign('tracefuzz', 1_000_000, async ({ n, seed }) => {
  const files = corpus();
  for (const file of files) verdict(file); // warm: what reading needs in any case
  const peakMB = () => process.resourceUsage().maxRSS / 1024;
  const baseMB = peakMB();
  const counts = { trace: 0, cut: 0, error: 0 };
  let slowest = { ms: 0, seed: 0 };
  for (let k = 0; k < n; k++) {
    const bytes = damaged(files, seed + k);
    const start = performance.now();
    try {
      counts[verdict(bytes)]++;
    } catch (error) {
      throw new Error(`seed ${seed + k}: ${(error as Error).stack}`);
    }
    const ms = performance.now() - start;
    if (ms > slowest.ms) slowest = { ms, seed: seed + k };
    if (ms > maxMs) throw new Error(`seed ${seed + k}: took ${ms.toFixed(0)} ms for ${bytes.length} bytes`);
    if (k % 1000 === 0 && peakMB() - baseMB > maxMB) throw new Error(`near seed ${seed + k}: more than ${maxMB} MB`);
  }
  const grownMB = peakMB() - baseMB;
  return (
    `${n} inputs from ${files.length} files: ${counts.trace} traces, ${counts.cut} cut, ${counts.error} errors; ` +
    `${grownMB.toFixed(0)} MB at most, slowest ${slowest.ms.toFixed(1)} ms (seed ${slowest.seed})`
  );
});
