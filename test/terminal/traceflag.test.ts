// -trace: where the trace of a run goes, and what becomes of it when it cannot go there.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkTrace, parse, readTrace } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { cli, startCli } from '../support/cli.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';

const small = ['-w', '64', '-h', '64', '-mode', 'row', '-o', 'p.png'];

describe('-trace', () => {
  test.each([
    { file: 'no/such/place', says: '-trace no/such/place: no such directory', status: 1 },
    { file: 'folder', says: '-trace folder: expected a file, got a directory', status: 1 },
    { file: '/dev/full', says: '-trace /dev/full: no space left on device', status: 1 },
    { file: '', says: '-trace: expected a file name, got nothing', status: 2 },
  ])('$file is refused in one line, and nothing is left', async ({ file, says, status }) => {
    const cwd = tempDir();
    mkdirSync(join(cwd, 'folder'));
    const ended = await cli([...small, '-trace', file], { cwd });
    expect(ended).toMatchObject({ status, stdout: '', stderr: `mandel: ${says}\n` });
    expect(readdirSync(cwd)).toEqual(['folder']);
  });

  test('of a program that is none leaves no file', async () => {
    const cwd = tempDir();
    const program = writeProgram(cwd, 'p', 'export const x = 1;');
    const ended = await cli(['run', '-trace', 'trace.out', program], { cwd });
    expect(ended.status).toBe(2);
    expect(existsSync(join(cwd, 'trace.out'))).toBe(false);
  });

  test('goes to a pipe as well', async () => {
    const cwd = tempDir();
    expect(spawnSync('mkfifo', [join(cwd, 'pipe')]).status).toBe(0);
    const [{ status }, bytes] = await Promise.all([
      cli([...small, '-trace', 'pipe'], { cwd }),
      readFile(join(cwd, 'pipe')),
    ]);
    expect(status).toBe(0);
    checkTrace(parse(bytes));
  });

  test('may be ended by the program, which may begin another one', async () => {
    const cwd = tempDir();
    const program = writeProgram(
      cwd,
      'p',
      `
export function* main(file) {
  yield* trace.stop();
  println(trace.isEnabled());
  yield* trace.start(file);
  println(trace.isEnabled()); // and is not ended
}`,
    );
    const ended = await cli(['run', '-procs', '2', '-trace', 'first', program, 'second'], { cwd });
    expect(ended).toMatchObject({ status: 0, stdout: 'false\ntrue\n', stderr: '' });
    for (const file of ['first', 'second']) {
      const trace = readTrace(join(cwd, file));
      expect(trace.cut).toBeUndefined();
      checkTrace(trace);
    }
  });

  test('is readable after SIGKILL', async () => {
    const cwd = tempDir();
    const big = ['-mode', 'px', '-scene', 'justforfunc', '-w', '8192', '-h', '8192', '-procs', '2'];
    const { child, ended } = startCli([...big, '-trace', 'trace.out'], { cwd });
    const file = join(cwd, 'trace.out');
    while (!hasChunks(file)) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    const trace = readTrace(file);
    expect(trace.cut).toBeDefined();
    checkTrace(trace);
  });
});

/** True if the file has more than what it begins with. */
function hasChunks(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 1 << 20;
}
