// hostedCli() gives what the command itself gives, which other tests rely on.

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from '../support/cli.js';
import { hostedCli } from '../support/hosted.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';

const programs = [
  { what: 'returns', body: "export function main(...args) { println('in', args.join()); }" },
  { what: 'panics', body: 'export function* main() { panic(1); }' },
  { what: 'is asleep', body: 'export function* main() { yield* nilChan(int).recv(); }' },
  { what: 'exits', body: 'export function* main() { exit(3); }' },
  { what: 'exits as a process', body: 'export function* main() { process.exitCode = 4; }' },
  { what: 'forgets a `yield*`', body: 'export function* main() { chan(int).recv(); yield* gosched(); }' },
  { what: 'leaves a rejection', body: "export function* main() { Promise.reject(new Error('left')); }" },
  { what: 'is warned of', body: 'let n = 0;\nexport function* main() { n++; println(n); }' },
  { what: 'has no main', body: 'export const x = 1;' },
  { what: 'cannot be loaded', body: 'export function* main( {' },
  {
    what: 'prints more than a pipe holds',
    body: "export function main() { println('x'.repeat(1e6)); panic('y'.repeat(1e6)); }",
  },
];

test.each([
  ...programs.flatMap(({ what, body }) => [
    { what: `a program that ${what}, on threads`, flags: ['run', '-procs', '2'], body },
    { what: `a program that ${what}, simulated`, flags: ['run', '-engine', 'sim'], body },
  ]),
  { what: 'a wrong flag', flags: ['run', '-prosc', '2'], body: '' },
  { what: 'another command', flags: ['explore', '-runs', '5'], body: programs[1]!.body },
])('of $what', async ({ flags, body }) => {
  const cwd = tempDir();
  const file = writeProgram(cwd, 'p', body);
  // A module that is run again has been loaded already.
  const copy = join(tempDir(), 'p.mjs');
  cpSync(file, copy);
  const same = (text: string) => text.replace(/since \d+\.\d\ds/, 'since');
  const expected = await cli([...flags, file, 'a', '-b'], { cwd });
  for (const program of [file, copy]) {
    const ended = await hostedCli([...flags, program, 'a', '-b'], { cwd });
    const { status, signal } = expected;
    expect(ended).toMatchObject({ status, signal });
    for (const stream of ['stdout', 'stderr'] as const) {
      expect(same(ended[stream].replaceAll(copy, file))).toBe(same(expected[stream]));
    }
  }
});

test('in the environment of one call and its folder', async () => {
  const cwd = tempDir();
  writeProgram(cwd, 'p', 'export function main() { println(process.env.GOMAXPROCS, process.cwd()); }');
  const env = { GOMAXPROCS: '3' };
  expect((await hostedCli(['run', 'p.mjs'], { cwd, env })).stdout).toBe(`3 ${cwd}\n`);
  expect((await hostedCli(['run', 'p.mjs'], { cwd })).stdout).toBe(`undefined ${cwd}\n`);
});
