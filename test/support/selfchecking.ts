// The self-checking programs of test/programs: each throws, or never ends, unless the runtime does what Go's does.

import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { Runtime } from 'mandel/run';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** Their names. What has been compiled and has no source any more is left over from an earlier build. */
export const selfChecking: readonly string[] = readdirSync(new URL('../programs/', import.meta.url))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'));

/** Where the compiled program is. */
export function selfCheckingUrl(name: string): URL {
  return new URL(`../../dist/test/programs/${name}.js`, import.meta.url);
}

type Engine = Pick<Runtime, 'run' | 'close'>;

/** A program that hangs is interrupted after so many milliseconds; they take a hundredth of it. */
const HANG_MS = 30_000;

/**
 * Has an engine run all of them, with several numbers of Ps.
 * @param seeds how often it runs a program: with seeds from 1 to this
 */
export function runsAll(start: (procs: number) => Engine, seeds: (name: string, procs: number) => number): void {
  describe.each([1, 2, 4])('with %i Ps', (procs) => {
    let engine: Engine;
    beforeAll(() => {
      engine = start(procs);
    });
    afterAll(() => engine.close());

    test.each(selfChecking)('runs %s as Go would', async (name) => {
      for (let seed = 1; seed <= seeds(name, procs); seed++) {
        const signal = AbortSignal.timeout(HANG_MS);
        const { status, report } = await engine.run(selfCheckingUrl(name), { seed, signal });
        const what = status === 'interrupted' ? `hangs: not over after ${HANG_MS} ms` : status;
        const where = `${name}, ${procs} Ps, seed ${seed}`;
        expect(`${where}: ${what}\n${report}`).toBe(`${where}: ok\n`);
      }
    });
  });
}
