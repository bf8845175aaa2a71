// Starting programs: what a run is told and what it answers, and that the runs of one Runtime have nothing to do with
// each other.

import { execFile } from 'node:child_process';
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { defaultProcs, MAX_THREADS, type RunResult, Runtime, run, Simulator } from 'mandel/run';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { picks } from '../support/picks.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';

const sieve = new URL('../../dist/examples/sieve.js', import.meta.url);
const HANG_MS = 20_000;

function program(body: string): URL {
  return pathToFileURL(writeProgram(tempDir(), 'p', body));
}

test('a program runs to its end', async () => {
  const result = await run(sieve, { procs: 2 });
  expect(result).toMatchObject({ status: 'ok', exitCode: 0, report: '', value: undefined });
});

test('a program is handed arguments, and answers with what main returns', async () => {
  const url = String(program('export function main(...args) { return { args, sum: args[0] + args[1] }; }'));
  const { value } = await run({ modules: [url], args: [1, 2, 'three', { four: { five: 5 } }] }, { procs: 1 });
  expect(value).toEqual({ args: [1, 2, 'three', { four: { five: 5 } }], sum: 3 });
});

describe('a program', () => {
  const at = (path: string) => relative(process.cwd(), path);
  const file = () => fileURLToPath(program('export function main() { return 7; }'));

  test.each(['threads', 'sim'] as const)(
    'is a URL or a path, as Node takes one for a Worker, on %s',
    async (engine) => {
      const path = file();
      for (const each of [pathToFileURL(path), pathToFileURL(path).href, path, at(path).replace(/^(?!\.)/, './')]) {
        expect((await run(each, { engine, procs: 1 })).value).toBe(7);
        expect((await run({ modules: [String(each)] }, { engine, procs: 1 })).value).toBe(7);
      }
    },
  );

  test.each([
    { given: 'prog.js', says: 'expected a file: URL or a path that begins with / or ./, got "prog.js"' },
    { given: 'data:text/javascript,0', says: 'expected a file: URL or a path that begins with / or ./, got' },
    { given: 'https://example.org/p.js', says: 'expected a file: URL or a path that begins with / or ./, got' },
    {
      given: './nope.js',
      says: `got no file nope.js in ${process.cwd()}: "./nope.js" counts from the working directory`,
    },
    { given: '/nope/nope.js', says: 'got no file nope.js in /nope' },
    { given: './test', says: 'expected a JavaScript module, got a directory' },
    { given: {}, says: 'expected a program, which is a URL, a path or { modules, args }, got an object' },
    { given: undefined, says: 'expected a program, which is a URL, a path or { modules, args }, got undefined' },
  ])('is refused if there is none: $given', async ({ given, says }) => {
    const runtime = new Runtime(1);
    const simulator = new Simulator(1);
    const wrong = given as string;
    for (const started of [
      runtime.run(wrong),
      simulator.run(wrong),
      simulator.explore(wrong, { runs: 1 }),
      simulator.replay(wrong, { seed: 1, strategy: 'random' }),
      run(wrong),
    ]) {
      const error: Error = await started.then(
        () => new Error('it ran'),
        (reason) => reason,
      );
      expect(error.message).toContain(says);
      expect(error.message).not.toContain('\n');
      expect(error.name).toBe('UsageError');
    }
    await runtime.close();
    await simulator.close();
  });

  test.each(['onProgress', 'onListen', 'onProfile'])(
    'is not run if a generator function is to be called: %s',
    async (name) => {
      const options = { procs: 1, [name]: function* () {} };
      await expect(run(sieve, options)).rejects.toThrow(
        `run: expected a function as ${name}, got a generator function`,
      );
    },
  );
});

test('the counts are those of the program', async () => {
  const url = program(`
export function* main() {
  const c = chan(int), d = chan(int, 3), wg = new WaitGroup();
  wg.add(10);
  for (let k = 0; k < 10; k++) go(child, c, d, wg);
  for (let k = 0; k < 10; k++) yield* c.recv();
  yield* wg.wait(); // a send that parked is counted when its goroutine runs again
}
export function* child(c, d, wg) { yield* d.send(1); yield* d.recv(); yield* c.send(2); wg.done(); }`);
  const { stats } = await run(url, { procs: 2 });
  expect(stats).toMatchObject({ procs: 2, goroutines: 11, sends: 20, receives: 20 });
  expect(stats.switches).toBeGreaterThanOrEqual(11);
  expect(stats.parks).toBeGreaterThanOrEqual(1);
});

test.each([0, -1, 1.5, MAX_THREADS + 1, Number.NaN])('%d is no number of Ps', async (procs) => {
  await expect(run(sieve, { procs })).rejects.toThrow(`expected a whole number from 1 to ${MAX_THREADS}, got ${procs}`);
});

describe('GOMAXPROCS', () => {
  const before = process.env.GOMAXPROCS;
  afterEach(() => {
    if (before === undefined) delete process.env.GOMAXPROCS;
    else process.env.GOMAXPROCS = before;
  });

  test('sets the number of Ps', async () => {
    process.env.GOMAXPROCS = '3';
    expect(defaultProcs()).toBe(3);
    expect((await run(sieve)).stats.procs).toBe(3);
  });

  test.each(['0', '-2', '1.5', 'many', '1e2', ' 2', '257'])('is refused as %j', (text) => {
    process.env.GOMAXPROCS = text;
    expect(defaultProcs).toThrow(`GOMAXPROCS: expected a whole number from 1 to 256, got ${JSON.stringify(text)}`);
  });
});

