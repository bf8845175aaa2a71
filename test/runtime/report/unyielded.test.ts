// A forgotten `yield*`, in programs: the line names the operation, the goroutine, and the place of the call that lacks it,
// which no stack has; or all places that it may be, if the source alone cannot tell.

import { describe, expect, test } from 'vitest';
import { hostedCli } from '../../support/hosted.js';
import { writeProgram } from '../../support/program.js';
import { tempDir } from '../../support/tempdir.js';

const engines = [
  ['-procs', '2'],
  ['-engine', 'sim'],
] as const;

/** Runs a program, in which lines that end with `// here` are those to be named; line 2 of p.mjs is the first. */
async function named(body: string, flags: readonly string[]) {
  const cwd = tempDir();
  const ended = await hostedCli(['run', ...flags, writeProgram(cwd, 'p', body)], { cwd });
  expect(ended).toMatchObject({ status: 2, signal: null });
  const lines = body.split('\n').flatMap((line, k) => (/\/\/ here$/.test(line) ? [k + 2] : []));
  return { text: ended.stderr.replaceAll(`${cwd}/`, '').trimEnd(), lines };
}

interface Row {
  readonly about: string;
  readonly name: string;
  readonly body: string;
  /** Who made it; goroutine 1, p.main by default. */
  readonly who?: string;
}

/** One place is the only one. */
const facts: readonly Row[] = [
  {
    about: 'before the next operation',
    name: 'send',
    body: `export function* main() {
  const c = chan(int, 1);
  c.send(1); // here
  yield* c.recv();
}`,
  },
  {
    about: "at the goroutine's end",
    name: 'send',
    body: `export function* main() {
  const c = chan(int, 1);
  c.send(1); // here
}`,
  },
  {
    about: 'in a function that has returned',
    name: 'send',
    body: `function* helper(c) {
  c.send(1); // here
}
export function* main() {
  const c = chan(int, 1);
  yield* helper(c);
  yield* c.recv();
}`,
  },
  {
    about: 'in a function, before another that has the same fault is called',
    name: 'send',
    body: `export function* other(c) {
  c.send(3);
}
export function* main() {
  const c = chan(int, 1);
  c.send(2); // here
  yield* c.recv();
  yield* other(c);
}`,
  },
  {
    about: 'after an operation that has gone through',
    name: 'send',
    body: `export function* main() {
  const c = chan(int, 5);
  if (cap(c) === 0) c.send(1);
  yield* c.send(4);
  c.send(1); // here
  yield* c.recv();
}`,
  },
  {
    about: 'at the end of a loop, whose next iteration begins with an operation',
    name: 'send',
    body: `export function* main() {
  const c = chan(int, 5);
  yield* c.send(1);
  for (;;) {
    yield* c.recv();
    c.send(1); // here
  }
}`,
  },
  {
    about: 'where its value is used',
    name: 'recv',
    body: `export function* main() {
  const c = chan(int, 5);
  const v = c.recv(); // here
  yield* c.send(v);
}`,
  },
  {
    about: 'in a plain function, which cannot have one',
    name: 'send',
    body: `export function* main() {
  const c = chan(int, 5);
  for (const v of [1, 2]) put(c, v);
}
function put(c, v) {
  c.send(v); // here
}`,
  },
  {
    about: 'in a plain goroutine',
    name: 'send',
    who: 'goroutine 2, p.worker',
    body: `export function worker(c) {
  c.send(1); // here
}
export function* main() {
  const c = chan(int, 5);
  go(worker, c);
  yield* sleep(hour);
}`,
  },
  {
    about: 'in another goroutine',
    name: 'recv2',
    who: 'goroutine 2, p.worker',
    body: `export function* worker(c, wg) {
  const pair = c.recv2(); // here
  wg.done();
}
export function* main() {
  const c = chan(int, 5);
  const wg = new WaitGroup();
  wg.add(1);
  go(worker, c, wg);
  yield* wg.wait();
}`,
  },
  {
    about: 'in the callback of range',
    name: 'send',
    body: `export function* main() {
  const c = chan(int, 2);
  const d = chan(int, 2);
  yield* c.send(1);
  c.close();
  yield* c.range((v) => {
    d.send(v); // here
  });
}`,
  },
  {
    about: 'in the callback of range, which returns the operation',
    name: 'send',
    body: `export function* main() {
  const c = chan(int, 2);
  const d = chan(int, 2);
  yield* c.send(1);
  c.close();
  yield* c.range((v) => d.send(v)); // here
}`,
  },
  {
    about: 'before a panic',
    name: 'lock',
    body: `export function* main() {
  const mu = new Mutex();
  mu.lock(); // here
  mu.unlock();
}`,
  },
  {
    about: 'before exit',
    name: 'sleep',
    body: `export function* main() {
  sleep(second); // here
  exit(0);
}`,
  },
];

