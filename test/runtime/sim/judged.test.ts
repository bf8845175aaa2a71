// Real Go reads simulated traces: of modes and of an example, and of runs that end in the middle of something.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTrace } from 'mandel/trace';
import { expect, test } from 'vitest';
import { judge, needJudges } from '../../support/gotool.js';
import { hostedCli } from '../../support/hosted.js';
import { writeProgram } from '../../support/program.js';
import { tempDir } from '../../support/tempdir.js';

const picture = ['-w', '32', '-h', '32', '-o', '/dev/null'];
const compiled = (path: string) => fileURLToPath(new URL(`../../../dist/${path}.js`, import.meta.url));

// Each trace is written by a process of its own: to start Go's tools, this process would have to copy the simulator's memory.
test.for([
  { args: ['-mode', 'px', ...picture], file: [], procs: 3, status: 0 },
  { args: ['-mode', 'workers', '-workers', '4', ...picture], file: [], procs: 64, status: 0 },
  { args: ['run'], file: [compiled('examples/kitchen')], procs: 2, status: 0 },
  { args: ['run'], file: [compiled('test/programs/sieve1')], procs: 64, status: 0 },
])('$args $file on $procs Ps', async ({ args, file, procs, status }, context) => {
  await needJudges(context);
  const trace = join(tempDir(), 'trace.out');
  const flags = ['-engine', 'sim', '-procs', String(procs), '-trace', trace];
  const ended = await hostedCli([...args, ...flags, ...file], { cwd: tempDir() });
  expect(ended.status, ended.stderr).toBe(status);
  expect(readTrace(trace).cut).toBeUndefined();
  expect((await judge(trace, 'events')).complaints).toEqual([]);
});

test('a panic on one P while another is in the middle of a step', async (context) => {
  await needJudges(context);
  const cwd = tempDir();
  const program = writeProgram(
    cwd,
    'p',
    `
export function* talks(c, d) { for (;;) { yield* c.send(1); yield* d.recv(); } }
export function* answers(c, d) { for (let k = 0; ; k++) { yield* c.recv(); if (k === 300) panic('enough'); yield* d.send(1); } }
export function* main() {
  for (let k = 0; k < 8; k++) {
    const c = chan(int), d = chan(int);
    go(talks, c, d);
    go(answers, c, d);
  }
  yield* select([]);
}`,
  );
  const trace = join(cwd, 'trace.out');
  const ended = await hostedCli(['run', '-engine', 'sim', '-procs', '6', '-trace', trace, program], { cwd });
  expect(ended.status, ended.stderr).toBe(2);
  expect(readTrace(trace).cut).toBeUndefined();
  expect((await judge(trace, 'events')).complaints).toEqual([]);
});
