// Tens of thousands of calls into programs on real threads, whose clients disconnect at random times: every call gets its own reply or
// fails, none hangs, and no goroutine or conn is left over.

import { type Dialer, type RunResult, run } from 'mandel/run';
import { describe, expect, test } from 'vitest';
import { callMany } from '../../programs/lib/calls.js';

const echo = String(new URL('../../../dist/test/programs/lib/echo.js', import.meta.url));
const HANG_MS = 40_000;

/** Runs echo.ts while `calls` calls it. @returns the results of both */
async function serving<T>(procs: number, calls: (dialer: Dialer) => Promise<T>): Promise<[RunResult, T]> {
  let calling: Promise<T> | undefined;
  const result = await run(echo, {
    procs,
    seed: 1,
    signal: AbortSignal.timeout(HANG_MS),
    onListen: (dialer) => {
      calling = calls(dialer).finally(() => dialer.close());
      calling.catch(() => {}); // is awaited below
    },
  });
  return [result, await calling!];
}

/** Calls, and how many at once. Where Ps share cores, each call takes a few time slices of the system's scheduler. */
const cells = (procs: number): readonly (readonly [n: number, atOnce: number])[] =>
  procs <= 2
    ? [
        [1000, 1],
        [4000, 16],
        [5000, 400],
      ]
    : [
        [1000, 16],
        [1500, 400],
      ];

describe.each([1, 2, 4, 8])('a listener on %i Ps', (procs) => {
  test.each(cells(procs))('serves %i calls, %i at once, some of whose clients disconnect', async (n, atOnce) => {
    const seed = procs * atOnce;
    const [result, { outcomes, alive, inFlight }] = await serving(procs, async (dialer) => {
      const outcomes = await callMany(dialer, n, atOnce, seed);
      return { outcomes, alive: dialer.stats().alive, inFlight: dialer.inFlight };
    });
    const where = `${procs} Ps, seed ${seed}: `;
    expect(where + result.status + result.report).toBe(`${where}ok`);
    expect(result.value).toBe(n);
    expect(outcomes.replied + outcomes.gone + outcomes.goneLater).toBe(n);
    expect(outcomes.replied).toBeGreaterThan(n / 2);
    expect(outcomes.gone).toBeGreaterThan(n / 10);
    expect({ alive, inFlight }).toEqual({ alive: 1, inFlight: 0 }); // main waits for the next call
  });

  test('that is closed serves the calls that it has, and no more', async () => {
    const [result, values] = await serving(procs, async (dialer) => {
      const call = (request: string) => dialer.call(request, new AbortController().signal);
      const calls = Array.from({ length: 200 }, (_, k) => call(`ask call ${k}`));
      dialer.close();
      await expect(call('echo late')).rejects.toThrow('expected an open dialer, got one that is closed');
      const replies = await Promise.all(calls);
      for (const reply of replies) reply.done();
      return replies.map(({ body }) => body.toString());
    });
    expect(result).toMatchObject({ status: 'ok', value: 200 });
    expect(values).toEqual(Array.from({ length: 200 }, (_, k) => `call ${k}`));
  });
});