/** Every operation of mandel/go. */
const operations: readonly { readonly call: string; readonly name: string }[] = [
  { call: 'c.send(1)', name: 'send' },
  { call: 'c.recv()', name: 'recv' },
  { call: 'c.recv2()', name: 'recv2' },
  { call: 'c.range(() => {})', name: 'range' },
  { call: 'select([recv(c)])', name: 'select' },
  { call: 'new WaitGroup().wait()', name: 'wait' },
  { call: 'new Cond(new Mutex()).wait()', name: 'wait' },
  { call: 'new Mutex().lock()', name: 'lock' },
  { call: 'new RWMutex().lock()', name: 'lock' },
  { call: 'new RWMutex().rLock()', name: 'rLock' },
  { call: 'new Once().do(() => {})', name: 'do' },
  { call: 'sleep(1)', name: 'sleep' },
  { call: 'gosched()', name: 'gosched' },
  { call: "trace.withRegion('r', () => {})", name: 'trace.withRegion' },
  { call: "trace.start('t.out')", name: 'trace.start' },
  { call: 'trace.stop()', name: 'trace.stop' },
];

describe.each(engines)('mandel run %s %s', (...flags) => {
  test.each(facts)('names the call $about', async ({ name, body, who = 'goroutine 1, p.main' }) => {
    const { text, lines } = await named(body, flags);
    expect(text.split('\n').at(-1)).toMatch(
      new RegExp(
        `(^|; )${name}: expected \`yield\\*\` before this call, which does nothing without it: ${who}.* \\(at p\\.mjs:${lines[0]}:\\d+\\)$`,
      ),
    );
  });
});

describe('the call that lacks a `yield*`', () => {
  test.each(operations)('is found of $call', async ({ name, call }) => {
    const body = `export function* main() {\n  const c = chan(int, 1);\n  ${call}; // here\n  yield* c.send(2);\n}`;
    const { text, lines } = await named(body, ['-procs', '1']);
    const at = new RegExp(`^${name.replace('.', '\\.')}: expected .* \\(at p\\.mjs:${lines[0]}:\\d+\\)$`);
    expect(text).toMatch(at);
  });

  test.each([
    {
      about: 'is one of two branches',
      body: `export function* main() {
  const c = chan(int, 5);
  if (now() >= 0)
    c.send(1); // here
  else
    c.send(2); // here
  yield* c.recv();
}`,
    },
    {
      about: 'may be in a function that was called, or may be skipped',
      body: `function* helper(c) {
  c.send(1); // here
}
export function* main() {
  const c = chan(int, 5);
  if (cap(c) === 0) c.send(2); // here
  yield* helper(c);
  yield* c.recv();
}`,
    },
    {
      about: "may be a method of the program's own",
      body: `class Box {
  send() {}
}
export function* main() {
  const c = chan(int, 5);
  const box = new Box();
  c.send(1); // here
  box.send(1); // here
  yield* c.recv();
}`,
    },
  ])('is not stated where it $about', async ({ body }) => {
    const { text, lines } = await named(body, ['-procs', '1']);
    const [, places = ''] = /; one of the calls at (.*) \(noticed at p\.mjs:\d+:\d+\)$/.exec(text) ?? [];
    const found = places.split(', ').map((place) => Number(/^p\.mjs:(\d+):/.exec(place)?.[1]));
    expect(found.sort((a, b) => a - b)).toEqual(lines);
  });

  test('is not stated where the source does not show it', async () => {
    const { text } = await named(
      `export function* main() {
  const c = chan(int, 5);
  if (cap(c) === 0) c.send(1);
  yield* c.send(2);
  const put = c.send.bind(c);
  put(3);
  yield* c.recv();
}`,
      ['-procs', '1'],
    );
    expect(text).toMatch(/^send: .*: goroutine 1, p\.main \(noticed at p\.mjs:8:\d+\)$/);
  });

  test.each([
    { about: 'under another name', head: "import { sleep as nap } from 'mandel/go';", call: 'nap(5)' },
    { about: 'of a namespace', head: "import * as g from 'mandel/go';", call: 'g.sleep(5)' },
  ])('is found $about', async ({ head, call }) => {
    const { text, lines } = await named(
      `${head.replace('mandel/go', new URL('../../../dist/src/go/index.js', import.meta.url).href)}
export function* main() {
  ${call}; // here
  yield* gosched();
}`,
      ['-procs', '1'],
    );
    expect(text).toMatch(new RegExp(`^sleep: .* \\(at p\\.mjs:${lines[0]}:[35]\\)$`));
  });

  test('is found in another module of the program', async () => {
    const cwd = tempDir();
    writeProgram(cwd, 'q', 'export function* put(c) {\n  yield* gosched();\n  c.send(1);\n}');
    const file = writeProgram(
      cwd,
      'p',
      "import { put } from './q.mjs';\nexport function* main() {\n  const c = chan(int, 1);\n  yield* put(c);\n  yield* c.recv();\n}",
    );
    const { stderr } = await hostedCli(['run', file], { cwd });
    expect(stderr.replaceAll(`${cwd}/`, '')).toMatch(/^send: expected .*: goroutine 1, p\.main \(at q\.mjs:4:5\)\n$/);
  });

  test('is found in every schedule that is explored, and replayed', async () => {
    const cwd = tempDir();
    const file = writeProgram(
      cwd,
      'p',
      'export function* main() {\n  const c = chan(int, 1);\n  c.send(1);\n  yield* c.recv();\n}',
    );
    const says = /send: expected `yield\*` before this call.*\(at .*p\.mjs:4:5\)/;
    const explored = await hostedCli(['explore', '-runs', '20', file], { cwd });
    expect(explored.stdout).toMatch(/^ +20 +100\.0% +panic /m);
    expect(explored.stdout).toMatch(says);
    expect((await hostedCli(['explore', '-replay', '3', file], { cwd })).stderr).toMatch(says);
  });
});

