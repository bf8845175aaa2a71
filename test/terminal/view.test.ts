// The part of the plane that the commands show: the scene's own, of which a small picture is a corner, or that of -center and
// -zoom, which has any size.

import { describe, expect, test } from 'vitest';
import { cli } from '../support/cli.js';
import { decode, type Picture, sumOf } from '../support/picture.js';
import { eventually, startWeb } from '../support/service.js';
import { tempDir } from '../support/tempdir.js';

/** What `mandel ...args` paints. */
async function painted(...args: readonly string[]): Promise<Picture> {
  const { status, bytes, stderr } = await cli([...args, '-kernel', 'fast', '-quiet', '-o', '-'], { cwd: tempDir() });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return decode(bytes);
}

/** Every `step`th pixel of the corner of a picture that is so large. */
function thinned({ grey, w }: Picture, size: number, step = 1): Uint8Array {
  return Uint8Array.from({ length: size * size }, (_, k) => grey[Math.floor(k / size) * step * w + (k % size) * step]!);
}

describe('mandel -w 64 -h 64', () => {
  test('is the corner of a larger picture', async () => {
    const [small, large] = [await painted('-w', '64', '-h', '64'), await painted('-w', '128', '-h', '128')];
    expect(small.sum).toBe(sumOf(thinned(large, 64)));
  });

  test('with -zoom is all of it', async () => {
    const [small, large] = [
      await painted('-w', '64', '-h', '64', '-zoom', '1'),
      await painted('-w', '128', '-h', '128', '-zoom', '1'),
    ];
    expect(small.sum).toBe(sumOf(thinned(large, 64, 2)));
  });

  test('with -center has that point in the middle', async () => {
    const [all, moved] = [
      await painted('-w', '64', '-h', '64', '-zoom', '1'),
      await painted('-w', '64', '-h', '64', '-center', '-0.75,1'),
    ];
    // One is a quarter of the height: 16 of 64 pixels.
    expect(sumOf(moved.grey.subarray(0, 48 * 64))).toBe(sumOf(all.grey.subarray(16 * 64)));
  });
});

describe('mandel scale', () => {
  const small = ['-w', '64', '-h', '64', '-procs', '2', '-machine', 'workshop'];
  const scale = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await cli(['scale', ...small, ...args], { cwd: tempDir() });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout;
  };

  test('says which part it simulates, in its first line and in its figures', async () => {
    const [line] = (await scale('-zoom', '1')).split('\n');
    expect(line).toBe('row, workshop 64x64, center -0.75,0 zoom 1, machine workshop, seed 1');
    const moved = JSON.parse(await scale('-center', '-1,0.25', '-zoom', '8', '-json', '-'));
    expect(moved).toMatchObject({ w: 64, h: 64, zoom: 8, re: -1, im: 0.25 });
    const corner = JSON.parse(await scale('-json', '-'));
    expect(corner).toMatchObject({ zoom: 0 });
    expect(moved.runs[0].time).not.toBe(corner.runs[0].time);
  });

  test('tells a run that is over before another P has started', async () => {
    const note = /\nToo short: it takes 0\.\d{3} s with 1 P, and 0\.020 s to start another P\.\n/;
    expect(await scale('-machine', 'two-cores')).toMatch(note);
    expect(await scale('-zoom', '1')).not.toContain('Too short');
  });
});

describe('mandel compare', () => {
  test('shows the part in its first line, and its runs paint it', async () => {
    const args = [
      'compare',
      '-n',
      '1',
      '-w',
      '32',
      '-h',
      '32',
      '-procs',
      '1',
      '-center',
      '-1,-0.25',
      '-zoom',
      '4',
      'seq',
    ];
    const { status, stdout, stderr } = await cli(args, { cwd: tempDir() });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^workshop 32x32, center -1,-0\.25 zoom 4, 1 P on /);
    const json = await cli([...args.slice(0, -1), '-json', 'seq'], { cwd: tempDir() });
    expect(JSON.parse(json.stdout)).toMatchObject({ w: 32, h: 32, zoom: 4, re: -1, im: -0.25 });
  });
});

describe('mandel web', () => {
  const asked = async (url: string) => decode(Buffer.from(await (await fetch(url)).arrayBuffer()));

  test('takes center and zoom as keys, and as flags for pictures that have neither', async () => {
    const web = await startWeb('-procs', '1', '-zoom', '1', '-quiet');
    const picture = `${web.url}/mandelbrot?w=48&h=48&kernel=fast`;
    const size = ['-scene', 'web', '-w', '48', '-h', '48'];
    const usual = await painted(...size, '-zoom', '1');
    const moved = await painted(...size, '-center', '-1,0.25', '-zoom', '8');
    expect((await asked(picture)).sum).toBe(usual.sum);
    expect((await asked(`${picture}&center=-1,0.25&zoom=8`)).sum).toBe(moved.sum);
    expect((await asked(`${picture}&zoom=8&center=-1%2C0.25`)).sum).toBe(moved.sum);
    web.child.kill('SIGTERM');
    await eventually(async () => (await web.ended) === 0);
  });
});

describe('a part that is none', () => {
  const zoom = (got: string) => `-zoom: expected a number above 0, up to 1000000000000000, got "${got}"`;
  const center = (got: string) => `-center: expected a point as RE,IM, such as -0.75,0.1, got "${got}"`;
  test.each([
    [['-zoom', '0'], zoom('0')],
    [['-zoom', 'x'], zoom('x')],
    [['-zoom', '2e15'], zoom('2e15')],
    [['-center', '1'], center('1')],
    [['-center', '1,2,3', '-zoom', '1'], center('1,2,3')],
  ])('%j is refused by every command', async (flags, says) => {
    for (const command of [[], ['scale'], ['compare'], ['web']]) {
      const ended = await cli([...command, ...flags], { cwd: tempDir() });
      expect(ended).toMatchObject({ status: 2, stdout: '', stderr: `mandel: ${says}\n` });
    }
  });
});

describe('the help of each command', () => {
  test.each(['', 'scale', 'compare'])('mandel %s says what a small picture is', async (command) => {
    const { stdout } = await cli([...(command === '' ? [] : [command]), '-help'], { cwd: tempDir() });
    const help = stdout.replace(/\s+/g, ' ');
    expect(help).toContain('without -zoom a small picture is a corner of the scene');
    expect(help).toContain('with -zoom 1 all of the set fits into any size');
    expect(help).toContain('-center <re,im>');
  });

  test('mandel web says what its keys are', async () => {
    const { stdout } = await cli(['web', '-help'], { cwd: tempDir() });
    expect(stdout).toContain('keys: w, h, mode, workers, scene, kernel,');
    expect(stdout).toContain('-center and -zoom are for pictures whose requests have neither.');
  });
});
