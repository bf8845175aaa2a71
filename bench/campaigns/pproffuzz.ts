// Campaign of damaged profiles: none makes the reader or a report hang, crash or exhaust the memory.
//
//   node dist/bench/campaigns/pproffuzz.js [-n INPUTS] [-seed SEED]
//
// See test/programs/lib/pproffuzz.ts. The seed of an input that goes wrong is named; -n 1 -seed SEED shows it again.

import { corpus, damaged, verdict } from '../../test/programs/lib/pproffuzz.js';
import { campaign } from './campaign.js';

const maxMB = 256;
/** More than any input takes by far, because others may run here as well. */
const maxMs = 20_000;
/** Inputs after which memory is looked at: to ask for it takes longer than most of them. */
const SOME = 50;

await campaign('pproffuzz', 200_000, async ({ n, seed }) => {
  const files = corpus();
  for (const file of files) verdict(file); // warm: what reading needs in any case
  const peakMB = () => process.resourceUsage().maxRSS / 1024;
  const counts = { profile: 0, error: 0 };
  let slowest = { ms: 0, seed: 0 };
  let largest = { mb: 0, seed: 0 };
  let peak = peakMB();
  for (let k = 0; k < n; k++) {
    const bytes = damaged(files, seed + k);
    const start = performance.now();
    try {
      counts[verdict(bytes, seed + k)]++;
    } catch (error) {
      throw new Error(`seed ${seed + k}: ${(error as Error).stack}`);
    }
    const ms = performance.now() - start;
    if (ms > slowest.ms) slowest = { ms, seed: seed + k };
    if (ms > maxMs) throw new Error(`seed ${seed + k}: took ${ms.toFixed(0)} ms for ${bytes.length} bytes`);
    if (k % SOME > 0) continue;
    const mb = peakMB() - peak;
    peak += mb;
    if (mb > largest.mb) largest = { mb, seed: seed + k };
    if (mb > maxMB) throw new Error(`up to seed ${seed + k}: ${mb.toFixed(0)} MB for ${SOME} inputs`);
  }
  return (
    `${n} inputs from ${files.length} files: ${counts.profile} profiles, ${counts.error} errors; ` +
    `${largest.mb.toFixed(0)} MB at most for ${SOME} (up to seed ${largest.seed}), slowest ${slowest.ms.toFixed(1)} ms (seed ${slowest.seed})`
  );
});
