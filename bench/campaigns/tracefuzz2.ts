// Can a damaged trace of Go 1.22 to 1.26 make the reader or what is made of a trace hang, crash, use up the memory or hand out
// events that refer to nothing?
//
//   node dist/bench/campaigns/tracefuzz2.js [-n INPUTS] [-seed SEED]
//
// See test/programs/lib/tracefuzz2.ts. The seed of an input that goes wrong is named; -n 1 -seed SEED shows it again.

import { corpus, damaged, modelVerdict, verdict } from '../../test/programs/lib/tracefuzz2.js';
import { campaign } from './campaign.js';

const maxMB = 256;
const maxMs = 100;
/** How often an input that was slow is read again: V8's compiler and collector may have had their turn in the first time. */
const again = 3;

await campaign('tracefuzz2', 1_000_000, async ({ n, seed }) => {
  const files = corpus();
  for (const file of files) for (let k = 0; k < 8; k++) judge(file, k); // warm: what reading needs in any case
  const peakMB = () => process.resourceUsage().maxRSS / 1024;
  const baseMB = peakMB();
  const counts = { whole: 0, part: 0, none: 0 };
  let slowest = { ms: 0, seed: 0 };
  for (let k = 0; k < n; k++) {
    const bytes = damaged(files, seed + k);
    try {
      let ms = timeOf(() => counts[judge(bytes, seed + k)]++);
      for (let times = 0; times < again && ms > slowest.ms; times++) {
        ms = Math.min(
          ms,
          timeOf(() => judge(bytes, seed + k)),
        );
      }
      if (ms > slowest.ms) slowest = { ms, seed: seed + k };
    } catch (error) {
      throw new Error(`seed ${seed + k}: ${(error as Error).stack}`);
    }
    if (slowest.ms > maxMs) {
      throw new Error(`seed ${slowest.seed}: took ${slowest.ms.toFixed(0)} ms for ${bytes.length} bytes`);
    }
    if (k % 1000 === 0 && peakMB() - baseMB > maxMB) throw new Error(`near seed ${seed + k}: more than ${maxMB} MB`);
  }
  return (
    `${n} inputs from ${files.length} files: ${counts.whole} whole, ${counts.part} in part, ${counts.none} not at all; ` +
    `${(peakMB() - baseMB).toFixed(0)} MB at most, slowest ${slowest.ms.toFixed(1)} ms (seed ${slowest.seed})`
  );
});

function judge(bytes: Uint8Array, seed: number): 'whole' | 'part' | 'none' {
  verdict(bytes);
  return modelVerdict(bytes, seed);
}

/** Processor time in milliseconds: on a busy machine others may have the processor for a second. */
function timeOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
