// SIGQUIT, which Ctrl-\ sends: every goroutine in Go's form, and exit status 2.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readTrace } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { appears } from '../../support/appears.js';
import { startCli } from '../../support/cli.js';
import { writeProgram } from '../../support/program.js';
import { tempDir } from '../../support/tempdir.js';

/** The goroutines of a report by their bodies: id, state, functions, and who has created it. @throws Error unless it is one */
function goroutinesIn(stderr: string) {
  const [head, ...blocks] = stderr.split(/\n\n|\n$/);
  expect(head).toBe('SIGQUIT: quit');
  expect(blocks.pop()).toBe('');
  return new Map(
    blocks.map((block) => {
      const match =
        /^goroutine (\d+) \[([^\]]+)\]:\n((?:\S+\(\.\.\.\)\n?(?:\t\S+\n?)?)+)(created by goroutine \d+)?$/.exec(block);
      if (match === null) throw new Error(`expected a goroutine, got ${JSON.stringify(block)}`);
      const [, goid, state = '', stack = '', created] = match;
      const functions = [...stack.matchAll(/^(\S+)\(\.\.\.\)$/gm)].map(([, name]) => name);
      const lines = [...stack.matchAll(/^\t.*\/p\.mjs:(\d+):\d+$/gm)].map(([, line]) => Number(line));
      return [
        functions.at(-1),
        { goid: Number(goid), state: state.replace(/, since .*/, ''), functions, lines, created },
      ];
    }),
  );
}

/** Sends SIGQUIT to a program that has printed "up". */
async function quit(body: string, ...flags: readonly string[]) {
  const cwd = tempDir();
  const running = startCli(['run', ...flags, writeProgram(cwd, 'p', body)], { cwd });
  await running.printed(/up\n/);
  running.child.kill('SIGQUIT');
  const ended = await running.ended;
  expect(() => process.kill(-running.child.pid!, 0)).toThrow(/ESRCH/); // no process of its group is left
  return { ...ended, cwd };
}

const created = 'created by goroutine 1';

describe('SIGQUIT', () => {
  // The program's first line is an import.
  const waits = `export function* receives(ready, c) {
  yield* ready.send(1);
  yield* c.recv();
}
export function* yields(ready) {
  yield* ready.send(1);
  for (;;) yield* gosched();
}
export function* main() {
  const ready = chan(int);
  go(receives, ready, chan(int));
  go(yields, ready);
  for (let k = 0; k < 2; k++) yield* ready.recv();
  yield* sleep(millisecond);
  println('up');
  yield* sleep(hour);
}`;

  test.each([{ flags: ['-procs', '1'] }, { flags: ['-procs', '2'] }, { flags: ['-engine', 'sim', '-procs', '2'] }])(
    'prints every goroutine with its state and its line ($flags)',
    async ({ flags }) => {
      const { status, signal, stdout, stderr } = await quit(waits, ...flags);
      expect({ status, signal, stdout }).toEqual({ status: 2, signal: null, stdout: 'up\n' });
      const found = goroutinesIn(stderr);
      expect([...found.keys()].sort()).toEqual(['p.main', 'p.receives', 'p.yields']);
      expect(found.get('p.main')).toMatchObject({ goid: 1, functions: ['p.main'], created: undefined });
      expect(found.get('p.main')!.state).toMatch(/^(sleep|running)$/); // in virtual time printing takes long
      expect(found.get('p.receives')).toMatchObject({ functions: ['p.receives'], lines: [4], created });
      expect(found.get('p.receives')!.state).toMatch(/^chan receive on chan int 0x[\da-f]+$/);
      expect(found.get('p.yields')).toMatchObject({ state: 'runnable', functions: ['p.yields'], lines: [8], created });
    },
  );

  const spins = `export function spin() {
  println('up');
  for (let x = 0; ; x++);
}
export function* waits(c) {
  yield* c.recv();
}
export function* main() {
  go(waits, chan(int));
  yield* sleep(1);
  spin();
}`;

  test.each([
    { flags: ['-procs', '1'] },
    { flags: ['-procs', '2'] },
    { flags: ['-procs', '2', '-goroutineprofile', 'g.pb.gz'] },
    { flags: ['-engine', 'sim', '-procs', '2'] },
  ])('prints the stack of a goroutine that never yields ($flags)', async ({ flags }) => {
    const { status, signal, stderr } = await quit(spins, ...flags);
    expect({ status, signal }).toEqual({ status: 2, signal: null });
    const found = goroutinesIn(stderr);
    expect([...found.keys()]).toEqual(['p.main', 'p.waits']);
    expect(found.get('p.main')).toEqual({
      goid: 1,
      state: 'running',
      functions: ['spin', 'p.main'],
      lines: [4, 12],
      created: undefined,
    });
    expect(found.get('p.waits')).toMatchObject({ functions: ['p.waits'], created });
    expect(found.get('p.waits')!.state).toMatch(/^(chan receive|runnable)/); // it may not have begun
  });

  test('says of a goroutine in a call that its stack cannot be had', async () => {
    const pipe = join(tempDir(), 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const body = `
import { openSync } from 'node:fs';
export function* main() { println('up'); openSync(${JSON.stringify(pipe)}, 'r'); }`;
    const { status, signal, stderr } = await quit(body, '-procs', '1');
    // Node cannot end a process whose thread is in a call, but by a signal.
    expect({ status, signal }).toEqual({ status: null, signal: 'SIGQUIT' });
    const text = 'goroutine 1 [running]:\n\tgoroutine running on other thread; stack unavailable\n';
    expect(stderr).toBe(`SIGQUIT: quit\n\n${text}`);
  });

  test('leaves a trace that is whole', async () => {
    const { cwd, status } = await quit(waits, '-procs', '2', '-trace', 't.out');
    expect(status).toBe(2);
    expect(readTrace(join(cwd, 't.out')).cut).toBeUndefined();
  });

  test.each([{ mode: 'seq' }, { mode: 'row' }, { mode: 'workers' }])(
    'ends a picture in mode $mode, and leaves none',
    async ({ mode }) => {
      const cwd = tempDir();
      const size = ['-scene', 'justforfunc', '-w', '8192', '-h', '8192', '-procs', '2'];
      const { child, ended } = startCli(['-mode', mode, ...size, '-trace', 't.out'], { cwd });
      await appears(cwd, 't.out');
      child.kill('SIGQUIT');
      const { status, stdout, stderr } = await ended;
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(/^SIGQUIT: quit\n/);
      expect(readdirSync(cwd)).toEqual(['t.out']);
    },
  );

  test('ends mandel web as well', async () => {
    const running = startCli(['web', '-http', '127.0.0.1:0', '-procs', '2'], { cwd: tempDir() });
    await running.printed(/listening/);
    running.child.kill('SIGQUIT');
    const { status, stderr } = await running.ended;
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^mandelweb: listening on [^\n]*\nSIGQUIT: quit\n\ngoroutine 1 \[IO wait on [^\n]*\]:\nprogram\.main\(\.\.\.\)\n\t\S+\n$/,
    );
  });
});
