// A simulated run ends as one on threads does: the same status, the same report but for times and addresses.

import { type Program, type RunResult, Runtime, Simulator } from 'mandel/run';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { painting, written } from './subjects.js';

/** A run that hangs is interrupted after so many milliseconds. */
const HANG_MS = 20_000;

/** The report without what may differ: times, addresses, and the ids of goroutines. */
function told({ status, exitCode, value, report }: RunResult): unknown {
  const text = report
    .replaceAll(/ 0x[0-9a-f]+/g, ' 0x')
    .replaceAll(/since [\d.]+s/g, 'since')
    .replaceAll(/goroutine (?!1\b)\d+/g, 'goroutine n')
    .replaceAll(/\S*\/p\.mjs/g, 'p.mjs');
  return { status, exitCode, value, report: text.split('\n\n').sort() };
}

const bodies: readonly (readonly [string, string])[] = [
  ['a value', 'export function* main() { yield* gosched(); return { a: [1, "two"] }; }'],
  ['a panic of main', "export function* main() {\n  yield* gosched();\n  throw new Error('oops');\n}"],
  [
    'a panic in a plain body',
    'export function f() { panic("boom"); }\nexport function* main() { go(f); yield* select([]); }',
  ],
  [
    'a panic of another goroutine',
    `
export function* worker(c) { yield* c.recv(); inner(); }
function inner() { panic('deep'); }
export function* main() { const c = chan(int); go(worker, c); yield* c.send(1); yield* c.recv(); }`,
  ],
  ['a panic of Go', 'export function* main() { const c = chan(int); c.close(); yield* c.send(1); }'],
  [
    'what catch recovers',
    'export function* main() { try { chan(int, -1); } catch (e) { yield* gosched(); return e.message; } }',
  ],
  ['a fatal error', 'export function* main() { new Mutex().unlock(); }'],
  [
    'a fatal error that is caught',
    'export function* main() { try { new Mutex().unlock(); } catch {}\n  for (;;) yield* gosched(); }',
  ],
  ['exit', 'export function* main() { yield* gosched(); exit(3); }'],
  ['exit that is caught', 'export function* main() { try { exit(4); } catch {}\n  yield* select([]); }'],
  [
    'exit of another goroutine',
    'export function f() { exit(5); }\nexport function* main() { go(f); yield* select([]); }',
  ],
  [
    'a deadlock',
    `
export function* r(c) { yield* c.recv(); }
export function* s(c) { yield* c.send(1); }
export function* l(m) { yield* m.lock(); }
export function* w(c) { yield* c.l.lock(); yield* c.wait(); }
export function* x(c, d) { yield* select([recv(c), send(d, 'x')]); }
export function* n() { yield* nilChan(int).recv(); }
export function* main() {
  const m = new Mutex(), wg = new WaitGroup();
  yield* m.lock();
  go(r, chan(int));
  go(s, chan(int));
  go(l, m);
  go(w, new Cond(new Mutex()));
  go(x, chan(int), chan(string));
  go(n);
  wg.add(1);
  yield* wg.wait();
}`,
  ],
  [
    'a deadlock after the last timer',
    'export function* main() { const c = after(1); yield* c.recv(); yield* c.recv(); }',
  ],
  ['a body that is not exported', 'function* f() {}\nexport function* main() { go(f); yield* gosched(); }'],
  [
    'a call without yield*',
    'export function* main() { const c = chan(int, 1); c.send(1); c.send(2); yield* gosched(); }',
  ],
  ['a plain yield', 'export function* main() { yield 1; }'],
  [
    'an argument that cannot cross',
    'export function f() {}\nexport function* main() { go(f, () => 1); yield* gosched(); }',
  ],
];

