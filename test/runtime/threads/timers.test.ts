// No wake-up is lost between a P that sleeps until a timer is due and one that resets the timer.

import { run } from 'mandel/run';
import { expect, test } from 'vitest';

const program = String(new URL('../../../dist/test/programs/stress_timers.js', import.meta.url));
const HANG_MS = 30_000;

test.each([1, 2, 4, 8])(
  'goroutines that wait for tickers which others stop and reset are sent their ticks, on %i Ps',
  async (procs) => {
    for (const tickers of [1, 3]) {
      const seed = 10 * procs + tickers;
      const options = { procs, seed, signal: AbortSignal.timeout(HANG_MS) };
      const { status, report } = await run({ modules: [program], args: [tickers, 4, 100] }, options);
      const where = `${tickers} tickers, seed ${seed}: `;
      expect(where + status + report).toBe(`${where}ok`);
    }
  },
);
