// A terminal as standard output: no bytes that are no text, and a picture that is drawn.

import { readdirSync } from 'node:fs';
import { checkTrace, parse } from 'mandel/trace';
import { describe, expect, type TestContext, test } from 'vitest';
import { cli } from '../support/cli.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';
import { onTerminal } from '../support/terminal.js';

const small = ['-w', '8', '-h', '8', '-procs', '2', '-quiet'];
const colours = { LC_ALL: 'C.UTF-8', TERM: 'xterm-256color', COLORTERM: '', NO_COLOR: '' };

/** What the command prints on a terminal: both streams, with its line ends as Unix has them. */
async function seen(
  context: TestContext,
  args: readonly string[],
  { cwd = tempDir(), env = {}, columns = 80 }: { cwd?: string; env?: Record<string, string>; columns?: number } = {},
) {
  const through = onTerminal(context, columns);
  const { status, stdout } = await cli(args, { cwd, env: { ...colours, ...env }, through });
  return { status, text: stdout.replaceAll('\r\n', '\n') };
}

const refused = (source: string, what: string) => ({
  status: 2,
  text: `mandel: ${source}: expected a file or a pipe for ${what}, got a terminal; redirect standard output or name a file\n`,
});

describe('a terminal', () => {
  test.for([
    { args: [...small, '-trace', '-'], source: '-trace -', what: 'a trace' },
    { args: [...small, '-engine', 'sim', '-trace', '-'], source: '-trace -', what: 'a trace' },
    ...['cpu', 'mem', 'block', 'mutex', 'goroutine'].map((kind) => ({
      args: [...small, `-${kind}profile`, '-'],
      source: `-${kind}profile -`,
      what: 'a profile',
    })),
  ])('gets no bytes of $args', async ({ args, source, what }, context) => {
    const cwd = tempDir();
    expect(await seen(context, args, { cwd })).toEqual(refused(source, what));
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('gets no bytes of a trace or a profile that is read', async (context) => {
    const cwd = tempDir();
    await cli([...small, '-trace', 't.out', '-cpuprofile', 'cpu.pb.gz'], { cwd });
    for (const [args, source, what] of [
      [['trace', '-export', 'perfetto', 't.out'], '-export perfetto', 'a trace'],
      [['trace', '-pprof', 'sync', 't.out'], '-pprof sync', 'a profile'],
      [['trace', '-anonymize', 't.out'], '-anonymize', 'a trace'],
      [['pprof', '-proto', '-o', '-', 'cpu.pb.gz'], 'proto', 'a profile'],
      [['pprof', '-proto', '-output', '-', 'cpu.pb.gz'], 'proto', 'a profile'],
    ] as const) {
      expect(await seen(context, args, { cwd })).toEqual(refused(source, what));
    }
    expect((await seen(context, ['trace', '-export', 'csv', 't.out'], { cwd })).status).toBe(0);
    expect(await seen(context, ['trace', '-'], { cwd })).toEqual({
      status: 1,
      text: 'mandel: trace: standard input: expected a trace from a file or a pipe, got a terminal\n',
    });
  });
});

describe('-trace -', () => {
  test.each(['threads', 'sim'])('writes the trace to standard output, on the engine %s', async (engine) => {
    const cwd = tempDir();
    const { status, bytes, stderr } = await cli([...small, '-engine', engine, '-trace', '-', '-o', 'p.png'], { cwd });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    checkTrace(parse(bytes));
    expect(readdirSync(cwd)).toEqual(['p.png']);
  });

  test('writes that of a program, and of a schedule that is explored again', async () => {
    const cwd = tempDir();
    const program = writeProgram(cwd, 'p', 'export function* main() { yield* sleep(1); }');
    for (const command of [['run'], ['explore', '-replay', '1']]) {
      const { bytes, stderr } = await cli([...command, '-trace', '-', program], { cwd });
      expect(stderr).toBe('');
      checkTrace(parse(bytes));
    }
  });

  test.each([
    { args: ['-o', '-', '-trace', '-'], second: 'trace', first: 'o' },
    { args: ['-o', '-', '-cpuprofile', '-'], second: 'cpuprofile', first: 'o' },
    { args: ['-memprofile', '-', '-cpuprofile', '-'], second: 'memprofile', first: 'cpuprofile' },
    { args: ['run', '-trace', '-', '-mutexprofile', '-', 'p.js'], second: 'mutexprofile', first: 'trace' },
  ])('shares standard output with nothing: $args', async ({ args, second, first }) => {
    const stderr = `mandel: -${second}: expected a file while standard output is for -${first}, got "-"\n`;
    expect(await cli(args, { cwd: tempDir() })).toMatchObject({ status: 2, stdout: '', stderr });
  });
});

describe('-o - on a terminal', () => {
  const unescaped = (text: string) => text.replaceAll('\u001b', 'ESC');
  const blocks = (text: string) => unescaped(text).replaceAll(/ESC\[[\d;]*m/g, '');

  test('draws the picture in half blocks, two pixels each, and no wider than it is', async (context) => {
    const cwd = tempDir();
    const { status, text } = await seen(context, ['-w', '6', '-h', '5', '-quiet', '-o', '-'], { cwd });
    expect(blocks(text)).toBe(`${'▀'.repeat(6)}\n`.repeat(3));
    expect(unescaped(text)).toMatch(/^ESC\[38;5;\d+;48;5;\d+m▀/);
    expect(unescaped(text)).toMatch(/ESC\[38;5;\d+;49m▀[^\n]*ESC\[0m\n$/); // below the last row is nothing
    expect(status).toBe(0);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('in true colour where the terminal has that, and as wide as the terminal at most', async (context) => {
    const args = ['-w', '90', '-h', '60', '-quiet', '-o', '-'];
    const { status, text } = await seen(context, args, { env: { COLORTERM: 'truecolor' }, columns: 30 });
    expect(blocks(text)).toBe(`${'▀'.repeat(30)}\n`.repeat(10));
    expect(unescaped(text)).toMatch(/^ESC\[38;2;(\d+);\1;\1;48;2;(\d+);\2;\2m▀/);
    expect(status).toBe(0);
  });

  test.for([
    { env: { NO_COLOR: '1' }, got: 'NO_COLOR' },
    { env: { TERM: 'dumb' }, got: 'TERM=dumb' },
    { env: { LC_ALL: 'C' }, got: 'the locale C' },
    { env: { LC_ALL: '', LC_CTYPE: 'POSIX' }, got: 'the locale C' },
    { env: { LC_ALL: '', LC_CTYPE: '', LANG: 'C' }, got: 'the locale C' },
  ])('is refused with $env', async ({ env, got }, context) => {
    const expected = 'expected a terminal with colours and Unicode to draw the picture';
    expect(await seen(context, ['-o', '-'], { env })).toEqual({
      status: 2,
      text: `mandel: -o -: ${expected}, got ${got}; redirect standard output or name a file\n`,
    });
  });
});

describe('the locale C', () => {
  /** The characters beyond ASCII. */
  const beyond = (text: string) => [...text].filter((char) => char > '\u007f');

  test.each([
    ['trace', 't.out'],
    ['trace', 'diff', 't.out', 'u.out'],
    ['pprof', '-top', 'cpu.pb.gz'],
    ['pprof', '-traces', 'cpu.pb.gz'],
  ])('has only ASCII in mandel %s %s', async (...args) => {
    const cwd = tempDir();
    await cli([...small, '-trace', 't.out', '-cpuprofile', 'cpu.pb.gz'], { cwd });
    await cli([...small, '-trace', 'u.out'], { cwd });
    const words = args.filter(Boolean);
    const ended = await cli(words, { cwd, env: { LC_ALL: 'C' } });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(beyond(ended.stdout)).toEqual([]);
    if (args[1] === 't.out') {
      expect(ended.stdout).toMatch(/\n {2}running {3}[ .:\-=+*#@]{44}\| 2 Ps\n/);
      expect((await cli(words, { cwd })).stdout).toMatch(/\n {2}running {3}[ ▁▂▃▄▅▆▇█]{44}\| 2 Ps\n/);
    }
  });

  test('has only ASCII in an error', async () => {
    const args = ['pprof', '-top', '-focus', `(${'a'.repeat(500)}`, 'cpu.pb.gz'];
    const cwd = tempDir();
    await cli([...small, '-cpuprofile', 'cpu.pb.gz'], { cwd });
    const { status, stderr } = await cli(args, { cwd, env: { LANG: 'POSIX' } });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^mandel: pprof: .*\.\.\./);
    expect(beyond(stderr)).toEqual([]);
  });
});