describe.each([1, 2])('on %i Ps', (procs) => {
  let threads: Runtime;
  let simulator: Simulator;
  beforeAll(() => {
    threads = new Runtime(procs);
    simulator = new Simulator(procs);
  });
  afterAll(() => Promise.all([threads.close(), simulator.close()]));

  const both = (body: string) => {
    const program = written(body);
    const options = () => ({ seed: 1, signal: AbortSignal.timeout(HANG_MS) });
    return [() => threads.run(program, options()), () => simulator.run(program, options())] as const;
  };

  test.each(bodies)('%s is the same as on threads', async (_, body) => {
    const [real, virtual] = both(body);
    const expected = told(await real());
    expect(told(await virtual())).toEqual(expected);
  });

  test.each([
    ['a program without main', 'export function* f() {}'],
    ['a syntax error', 'export function* main( {'],
  ])('%s is refused in the same words', async (_, body) => {
    const [real, virtual] = both(body);
    const said = async (run: () => Promise<unknown>) =>
      run().then(
        () => 'nothing',
        (error: Error) => error.message,
      );
    const expected = await said(real);
    expect(expected).not.toBe('nothing');
    expect(await said(virtual)).toBe(expected);
  });
});

describe('an interrupt', () => {
  test.each([
    [
      'a program that yields for ever',
      written.bind(undefined, 'export function* main() { for (;;) yield* gosched(); }'),
    ],
    [
      'goroutines that talk for ever',
      written.bind(
        undefined,
        `
export function* echo(a, b) { for (;;) yield* b.send(yield* a.recv()); }
export function* main() { const a = chan(int), b = chan(int); go(echo, a, b); go(echo, b, a); yield* a.send(1); yield* select([]); }`,
      ),
    ],
    ['a picture that takes minutes', () => painting('row', 1, 8192).program],
  ])('ends %s, and the next run is as good as new', async (_, program) => {
    const simulator = new Simulator(3);
    try {
      const stop = new AbortController();
      // The run is under way when work has been charged or 100 ms have passed: then onProgress is called.
      const run = simulator.run(program(), { signal: stop.signal, onProgress: () => stop.abort() });
      expect(await run).toMatchObject({ status: 'interrupted', exitCode: 130, report: '' });
      const { program: small } = painting('workers', 2, 16);
      const fresh = new Simulator(3);
      try {
        expect(await simulator.run(small, { audit: true })).toEqual(await fresh.run(small));
      } finally {
        await fresh.close();
      }
    } finally {
      await simulator.close();
    }
  });

  test('soon ends a run that never comes to a scheduling point', async () => {
    const simulator = new Simulator(1);
    try {
      const stop = new AbortController();
      const program = written(
        'export function main() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); }',
      );
      const run = simulator.run(program, { signal: stop.signal, onProgress: () => stop.abort() });
      expect(await run).toMatchObject({ status: 'interrupted', exitCode: 130 });
      expect(await simulator.run(painting('seq', 1, 16).program)).toMatchObject({ status: 'ok' });
    } finally {
      await simulator.close();
    }
  });

  test('that comes before the run ends it at once', async () => {
    const simulator = new Simulator(2);
    try {
      const { program } = painting('seq');
      expect(await simulator.run(program, { signal: AbortSignal.abort() })).toMatchObject({ status: 'interrupted' });
    } finally {
      await simulator.close();
    }
  });
});

describe('a run while another is under way', () => {
  test.each([
    ['run', (simulator: Simulator, program: Program) => simulator.run(program)],
    ['explore', (simulator: Simulator, program: Program) => simulator.explore(program, { runs: 2 })],
    [
      'replay',
      (simulator: Simulator, program: Program) => simulator.replay(program, { seed: 1, strategy: 'random' as const }),
    ],
  ])('is refused by %s in one line, and the first is what it would have been', async (_, again) => {
    const simulator = new Simulator(2);
    try {
      const { program } = painting('row', 1, 16);
      const alone = await simulator.run(program);
      const first = simulator.run(program);
      await expect(again(simulator, program)).rejects.toThrow(
        /^sim: expected one run at a time, got another: wait for the first, or make another Simulator$/,
      );
      expect(await first).toEqual(alone);
      const exploring = simulator.explore(program, { runs: 2 });
      await expect(again(simulator, program)).rejects.toThrow(/^sim: expected one run at a time, /);
      expect((await exploring).map(({ kind, count }) => [kind, count])).toEqual([['ok', 2]]);
      expect(await again(simulator, program)).toBeDefined();
    } finally {
      await simulator.close();
    }
  });
});
