// The simulator through the command: what it prints, and bad input, which is one clear line and leaves nothing behind.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { golden } from '../../support/goldens.js';
import { hostedCli } from '../../support/hosted.js';
import { decode } from '../../support/picture.js';
import { writeProgram } from '../../support/program.js';
import { tempDir } from '../../support/tempdir.js';

const sim = ['-engine', 'sim'];

describe('mandel -engine sim', () => {
  test('paints the picture, and prints virtual times', async () => {
    const cwd = tempDir();
    const size = golden('workshop', 17, 5);
    const args = [...sim, '-mode', 'workers', '-workers', '4', '-procs', '64', '-w', '17', '-h', '5', '-o', 'p.png'];
    const first = await hostedCli(args, { cwd });
    expect(first).toMatchObject({ status: 0, stdout: '' });
    expect(first.stderr).toMatch(
      /^mode workers, 17x5, 5 goroutines, 64 Ps, real \d+\.\d{3}s user \d+\.\d{3}s sys \d+\.\d{3}s \(virtual; machine .*, seed 1\)\n$/,
    );
    expect(decode(readFileSync(join(cwd, 'p.png')))).toMatchObject({ w: 17, h: 5, sum: size.sum });
    expect((await hostedCli(args, { cwd })).stderr).toBe(first.stderr);
  });

  test('writes the same trace for the same seed, and a different one for another seed', async () => {
    const cwd = tempDir();
    const traced = async (file: string, seed: string) => {
      const args = [...sim, '-mode', 'px', '-w', '16', '-h', '16', '-procs', '3', '-o', '-', '-quiet'];
      expect((await hostedCli([...args, '-seed', seed, '-trace', file], { cwd })).status).toBe(0);
      return readFileSync(join(cwd, file));
    };
    const first = await traced('a', '7');
    expect((await traced('b', '7')).equals(first)).toBe(true);
    expect((await traced('c', '8')).equals(first)).toBe(false);
  });

  test('runs a program, with its arguments and its exit status', async () => {
    const cwd = tempDir();
    const program = writeProgram(
      cwd,
      'p',
      'export function* main(...args) { yield* sleep(hour); println(...args); exit(args.length); }',
    );
    const ended = await hostedCli(['run', ...sim, '-procs', '1000', program, 'a', 'b', 'c'], { cwd });
    expect(ended).toMatchObject({ status: 3, stdout: 'a b c\n', stderr: '' });
  });
});

const whole = (got: string) => `-procs: expected a whole number from 1 to 1024, got "${got}"`;

describe('bad input', () => {
  test.each([
    { args: [...sim, '-procs', '0'], status: 2, says: whole('0') },
    { args: [...sim, '-procs', '2000'], status: 2, says: whole('2000') },
    { args: [...sim, '-procs', '1025'], status: 2, says: whole('1025') },
    { args: [...sim, '-procs', '1.5'], status: 2, says: whole('1.5') },
    { args: [...sim, '-procs', '-4'], status: 2, says: whole('-4') },
    { args: [...sim, '-procs', 'many'], status: 2, says: whole('many') },
    {
      args: ['-engine', 'simm'],
      status: 2,
      says: '-engine: expected one of threads, sim, got "simm"; did you mean sim?',
    },
    { args: ['-engine', ''], status: 2, says: '-engine: expected one of threads, sim, got ""' },
    { args: ['-machine', 'laptop'], status: 2, says: '-machine: expected -engine sim with it, got -engine threads' },
    { args: [...sim, '-machine', 'nosuch'], status: 2, says: /^-machine:? .*nosuch/ },
    { args: [...sim, '-machine', 'broken.json'], status: 1, says: /^broken\.json: expected JSON/ },
    { args: [...sim, '-machine', 'empty.json'], status: 1, says: /^empty\.json: .*expected/ },
    { args: [...sim, '-machine', '.'], status: 1, says: '.: expected a file, got a directory' },
    {
      args: [...sim, '-seed', '-1'],
      status: 2,
      says: /^-seed: expected a whole number from 0 to 2147483647, got "-1"$/,
    },
    { args: [...sim, '-seed', 'x'], status: 2, says: /^-seed: expected a whole number from 0 to 2147483647, got "x"$/ },
    { args: [...sim, '-trace', 'no/such/place'], status: 1, says: '-trace no/such/place: no such directory' },
  ])('$args is one line', async ({ args, status, says }) => {
    const cwd = tempDir();
    const given = ['broken.json', 'empty.json'];
    writeFileSync(join(cwd, 'broken.json'), '{"name": "half');
    writeFileSync(join(cwd, 'empty.json'), '{}');
    const ended = await hostedCli([...args, '-w', '1', '-h', '1'], { cwd });
    expect(ended.stderr).toMatch(/^mandel: [^\n]+\n$/);
    const line = ended.stderr.slice('mandel: '.length, -1);
    if (typeof says === 'string') expect(line).toBe(says);
    else expect(line).toMatch(says);
    expect(ended).toMatchObject({ status, stdout: '' });
    expect(readdirSync(cwd).sort()).toEqual(given);
  });

  test('a program that never yields in virtual time is ended, and says what to do', async () => {
    const cwd = tempDir();
    // It sleeps instead of computing: the watching thread cannot tell, and the core is free for other tests.
    const program = writeProgram(
      cwd,
      'p',
      'export function* main() { yield* gosched(); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); }',
    );
    const ended = await hostedCli(['run', ...sim, program], { cwd });
    expect(ended).toMatchObject({ status: 1, signal: null, stdout: '' });
    expect(ended.stderr).toMatch(
      /^mandel: sim: a goroutine has computed for 10 s without a scheduling point, .*`yield\*`.*\n$/,
    );
    expect(readdirSync(cwd)).toEqual(['p.mjs']);
  });

  test('a program that is not there is one line', async () => {
    const cwd = tempDir();
    const ended = await hostedCli(['run', ...sim, 'nosuch.mjs'], { cwd });
    expect(ended).toMatchObject({ status: 1, stdout: '', stderr: 'mandel: nosuch.mjs: no such file\n' });
  });
});
