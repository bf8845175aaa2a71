// Package-level objects: what modules make while they are loaded is one object in a run, made again for the next one; and where
// threads cannot agree on it, one line says so. (test/programs/go_package.ts has what such objects do.)

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Runtime, run, Simulator } from 'mandel/run';
import { describe, expect, test } from 'vitest';
import { writeProgram } from '../../support/program.js';
import { tempDir } from '../../support/tempdir.js';

function program(body: string, others: Readonly<Record<string, string>> = {}): URL {
  const dir = tempDir();
  for (const [name, text] of Object.entries(others)) writeProgram(dir, name.replace('.mjs', ''), text);
  return pathToFileURL(writeProgram(dir, 'p', body));
}

const engines = [
  { name: 'threads, 1 P', start: () => new Runtime(1) },
  { name: 'threads, 4 Ps', start: () => new Runtime(4) },
  { name: 'sim', start: () => new Simulator(4) },
];

/** Adds under the lock of the package; it is right only if there is one lock and one struct. */
const counts = `
const mu = new Mutex(), s = alloc(struct({ n: int }), { n: 100 }), wg = new WaitGroup();
wg.add(4);
export function* add() {
  for (let k = 0; k < 50; k++) { yield* mu.lock(); const { n } = s; yield* gosched(); s.n = n + 1; mu.unlock(); }
  wg.done();
}
export function* main() { for (let k = 0; k < 4; k++) go(add); yield* wg.wait(); return s.n; }`;

describe.each(engines)('on $name', ({ start }) => {
  test('every run has them as the module has left them', async () => {
    const engine = start();
    const url = program(counts);
    for (let k = 0; k < 5; k++) expect(await engine.run(url)).toMatchObject({ status: 'ok', value: 300 });
    await engine.close();
  });

  test('programs take turns, each with its own', async () => {
    const engine = start();
    const first = program(counts);
    const second = program(`
const c = chan(string, 1), once = new Once();
export function* put() { yield* once.do(function* () { yield* c.send('put'); }); }
export function* main() { go(put); return [yield* c.recv(), cap(c)]; }`);
    for (let k = 0; k < 3; k++) {
      expect((await engine.run(first)).value).toBe(300);
      expect((await engine.run(second)).value).toEqual(['put', 1]);
    }
    await engine.close();
  });

  test('a module that awaits, or is imported by import() while it is loaded, makes them too', async () => {
    const url = program(
      `
await null;
const c = chan(int);
const { lock, s } = await import('./m.mjs');
export function* add() { yield* lock.lock(); s.n++; lock.unlock(); yield* c.send(s.n); }
export function* main() { go(add); return yield* c.recv(); }`,
      { 'm.mjs': 'export const lock = new Mutex(); export const s = alloc(struct({ n: int }), { n: 1 });' },
    );
    const engine = start();
    for (let k = 0; k < 3; k++) expect((await engine.run(url)).value).toBe(2);
    await engine.close();
  });

  test('a goroutine of an arena uses them, and they outlive it', async () => {
    const url = program(`
const c = chan(string, 4), wg = new WaitGroup();
wg.add(20);
export function* put(k) { if (k % 5 === 0) yield* c.send('text ' + k); wg.done(); }
export function* main() {
  for (let k = 0; k < 20; k++) goArena(put, k);
  yield* wg.wait();
  const got = [];
  while (len(c) > 0) got.push(yield* c.recv());
  return got.sort();
}`);
    const engine = start();
    for (let k = 0; k < 3; k++) {
      expect((await engine.run(url)).value).toEqual(['text 0', 'text 10', 'text 15', 'text 5']);
    }
    await engine.close();
  });

  test('a body may be an export of any module that the program imports', async () => {
    const url = program(
      `
import { work } from './work.mjs';
const done = chan(int);
export function* main() { go(work, done, 20); return yield* done.recv(); }`,
      {
        'work.mjs': "import { double } from './double.mjs'; export function* work(c, n) { go(double, c, n + 1); }",
        'double.mjs': 'export function* double(c, n) { yield* c.send(2 * n); }',
      },
    );
    const engine = start();
    for (let k = 0; k < 2; k++) expect(await engine.run(url)).toMatchObject({ report: '', value: 42 });
    await engine.close();
  });
});

/** A main that runs until both threads have loaded the program: they have joined the run, or cannot, a moment later. */
const bothAreUp = `
writeFileSync(process.env.MEETING + '/' + threadId, '');
export function* main() {
  while (readdirSync(process.env.MEETING).length < 2) yield* sleep(millisecond);
  yield* sleep(50 * millisecond);
}`;

