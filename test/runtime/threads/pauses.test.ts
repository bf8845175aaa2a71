// No wake-up is lost between a P that is about to sleep and one that has work for it.

import { run } from 'mandel/run';
import { expect, test } from 'vitest';

const program = String(new URL('../../../dist/test/programs/stress_pauses.js', import.meta.url));
const HANG_MS = 30_000;

test.each([1, 2, 4, 8])(
  'goroutines that pause for as long as a P takes to fall asleep are woken, on %i Ps',
  async (procs) => {
    for (const pairs of [1, 3]) {
      const seed = 10 * procs + pairs;
      const options = { procs, seed, signal: AbortSignal.timeout(HANG_MS) };
      const { status, report } = await run({ modules: [program], args: [pairs, 1500] }, options);
      const where = `${pairs} pairs, seed ${seed}: `;
      expect(where + status + report).toBe(`${where}ok`);
    }
  },
);
