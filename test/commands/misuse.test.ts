// Programs with a newcomer's mistakes: one line says what was expected, what came, and where.

import { describe, expect, test } from 'vitest';
import type { Ended } from '../support/cli.js';
import { hostedCli } from '../support/hosted.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';

async function runProgram(body: string, procs = 1): Promise<Ended> {
  const cwd = tempDir();
  const ended = await hostedCli(['run', '-procs', String(procs), writeProgram(cwd, 'p', body)], { cwd });
  return { ...ended, stderr: ended.stderr.replaceAll(`${cwd}/`, '') };
}

/** Standard error of a run that was refused in one line. */
function oneLine(ended: Ended): string {
  expect(ended).toMatchObject({ status: 2, signal: null });
  const [line = '', ...more] = ended.stderr.split('\n');
  expect(more).toEqual(['']);
  return line;
}

describe('an argument that cannot cross threads', () => {
  test('is not null, which is a nil pointer', async () => {
    const ended = await runProgram(
      'export function* worker(c, p) { yield* c.send(p === null); }\nexport function* main() {\n  const c = chan(bool);\n  go(worker, c, null);\n  println(yield* c.recv());\n}',
      2,
    );
    expect(ended).toMatchObject({ status: 0, stdout: 'true\n', stderr: '' });
  });

  test.each([
    { arg: '() => {}', got: 'function (anonymous)' },
    { arg: 'main', got: 'function main' },
    { arg: 'new Map()', got: 'a Map' },
    { arg: 'new (class Point {})()', got: 'a Point' },
    { arg: '[1, 2]', got: 'an Array' },
    { arg: 'new Date(0)', got: 'a Date' },
    { arg: 'Promise.resolve()', got: 'a Promise' },
    { arg: 'undefined', got: 'undefined' },
    { arg: '1n', got: '1n' },
    { arg: "Symbol('s')", got: 'Symbol(s)' },
    { arg: '{ a: { f: () => {} } }', got: 'function f' },
    { arg: '{ a: undefined }', got: 'undefined' },
    { arg: '{ a: new Map() }', got: 'a Map' },
  ])('is refused by go(): $arg', async ({ arg, got }) => {
    const ended = await runProgram(
      `export function worker() {}\nexport function* main() {\n  go(worker, 1, ${arg});\n}`,
    );
    expect(oneLine(ended)).toBe(
      'go p.worker: expected argument 2 to be a number, boolean, string, struct of these or a handle (channel, ' +
        `WaitGroup, Mutex, image, alloc), got ${got}: nothing else can cross threads (at p.mjs:4:3)`,
    );
  });

  test('more than 8 arguments are refused, 8 are not', async () => {
    const body = (args: string) =>
      `export function worker(...args) { println(...args); }\nexport function* main() {\n  go(worker, ${args});\n  yield* gosched();\n  yield* sleep(20 * millisecond);\n}`;
    expect(oneLine(await runProgram(body('1, 2, 3, 4, 5, 6, 7, 8, 9')))).toBe(
      'go p.worker: expected at most 8 arguments, got 9; pass a struct (at p.mjs:4:3)',
    );
    expect(await runProgram(body("1, 2.5, true, 'four', 5, 6, 7, false"))).toMatchObject({
      status: 0,
      stdout: '1 2.5 true four 5 6 7 false\n',
      stderr: '',
    });
  });

  test.each([
    { put: "yield* chan(int, 1).send('x')", says: 'expected a value of type int, got "x"' },
    { put: 'yield* chan(int, 1).send(1.5)', says: 'expected a value of type int, got 1.5' },
    { put: 'yield* chan(int, 1).send(undefined)', says: 'expected a value of type int, got undefined' },
    { put: 'yield* chan(bool, 1).send(1)', says: 'expected a value of type bool, got 1' },
    { put: 'yield* chan(string, 1).send(new Map())', says: 'expected a value of type string, got a Map' },
    { put: 'chan(Map)', says: 'type: expected a type such as int or struct({...}), got function Map' },
    { put: 'chan()', says: 'type: expected a type such as int or struct({...}), got undefined' },
    { put: "yield* sleep('1s')", says: 'sleep: expected a duration in nanoseconds, such as 5 * millisecond, got "1s"' },
  ])('is refused where it is handed over: $put', async ({ put, says }) => {
    const ended = await runProgram(`export function* main() {\n  ${put};\n}`);
    expect(oneLine(ended)).toMatch(/ \(at p\.mjs:3:\d+\)$/);
    expect(ended.stderr).toContain(says);
  });
});

