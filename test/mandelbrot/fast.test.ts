// The fast kernel paints what the plain one paints, to the bit; and where it is missing, the plain one paints instead.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { kernels, scenes, sceneView } from 'mandel/mandelbrot';
import { modes, paintProgram } from 'mandel/modes';
import { Runtime } from 'mandel/run';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { picture } from '../programs/lib/views.js';
import { cli, cliPath } from '../support/cli.js';
import { golden } from '../support/goldens.js';
import { decode } from '../support/picture.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';

/** A module of what ships. */
const room = (name: string) => new URL(`../../dist/src/${name}.js`, import.meta.url).href;
const bothKernels = new URL('../../dist/test/programs/lib/bothkernels.js', import.meta.url).href;
const fast = kernels.find((kernel) => kernel.name === 'fast')!.id;

describe('the fast kernel', () => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = new Runtime(2);
  });
  afterAll(() => runtime.close());

  test.each([1, 2, 3, 4])('paints 250 random views as the plain one does (seed %d)', async (seed) => {
    const pictures = fc.sample(picture, { seed, numRuns: 250 });
    const program = { modules: [bothKernels], args: [JSON.stringify(pictures)] };
    const { status, report, value } = await runtime.run(program);
    expect({ status, report, value }).toEqual({ status: 'ok', report: '', value: '' });
  });

  test.each(modes)('paints the workshop scene in mode $name', async (mode) => {
    const path = join(tempDir(), 'p.png');
    const args = [640, 480, 0, 4, path, { ...sceneView, kernel: fast }];
    expect(await runtime.run({ modules: paintProgram(mode), args })).toMatchObject({ status: 'ok', value: undefined });
    expect(decode(readFileSync(path)).sum).toBe(golden('workshop', 640, 480).sum);
  });

  test.each(scenes)('paints the scene $name, by rows and by columns', async ({ name, id }) => {
    const [w, h] = name === 'workshop' ? [640, 480] : [512, 512];
    for (const mode of modes.filter((m) => m.name === 'row' || m.name === 'col')) {
      const path = join(tempDir(), 'p.png');
      const args = [w, h, id, 1, path, { ...sceneView, kernel: fast }];
      await runtime.run({ modules: paintProgram(mode), args });
      expect(decode(readFileSync(path)).sum).toBe(golden(name, w, h).sum);
    }
  });

  test('charges every pixel, and its iterations in vectors', async () => {
    const counted = async (kernel: number) => {
      const body = `
import { fillRow, newImg, sceneView } from '${room('mandelbrot/index')}';
import { P } from '${room('runtime/memory/layout')}';
import { f64 } from '${room('runtime/memory/memory')}';
import { m as thread } from '${room('runtime/sched/g')}';
import { work } from '${room('runtime/sched/work')}';
export function main() {
  const m = newImg(64, 64, 0, { ...sceneView, kernel: ${kernel} });
  for (let i = 0; i < m.w; i++) fillRow(m, i);
  const done = (kind) => f64[((thread.pp + P.WORK) >> 1) + kind];
  return [done(work.pixel), done(work.iteration), done(work.vector)];
}`;
      const file = writeProgram(tempDir(), 'p', body);
      return (await runtime.run(new URL(`file://${file}`))).value as [number, number, number];
    };
    const [pixels, iterations, none] = await counted(sceneView.kernel);
    expect([pixels, none]).toEqual([4096, 0]);
    const [same, singles, vectors] = await counted(fast);
    expect(same).toBe(4096);
    expect(vectors).toBeGreaterThanOrEqual(8 * 4096);
    expect(singles).toBeLessThan(iterations);
  });
});

describe('-kernel', () => {
  test.each(['seq', 'px'])('fast and plain write the same bytes of any view in mode %s', async (mode) => {
    const cwd = tempDir();
    const args = [
      '-mode',
      mode,
      '-w',
      '97',
      '-h',
      '61',
      '-center',
      '-0.7435,0.1314',
      '-zoom',
      '3e3',
      '-iterations',
      '2500',
    ];
    for (const kernel of ['plain', 'fast']) {
      const ended = await cli([...args, '-kernel', kernel, '-o', `${kernel}.png`, '-quiet'], { cwd });
      expect(ended).toMatchObject({ status: 0, stderr: '', stdout: '' });
    }
    expect(readFileSync(join(cwd, 'fast.png')).equals(readFileSync(join(cwd, 'plain.png')))).toBe(true);
  });

  test('fast says in one line that there is no WebAssembly, and paints with plain', async () => {
    const cwd = tempDir();
    const ended = await cli(['-kernel', 'fast', '-w', '17', '-h', '5', '-quiet'], {
      cwd,
      through: ([node, ...rest]) => [node!, '--jitless', ...rest],
    });
    expect(ended.status).toBe(0);
    expect(ended.stderr.replace(/^Warning: disabling flag.*\n/gm, '')).toBe(
      'mandel: -kernel fast: this Node has no WebAssembly; painting with plain\n',
    );
    expect(decode(readFileSync(join(cwd, 'mandelbrot.png'))).sum).toBe(golden('workshop', 17, 5).sum);
  });

  test('fast says in one line that there is no room for its memory, and paints with plain', () => {
    const cwd = tempDir();
    const script = 'ulimit -v 8000000; exec "$0" "$1" -kernel fast -w 17 -h 5 -quiet 2>&1';
    const said = execFileSync('sh', ['-c', script, process.execPath, cliPath], { cwd, encoding: 'utf8' });
    expect(said).toBe(
      'mandel: -kernel fast: no room for the memory that it works in (ulimit -v); painting with plain\n',
    );
    expect(decode(readFileSync(join(cwd, 'mandelbrot.png'))).sum).toBe(golden('workshop', 17, 5).sum);
  });
});
