// Objects in our traces: every wait says what it is for, and the counts are those of the runtime.

import { join } from 'node:path';
import { modes, paintProgram } from 'mandel/modes';
import { type RunOptions, type RunResult, run } from 'mandel/run';
import { readTrace, type Trace } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { encodeProfile } from '#src/pprof/proto.js';
import { blockingProfile } from '#src/pprof/tracewaits.js';
import { blocking } from '#src/trace/analysis/blocking.js';
import { objectTable } from '#src/trace/analysis/objects.js';
import { objectText } from '#src/trace/objects.js';
import { compiledExample } from '../support/examples.js';
import { goProfile, totalsOf } from '../support/goprofile.js';
import { go119, judge, newestGo } from '../support/gotool.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';

/** Runs a module, traced. */
async function tracedModule(
  module: string | readonly string[],
  options: Partial<RunOptions>,
  args: readonly unknown[] = [],
): Promise<{ result: RunResult; trace: Trace; file: string }> {
  const file = join(tempDir(), 'trace.out');
  const modules = typeof module === 'string' ? [module] : [...module];
  const result = await run({ modules, args: [...args] }, { procs: 2, seed: 1, ...options, trace: file });
  return { result, trace: readTrace(file), file };
}

/** Runs the program `p` with this body in the simulator. */
const simulated = (body: string, options: Partial<RunOptions> = {}) =>
  tracedModule(`file://${writeProgram(tempDir(), 'p', body)}`, { engine: 'sim', ...options });

