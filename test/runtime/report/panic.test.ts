// A goroutine that throws: Go's panic, with the goroutine, its body and where it happened; exit status 2.

import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Ended } from '../../support/cli.js';
import { hostedCli } from '../../support/hosted.js';
import { skipLoudly } from '../../support/loudskip.js';
import { writeProgram } from '../../support/program.js';
import { tempDir } from '../../support/tempdir.js';

/** Runs a program, with `p.mjs:2` standing for its first line in what it prints. */
async function runProgram(body: string, procs = 2): Promise<Ended> {
  const cwd = tempDir();
  const ended = await hostedCli(['run', '-procs', String(procs), writeProgram(cwd, 'p', body)], { cwd });
  return { ...ended, stderr: ended.stderr.replaceAll(`${cwd}/`, '') };
}

const lines = (ended: Ended) => ended.stderr.trimEnd().split('\n');

describe('panic', () => {
  test.each([1, 4])('on the main goroutine says who and where, on %d Ps', async (procs) => {
    const ended = await runProgram("export function* main() {\n  throw new Error('oops');\n}", procs);
    expect(ended).toMatchObject({ status: 2, signal: null, stdout: '' });
    expect(lines(ended)).toEqual(['panic: Error: oops', '', 'goroutine 1 [running]:', 'p.main(...)', '\tp.mjs:3:9']);
  });

  test.each([1, 4])('on another goroutine ends the run, whatever main waits for, on %d Ps', async (procs) => {
    const ended = await runProgram(
      `
export function* worker(c) {
  yield* c.recv();
  panic('boom');
}
export function* main() {
  const c = chan(int);
  go(worker, c);
  yield* c.send(1);
  yield* c.recv();
}`,
      procs,
    );
    expect(ended).toMatchObject({ status: 2, signal: null, stdout: '' });
    expect(lines(ended)).toEqual([
      'panic: boom',
      '',
      expect.stringMatching(/^goroutine (?!1 )\d+ \[running\]:$/),
      'p.worker(...)',
      '\tp.mjs:4:3',
      'created by goroutine 1',
    ]);
  });

  test.each([1, 4])('in a body that never parks does the same, on %d Ps', async (procs) => {
    const ended = await runProgram(
      `
export function plain(wg) {
  const nothing = undefined;
  nothing.field;
  wg.done();
}
export function* main() {
  const wg = new WaitGroup();
  wg.add(1);
  go(plain, wg);
  yield* wg.wait();
}`,
      procs,
    );
    expect(ended).toMatchObject({ status: 2, signal: null, stdout: '' });
    expect(lines(ended).slice(0, 5)).toEqual([
      "panic: TypeError: Cannot read properties of undefined (reading 'field')",
      '',
      expect.stringMatching(/^goroutine (?!1 )\d+ \[running\]:$/),
      'p.plain(...)',
      expect.stringMatching(/^\tp\.mjs:4:\d+$/),
    ]);
  });

  test('shows the functions between the fault and the body, innermost first', async () => {
    const ended = await runProgram(`
function inner() { panic('deep'); }
function* outer() { inner(); }
export function* main() { yield* outer(); }`);
    expect(lines(ended).slice(2)).toEqual([
      'goroutine 1 [running]:',
      'inner(...)',
      '\tp.mjs:2:20',
      'outer(...)',
      '\tp.mjs:3:21',
      'p.main(...)',
      expect.stringMatching(/^\tp\.mjs:4:\d+$/),
    ]);
  });

  test('shows the body even when the fault is twenty calls below it', async () => {
    const ended = await runProgram(`
function deep(n) { if (n === 0) panic('deep'); deep(n - 1); }
export function* main() { deep(20); }`);
    expect(lines(ended)[4]).toBe('\tp.mjs:2:33');
    expect(lines(ended).slice(-2)).toEqual(['p.main(...)', '\tp.mjs:3:27']);
  });

  test.each([
    { thrown: "'a string'", says: 'panic: a string' },
    { thrown: '42', says: 'panic: 42' },
    { thrown: 'undefined', says: 'panic: undefined' },
    { thrown: 'null', says: 'panic: null' },
    { thrown: '{ a: 1 }', says: 'panic: an object' },
    { thrown: 'Object.create(null)', says: 'panic: an object' },
    { thrown: 'new RangeError("far")', says: 'panic: RangeError: far' },
    { thrown: "Symbol('s')", says: 'panic: Symbol(s)' },
  ])('says what was thrown: $thrown', async ({ thrown, says }) => {
    const ended = await runProgram(`export function* main() { throw ${thrown}; }`, 1);
    expect(ended).toMatchObject({ status: 2, signal: null, stdout: '' });
    expect(lines(ended).slice(0, 4)).toEqual([says, '', 'goroutine 1 [running]:', 'p.main(...)']);
  });

  test.each([
    { fault: 'const c = chan(int); c.close(); yield* c.send(1);', says: 'panic: send on closed channel' },
    { fault: 'const c = chan(int); c.close(); c.close();', says: 'panic: close of closed channel' },
    { fault: 'nilChan(int).close();', says: 'panic: close of nil channel' },
    { fault: 'new WaitGroup().done();', says: 'panic: sync: negative WaitGroup counter' },
    { fault: 'panic(42);', says: 'panic: 42' },
    { fault: 'chan(int, -1);', says: 'panic: makechan: size out of range' },
    { fault: 'new Ticker(0);', says: 'panic: non-positive interval for NewTicker' },
    { fault: 'new Mutex().unlock();', says: 'fatal error: sync: unlock of unlocked mutex' },
    { fault: 'new RWMutex().unlock();', says: 'fatal error: sync: Unlock of unlocked RWMutex' },
    { fault: 'new RWMutex().rUnlock();', says: 'fatal error: sync: RUnlock of unlocked RWMutex' },
  ])("$fault is Go's `$says`", async ({ fault, says }) => {
    const ended = await runProgram(`export function* main() { ${fault} }`, 1);
    expect(ended).toMatchObject({ status: 2, signal: null, stdout: '' });
    expect(lines(ended).slice(0, 4)).toEqual([says, '', 'goroutine 1 [running]:', 'p.main(...)']);
    expect(lines(ended)[4]).toMatch(/^\tp\.mjs:2:\d+$/);
  });

  test('names the line of the source that was compiled, if there is a source map', async () => {
    const cwd = tempDir();
    const file = writeProgram(
      cwd,
      'p',
      "export function* main() {\n  panic('mapped');\n}\n//# sourceMappingURL=p.mjs.map\n",
    );
    // Line 3 of p.mjs, where it panics, is line 1 of p.ts.
    const map = { version: 3, sources: ['p.ts'], names: [], mappings: ';;AAAA' };
    writeFileSync(join(cwd, 'p.mjs.map'), JSON.stringify(map));
    const ended = await hostedCli(['run', file], { cwd });
    expect(ended.stderr).toContain(`p.main(...)\n\t${join(cwd, 'p.ts')}:1:`);
  });

  test('names bodies of programs in TypeScript without its extension', async (context) => {
    if (!('typescript' in process.features) || !process.features.typescript) {
      skipLoudly(context, 'this Node does not run TypeScript by itself');
    }
    const cwd = tempDir();
    const file = writeProgram(cwd, 'p', 'export function* main(): Generator<void, void, void> {\n  panic(1);\n}');
    renameSync(file, join(cwd, 'p.mts'));
    const ended = await hostedCli(['run', 'p.mts'], { cwd });
    expect(ended.stderr).toContain(`p.main(...)\n\t${join(cwd, 'p.mts')}:3:3`);
  });

  test('in two goroutines at once is reported once', async () => {
    const ended = await runProgram(
      `
export function* worker(start) {
  yield* start.recv();
  panic('me');
}
export function* main() {
  const start = chan(int);
  for (let i = 0; i < 8; i++) go(worker, start);
  start.close();
  yield* nilChan(int).recv();
}`,
      4,
    );
    expect(ended.status).toBe(2);
    expect(ended.stderr.match(/^panic: me$/gm)).toHaveLength(1);
  });
});