describe('what follows `yield*` and is no operation', () => {
  test.each([
    { what: 'a promise', expression: 'Promise.resolve(1)' },
    { what: 'a call of an async function', expression: '(async () => 1)()' },
    { what: 'a channel', expression: 'chan(int)' },
    { what: 'an operation that is not called', expression: 'chan(int).recv' },
    { what: 'a number', expression: '(5)' },
    { what: 'nothing', expression: '(undefined)' },
    { what: 'a plain function', expression: '(() => {})()' },
  ])('$what is a panic, and one more line says what to write', async ({ expression }) => {
    const cwd = tempDir();
    const file = writeProgram(cwd, 'p', `export function* main() {\n  const v = yield* ${expression};\n}`);
    const ended = await hostedCli(['run', file], { cwd });
    expect(ended).toMatchObject({ status: 2, signal: null });
    const [head, empty, goroutine, body, at, ...more] = ended.stderr.replaceAll(`${cwd}/`, '').trimEnd().split('\n');
    expect(head).toMatch(/^panic: TypeError: .* is not iterable/);
    expect([empty, goroutine, body]).toEqual(['', 'goroutine 1 [running]:', 'p.main(...)']);
    expect(at).toMatch(/^\tp\.mjs:3:\d+$/);
    expect(more).toEqual([
      '',
      expect.stringMatching(/^p\.mjs:3:\d+: what follows `yield\*` must be an operation of mandel\/go, .*function\*/),
    ]);
  });
});

describe.each(engines)('an operation that something else than `yield*` iterates, %s %s', (...flags) => {
  test.each([
    { about: 'a destructuring, where there is a value', call: 'const [v, ok] = full.recv2()' },
    { about: 'a destructuring, where there is none', call: 'const [v, ok] = empty.recv2()' },
    { about: 'a spread', call: 'const all = [...empty.recv()]' },
    { about: 'a loop', call: 'for (const v of empty.recv()) ;' },
    { about: 'a loop over a function*', call: 'for (const v of helper(empty)) ;' },
    { about: 'a destructuring of a function*', call: 'const [v] = helper(empty)' },
  ])('by $about, is refused', async ({ call }) => {
    const { text } = await named(
      `function* helper(c) { return yield* c.recv(); }
export function* main() {
  const empty = chan(int);
  const full = chan(int, 1);
  yield* full.send(1);
  try { ${call}; } catch {}
}`,
      flags,
    );
    expect(text).toMatch(/^expected `yield\*` before an operation .*does not wait for it \(at p\.mjs:7:\d+\)$/);
  });
});
