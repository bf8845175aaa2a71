// Can a damaged trace of Go 1.22 to 1.26 make the reader hang, crash, use up the memory or hand out events that refer to nothing?
//
//   node dist/bench/campaigns/tracefuzz2.js [-n INPUTS] [-seed SEED]
//
// See test/programs/lib/tracefuzz2.ts. The seed of an input that goes wrong is named; -n 1 -seed SEED shows it again.

import { corpus, damaged, verdict } from '../../test/programs/lib/tracefuzz2.js';
import { campaign } from './campaign.js';

const maxMB = 256;
const maxMs = 1000;

await campaign('tracefuzz2', 1_000_000, async ({ n, seed }) => {
  const files = corpus();
  for (const file of files) verdict(file); // warm: what reading needs in any case
  const peakMB = () => process.resourceUsage().maxRSS / 1024;
  const baseMB = peakMB();
  const counts = { whole: 0, part: 0, none: 0 };
  let slowest = { ms: 0, seed: 0 };
  for (let k = 0; k < n; k++) {
    const bytes = damaged(files, seed + k);
    // Processor time: on a busy machine others may have the processor for a second.
    const before = process.cpuUsage();
    try {
      counts[verdict(bytes)]++;
    } catch (error) {
      throw new Error(`seed ${seed + k}: ${(error as Error).stack}`);
    }
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1000;
    if (ms > slowest.ms) slowest = { ms, seed: seed + k };
    if (ms > maxMs) throw new Error(`seed ${seed + k}: took ${ms.toFixed(0)} ms for ${bytes.length} bytes`);
    if (k % 1000 === 0 && peakMB() - baseMB > maxMB) throw new Error(`near seed ${seed + k}: more than ${maxMB} MB`);
  }
  return (
    `${n} inputs from ${files.length} files: ${counts.whole} whole, ${counts.part} in part, ${counts.none} not at all; ` +
    `${(peakMB() - baseMB).toFixed(0)} MB at most, slowest ${slowest.ms.toFixed(1)} ms (seed ${slowest.seed})`
  );
});