describe('catch', () => {
  test.each([1, 4])('is recover: a panic that the program catches does not end the run, on %d Ps', async (procs) => {
    const ended = await runProgram(
      `
export function* main() {
  const c = chan(int);
  c.close();
  try {
    c.close();
  } catch (e) {
    println('recovered:', e.message);
  }
  try {
    yield* c.send(1);
  } catch (e) {
    println('recovered:', e.message, e instanceof Panic);
  }
  yield* sleep(1);
}`,
      procs,
    );
    expect(ended).toMatchObject({
      status: 0,
      stdout: 'recovered: close of closed channel\nrecovered: send on closed channel true\n',
      stderr: '',
    });
  });

  test.each([
    { after: 'for (;;) yield* gosched();', what: 'goes on for ever' },
    { after: 'yield* nilChan(int).recv();', what: 'parks' },
    { after: '', what: 'returns' },
    { after: 'yield* sleep(1); println("still here");', what: 'sleeps' },
  ])('does not survive a fatal error, when the goroutine $what', async ({ after }) => {
    const ended = await runProgram(`
export function* main() {
  try { new Mutex().unlock(); } catch {}
  ${after}
}`);
    expect(ended).toMatchObject({ status: 2, signal: null, stdout: '' });
    expect(lines(ended)[0]).toBe('fatal error: sync: unlock of unlocked mutex');
  });
});
