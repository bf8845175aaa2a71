// Every mode paints what real Go painted, to the bit, whatever the number of Ps and of workers.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenes } from 'mandel/mandelbrot';
import { type Mode, modes, paintProgram } from 'mandel/modes';
import { type RunResult, Runtime } from 'mandel/run';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { cli } from '../support/cli.js';
import { created, type Golden, golden, goldens, goroutinesOf, smaller } from '../support/goldens.js';
import { decode, type Picture } from '../support/picture.js';
import { tempDir } from '../support/tempdir.js';

/** Numbers of workers to try in a mode. */
const workersIn = (mode: Mode) => (mode.workers === 'goroutines' ? [1, 4] : [1]);

const small = [golden('workshop', 1, 1), golden('workshop', 17, 5)];
/**
 * Of every scene, a size that Go has painted; and a smaller one of another shape, out of that. In the corners few points
 * take long, so that there are more pixels to a second to be lost or misplaced: enough for the goroutines of `px` to
 * overflow what a P keeps to itself.
 */
const cuts = [
  { from: golden('workshop', 640, 480), w: 320, h: 240 },
  { from: golden('web', 512, 512), w: 256, h: 192 },
  { from: golden('justforfunc', 512, 512), w: 256, h: 128 },
];

test('there is a golden for every mode, and for nothing else', () => {
  expect(Object.keys(created)).toEqual(modes.map(({ name }) => name));
});

/** Paints, and checks everything about the picture and the run. */
async function paints(runtime: Runtime, mode: Mode, picture: Golden, workers: number, seed: number): Promise<Picture> {
  const path = join(tempDir(), 'p.png');
  const scene = scenes.find((s) => s.name === picture.scene)!;
  const program = { modules: paintProgram(mode), args: [picture.w, picture.h, scene.id, workers, path] };
  const result: RunResult = await runtime.run(program, { seed });
  expect(result).toMatchObject({ status: 'ok', exitCode: 0, value: undefined, report: '' });
  expect(result.stats.goroutines).toBe(goroutinesOf(mode, picture, workers));
  const decoded = decode(readFileSync(path));
  const { w, h, depth, colorType, sum } = decoded;
  expect({ w, h, depth, colorType, sum, seed }).toEqual({
    w: picture.w,
    h: picture.h,
    depth: 8,
    colorType: 0,
    sum: picture.sum,
    seed,
  });
  return decoded;
}

test('the goldens are those of all scenes, at their own size and at others', () => {
  expect(new Set(goldens.map((g) => g.scene))).toEqual(new Set(scenes.map((s) => s.name)));
  for (const { name, w, h } of scenes) expect(golden(name, w, h).sum).toMatch(/^[0-9a-f]{64}$/);
});

const table = modes.flatMap((mode) => workersIn(mode).map((workers) => ({ mode, name: mode.name, workers })));
const modeNamed = (name: string) => modes.find((mode) => mode.name === name)!;

let painted: Promise<readonly Golden[]> | undefined;
/** The smaller picture of every scene. The first call has seq paint the pictures that they are cut out of. */
function everyScene(): Promise<readonly Golden[]> {
  painted ??= cutAll();
  return painted;
}
async function cutAll(): Promise<Golden[]> {
  const runtime = new Runtime(1);
  onTestFinished(() => runtime.close());
  const found: Golden[] = [];
  for (const { from, w, h } of cuts) {
    found.push(smaller(from.scene, await paints(runtime, modeNamed('seq'), from, 1, 1), w, h));
  }
  return found;
}

test('seq paints every scene, and out of that there is a smaller picture of it', async () => {
  expect(new Set((await everyScene()).map(({ scene }) => scene))).toEqual(new Set(scenes.map(({ name }) => name)));
});

describe.each([1, 2, 4, 8])('on %d Ps', (procs) => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = new Runtime(procs);
  });
  afterAll(() => runtime.close());

  test.each(table)('$name -workers $workers paints small pictures, ten times over', async ({ mode, workers }) => {
    for (let seed = 1; seed <= 10; seed++) {
      for (const picture of small) await paints(runtime, mode, picture, workers, seed);
    }
  });

  test.each(table)('$name -workers $workers paints every scene', async ({ mode, workers }) => {
    for (const picture of await everyScene()) await paints(runtime, mode, picture, workers, procs);
  });
});

describe('on more Ps than cores', () => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = new Runtime(4);
  });
  afterAll(() => runtime.close());

  test.each(table)('$name -workers $workers paints while threads share a core', async ({ mode, workers }) => {
    await paints(runtime, mode, golden('workshop', 640, 480), workers, 4);
  });
});

describe('at full size', () => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = new Runtime(2);
  });
  afterAll(() => runtime.close());

  test.each(modes)('$name paints the workshop scene on 2 Ps', async (mode) => {
    await paints(runtime, mode, golden('workshop', 1024, 1024), 4, 1);
  });

  test('row paints the justforfunc scene on 2 Ps', async () => {
    await paints(runtime, modeNamed('row'), golden('justforfunc', 2048, 2048), 1, 1);
  });
});

describe('through the command', () => {
  test.each(['seq', 'px', 'workers'])('-mode %s paints a picture that is not square', async (name) => {
    const cwd = tempDir();
    const args = ['-mode', name, '-w', '640', '-h', '480', '-workers', '4', '-procs', '2', '-o', 'p.png'];
    expect(await cli(args, { cwd })).toMatchObject({ status: 0, stdout: '' });
    expect(decode(readFileSync(join(cwd, 'p.png')))).toMatchObject({
      w: 640,
      h: 480,
      sum: golden('workshop', 640, 480).sum,
    });
  });
});
