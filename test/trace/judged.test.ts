// Real Go judges what we write: traces of every mode, of every example, of a panic, a deadlock and a Ctrl-C.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modes } from 'mandel/modes';
import { ev, readTrace, type Trace } from 'mandel/trace';
import { beforeAll, describe, expect, test } from 'vitest';
import { startCli } from '../support/cli.js';
import { compiledExample, right } from '../support/examples.js';
import { goroutinesOf } from '../support/goldens.js';
import { sameProfiles } from '../support/goprofile.js';
import { go119, goTools, judge, needJudges } from '../support/gotool.js';
import { hostedCli } from '../support/hosted.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';

/** Milliseconds: the newest Go's tools may have to be built. */
const BUILDING_MS = 300_000;
beforeAll(async () => void (await goTools()), BUILDING_MS);

/** Runs `mandel ...args -trace FILE ...rest`. @returns the file */
async function traced(args: readonly string[], rest: readonly string[], status: number): Promise<string> {
  const cwd = tempDir();
  const file = join(cwd, 'trace.out');
  const ended = await hostedCli([...args, '-trace', file, ...rest], { cwd });
  expect(ended.status, ended.stderr).toBe(status);
  return file;
}

/** Both Gos and our own reader have nothing to complain about. @returns what our reader says */
async function passes(file: string): Promise<Trace> {
  const trace = readTrace(file);
  expect(trace.cut).toBeUndefined();
  expect((await judge(file)).complaints).toEqual([]);
  return trace;
}

/** How many events of this type there are. */
const count = ({ events }: Trace, type: number) => events.type.reduce((n, t) => (t === type ? n + 1 : n), 0);

const painting = modes.flatMap(({ name, workers }) =>
  [1, 2, 4].flatMap((procs) =>
    (workers === 'goroutines' ? [1, 4] : [1]).map((n) => ({ mode: name, workers: n, procs })),
  ),
);
/** Pixels on a side: the pages of the tools grow with each of them, and say no more of a thousand goroutines than of ten. */
const SIDE = 32;

describe('what we write', () => {
  test.for(painting)('mode $mode -workers $workers on $procs Ps passes', async ({ mode, workers, procs }, context) => {
    await needJudges(context);
    const flags = { mode, workers, procs, w: SIDE, h: SIDE, o: '/dev/null' };
    const args = Object.entries(flags).flatMap(([name, value]) => [`-${name}`, String(value)]);
    const trace = await passes(await traced(args, [], 0));
    const goroutines = goroutinesOf({ name: mode }, { w: SIDE, h: SIDE }, workers);
    expect(count(trace, ev.GoCreate)).toBe(goroutines);
    expect(count(trace, ev.GoEnd)).toBe(goroutines);
    expect(trace.procs).toBeLessThanOrEqual(procs);
  });

  test.for(['px', 'workers', 'buffered'])(
    'mode %s, with more pixels, passes, and has the profiles that Go 1.19 finds in it',
    async (mode, context) => {
      await needJudges(context);
      const go = await go119(context);
      const args = ['-mode', mode, '-workers', '4', '-procs', '2', '-w', '64', '-h', '64', '-o', '/dev/null'];
      const file = await traced(args, [], 0);
      await Promise.all([passes(file), sameProfiles(go, file)]);
    },
  );

  test.for(right)('example %s passes, and has its profiles', async (name, context) => {
    await needJudges(context);
    const file = await traced(['run'], [fileURLToPath(compiledExample(name))], 0);
    await Promise.all([passes(file), sameProfiles(await go119(context), file)]);
  });

  test.for([
    {
      what: 'a panic',
      body: `
export function* waits(c) { yield* c.recv(); }
export function* main() {
  const c = chan(int);
  go(waits, c);
  yield* gosched();
  throw new Error('at last');
}`,
    },
    {
      what: 'a deadlock',
      body: `
export function* waits(c) { yield* c.recv(); }
export function* main() {
  const c = chan(int);
  go(waits, c);
  go(waits, nilChan(int));
  yield* new WaitGroup().wait();
  yield* select([]);
}`,
    },
  ])('a program that ends in $what passes', async ({ body }, context) => {
    await needJudges(context);
    await passes(await traced(['run', '-procs', '2'], [writeProgram(tempDir(), 'p', body)], 2));
  });

  // Programs that wait until they are interrupted: their traces are as small at any moment that Ctrl-C may come.
  test.for([
    {
      what: 'computes',
      body: `
export function* main() {
  for (let k = 0; k < 20; k++) yield* gosched();
  println('ready');
  for (const until = now() + hour; now() < until; ) for (let k = 0; k < 1e6; k++) if (k % 1e5 === 0) yield* gosched();
}`,
    },
    {
      what: 'sleeps, with goroutines that have run and goroutines that wait',
      body: `
export function ends(wg) { wg.done(); }
export function* waits(c) { yield* c.range(() => {}); }
export function* main() {
  const wg = new WaitGroup();
  wg.add(500);
  for (let k = 0; k < 500; k++) go(ends, wg);
  yield* wg.wait();
  const c = chan(int);
  for (let k = 0; k < 4; k++) go(waits, c);
  for (let k = 0; k < 200; k++) yield* c.send(k);
  println('ready');
  yield* sleep(hour);
}`,
    },
  ])('a program that $what when Ctrl-C ends it passes', async ({ body }, context) => {
    await needJudges(context);
    const cwd = tempDir();
    const file = join(cwd, 'trace.out');
    const { child, ended, printed } = startCli(['run', '-procs', '2', '-trace', file, writeProgram(cwd, 'p', body)], {
      cwd,
    });
    await printed(/ready/);
    child.kill('SIGINT');
    expect((await ended).status).toBe(130);
    await passes(file);
  });
});
