// Stray errors: rejections that nothing waits for, and errors in Node's timers. And process.exit() and process.exitCode, which
// mean for a program what they mean for a process.

import { pathToFileURL } from 'node:url';
import { Runtime, Simulator } from 'mandel/run';
import { describe, expect, test } from 'vitest';
import { cli } from '../../support/cli.js';
import { hostedCli } from '../../support/hosted.js';
import { writeProgram } from '../../support/program.js';
import { tempDir } from '../../support/tempdir.js';

const engines = [
  ['-procs', '1'],
  ['-procs', '4'],
  ['-engine', 'sim'],
] as const;

async function runProgram(body: string, flags: readonly string[], run = hostedCli) {
  const cwd = tempDir();
  const ended = await run(['run', ...flags, writeProgram(cwd, 'p', body)], { cwd });
  return { ...ended, stderr: ended.stderr.replaceAll(`${cwd}/`, '') };
}

describe.each(engines)('mandel run %s %s', (...flags) => {
  test('reports a rejection that nothing waits for, with its stack', async () => {
    const ended = await runProgram(
      `export function* main() {\n  Promise.reject(new Error('left behind'));\n  println('done');\n}`,
      flags,
    );
    expect(ended).toMatchObject({
      status: 2,
      signal: null,
      stdout: 'done\n',
      stderr: 'panic: unhandled rejection: Error: left behind\n\nmain(...)\n\tp.mjs:3:18\n',
    });
  });

  test.each([
    { what: 'setImmediate', call: 'setImmediate(f)' },
    { what: 'setTimeout of nothing', call: 'setTimeout(f)' },
    { what: 'setTimeout of a millisecond', call: 'setTimeout(f, 1)' },
    { what: 'nextTick', call: 'process.nextTick(f)' },
    { what: 'queueMicrotask', call: 'queueMicrotask(f)' },
  ])('reports what is thrown in a callback of $what', async ({ call }) => {
    const ended = await runProgram(
      `function f() {\n  throw new Error('in a callback');\n}\nexport function* main() {\n  ${call};\n}`,
      flags,
    );
    expect(ended).toMatchObject({ status: 2, signal: null });
    expect(ended.stderr).toMatch(
      /^panic: uncaught exception: Error: in a callback\n\n([\w.]+\.)?f\(\.\.\.\)\n\tp\.mjs:3:9\n/,
    );
  });

  test('never takes it for the panic', async () => {
    const ended = await runProgram(
      `export function* main() {\n  Promise.reject(new Error('left behind'));\n  panic('the real one');\n}`,
      flags,
    );
    expect(ended).toMatchObject({ status: 2, signal: null });
    expect(ended.stderr).toBe(
      'panic: the real one\n\ngoroutine 1 [running]:\np.main(...)\n\tp.mjs:4:3\n\n' +
        'besides, unhandled rejection: Error: left behind\n\nmain(...)\n\tp.mjs:3:18\n',
    );
  });

  test('nor for the deadlock', async () => {
    const ended = await runProgram(
      `export function* main() {\n  Promise.reject('a string');\n  yield* chan(int).recv();\n}`,
      flags,
    );
    expect(ended).toMatchObject({ status: 2, signal: null });
    expect(ended.stderr).toMatch(/^fatal error: all goroutines are asleep - deadlock!\n/);
    expect(ended.stderr).toMatch(/\n\nbesides, unhandled rejection: a string\n$/);
  });

  test('says what each thread has found while it loaded the program once', async () => {
    const ended = await runProgram("Promise.reject(new Error('early'));\nexport function* main() {}", flags);
    expect(ended).toMatchObject({ status: 2, signal: null });
    expect(ended.stderr).toMatch(/^panic: unhandled rejection: Error: early\n\n.*\n\tp\.mjs:2:16\n$/);
  });

  test('leaves to the program what it handles', async () => {
    const ended = await runProgram(
      `process.on('unhandledRejection', (e) => println('handled', e.message));
export function* main() {
  Promise.reject(new Error('mine'));
  Promise.reject(new Error('caught')).catch(() => {});
}`,
      flags,
      cli, // the handler stays with its thread
    );
    expect(ended).toMatchObject({ status: 0, stdout: 'handled mine\n', stderr: '' });
  });

  test.each([
    {
      where: 'in a goroutine',
      body: 'export function* main() {\n  go(worker);\n  yield* sleep(hour);\n}\nexport function worker() { process.exit(5); }',
      status: 5,
    },
    {
      where: 'where it is caught',
      body: 'export function* main() {\n  try { process.exit(5); } catch {}\n  for (;;) yield* gosched();\n}',
      status: 5,
    },
    { where: 'in a callback', body: 'export function* main() {\n  setTimeout(() => process.exit(6));\n}', status: 6 },
    {
      where: 'in a promise',
      body: 'export function* main() {\n  Promise.resolve().then(() => process.exit(6));\n}',
      status: 6,
    },
    { where: 'while the module is loaded', body: 'process.exit(7);\nexport function* main() {}', status: 7 },
    {
      where: 'without a status',
      body: 'export function* main() {\n  process.exitCode = 9;\n  process.exit();\n}',
      status: 9,
    },
    { where: 'without any', body: 'export function* main() {\n  process.exit();\n}', status: 0 },
    {
      where: 'with one that is larger than a byte',
      body: 'export function* main() {\n  process.exit(257);\n}',
      status: 1,
    },
    {
      where: 'by an import of its own',
      body: "import { exit as leave } from 'node:process';\nexport function* main() {\n  leave(8);\n}",
      status: 8,
    },
  ])('takes process.exit() for exit(): $where', async ({ body, status }) => {
    expect(await runProgram(body, flags)).toMatchObject({ status, signal: null, stdout: '', stderr: '' });
  });

  test.each([
    { what: 'set by main', body: 'export function* main() {\n  process.exitCode = 9;\n}', status: 9 },
    {
      what: 'set by another goroutine',
      body: 'export function* main() {\n  go(worker);\n  yield* sleep(20 * millisecond);\n}\nexport function worker() { process.exitCode = 4; }',
      status: 4,
    },
    { what: 'against exit()', body: 'export function* main() {\n  process.exitCode = 9;\n  exit(0);\n}', status: 0 },
    { what: 'against a panic', body: 'export function* main() {\n  process.exitCode = 9;\n  panic(1);\n}', status: 2 },
  ])('ends with process.exitCode: $what', async ({ body, status }) => {
    expect((await runProgram(body, flags)).status).toBe(status);
  });
});

