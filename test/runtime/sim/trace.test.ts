// Traces of simulated runs: each is legal, and agrees with what the runtime counted.

import { join } from 'node:path';
import { modes } from 'mandel/modes';
import { type Program, Simulator } from 'mandel/run';
import { checkTrace, counts, ev, readTrace, type Trace } from 'mandel/trace';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tempDir } from '../../support/tempdir.js';
import { painting, programs, written } from './subjects.js';

/** Runs a program, and compares its trace with what the runtime counted. */
async function agrees(simulator: Simulator, program: Program, seed: number, expected = 'ok'): Promise<void> {
  const file = join(tempDir(), 'trace.out');
  const { status, stats } = await simulator.run(program, { trace: file, seed });
  expect(status).toBe(expected);
  const trace = readTrace(file);
  expect(trace.cut).toBeUndefined();
  const { created, starts, leaves, running } = checkTrace(trace);
  expect(starts).toBe(leaves + running);
  const { switches, steals, parks } = counts(trace);
  expect({ created, switches, steals, parks }).toEqual({
    created: stats.goroutines,
    switches: stats.switches,
    steals: stats.steals,
    parks: stats.parks,
  });
  expect(trace.procs).toBeLessThanOrEqual(stats.procs);
}

const spread = ['go_sync', 'go_time', 'go_preempt', 'select3', 'sieve1', 'selectpark', 'go_args', 'stress_pauses'];

describe.each([1, 3])('a trace of %i Ps', (procs) => {
  let simulator: Simulator;
  beforeAll(() => {
    simulator = new Simulator(procs);
  });
  afterAll(() => simulator.close());

  test.each(modes)('of mode $name says what the runtime counts', async ({ name }) => {
    await agrees(simulator, painting(name, 3).program, 7);
  });

  test.each(programs.filter((p) => spread.includes(p.name)))('of $name says what the runtime counts', ({ program }) =>
    agrees(simulator, program, 2),
  );

  test.each([
    ['a panic', `export function* main() { yield* gosched(); throw new Error('x'); }`, 'panic'],
    [
      'a panic elsewhere',
      `export function f() { panic('x'); }\nexport function* main() { go(f); yield* select([]); }`,
      'panic',
    ],
    ['exit', 'export function* main() { yield* gosched(); exit(3); }', 'ok'],
    ['a deadlock', 'export function* main() { yield* chan(int).recv(); }', 'deadlock'],
  ])('that ends in %s says what the runtime counts', async (_, body, status) => {
    await agrees(simulator, written(body), 1, status);
  });
});

/** The indices of its events of this type. */
const indices = ({ events }: Trace, type: number): number[] =>
  Array.from(events.type, (t, k) => (t === type ? k : -1)).filter((k) => k >= 0);

describe('trace.start and trace.stop', () => {
  const body = `
export function* pinger(c, wg) { for (let k = 0; k < 50; k++) yield* c.recv(); wg.done(); }
export function* blocked(c) { yield* c.recv(); }
export function plain(wg) { wg.done(); }
export function* main(...files) {
  const c = chan(int), wg = new WaitGroup();
  go(blocked, chan(int));
  yield* sleep(millisecond);
  const said = [];
  for (const file of files) {
    wg.add(12);
    for (let k = 0; k < 5; k++) go(plain, wg);
    try { yield* trace.start(file); } catch (error) { said.push(error.message); }
    for (let k = 0; k < 5; k++) go(plain, wg);
    go(pinger, c, wg);
    go(pinger, c, wg);
    yield* trace.withRegion('sending', function* () { for (let k = 0; k < 100; k++) yield* c.send(k); });
    yield* wg.wait();
    yield* trace.stop();
  }
  return said.join('; ');
}`;

  test.each([1, 2, 5])('take a part of a run on %i Ps', async (procs) => {
    const simulator = new Simulator(procs);
    try {
      const dir = tempDir();
      const files = ['a', 'b'].map((name) => join(dir, name));
      const all = [...files, join(dir, 'no', 'such')];
      const result = await simulator.run(written(body, all), { seed: procs });
      expect(result).toMatchObject({ status: 'ok', report: '' });
      expect(result.value).toMatch(/^trace\.start: .*no.such: no such directory$/);
      for (const file of files) {
        const trace = readTrace(file);
        checkTrace(trace);
        expect(trace.cut).toBeUndefined();
        expect(indices(trace, ev.UserRegion)).toHaveLength(2);
      }
    } finally {
      await simulator.close();
    }
  });
});