/** What no thread can know to be one object, and what goroutines alone can do. */
const refused = [
  {
    what: 'an object that only some threads make',
    body: `
import { readdirSync, writeFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
const mu = threadId % 2 === 0 ? new Mutex() : undefined;
${bothAreUp}`,
    says: /new Mutex\(\): expected every thread to make the same objects .* got one that only some threads make \(at .*p\.mjs:4:\d+\); make it on every thread/,
  },
  {
    what: 'different objects on different threads',
    body: `
import { readdirSync, writeFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
const c = threadId % 2 === 0 ? chan(int) : chan(string);
${bothAreUp}`,
    says: /expected every thread to make the same objects .* \(at .*p\.mjs:4:\d+\)/,
  },
  {
    what: 'an object made in an async function',
    body: 'const make = async () => { await null; return new WaitGroup(); };\nawait make();\nexport function main() {}',
    says: /new WaitGroup\(\): expected a goroutine, or a module that is loaded before the program starts, got a call from a callback/,
  },
  {
    what: 'an object made by a callback while the program runs',
    body: `
export function* main() {
  Promise.resolve().then(() => chan(int)).catch((error) => { message = error.message; });
  for (let k = 0; k < 100 && message === ''; k++) { yield* sleep(millisecond); yield* trace.start(process.env.TRACE_FILE); yield* trace.stop(); }
  panic(message);
}
let message = '';`,
    says: /panic: chan\(int, 0\): expected a goroutine, or a module that is loaded before the program starts/,
  },
  {
    what: 'a goroutine',
    body: 'go(f);\nexport function f() {}\nexport function main() {}',
    says: /go: expected to be called by a goroutine, got a call while a module is loaded/,
  },
  {
    what: 'a lock',
    body: 'const mu = new Mutex();\nmu.tryLock();\nexport function main() {}',
    says: /mu\.tryLock: expected to be called by a goroutine/,
  },
  {
    what: 'an unlock',
    body: 'const mu = new RWMutex();\nmu.unlock();\nexport function main() {}',
    says: /mu\.unlock: expected to be called by a goroutine/,
  },
  {
    what: 'a count below zero',
    body: 'const wg = new WaitGroup();\nwg.add(-1);\nexport function main() {}',
    says: /sync: negative WaitGroup counter \(at .*p\.mjs:3:\d+\)/,
  },
  {
    what: 'a second close',
    body: 'const c = chan(int);\nc.close();\nc.close();\nexport function main() {}',
    says: /close of closed channel \(at .*p\.mjs:4:\d+\)/,
  },
  {
    what: 'a value of another type',
    body: 'const s = alloc(struct({ n: int }));\ns.n = "x";\nexport function main() {}',
    says: /expected a value of type int, got "x"/,
  },
];

describe('refused while a module is loaded', () => {
  test.each(refused)('$what', async ({ body, says }) => {
    process.env.TRACE_FILE = join(tempDir(), 'trace.out');
    process.env.MEETING = tempDir();
    const ended = await run(program(body), { procs: 2 }).then(
      ({ report }) => report,
      (error: Error) => error.message,
    );
    expect(ended).toMatch(says);
  });

  // A module that starts its own run is loaded on the thread that starts it, which has none of the run's memory.
  test.each([
    ['wg.add(1)', /wg\.add: expected to be called by a goroutine, got a call on a thread that takes part in no run/],
    ['c.close()', /close: expected to be called by a goroutine, got a call on a thread/],
    ['len(c)', /len: expected to be called by a goroutine, got a call on a thread/],
    ['cap(c)', /cap: expected to be called by a goroutine, got a call on a thread/],
    ['s.n', /reading n: expected to be called by a goroutine, got a call on a thread/],
    ['s.n = 1', /setting n: expected to be called by a goroutine, got a call on a thread/],
    ['mu.unlock()', /mu\.unlock: expected to be called by a goroutine, got a call on a thread/],
    ['go(main)', /go: expected to be called by a goroutine, but no run is under way on this thread/],
    ['start({ modules: [], args: [c] })', /args: expected values that can be copied, got a channel or another shared/],
  ])('%s on a thread that takes part in no run', async (use, says) => {
    const body = `
import { run as start } from '${new URL('../../../dist/src/runtime/start.js', import.meta.url)}';
const mu = new Mutex(), wg = new WaitGroup(), c = chan(int, 3), s = alloc(struct({ n: int }), { n: 5 });
export function main() {}
export const used = async () => ${use};`;
    const { used } = await import(program(body).href);
    await expect(used()).rejects.toThrow(says);
  });
});
