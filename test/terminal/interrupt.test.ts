// Ctrl-C: exit status 130, no picture, no half of one, and no process left. And progress lines, which only a terminal has.

import { readdirSync, watch } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Running, startCli } from '../support/cli.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';
import { CLEAR_LINE, linesTakenAway, onTerminal } from '../support/terminal.js';

/** Takes minutes. */
const long = ['-scene', 'justforfunc', '-w', '8192', '-h', '8192', '-procs', '2'];

/** Resolves when something has appeared in `dir`: the command has opened its output. */
function somethingIn(dir: string): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (readdirSync(dir).length > 0) resolve();
    };
    const watcher = watch(dir, look);
    onTestFinished(() => watcher.close());
    look();
  });
}

/** Whether any process of the command's group is still there. */
function anyLeft({ child }: Running): boolean {
  try {
    return process.kill(-child.pid!, 0);
  } catch {
    return false;
  }
}

const stopped = { status: 130, signal: null, stdout: '', stderr: '' };

describe('Ctrl-C', () => {
  test.each([
    { args: ['-mode', 'seq'] },
    { args: ['-mode', 'px'] },
    { args: ['-mode', 'row'] },
    { args: ['-mode', 'workers', '-workers', '4'] },
    { args: ['-mode', 'buffered'] },
  ])('before the first pixel of $args leaves no picture and no process', async ({ args }) => {
    const cwd = tempDir();
    const running = startCli([...args, ...long], { cwd });
    await somethingIn(cwd);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject(stopped);
    expect(readdirSync(cwd)).toEqual([]);
    expect(anyLeft(running)).toBe(false);
  });

  test('again and again ends it as well', async () => {
    const cwd = tempDir();
    const running = startCli(['-mode', 'seq', ...long], { cwd });
    await somethingIn(cwd);
    const pester = setInterval(() => running.child.kill('SIGINT'), 1);
    onTestFinished(() => clearInterval(pester));
    expect(await running.ended).toMatchObject(stopped);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('SIGTERM leaves no picture either', async () => {
    const cwd = tempDir();
    const running = startCli(['-mode', 'row', ...long], { cwd });
    await somethingIn(cwd);
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ stdout: '', stderr: '' });
    expect(readdirSync(cwd)).toEqual([]);
  });

  test.each([
    { what: 'computes for ever', body: "export function* main() { println('up'); for (;;); }" },
    { what: 'sleeps', body: "export function* main() { println('up'); yield* sleep(hour); }" },
    { what: 'yields for ever', body: "export function* main() { println('up'); for (;;) yield* gosched(); }" },
    {
      what: 'passes values round for ever',
      body: `
export function* pass(from, to) { for (;;) yield* to.send(yield* from.recv()); }
export function* main() {
  const a = chan(int);
  const b = chan(int);
  go(pass, a, b);
  go(pass, b, a);
  yield* a.send(1);
  println('up');
  yield* sleep(hour);
}`,
    },
  ])('ends a program that $what', async ({ body }) => {
    const cwd = tempDir();
    const running = startCli(['run', '-procs', '2', writeProgram(cwd, 'p', body)], { cwd });
    await running.printed(/up\n/);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ ...stopped, stdout: 'up\n' });
    expect(anyLeft(running)).toBe(false);
  });
});

describe('Ctrl-C in virtual time', () => {
  test.each([
    { what: 'computes for ever', body: 'for (;;);' },
    { what: 'yields for ever', body: 'for (;;) yield* gosched();' },
    { what: 'sleeps for ever', body: 'for (;;) yield* sleep(hour);' },
    { what: 'ticks for ever', body: 'yield* new Ticker(1).c.range(() => {});' },
    { what: 'looks at the clock for ever', body: 'for (;;) now();' },
    { what: 'looks at the clock while another sleeps for ever', body: 'go(sleeps); yield* gosched(); for (;;) now();' },
    { what: 'never leaves its P', body: 'const c = chan(int, 1); for (;;) { yield* c.send(1); yield* c.recv(); }' },
    { what: 'catches everything for ever', body: 'for (;;) { try { now(); } catch {} }' },
  ])('ends a program that $what', async ({ body }) => {
    const cwd = tempDir();
    const program = `
export function* sleeps() { for (;;) yield* sleep(1); }
export function* main() { println('up'); ${body} }`;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const running = startCli(['run', '-engine', 'sim', writeProgram(cwd, 'p', program)], { cwd });
      await running.printed(/up\n/);
      running.child.kill(signal);
      expect(await running.ended).toMatchObject({ ...stopped, stdout: 'up\n' });
    }
  });
});

describe('progress', () => {
  test.for([{ args: ['-mode', 'seq'] }, { args: ['-mode', 'row'] }, { args: ['-mode', 'workers'] }])(
    'of $args is shown on a terminal, and Ctrl-C there takes it away',
    async ({ args }, context) => {
      const cwd = tempDir();
      const running = startCli([...args, ...long], { cwd, through: onTerminal(context) });
      await running.printed(/% painted/);
      running.child.stdin?.write('\u0003');
      const { status, stdout } = await running.ended;
      expect(status).toBe(130);
      const shown = linesTakenAway(stdout);
      expect(shown.length).toBeGreaterThanOrEqual(1);
      for (const line of shown) expect(line).toMatch(/^mandel: (100|\d?\d)% painted, \d+\.\ds(\^C)?$/);
      expect(readdirSync(cwd)).toEqual([]);
    },
  );

  test('is taken away before the line about the run', async (context) => {
    const args = ['-scene', 'justforfunc', '-w', '1600', '-h', '1600', '-procs', '1', '-o', '/dev/null'];
    const running = startCli(args, { cwd: tempDir(), through: onTerminal(context) });
    const { status, stdout } = await running.ended;
    expect(status).toBe(0);
    const [shown, line] = stdout.split(CLEAR_LINE).slice(-2);
    expect(shown).toMatch(/% painted, \d+\.\ds$/);
    expect(line).toMatch(/^mode seq, 1600x1600, [^\r\n]*\r\n$/);
  });

  test('is not shown in a pipe', async () => {
    const args = ['-scene', 'justforfunc', '-w', '1600', '-h', '1600', '-procs', '1', '-o', '/dev/null'];
    const { status, stderr } = await startCli(args, { cwd: tempDir() }).ended;
    expect(status).toBe(0);
    expect(stderr).toMatch(/^mode seq, 1600x1600, [^\r\n]*\n$/);
  });
});