describe('a body that is not exported', () => {
  const fix =
    "other threads find a goroutine's body by its export name; write `export` before it, and hand it what it would " +
    'capture as arguments';

  test.each([1, 4])('is refused by name, on %d Ps', async (procs) => {
    const ended = await runProgram('function worker() {}\nexport function* main() {\n  go(worker);\n}', procs);
    expect(oneLine(ended)).toBe(
      `go: expected a function exported by p.mjs, got function worker: ${fix} (at p.mjs:4:3)`,
    );
  });

  test('is refused without one', async () => {
    const ended = await runProgram('export function* main() {\n  go(() => {});\n}');
    expect(oneLine(ended)).toBe(
      `go: expected a function exported by p.mjs, got an anonymous function: ${fix} (at p.mjs:3:3)`,
    );
  });

  test('is refused when it is no function', async () => {
    const ended = await runProgram('export function* main() {\n  go(undefined);\n}');
    expect(oneLine(ended)).toBe('go: expected a function exported by p.mjs, got undefined (at p.mjs:3:3)');
  });

  test('is refused when it has been called already', async () => {
    const ended = await runProgram('export function* worker() {}\nexport function* main() {\n  go(worker());\n}');
    expect(oneLine(ended)).toBe(
      'go: expected a function exported by p.mjs, got a generator: write the function and its arguments, go(worker, c) (at p.mjs:4:3)',
    );
  });
});

describe('a body of the wrong kind', () => {
  test('a plain `yield` is refused', async () => {
    const ended = await runProgram('export function* main() {\n  yield;\n}');
    expect(oneLine(ended)).toMatch(/^p\.main: expected `yield\*`, got a plain `yield`, which means nothing here/);
  });

  test('`yield` before an operation, without the star, is refused', async () => {
    const ended = await runProgram('export function* main() {\n  const c = chan(int, 1);\n  yield c.send(1);\n}');
    expect(oneLine(ended)).toMatch(/expected `yield\*`/);
  });

  test('a plain function that returns a generator is refused', async () => {
    const ended = await runProgram(
      'function* inner() {}\nexport function body() { return inner(); }\nexport function* main() { go(body); yield* sleep(second); }',
    );
    expect(oneLine(ended)).toMatch(
      /^go p\.body: expected a generator function or one that runs to its end, got one that returns a generator; declare it `function\*`/,
    );
  });

  test.each([
    { body: 'async function body() {}', got: 'an async function' },
    { body: 'async function* body() {}', got: 'an async generator function' },
    { body: 'const body = async () => {};', got: 'an async function' },
  ])('$got is refused where it is started: $body', async ({ body, got }) => {
    const why = `got ${got}: a goroutine cannot await; declare it \`function*\` and \`yield*\` what parks`;
    const started = await runProgram(`export ${body}\nexport function* main() {\n  go(body);\n  yield* sleep(1);\n}`);
    expect(oneLine(started)).toBe(
      `go p.body: expected a generator function or one that runs to its end, ${why} (at p.mjs:4:3)`,
    );
    const main = await runProgram(`export ${body.replace('body', 'main')}`);
    expect(oneLine(main)).toMatch(/^mandel: go p\.main: expected a generator function .* \(at p\.mjs:2\)$/);
    expect(main.stderr).toContain(why);
  });

  test.each([
    { result: 'Promise.resolve()', got: 'a promise' },
    { result: '{ then() {} }', got: 'a promise' },
    { result: '(function* () {})()', got: 'a generator' },
    { result: '(async function* () {})()', got: 'an async generator' },
  ])('a plain function that returns $got is refused when it returns: $result', async ({ result, got }) => {
    const body = `export const body = () => (${result});\nexport function* main() {\n  go(body);\n  yield* sleep(second);\n}`;
    expect(oneLine(await runProgram(body))).toMatch(
      new RegExp(`^go p\\.body: .* got one that returns ${got}; declare it \`function\\*\`.* \\(at p\\.mjs:2\\)$`),
    );
    const main = `export function main() {\n  return ${result};\n}`;
    expect(oneLine(await runProgram(main))).toMatch(new RegExp(`^go p\\.main: .* got one that returns ${got}; `));
  });

  test.each([
    { result: 'helper()', got: 'a generator' },
    { result: 'Promise.resolve()', got: 'a promise' },
  ])('a generator function that returns $got is refused', async ({ result, got }) => {
    const ended = await runProgram(`function* helper() {}\nexport function* main() {\n  return ${result};\n}`);
    expect(oneLine(ended)).toMatch(new RegExp(`^go p\\.main: expected a result that is a value, got ${got}`));
  });

  test.each([
    { result: '() => {}', got: 'function (anonymous)' },
    { result: "Symbol('s')", got: 'Symbol(s)' },
    { result: '{ f() {} }', got: 'an object' },
  ])('a result of main that cannot leave its thread is refused: $result', async ({ result, got }) => {
    const ended = await runProgram(`export function main() {\n  return ${result};\n}`);
    expect(oneLine(ended)).toContain(`p.main: expected a result that can leave its thread, got ${got}`);
  });
});

