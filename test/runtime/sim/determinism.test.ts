// The same seed gives the same run: the same trace, byte for byte, the same times and counts. Another seed gives a different one.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Simulator } from 'mandel/run';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { picks } from '../../support/picks.js';
import { tempDir } from '../../support/tempdir.js';
import { painting, programs, type Subject, written } from './subjects.js';

async function traced(simulator: Simulator, { program }: Subject, seed: number) {
  const trace = join(tempDir(), 'trace.out');
  const result = await simulator.run(program, { seed, trace });
  expect(result).toMatchObject({ status: 'ok', report: '' });
  return { bytes: readFileSync(trace), result };
}

const chosen = ['select3', 'go_sync', 'go_time', 'stress_pauses'];
const subjects = [
  painting('px', 1, 48),
  painting('workers', 5, 32),
  painting('buffered', 3, 32),
  ...programs.filter((p) => chosen.includes(p.name)),
];

describe.each([2, 17])('on %d Ps', (procs) => {
  let reused: Simulator;
  beforeAll(() => {
    reused = new Simulator(procs);
  });
  afterAll(() => reused.close());

  test.each(subjects)('$name', async (subject) => {
    const fresh = new Simulator(procs);
    try {
      const first = await traced(fresh, subject, 11);
      const other = await traced(reused, subject, 12);
      const again = await traced(reused, subject, 11);
      expect(again.bytes.equals(first.bytes)).toBe(true);
      expect(again.result).toEqual(first.result);
      expect(other.bytes.equals(first.bytes)).toBe(false);
      expect(other.result.time.real).not.toBe(first.result.time.real);
    } finally {
      await fresh.close();
    }
  });
});

test('the state that another program has left changes nothing', async () => {
  const simulator = new Simulator(3);
  try {
    const row = painting('row');
    const first = await traced(simulator, row, 1);
    await simulator.run(written(`export function* main() { go(print, 1); throw new Error('on the way'); }`));
    await simulator.run(written('export function* main() { yield* chan(int).recv(); }'));
    const again = await traced(simulator, row, 1);
    expect(again.bytes.equals(first.bytes)).toBe(true);
    expect(again.result).toEqual(first.result);
  } finally {
    await simulator.close();
  }
});

test('select picks by the seed', async () => {
  const simulator = new Simulator(1);
  const program = written(picks, [60]);
  try {
    const picked = async (seed: number) => (await simulator.run(program, { seed })).value as string;
    const [one, two, oneAgain] = [await picked(1), await picked(2), await picked(1)];
    expect(oneAgain).toBe(one);
    expect(two).not.toBe(one);
    expect([...new Set(one)].sort()).toEqual(['0', '1', '2']);
  } finally {
    await simulator.close();
  }
});
