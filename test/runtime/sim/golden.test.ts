// Simulated modes paint what real Go painted, to the bit, on any number of Ps, and make as many goroutines as on threads.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenes } from 'mandel/mandelbrot';
import { type Mode, modes, paintProgram } from 'mandel/modes';
import { Simulator } from 'mandel/run';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Golden, golden, goroutinesOf } from '../../support/goldens.js';
import { decode } from '../../support/picture.js';
import { tempDir } from '../../support/tempdir.js';

async function paints(simulator: Simulator, mode: Mode, picture: Golden, workers: number): Promise<void> {
  const path = join(tempDir(), 'p.png');
  const { w, h, sum } = picture;
  const scene = scenes.find((s) => s.name === picture.scene)!;
  const program = { modules: paintProgram(mode), args: [w, h, scene.id, workers, path] };
  const result = await simulator.run(program, { seed: w + workers });
  expect(result).toMatchObject({ status: 'ok', exitCode: 0, value: undefined, report: '' });
  expect(result.stats.goroutines).toBe(goroutinesOf(mode, picture, workers));
  expect(decode(readFileSync(path))).toMatchObject({ w, h, sum });
}

describe.each([1, 3, 64, 1024])('on %d Ps', (procs) => {
  let simulator: Simulator;
  beforeAll(() => {
    simulator = new Simulator(procs);
  });
  afterAll(() => simulator.close());

  test.each(modes)('$name paints small pictures', async (mode) => {
    for (const workers of mode.workers === 'goroutines' ? [1, 4, 33] : [1]) {
      for (const size of [golden('workshop', 1, 1), golden('workshop', 17, 5)]) {
        await paints(simulator, mode, size, workers);
      }
    }
  });
});

test('row paints the workshop scene at full size on 1024 Ps', async () => {
  const simulator = new Simulator(1024);
  try {
    await paints(simulator, modes.find((m) => m.name === 'row')!, golden('workshop', 1024, 1024), 1);
  } finally {
    await simulator.close();
  }
});
