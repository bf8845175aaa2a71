// Profiles of a P that does not yield: Ctrl-C interrupts its goroutine for what has been found, and says what cannot be had.

import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Profile } from '#src/pprof/profile.js';
import { readProfileFile } from '#src/pprof/read.js';
import { cli, startCli } from '../../support/cli.js';
import { call, goTools } from '../../support/gotool.js';
import { skipLoudly } from '../../support/loudskip.js';
import { writeProgram } from '../../support/program.js';
import { tempDir } from '../../support/tempdir.js';

const kinds = ['cpu', 'mem', 'block', 'mutex', 'goroutine'] as const;
const all = kinds.flatMap((kind) => [`-${kind}profile`, `${kind}.pprof`]);

/** Computes for so long that V8's profiler sees it, says so, and goes on for ever. */
const spins = `
let x = 0;
for (const t = now(); now() - t < 100 * millisecond; ) x++;
println('up');
for (;;) x++;`;

/** What belongs to a goroutine, by its body: the names of all functions at its stacks, and the sum of the last values. */
function byBody({ samples, locations, functions }: Profile): Map<string, { names: Set<string>; sum: number }> {
  const bodies = new Map<string, { names: Set<string>; sum: number }>();
  for (const { locations: stack, values, labels } of samples) {
    const body = labels?.goroutine?.[0];
    if (body === undefined) continue;
    const found = bodies.get(body) ?? { names: new Set(), sum: 0 };
    for (const at of stack) for (const { func } of locations[at]!.lines) found.names.add(functions[func]!.name);
    found.sum += values.at(-1)!;
    bodies.set(body, found);
  }
  return bodies;
}

/** The names at each stack, leaf first. */
function stacksOf({ samples, locations, functions }: Profile): string[] {
  return samples.map(({ locations: stack }) =>
    stack.flatMap((at) => locations[at]!.lines.map(({ func }) => functions[func]!.name)).join(),
  );
}

/** Runs a program until it has printed "up", and sends it SIGINT. */
async function interrupted(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const running = startCli(['run', ...args], { cwd, env });
  await running.printed(/up\n/);
  running.child.kill('SIGINT');
  return running.ended;
}

/** A pipe that nothing is ever written to, which opens for reading when that happens. */
function pipeIn(cwd: string): string {
  const path = join(cwd, 'pipe');
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
  return path;
}

/** A goroutine that opens the pipe, which no interruption ends, and a main that yields. */
function opens(pipe: string): string {
  return `
import { openSync } from 'node:fs';
export function stuck() { println('up'); openSync(${JSON.stringify(pipe)}, 'r'); }
export function* main() { go(stuck); for (;;) yield* gosched(); }`;
}

const stopped = { status: 130, stdout: 'up\n', stderr: '' };

describe('Ctrl-C in a goroutine that never yields', () => {
  test.each([1, 2])('on %d Ps leaves every profile, with the goroutine in it', async (procs) => {
    const cwd = tempDir();
    const program = writeProgram(cwd, 'p', `export function* main() {${spins}\n}`);
    expect(await interrupted(cwd, ['-procs', `${procs}`, ...all, program])).toMatchObject(stopped);
    expect(readdirSync(cwd).sort()).toEqual([...kinds.map((kind) => `${kind}.pprof`), 'p.mjs'].sort());
    const bodies = byBody(readProfileFile(join(cwd, 'cpu.pprof')));
    expect([...bodies.keys()]).toEqual(['p.main']);
    expect(bodies.get('p.main')!.sum).toBeGreaterThan(0);
    expect(stacksOf(readProfileFile(join(cwd, 'goroutine.pprof')))).toEqual(['p.main']);
  });

  test('shows the same to mandel pprof and to go tool pprof', async (context) => {
    const tools = await goTools();
    if (tools.length === 0) skipLoudly(context, 'no Go is here');
    const cwd = tempDir();
    const program = writeProgram(cwd, 'p', `export function* main() {${spins}\n}`);
    expect(await interrupted(cwd, ['-cpuprofile', 'c.pprof', program])).toMatchObject(stopped);
    const rows = (text: string) => text.split('\n').filter((line) => /^ +\S+ +\S+%/.test(line));
    const ours = rows((await cli(['pprof', '-top', 'c.pprof'], { cwd })).stdout);
    expect(ours).toContainEqual(expect.stringMatching(/ p\.main$/));
    for (const { go } of tools) {
      const { stdout } = await call(go, ['tool', 'pprof', '-top', 'c.pprof'], cwd);
      expect(rows(stdout.toString())).toEqual(ours);
    }
  });

  test('leaves what the other Ps have found as well', async () => {
    const cwd = tempDir();
    const program = writeProgram(
      cwd,
      'p',
      `
export function work() { let x = 0; for (let k = 0; k < 1e6; k++) x += Math.sqrt(k); return x; }
export function* fine(c) { for (;;) { work(); yield* c.send(1); } }
export function* takes(c) { for (let k = 0; ; k++) { yield* c.recv(); if (k === 40) println('up'); } }
export function spin() { for (let x = 0; ; x++); }
export function* main() {
  const c = chan(int);
  go(fine, c);
  go(takes, c);
  go(spin);
  yield* chan(int).recv();
}`,
    );
    expect(await interrupted(cwd, ['-procs', '2', ...all, program])).toMatchObject(stopped);
    const bodies = byBody(readProfileFile(join(cwd, 'cpu.pprof')));
    expect([...bodies.keys()]).toEqual(expect.arrayContaining(['p.fine', 'p.spin']));
    expect(bodies.get('p.fine')!.names).toContain('p.work');
    const waited = stacksOf(readProfileFile(join(cwd, 'block.pprof')));
    expect(waited).toContain('runtime.chansend1,p.fine');
    const there = stacksOf(readProfileFile(join(cwd, 'goroutine.pprof')));
    expect(there).toEqual(expect.arrayContaining(['p.spin', expect.stringMatching(/p\.main$/)]));
  });

  test('leaves what it has allocated, under its body', async () => {
    const cwd = tempDir();
    const program = writeProgram(
      cwd,
      'p',
      `
export function make(n) { return Array.from({ length: n }, (_, k) => ({ k })); }
export function* main() {
  let kept = make(1e5);
  for (let k = 0; k < 9; k++) kept = make(1e5);
  println('up');
  for (;;) kept = [kept.length];
}`,
    );
    expect(await interrupted(cwd, ['-procs', '1', '-memprofile', 'm.pprof', program])).toMatchObject(stopped);
    const made = byBody(readProfileFile(join(cwd, 'm.pprof'))).get('p.main');
    expect(made?.names).toContain('p.make');
    expect(made?.sum).toBeGreaterThan(2 ** 20);
  });

  test('reaches it in WebAssembly and in Atomics.wait', async () => {
    for (const forever of [
      // (module (func (export "f") (loop (br 0))))
      `const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11];
       new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports.f();`,
      'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
    ]) {
      const cwd = tempDir();
      const program = writeProgram(cwd, 'p', `export function* main() { println('up'); ${forever} }`);
      const ended = await interrupted(cwd, ['-procs', '2', '-goroutineprofile', 'g.pprof', program]);
      expect(ended, forever).toMatchObject(stopped);
      expect(stacksOf(readProfileFile(join(cwd, 'g.pprof'))).join(), forever).toContain('p.main');
    }
  });
});

