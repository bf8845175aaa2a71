// The end of `mandel run` when nothing goes wrong, and the arguments of a program.

import { describe, expect, test } from 'vitest';
import { cli } from '../support/cli.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';

function runProgram(body: string, procs: number, args: readonly string[] = []) {
  const cwd = tempDir();
  return cli(['run', '-procs', String(procs), writeProgram(cwd, 'p', body), ...args], { cwd });
}

describe.each([1, 4])('mandel run on %d Ps', (procs) => {
  test('ends when main returns, whatever the others do', async () => {
    const ended = await runProgram(
      `
export function* sleeper() { yield* sleep(hour); println('late'); }
export function* waiter() { yield* nilChan(int).recv(); }
export function* main() {
  go(sleeper);
  go(waiter);
  yield* gosched();
  println('done');
}`,
      procs,
    );
    expect(ended).toMatchObject({ status: 0, stdout: 'done\n', stderr: '' });
  });

  test('a main that is no generator function runs to its end', async () => {
    const ended = await runProgram("export function main() { println('plain'); }", procs);
    expect(ended).toMatchObject({ status: 0, stdout: 'plain\n', stderr: '' });
  });

  test('exit(3) in a goroutine exits 3', async () => {
    const ended = await runProgram(
      `
export function* worker() { exit(3); }
export function* main() { go(worker); yield* nilChan(int).recv(); }`,
      procs,
    );
    expect(ended).toMatchObject({ status: 3, signal: null, stdout: '', stderr: '' });
  });

  test('exit(0) is success, and nothing after it runs', async () => {
    const ended = await runProgram("export function* main() { exit(0); println('after'); }", procs);
    expect(ended).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('exit cannot be caught', async () => {
    const ended = await runProgram(
      `
export function* main() {
  try { exit(3); } catch { println('caught'); }
  for (;;) yield* gosched();
}`,
      procs,
    );
    expect(ended).toMatchObject({ status: 3, signal: null, stderr: '' });
  });
});

describe('mandel run', () => {
  test('exit wants a status that a process can have', async () => {
    const ended = await runProgram('export function* main() { exit(256); }', 1);
    expect(ended).toMatchObject({ status: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^(mandel: )?exit: expected a status from 0 to 255, got 256 \(at .*p\.mjs:2:\d+\)\n$/);
  });

  test('main is called with the arguments, as strings; flags after the file are its own', async () => {
    const body = 'export function main(...args) { println(JSON.stringify(args)); }';
    const ended = await runProgram(body, 1, ['a', '-procs', '9', '--help', '', '-']);
    expect(ended).toMatchObject({ status: 0, stdout: '["a","-procs","9","--help","","-"]\n', stderr: '' });
  });

  test('a module is found by a relative path, and may have blanks in its name', async () => {
    const cwd = tempDir();
    writeProgram(cwd, 'a b#c', "export function main() { println('here'); }");
    expect(await cli(['run', 'a b#c.mjs'], { cwd })).toMatchObject({ status: 0, stdout: 'here\n', stderr: '' });
  });

  test('the same -seed makes the same choices', async () => {
    const body = `
export function* main() {
  const a = chan(int, 64);
  const b = chan(int, 64);
  for (let i = 0; i < 64; i++) {
    yield* a.send(i);
    yield* b.send(i);
  }
  let choices = '';
  for (let i = 0; i < 64; i++) choices += (yield* select([recv(a), recv(b)])).index;
  println(choices);
}`;
    const cwd = tempDir();
    const file = writeProgram(cwd, 'p', body);
    const choices = async (seed: string) => (await cli(['run', '-procs', '1', '-seed', seed, file], { cwd })).stdout;
    const first = await choices('7');
    expect(first).toMatch(/^[01]{64}\n$/);
    expect(await choices('7')).toBe(first);
    expect(await choices('8')).not.toBe(first);
  });

  test('what is printed to a pipe that is read slowly arrives whole and in order', async () => {
    const body = "export function* main() { for (let i = 0; i < 20000; i++) println('line', i); }";
    const ended = await runProgram(body, 1);
    expect(ended.stdout).toBe(Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join(''));
  });
});