test('both are as new in the next run of the same threads', async () => {
  const cwd = tempDir();
  const at = (name: string, body: string) => pathToFileURL(writeProgram(cwd, name, body));
  const sets = at('sets', 'export function* main() { process.exitCode = 9; }');
  const leaves = at('leaves', 'export function* main() { process.exit = () => {}; Promise.reject(1); }');
  const exits = at('exits', 'export function* main() { process.exit(3); }');
  const fine = at('fine', 'export function* main() {}');
  for (const runtime of [new Runtime(2), new Simulator(2)]) {
    const codes: number[] = [];
    for (const program of [sets, fine, leaves, fine, exits, fine]) codes.push((await runtime.run(program)).exitCode);
    expect(codes).toEqual([9, 0, 2, 0, 3, 0]);
    await runtime.close();
  }
});

test('in an exploration they belong to their schedule', async () => {
  const cwd = tempDir();
  const file = writeProgram(
    cwd,
    'p',
    `
export function* loser(c) { if ((yield* select([recv(c)], orDefault)).index === -1) Promise.reject(new Error('too late')); }
export function* main() {
  const c = chan(int, 1);
  go(loser, c);
  yield* c.send(1);
  yield* sleep(second);
}`,
  );
  const { stdout } = await hostedCli(['explore', '-runs', '50', file], { cwd });
  expect(stdout).toMatch(/: 2 outcomes\n/);
  expect(stdout).toMatch(/^ +\d+ +[\d.]+% +ok /m);
  expect(stdout).toMatch(/^ +\d+ +[\d.]+% +panic +\d+ +panic: unhandled rejection: Error: too late$/m);
  const [, seed = ''] = /first with seed (\d+)/.exec(stdout) ?? [];
  const again = await hostedCli(['explore', '-replay', seed, file], { cwd });
  expect(again).toMatchObject({ status: 2 });
  expect(again.stderr).toMatch(/^panic: unhandled rejection: Error: too late\n\nloser\(\.\.\.\)\n\t.*p\.mjs:2:\d+\n$/);
});

describe('errors with a cause', () => {
  test('are shown below the stack', async () => {
    const ended = await runProgram(
      `export function* main() {
  try {
    null.field;
  } catch (cause) {
    throw new AggregateError([new Error('first'), 'second'], 'both', { cause });
  }
}`,
      ['-procs', '1'],
    );
    expect(ended.stderr.split('\n')).toEqual([
      'panic: AggregateError: both',
      '',
      'goroutine 1 [running]:',
      'p.main(...)',
      expect.stringMatching(/^\tp\.mjs:6:\d+$/),
      '',
      expect.stringMatching(/^caused by: TypeError: Cannot read properties of null/),
      'main(...)',
      expect.stringMatching(/^\tp\.mjs:4:\d+$/),
      '',
      'one of its errors: Error: first',
      'main(...)',
      expect.stringMatching(/^\tp\.mjs:6:\d+$/),
      '',
      'one of its errors: second',
      '',
    ]);
  });

  test('that name each other are shown once', async () => {
    const ended = await runProgram(
      "export function* main() {\n  const a = new Error('a');\n  a.cause = new Error('b', { cause: a });\n  throw a;\n}",
      ['-procs', '1'],
    );
    expect(ended.stderr.match(/Error: [ab]/g)).toEqual(['Error: a', 'Error: b']);
  });

  test('a stack overflow shows where it went round', async () => {
    const ended = await runProgram('function f(n) { return 1 + f(n + 1); }\nexport function* main() {\n  f(0);\n}', [
      '-procs',
      '1',
    ]);
    expect(ended).toMatchObject({ status: 2, signal: null });
    expect(ended.stderr).toMatch(
      /^panic: RangeError: Maximum call stack size exceeded\n\ngoroutine 1 \[running\]:\n(f\(\.\.\.\)\n\tp\.mjs:2:\d+\n)+\.\.\.additional frames elided\.\.\.\np\.main\(\.\.\.\)\n$/,
    );
  });
});
