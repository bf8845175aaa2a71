// Ten million values over channels on real threads: none is lost, none comes twice, and those of a sender stay in order.
// The checks are in the program; here is how much of what is run.

import { Runtime } from 'mandel/run';
import { describe, expect, test } from 'vitest';

const program = String(new URL('../../../dist/test/programs/stress_handoff.js', import.meta.url));
const HANG_MS = 60_000;

/**
 * For each number of Ps, values by capacity. Unbuffered across more Ps than cores is a thousandth as fast as a buffer, and
 * with a small capacity nearly every value parks a goroutine and wakes another P: there a hundred thousand show as much as a
 * million elsewhere.
 */
const cells: readonly (readonly [procs: number, size: number, values: number])[] = [
  [1, 0, 500_000],
  [1, 1, 500_000],
  [1, 7, 1_000_000],
  [1, 1024, 2_400_000],
  [2, 0, 100_000],
  [2, 1, 100_000],
  [2, 7, 200_000],
  [2, 1024, 2_900_000],
  [4, 0, 50_000],
  [4, 1, 50_000],
  [4, 7, 200_000],
  [4, 1024, 2_100_000],
];
/** Senders and receivers; each shape gets its part of a cell. */
const shapes: readonly (readonly [senders: number, receivers: number])[] = [
  [4, 4],
  [1, 4],
  [4, 1],
  [3, 2],
];

describe.each([1, 2, 4])('channels on %i Ps', (procs) => {
  test.each(cells.filter(([p]) => p === procs))(
    'hand over every value once and in order: %i Ps, capacity %i, %i values',
    async (_, size, values) => {
      const runtime = new Runtime(procs);
      try {
        for (const [senders, receivers] of shapes) {
          const each = Math.ceil(values / shapes.length / senders);
          const seed = size + senders;
          const { status, report, value } = await runtime.run(
            { modules: [program], args: [size, senders, receivers, each] },
            { seed, signal: AbortSignal.timeout(HANG_MS) },
          );
          const where = `${senders} to ${receivers}, seed ${seed}: `;
          expect(where + status + report).toBe(`${where}ok`);
          expect(value).toBe(senders * each);
        }
      } finally {
        await runtime.close();
      }
    },
  );
});

test('the cells are ten million values', () => {
  expect(cells.reduce((sum, [, , values]) => sum + values, 0)).toBeGreaterThanOrEqual(10_000_000);
});