test('threads may be ended at any moment while they come up', async () => {
  // In a process of its own: Node 20.20 aborts, if it does.
  const code = `
    import { setTimeout } from 'node:timers/promises';
    import { Runtime } from 'mandel/run';
    for (let ms = 20; ms < 80; ms++) {
      const runtime = new Runtime(2);
      await setTimeout(ms);
      await runtime.close();
    }`;
  const node = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
  expect(node.stderr).toBe('');
});

describe.each([1, 3])('a Runtime of %i Ps', (procs) => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = new Runtime(procs);
  });
  afterAll(() => runtime.close());

  const start = (body: string, options: Parameters<Runtime['run']>[1] = {}): Promise<RunResult> =>
    runtime.run(program(body), { signal: AbortSignal.timeout(HANG_MS), ...options });

  test('repeats the choices of a seed, and makes others with another', async () => {
    const url = String(program(picks));
    // A goroutine that never parks stays where it begins: main, on the P that was up first. On a busy machine another P may
    // steal it, and has by then made a choice of its own: from which P. Such runs are done again.
    const pick = async (seed: number): Promise<unknown> => {
      const { value, stats } = await runtime.run({ modules: [url], args: [200] }, { seed });
      return stats.steals > 0 ? pick(seed) : value;
    };
    const of1 = new Set([await pick(1), await pick(1), await pick(1), await pick(1)]);
    expect(of1.size).toBeLessThanOrEqual(procs);
    expect(of1).not.toContain(await pick(2));
  });

  // What a run leaves behind, in whatever way it ended: queued goroutines, held locks, timers, memory, forgotten errors.
  const leavings: [string, string, Partial<RunResult>][] = [
    ['returns early', 'for (let k = 0; k < 300; k++) go(idle); return 1;', { status: 'ok', value: 1 }],
    ['exits', 'go(idle); try { exit(7); } catch {} yield* sleep(hour);', { status: 'ok', exitCode: 7 }],
    ['panics', 'go(idle); panic("no");', { status: 'panic', exitCode: 2 }],
    ['is fatal', 'try { new Mutex().unlock(); } catch {} yield* sleep(hour);', { status: 'panic', exitCode: 2 }],
    ['deadlocks', 'go(stuck); yield* chan(int).recv();', { status: 'deadlock', exitCode: 2 }],
    ['leaves a ticker', 'new Ticker(millisecond); after(hour); yield* sleep(3 * millisecond);', { status: 'ok' }],
    [
      'forgets yield*',
      'go(stuck); chan(int).recv(); try { chan(int).recv(); } catch {} return 2;',
      { status: 'ok', value: 2 },
    ],
    [
      'fills memory',
      'const c = chan(string, 2000); for (let k = 0; k < 2000; k++) yield* c.send("x".repeat(5000)); return len(c);',
      { status: 'ok', value: 2000 },
    ],
  ];
  test.each(leavings)('runs as if new after a program that %s', async (_, statements, ending) => {
    const left = await start(`
export function* main() { ${statements} }
export function* idle() { yield* sleep(hour); }
export function* stuck() { yield* chan(int).recv(); }`);
    expect(left).toMatchObject(ending);
    const next = await start(`
export function* main() {
  const t = struct({ s: string, n: int });
  const c = chan(t, 4), wg = new WaitGroup(), mu = new Mutex(), p = alloc(t);
  if (cap(c) !== 4 || len(c) !== 0 || p.s !== '' || p.n !== 0 || !mu.tryLock()) panic('not zero: ' + [len(c), p.s, p.n]);
  wg.add(20);
  for (let k = 0; k < 20; k++) go(add, wg, c, k);
  let sum = 0;
  for (let k = 0; k < 20; k++) sum += (yield* c.recv()).n;
  yield* wg.wait();
  return [sum, (yield* select([recv(c)], orDefault)).index];
}
export function* add(wg, c, k) { yield* c.send({ s: 'é' + k, n: k }); wg.done(); }`);
    expect(next).toMatchObject({ status: 'ok', exitCode: 0, value: [190, -1], report: '' });
    expect(next.stats).toMatchObject({ goroutines: 21, sends: 20, receives: 20 });
    // A deadlock is seen: no timer of the run before counts.
    expect(await start('export function* main() { yield* chan(int).recv(); }')).toMatchObject({ status: 'deadlock' });
  });

  test('says why a program cannot be started, and starts the next', async () => {
    await expect(start('export const nothing = 1;')).rejects.toThrow(/expected an exported function main/);
    await expect(start('export function* main() { ( }')).rejects.toThrow(/p\.mjs\S*: cannot be loaded: SyntaxError/);
    await expect(start('throw new Error("at load"); export function main() {}')).rejects.toThrow(
      /cannot be loaded.*at load/,
    );
    expect(await start('export function main() { return 3; }')).toMatchObject({ value: 3 });
  });

  test.each([
    ['sleeps', 'yield* sleep(hour);'],
    ['goes round in circles', 'for (;;) yield* gosched();'],
    ['computes', 'for (;;);'],
  ])('interrupts a program that %s', async (_, statements) => {
    const abort = new AbortController();
    const loaded = start(
      `export function* main() { go(other); ${statements} }\nexport function* other() { ${statements} }`,
      {
        signal: abort.signal,
      },
    );
    setTimeout(() => abort.abort(), 30); // whenever it is, the answer is the same
    expect(await loaded).toMatchObject({ status: 'interrupted', exitCode: 130, report: '' });
    expect(await start('export function main() { return 4; }')).toMatchObject({ status: 'ok', value: 4 });
  });

  test('does not start what was interrupted before', async () => {
    const ended = await start('export function* main() { yield* sleep(hour); }', { signal: AbortSignal.abort() });
    expect(ended).toMatchObject({ status: 'interrupted', exitCode: 130 });
  });
});