describe('a callback that would not be run or waited for', () => {
  const loop = 'where the loop parks, write `for (;;) { const [v, ok] = yield* c.recv2(); if (!ok) break; ... }`';

  test.each([
    {
      call: 'yield* c.range(function* (v) {})',
      says: `range: expected a plain function, got a generator function: ${loop}`,
    },
    {
      call: 'yield* c.range(async (v) => {})',
      says: `range: expected a plain function, got an async function: a goroutine cannot await; ${loop}`,
    },
    { call: 'yield* c.range()', says: 'range: expected a plain function, got undefined' },
    {
      call: 'yield* c.range((v) => helper(v))',
      says: `range: expected a function that runs to its end, got one that returns a generator: ${loop}`,
    },
    {
      call: 'yield* c.range((v) => Promise.resolve())',
      says: 'range: expected a function that runs to its end, got one that returns a promise: a goroutine cannot await',
    },
    {
      call: 'yield* new Once().do(async () => {})',
      says: 'once.do: expected a plain function or a generator function, got an async function: a goroutine cannot await',
    },
    {
      call: 'yield* new Once().do(() => Promise.resolve())',
      says: 'once.do: expected a function that runs to its end',
    },
    {
      call: "yield* trace.withRegion('r', async function* () {})",
      says: 'trace.withRegion: expected a plain function or a generator function, got an async generator function',
    },
    { call: "yield* trace.withRegion('r', () => Promise.resolve())", says: 'got one that returns a promise' },
    { call: 'syscall(function* () {})', says: 'syscall: expected a plain function, got a generator function' },
    { call: 'syscall(async () => 1)', says: 'syscall: expected a plain function, got an async function' },
    {
      call: 'syscall(() => helper())',
      says: 'syscall: expected a function that runs to its end, got one that returns a generator',
    },
  ])('is refused: $call', async ({ call, says }) => {
    const ended = await runProgram(
      `function* helper() {}\nexport function* main() {\n  const c = chan(int, 1);\n  yield* c.send(1);\n  ${call};\n}`,
    );
    expect(oneLine(ended)).toMatch(/ \(at p\.mjs:6:\d+\)$/);
    expect(ended.stderr).toContain(says);
  });

  test('is run where that makes sense', async () => {
    const ended = await runProgram(`
function* helper(c) { return yield* c.recv(); }
export function* main() {
  const c = chan(int, 9);
  yield* new Once().do(function* () { yield* c.send(1); });
  yield* new Once().do(() => c.send(2));
  yield* new Once().do(() => 5);
  println(yield* trace.withRegion('r', () => helper(c)), yield* trace.withRegion('r', () => c.recv()));
  println(yield* trace.withRegion('r', () => 'text'));
  yield* c.send(3);
  c.close();
  const seen = [];
  yield* c.range((v) => seen.push(v));
  println(seen);
}`);
    expect(ended).toMatchObject({ status: 0, stdout: '1 2\ntext\n3\n', stderr: '' });
  });
});

describe('a forgotten `yield*`', () => {
  test.each([
    { call: 'c.send(1)', name: 'send' },
    { call: 'c.recv()', name: 'recv' },
    { call: 'c.recv2()', name: 'recv2' },
    { call: 'c.range(() => {})', name: 'range' },
    { call: 'select([recv(c)])', name: 'select' },
    { call: 'new WaitGroup().wait()', name: 'wait' },
    { call: 'new Mutex().lock()', name: 'lock' },
    { call: 'sleep(1)', name: 'sleep' },
    { call: 'gosched()', name: 'gosched' },
  ])('before $call is reported, and the run ends', async ({ call, name }) => {
    const ended = await runProgram(`export function* main() {\n  const c = chan(int, 1);\n  ${call};\n}`);
    expect(oneLine(ended)).toMatch(
      new RegExp(`^${name}: expected \`yield\\*\` before this call, which does nothing without it`),
    );
  });
});

describe('the API outside of a run', () => {
  test('says that there is no run', async () => {
    const { now } = await import('mandel/go');
    expect(now).toThrow(/^go: expected to be called by a goroutine, but no run is under way on this thread/);
  });
});

describe('the channel of a timer', () => {
  const noSend = 'send: expected a channel made by chan(), got that of a timer, on which only the runtime sends';
  const noClose =
    'close: expected a channel made by chan(), got that of a timer, which is never closed; stop a Ticker with stop()';
  test.each([
    { use: 'yield* after(hour).send(1);', says: noSend },
    { use: 'yield* new Ticker(hour).c.send(1);', says: noSend },
    { use: 'const t = after(hour); go(waits, t); yield* gosched(); yield* t.send(1);', says: noSend },
    { use: 'yield* select([send(after(hour), 1)], orDefault);', says: noSend },
    { use: 'after(0).close();', says: noClose },
    { use: 'new Ticker(hour).c.close();', says: noClose },
  ])('can only be received from: $use', async ({ use, says }) => {
    const body = `export function* waits(c) { yield* c.recv(); }\nexport function* main() {\n  ${use}\n}`;
    expect(oneLine(await runProgram(body)).replace(/ \(at p\.mjs:4:\d+\)$/, '')).toBe(says);
  });
});
