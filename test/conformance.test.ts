// The self-checking programs of test/programs, on every engine, with several numbers of Ps and many seeds.

import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { Runtime, Simulator } from 'mandel/run';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Engine {
  readonly name: string;
  readonly start: (procs: number) => Pick<Runtime, 'run' | 'close'>;
  /** How often it runs a program: with seeds from 1 to this. */
  readonly seeds: (name: string, procs: number) => number;
  /** Programs, by name, that it need not pass. */
  readonly skip: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

/**
 * What a seed changes of a program, its choices and the order of its goroutines, needs no threads to be seen. Threads add
 * what no seed repeats: the moment in which another P looks. Programs are run more often on them where that moment
 * matters: a value or a lock that two Ps want, a select that several Ps answer. Those of stress/ are not among these,
 * because each run of them is a thousand such moments, and test/stress has longer ones.
 */
const FEW_SEEDS = 6;
const MANY_SEEDS = 20;
const needsThreads = /^(doubleselect|select[2356]|selectpark|go_sync|law_interpreter)$/;
const seedsOnThreads = (name: string, procs: number) => (procs > 1 && needsThreads.test(name) ? MANY_SEEDS : FEW_SEEDS);

/** In the simulator a seed is another schedule. One of the programs takes half a second there. */
const seedsInVirtualTime = (name: string) => (name === 'stress_eachonce' ? 2 : MANY_SEEDS);

const engines: readonly Engine[] = [
  { name: 'threads', start: (procs) => new Runtime(procs), seeds: seedsOnThreads, skip: [] },
  { name: 'sim', start: (procs) => new Simulator(procs), seeds: seedsInVirtualTime, skip: [] },
];

const folder = new URL('../dist/test/programs/', import.meta.url);
// What has no source any more is left over from an earlier build.
const programs = readdirSync(new URL('./programs/', import.meta.url))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'));

/** A program that hangs is interrupted after so many milliseconds; they take a hundredth of it. */
const HANG_MS = 30_000;

describe.each(engines)('the $name engine', (engine) => {
  const skipped = new Map(engine.skip.flatMap(({ reason, tests }) => tests.map((name) => [name, reason])));

  describe.each([1, 2, 4])('with %i Ps', (procs) => {
    let runtime: Pick<Runtime, 'run' | 'close'>;
    beforeAll(() => {
      runtime = engine.start(procs);
    });
    afterAll(() => runtime.close());

    test.each(programs)('runs %s as Go would', async (name) => {
      if (skipped.has(name)) return expect(skipped.get(name)).not.toBe('');
      for (let seed = 1; seed <= engine.seeds(name, procs); seed++) {
        const signal = AbortSignal.timeout(HANG_MS);
        const { status, report } = await runtime.run(new URL(`${name}.js`, folder), { seed, signal });
        const what = status === 'interrupted' ? `hangs: not over after ${HANG_MS} ms` : status;
        const where = `${name} on ${engine.name}, ${procs} Ps, seed ${seed}`;
        expect(`${where}: ${what}\n${report}`).toBe(`${where}: ok\n`);
      }
    });
  });

  test.each([...skipped])('need not pass %s, which there is', (name) => {
    expect(programs).toContain(name);
  });
});