describe('a P that cannot be interrupted', () => {
  test('is named in one line for each profile, and in the profile, and does not keep the process', async () => {
    const cwd = tempDir();
    const program = writeProgram(cwd, 'p', opens(pipeIn(cwd)));
    const ended = await interrupted(cwd, ['-procs', '2', ...all, program]);
    expect(ended).toMatchObject({ status: null, signal: 'SIGINT', stdout: 'up\n' });
    const lines = ended.stderr.split('\n').slice(0, -1);
    expect(lines).toHaveLength(kinds.length);
    for (const [k, kind] of kinds.entries()) {
      const missing = /P [01] is missing: its thread is in a call that cannot be interrupted$/;
      expect(lines[k]).toMatch(new RegExp(`^mandel: -${kind}profile ${kind}\\.pprof: ${missing.source}`));
      expect(readProfileFile(join(cwd, `${kind}.pprof`)).comments).toEqual([expect.stringMatching(missing)]);
    }
  });

  test('does not keep the process without profiles either', async () => {
    const cwd = tempDir();
    const program = writeProgram(cwd, 'p', opens(pipeIn(cwd)));
    expect(await interrupted(cwd, [program])).toMatchObject({ status: null, signal: 'SIGINT', stderr: '' });
  });

  test('does not keep it after a second Ctrl-C, which leaves no profile', async () => {
    const cwd = tempDir();
    const program = writeProgram(cwd, 'p', opens(pipeIn(cwd)));
    const running = startCli(['run', '-procs', '2', ...all, program], { cwd });
    await running.printed(/up\n/);
    const pester = setInterval(() => running.child.kill('SIGINT'), 1);
    onTestFinished(() => clearInterval(pester));
    expect(await running.ended).toMatchObject({ status: null, signal: 'SIGINT', stderr: '' });
    expect(readdirSync(cwd).sort()).toEqual(['p.mjs', 'pipe']);
  });

  test.each([
    { broken: 'connect', because: 'there is no inspector' },
    { broken: 'post', because: "Inspector error -32601: 'NoWorker.enable' wasn't found" },
  ])('is named where the inspector fails to $broken', async ({ broken, because }) => {
    const cwd = tempDir();
    const breaks = join(cwd, 'breaks.mjs');
    const mends = {
      connect: `prototype.connect = () => { throw new Error('there is no inspector'); };`,
      post: `const { post } = prototype;
        prototype.post = function (method, ...rest) { return post.call(this, method.replace('NodeW', 'NoW'), ...rest); };`,
    };
    writeFileSync(
      breaks,
      `import { Session } from 'node:inspector';
      import { isMainThread } from 'node:worker_threads';
      const { prototype } = Session;
      if (isMainThread) { ${mends[broken as keyof typeof mends]} }`,
    );
    const program = writeProgram(cwd, 'p', `export function* main() {${spins}\n}`);
    const args = ['-procs', '1', '-cpuprofile', 'c.pprof', program];
    const why = `its thread never yields, and cannot be interrupted: ${because}`;
    expect(await interrupted(cwd, args, { NODE_OPTIONS: `--import=${breaks}` })).toMatchObject({
      ...stopped,
      stderr: `mandel: -cpuprofile c.pprof: P 0 is missing: ${why}\n`,
    });
  });
});