/** The objects by their texts, each with its number of waits, in the order of their texts. */
const waitsByObject = (trace: Trace) =>
  Object.fromEntries(
    objectTable(trace)
      .objects.map(({ object, waits }) => [objectText(object), waits] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** Requires that each wait names an object, and that there are as many as the runtime counted. */
function allNamed({ stats }: RunResult, trace: Trace): void {
  const { objects, waits, unnamed } = objectTable(trace);
  expect({ waits, unnamed }).toEqual({ waits: stats.parks, unnamed: 0 });
  expect(objects.reduce((sum, object) => sum + object.waits, 0)).toBe(stats.parks);
}

describe.each(['threads', 'sim'] as const)('on %s every wait is for an object', (engine) => {
  test.each(['sieve', 'pingpong', 'daisy', 'timers', 'mutex', 'kitchen'])('in %s', async (name) => {
    const { result, trace } = await tracedModule(String(compiledExample(name)), { engine });
    expect(result.stats.parks).toBeGreaterThan(5);
    allNamed(result, trace);
  });

  test('in mode workers', async () => {
    const args = [64, 64, 0, 4, join(tempDir(), 'p.png')];
    const mode = modes.find(({ name }) => name === 'workers')!;
    const { result, trace } = await tracedModule(paintProgram(mode), { engine }, args);
    allNamed(result, trace);
    expect(Object.keys(waitsByObject(trace)).sort()[0]).toMatch(/^chan struct\{.*\} \d \(workers\.ts:\d+\)$/);
  });
});

test('each kind of object has its name, its number, and the line that made it', async () => {
  const { result, trace } = await simulated(
    `
export function* lock(mu, wg) { yield* mu.lock(); yield* sleep(millisecond); mu.unlock(); wg.done(); }
export function* read(rw, wg) { yield* rw.rLock(); yield* sleep(millisecond); rw.rUnlock(); wg.done(); }
export function* first(once, wg) { yield* once.do(function* () { yield* sleep(millisecond); }); wg.done(); }
export function* each(c, wg, mu, rw, once) {
  yield* c.recv();
  for (const l of [mu, mu, rw, rw]) go(lock, l, wg);
  go(read, rw, wg);
  for (let k = 0; k < 2; k++) go(first, once, wg);
}
export function* signalled(cond, wg) { yield* cond.l.lock(); yield* cond.wait(); cond.l.unlock(); wg.done(); }
export function* drain(full) { yield* sleep(millisecond); yield* full.range(() => {}); }
export function* main() {
  const c = chan(int);
  const wg = new WaitGroup();
  const mu = new Mutex(), rw = new RWMutex();
  const cond = new Cond(new Mutex());
  const once = new Once();
  wg.add(8);
  go(each, c, wg, mu, rw, once);
  go(signalled, cond, wg);
  yield* gosched();
  yield* c.send(1);
  yield* sleep(second);
  cond.broadcast();
  yield* wg.wait();
  const full = chan(float64, 3);
  go(drain, full);
  for (let k = 0; k < 5; k++) yield* full.send(k);
  yield* select([recv(chan(bool)), send(chan(int), 1), recv(after(millisecond))]);
}`,
    { procs: 1 },
  );
  allNamed(result, trace);
  expect(waitsByObject(trace)).toEqual({
    'chan float64, buffer 3 10 (p.mjs:27)': 3,
    'chan int 1 (p.mjs:14)': 1,
    'select of chan bool 11 (p.mjs:30), chan int 12 (p.mjs:30), timer 13 (p.mjs:30)': 1,
    'sync.Cond 7 (p.mjs:17)': 1,
    'sync.Mutex 3 (p.mjs:16)': 1,
    'sync.Once 9 (p.mjs:18)': 1,
    'sync.RWMutex 5 (p.mjs:16)': 3,
    'sync.WaitGroup 2 (p.mjs:15)': 1,
    'timers of sleeping goroutines': 8,
  });
});

test('objects that a module makes while it is loaded have their lines', async () => {
  const { result, trace } = await tracedModule(
    `file://${writeProgram(
      tempDir(),
      'p',
      `
const c = chan(int);
const wg = new WaitGroup();
export function* work() { yield* c.recv(); yield* sleep(millisecond); wg.done(); }
export function* main() {
  wg.add(1);
  go(work);
  yield* sleep(millisecond);
  yield* c.send(1);
  yield* wg.wait();
}`,
    )}`,
    { procs: 1 },
  );
  allNamed(result, trace);
  expect(Object.keys(waitsByObject(trace))).toEqual([
    expect.stringMatching(/^chan int [12] \(p\.mjs:2\)$/),
    expect.stringMatching(/^sync\.WaitGroup [12] \(p\.mjs:3\)$/),
    'timers of sleeping goroutines',
  ]);
});

test('each trace of a run numbers its objects from 1; of those made before it the line is not known', async () => {
  const dir = tempDir();
  const body = `
export function* sink(c, d) { yield* c.recv(); yield* d.recv(); yield* c.recv(); yield* d.recv(); }
export function* main() {
  const c = chan(int), d = chan(int);
  for (const name of ['a', 'b']) {
    yield* trace.start('${dir}/' + name + '.out');
    const e = chan(int);
    go(sink, c, d, e);
    for (const to of [c, d, c, d]) { yield* gosched(); yield* to.send(1); }
    yield* select([recv(e), recv(after(millisecond))]);
    yield* trace.stop();
  }
}`;
  const { status } = await run(
    { modules: [`file://${writeProgram(dir, 'p', body)}`], args: [] },
    { engine: 'sim', procs: 1, seed: 1 },
  );
  expect(status).toBe('ok');
  for (const name of ['a', 'b']) {
    expect(waitsByObject(readTrace(join(dir, `${name}.out`)))).toEqual({
      'chan int 2': 2,
      'chan int 3': 2,
      'select of chan int 1 (p.mjs:7), timer 4 (p.mjs:10)': 1,
    });
  }
});

test('at most 10,000 objects are told apart, also in selects', async () => {
  const { result, trace } = await simulated(
    `
export function* sink(c) { yield* c.recv(); }
export function* main() {
  for (let k = 0; k < 10020; k++) {
    const c = chan(int);
    go(sink, c);
    yield* gosched();
    yield* c.send(k);
  }
  yield* select([recv(chan(int)), recv(after(millisecond))]);
}`,
    { procs: 1 },
  );
  allNamed(result, trace);
  const waits = waitsByObject(trace);
  expect(waits['chan int 10000 (p.mjs:5)']).toBe(1);
  expect(waits['objects that are not told apart']).toBe(20);
  expect(Object.keys(waits)).toHaveLength(10_002);
  expect(trace.stacks.length).toBeLessThan(10_100);
});

test('a profile of the waits has the object as a label', async () => {
  const { trace } = await tracedModule(String(compiledExample('timers')), { engine: 'sim' });
  const labels = blockingProfile(trace, blocking(trace, 'sync')).samples.map(({ labels }) => labels?.object);
  expect(labels.sort()).toEqual([
    ['select of chan int 3 (timers.ts:63), timer 4 (timers.ts:33)'],
    ['select of timer 5 (timers.ts:33)'],
    ['timer 1 (timers.ts:48)'],
    ['timer 2 (timers.ts:51)'],
  ]);
});

describe.each(['1.19', 'newest'])('Go %s', (version) => {
  test.for(['sieve', 'timers', 'mutex'])('reads the trace of %s, with the same waits', async (name, context) => {
    const go = version === 'newest' ? await newestGo(context) : await go119(context);
    const { trace, file } = await tracedModule(String(compiledExample(name)), { engine: 'sim' });
    expect((await judge(file)).complaints).toEqual([]);
    const ours = Buffer.from(encodeProfile(blockingProfile(trace, blocking(trace, 'sync'))));
    expect(await totalsOf(go, ours)).toEqual(await goProfile(go, file, 'sync'));
  });
});
