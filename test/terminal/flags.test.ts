// Flags as Go's flag package reads them, and what the command prints when all goes well.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modes } from 'mandel/modes';
import { describe, expect, test } from 'vitest';
import { commands } from '#src/commands/commands.js';
import { cli } from '../support/cli.js';
import { golden } from '../support/goldens.js';
import { hostedCli } from '../support/hosted.js';
import { decode } from '../support/picture.js';
import { tempDir } from '../support/tempdir.js';

/** The commands, by what follows `mandel`. */
const names = commands.map(({ name }) => name);
const small = ['-w', '17', '-h', '5'];
const seconds = String.raw`\d+\.\d{3}s`;

/** The line about a run. */
const summary = (mode: string, size: string, goroutines: string, ps: string) =>
  new RegExp(`^mode ${mode}, ${size}, ${goroutines}, ${ps}, real ${seconds} user ${seconds} sys ${seconds}\n$`);

describe('flags', () => {
  test.each([
    { form: '-mode row', args: ['-mode', 'row'] },
    { form: '--mode row', args: ['--mode', 'row'] },
    { form: '-mode=row', args: ['-mode=row'] },
    { form: '--mode=row', args: ['--mode=row'] },
    { form: '-mode col -mode row (the last one counts)', args: ['-mode', 'col', '-mode', 'row'] },
  ])('$form chooses the mode row', async ({ args }) => {
    const cwd = tempDir();
    const ended = await hostedCli([...args, ...small, '-procs', '1'], { cwd });
    expect(ended).toMatchObject({ status: 0, stdout: '' });
    expect(ended.stderr).toMatch(summary('row', '17x5', '18 goroutines', '1 P'));
    expect(decode(readFileSync(join(cwd, 'mandelbrot.png'))).sum).toBe(golden('workshop', 17, 5).sum);
  });

  test('-h is the height, and -w the width', async () => {
    const cwd = tempDir();
    expect(await hostedCli(['-h', '5', '-w', '17', '-quiet'], { cwd })).toMatchObject({
      status: 0,
      stderr: '',
      stdout: '',
    });
    expect(decode(readFileSync(join(cwd, 'mandelbrot.png')))).toMatchObject({ w: 17, h: 5 });
  });

  test('a plain `mandel` paints the workshop scene in mode seq', async () => {
    const cwd = tempDir();
    const ended = await cli([], { cwd, env: { GOMAXPROCS: '2' } });
    expect(ended.stderr).toMatch(summary('seq', '1024x1024', '1 goroutine', '2 Ps'));
    expect(readdirSync(cwd)).toEqual(['mandelbrot.png']);
    expect(decode(readFileSync(join(cwd, 'mandelbrot.png')))).toMatchObject({
      depth: 8,
      colorType: 0,
      sum: golden('workshop', 1024, 1024).sum,
    });
  });

  test('-scene web has a size of its own', async () => {
    const cwd = tempDir();
    await hostedCli(['-scene', 'web', '-mode', 'row', '-o', 'web.png'], { cwd });
    expect(decode(readFileSync(join(cwd, 'web.png')))).toMatchObject({
      w: 512,
      h: 512,
      sum: golden('web', 512, 512).sum,
    });
  });

  test.each([
    { args: ['-mode', 'workers', '-workers', '4', '-procs', '2'], goroutines: '5 goroutines', ps: '2 Ps' },
    { args: ['-mode', 'buffered', '-procs', '1'], goroutines: '2 goroutines', ps: '1 P' },
    { args: ['-mode', 'rowworkers', '-workers', '3', '-procs', '2'], goroutines: '4 goroutines', ps: '2 Ps' },
    { args: ['-mode', 'px', '-workers', '1'], goroutines: '86 goroutines', ps: '1 P' },
    { args: ['-mode', 'row', '-workers', '2'], goroutines: '18 goroutines', ps: '2 Ps' },
    { args: ['-mode', 'col', '-workers', '1'], goroutines: '6 goroutines', ps: '1 P' },
    { args: ['-mode', 'col', '-workers', '1', '-procs', '3'], goroutines: '6 goroutines', ps: '3 Ps' },
    { args: ['-mode', 'row'], goroutines: '18 goroutines', ps: '3 Ps', gomaxprocs: '3' },
    { args: ['-mode', 'row', '-procs', '2'], goroutines: '18 goroutines', ps: '2 Ps', gomaxprocs: '3' },
    { args: ['-mode', 'row', '-workers', '2'], goroutines: '18 goroutines', ps: '2 Ps', gomaxprocs: '3' },
  ])('$args (GOMAXPROCS $gomaxprocs) takes $goroutines on $ps', async ({ args, goroutines, ps, gomaxprocs }) => {
    const ended = await hostedCli([...args, ...small], { cwd: tempDir(), env: { GOMAXPROCS: gomaxprocs ?? '2' } });
    expect(ended).toMatchObject({ status: 0, stdout: '' });
    expect(ended.stderr).toMatch(summary(args[1]!, '17x5', goroutines, ps));
  });

  test.each(['-quiet', '--quiet', '-quiet=true', '-quiet=1'])('%s keeps standard error empty', async (flag) => {
    expect(await hostedCli([...small, flag], { cwd: tempDir() })).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('-quiet=false does not', async () => {
    const ended = await hostedCli([...small, '-quiet=false'], { cwd: tempDir() });
    expect(ended.stderr).toMatch(/^mode seq, .*\n$/);
  });
});

describe('help', () => {
  test.each(['-help', '--help'])('%s names every mode and every flag on standard output', async (flag) => {
    const cwd = tempDir();
    const ended = await hostedCli([flag], { cwd });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    for (const { name } of modes) expect(ended.stdout).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
    for (const flag of [
      'mode',
      'workers',
      'procs',
      'scene',
      'kernel',
      'center',
      'zoom',
      'iterations',
      'w',
      'h',
      'o',
      'quiet',
      'version',
      'help',
    ]) {
      expect(ended.stdout).toMatch(new RegExp(`^  -${flag}\\b`, 'm'));
    }
    expect(ended.stdout).not.toMatch(/^ +--/m);
    expect(existsSync(join(cwd, 'mandelbrot.png'))).toBe(false);
  });

  test('mandel run -help says how to call it', async () => {
    const ended = await hostedCli(['run', '-help'], { cwd: tempDir() });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^Usage: mandel run \[flags\] FILE\.js \[args\]$/m);
    expect(ended.stdout).toMatch(/^ +-procs\b/m);
  });

  test.each([['-version'], ['--version'], ['-v'], ['--v'], ['version'], ['compare', '-v'], ['web', '-version']])(
    'mandel %s %s prints the version of the package',
    async (...args) => {
      const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
      const ended = await hostedCli(args.filter(Boolean), { cwd: tempDir() });
      expect(ended).toMatchObject({ status: 0, stdout: `mandel ${version}\n`, stderr: '' });
    },
  );

  test.each(names)('mandel help %s is what -help says', async (name) => {
    const words = name.split(' ').filter(Boolean);
    const cwd = tempDir();
    const [asked, flag] = await Promise.all([
      hostedCli(['help', ...words], { cwd }),
      hostedCli([...words, '-help'], { cwd }),
    ]);
    expect(asked).toMatchObject({ status: 0, stderr: '', stdout: flag.stdout });
    expect(asked.stdout).toMatch(new RegExp(`^Usage: mandel ${name === '' ? '\\[' : name}`));
  });

  test.each(names)('of mandel %s fits into 80 columns', async (name) => {
    const { stdout } = await hostedCli(['help', ...name.split(' ').filter(Boolean)], { cwd: tempDir() });
    expect(tooLong(stdout)).toEqual([]);
  });
});

describe('80 columns', () => {
  const scene = ['-w', '64', '-h', '64', '-procs', '2'];

  test.each([
    { args: ['trace', 'px.out'] },
    { args: ['trace', 'workers.out'] },
    { args: ['trace', 'diff', 'px.out', 'workers.out'] },
    { args: ['scale', '-procs', '1..4', '-w', '16', '-h', '16'] },
  ])('are enough for $args', async ({ args }) => {
    const cwd = tempDir();
    for (const mode of ['px', 'workers']) await hostedCli([...scene, '-mode', mode, '-trace', `${mode}.out`], { cwd });
    const ended = await hostedCli(args, { cwd });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(tooLong(ended.stdout)).toEqual([]);
  });

  test('are enough for mandel compare', async () => {
    const { status, stdout } = await cli(['compare', '-n', '1', ...scene], { cwd: tempDir() });
    expect(status).toBe(0);
    expect(tooLong(stdout)).toEqual([]);
  });
});

/** Lines that have more than 80 columns. */
function tooLong(text: string): string[] {
  return text.split('\n').filter((line) => line.length > 80);
}
