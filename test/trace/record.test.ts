// What a run records of itself, read back and held against what the runtime counted.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { modes, paintProgram } from 'mandel/modes';
import { type RunResult, Runtime, run } from 'mandel/run';
import { argOf, checkTrace, counts, entryName, ev, readTrace, type Trace } from 'mandel/trace';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';

/** What trace and runtime must agree on, to the unit. */
function agreement({ stats }: RunResult, trace: Trace) {
  const { created, starts, leaves, running } = checkTrace(trace);
  const { switches, steals, parks } = counts(trace);
  expect(starts).toBe(leaves + running);
  expect({ created, switches, steals, parks }).toEqual({
    created: stats.goroutines,
    switches: stats.switches,
    steals: stats.steals,
    parks: stats.parks,
  });
}

const indices = ({ events }: Trace, type: number): number[] =>
  Array.from(events.type, (t, k) => (t === type ? k : -1)).filter((k) => k >= 0);

/** The frames of a stack, leaf first: `function file:line`. */
function frames(trace: Trace, stack: number): string[] {
  const { first, frame } = trace.stacks;
  return Array.from(frame.subarray(first[stack], first[stack + 1]), (f) => {
    const file = trace.strings[trace.frames.file[f]!]!;
    return `${trace.strings[trace.frames.func[f]!]} ${file.slice(file.lastIndexOf('/') + 1)}:${trace.frames.line[f]}`;
  });
}

/** The frames of the program's own, of every event of this type. */
const programFrames = (trace: Trace, type: number) =>
  indices(trace, type).map((e) => frames(trace, trace.events.stack[e]!).filter((f) => f.startsWith('p.')));

async function traced(body: string, procs: number, args: readonly unknown[] = []): Promise<[RunResult, string]> {
  const dir = tempDir();
  const file = join(dir, 'trace.out');
  const program = { modules: [`file://${writeProgram(dir, 'p', body)}`], args: [...args] };
  return [await run(program, { procs, trace: file, seed: 1 }), file];
}

describe.each([1, 2, 4])('a run on %i Ps', (procs) => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = new Runtime(procs);
  });
  afterAll(() => runtime.close());

  test.each(modes)('of mode $name records what the runtime counts', async (mode) => {
    const dir = tempDir();
    const trace = join(dir, 'trace.out');
    const program = { modules: paintProgram(mode), args: [96, 64, 0, 3, join(dir, 'p.png')] };
    const result = await runtime.run(program, { trace, seed: 7 });
    const read = readTrace(trace);
    agreement(result, read);
    if (mode.name === 'px') expect(checkTrace(read).created).toBe(96 * 64 + 1);
  });

  test.each([
    ...['go_sync', 'go_time', 'go_preempt', 'select3', 'sieve1', 'selectpark', 'go_args'].map((name) => ({
      name,
      args: [],
    })),
    { name: 'stress_eachonce', args: [2] }, // rounds, each with goroutines for 78 rings
  ])('of $name records what the runtime counts', async ({ name, args }) => {
    const trace = join(tempDir(), 'trace.out');
    const program = { modules: [String(new URL(`../../dist/test/programs/${name}.js`, import.meta.url))], args };
    for (const seed of [1, 2]) agreement(await runtime.run(program, { trace, seed }), readTrace(trace));
  });

  test('without a trace leaves none, after one with', async () => {
    const trace = join(tempDir(), 'trace.out');
    const program = new URL('../../dist/test/programs/sieve1.js', import.meta.url);
    await runtime.run(program, { trace });
    const before = readFileSync(trace);
    expect((await runtime.run(program)).status).toBe('ok');
    expect(readFileSync(trace).equals(before)).toBe(true);
  });
});

describe('the file', () => {
  test('spends at most 18 bytes on a goroutine that is created, runs and ends', async () => {
    const dir = tempDir();
    const trace = join(dir, 'trace.out');
    const px = modes.find((m) => m.name === 'px')!;
    await run({ modules: paintProgram(px), args: [512, 512, 0, 1, join(dir, 'p.png')] }, { procs: 2, trace });
    expect(statSync(trace).size).toBeLessThanOrEqual(18 * 512 * 512);
  });

  test('names goroutines by their bodies, and has the lines where these begin', async () => {
    const [, file] = await traced(
      `
export function plain() {}
export function* parks() { yield* gosched(); }
export function* main() {
  go(plain);
  go(parks);
  yield* gosched();
}`,
      1,
    );
    const trace = readTrace(file);
    const names = Array.from({ length: trace.goroutines.length }, (_, g) => entryName(trace, g));
    expect(names.slice(1).sort()).toEqual(['p.main', 'p.parks', 'p.plain']);
    const entries = Array.from(trace.goroutines.entry.slice(1), (stack) => frames(trace, stack));
    expect(entries.flat().sort()).toEqual(['p.main p.mjs:4', 'p.parks p.mjs:3', 'p.plain p.mjs:2']);
  });

  test('has the operation, the line, and the body at the bottom of every stack', async () => {
    const [, file] = await traced(
      `
export function* consumer(c, wg) {
  yield* c.recv();
  yield* gosched();
  wg.done();
}
function* helper(c) {
  yield* c.send(1);
}
export function* main() {
  const c = chan(int), wg = new WaitGroup();
  wg.add(1);
  go(consumer, c, wg);
  yield* helper(c);
  yield* wg.wait();
}`,
      1,
    );
    const trace = readTrace(file);
    const stacksOf = (type: number) => indices(trace, type).map((e) => frames(trace, trace.events.stack[e]!));
    expect(stacksOf(ev.GoBlockSend)).toEqual([
      ['runtime.chansend1 p.mjs:11, object:1', 'p.helper p.mjs:8', 'p.main p.mjs:14'],
    ]);
    expect(stacksOf(ev.GoUnblock).map((s) => s.slice(1))).toEqual([['p.consumer p.mjs:3'], ['p.consumer p.mjs:5']]);
    expect(stacksOf(ev.GoUnblock).map((s) => s[0]!.split(' ')[0])).toEqual([
      'runtime.chanrecv1',
      'sync.(*WaitGroup).Done',
    ]);
    expect(stacksOf(ev.GoBlockSync).map((s) => s.at(-1))).toEqual(['p.main p.mjs:15']);
    const created = indices(trace, ev.GoCreate).map((e) => frames(trace, trace.events.stack[e]!));
    expect(created).toEqual([[], ['p.main p.mjs:13']]);
  });

  test('tells the places apart where a body does the same to the same channel', async () => {
    const n = 3000;
    const [, file] = await traced(
      `
export function* sink(c, n) {
  for (let k = 0; k < n; k++) {
    yield* c.recv();
    yield* c.recv();
  }
}
export function* main(n) {
  const c = chan(int);
  go(sink, c, n);
  yield* gosched();
  for (let k = 0; k < 2 * n; k++) {
    yield* c.send(k);
    yield* gosched(); // the receiver comes back, and has to wait
  }
}`,
      1,
      [n],
    );
    const lines = programFrames(readTrace(file), ev.GoBlockRecv).map((f) => f[0]!);
    expect(lines).toHaveLength(2 * n);
    expect(lines.every((line, k) => line === `p.sink p.mjs:${k % 2 === 0 ? 4 : 5}`)).toBe(true);
  });

  test('shows the garbage collections of the goroutine that they interrupt', async () => {
    const [, file] = await traced(
      `
export function* main() {
  const keep = [];
  for (let k = 0; k < 300000; k++) keep.push({ k, twice: [k, k] });
  yield* gosched();
  return keep.length;
}`,
      1,
    );
    const trace = readTrace(file);
    const pauses = indices(trace, ev.MarkAssistStart);
    expect(pauses.length).toBeGreaterThan(0);
    expect(new Set(pauses.map((e) => trace.goroutines.id[trace.events.g[e]!]))).toEqual(new Set([1]));
    expect(indices(trace, ev.GCStart).length).toBeGreaterThan(0);
    expect(indices(trace, ev.HeapAlloc).length).toBeGreaterThan(0);
  });

  test('has the regions fill and encode, and the writing of the picture', async () => {
    const dir = tempDir();
    const file = join(dir, 'trace.out');
    const row = modes.find((m) => m.name === 'row')!;
    const png = join(dir, 'p.png');
    await run({ modules: paintProgram(row), args: [512, 512, 0, 1, png] }, { procs: 2, trace: file });
    const trace = readTrace(file);
    const regions = indices(trace, ev.UserRegion).map(
      (e) => `${trace.strings[argOf(trace.events, e, 2)]} ${argOf(trace.events, e, 1) === 0 ? 'begins' : 'ends'}`,
    );
    expect(regions).toEqual(['fill begins', 'fill ends', 'encode begins', 'encode ends']);
    expect(indices(trace, ev.GoSysCall).length).toBeGreaterThan(0);
  });

  test.each([
    ['a panic', `export function* main() { yield* gosched(); throw new Error('x'); }`, 'panic', 'runtime.gopanic'],
    ['exit', `export function* main() { yield* gosched(); exit(3); }`, 'ok', 'os.Exit'],
  ])('ends with %s as the last thing that the goroutine did', async (_, body, status, leaf) => {
    const [result, file] = await traced(body, 2);
    expect(result.status).toBe(status);
    const trace = readTrace(file);
    agreement(result, trace);
    const last = indices(trace, ev.GoPreempt).at(-1)!;
    expect(frames(trace, trace.events.stack[last]!)[0]).toMatch(leaf);
  });
});

describe('trace.start and trace.stop', () => {
  const body = `
export function* pinger(c, wg, task) {
  const region = trace.startRegion('pinging', task);
  for (let k = 0; k < 200; k++) yield* c.recv();
  region.end();
  task.end();
  wg.done();
}
export function* blocked(c) { yield* c.recv(); }
export function plain(wg) { wg.done(); }
export function* main(...files) {
  const c = chan(int), wg = new WaitGroup();
  go(blocked, chan(int));
  yield* sleep(millisecond);
  for (const file of files) {
    wg.add(22);
    for (let k = 0; k < 10; k++) go(plain, wg);
    yield* trace.start(file);
    for (let k = 0; k < 10; k++) go(plain, wg);
    const outer = trace.newTask('outer'), inner = trace.newTask('inner', outer);
    go(pinger, c, wg, outer);
    go(pinger, c, wg, inner);
    trace.log('note', 'halfway', outer);
    yield* trace.withRegion('sending', function* () { for (let k = 0; k < 400; k++) yield* c.send(k); }, outer);
    yield* wg.wait();
    yield* trace.stop();
  }
  return trace.isEnabled();
}`;

  test.each([1, 2, 4])('take a part of a run on %i Ps, as often as one likes', async (procs) => {
    const dir = tempDir();
    const files = ['a', 'b', 'c'].map((name) => join(dir, name));
    const program = { modules: [`file://${writeProgram(dir, 'p', body)}`], args: files };
    const result = await run(program, { procs });
    expect(result).toMatchObject({ status: 'ok', value: false, report: '' });
    for (const file of files) {
      const trace = readTrace(file);
      checkTrace(trace);
      expect(trace.cut).toBeUndefined();
      const text = (e: number, arg: 0 | 1 | 2) => trace.strings[argOf(trace.events, e, arg)];
      expect(indices(trace, ev.UserTaskCreate).map((e) => text(e, 2))).toEqual(['outer', 'inner']);
      expect(indices(trace, ev.UserTaskEnd)).toHaveLength(2);
      const regions = indices(trace, ev.UserRegion).map((e) => text(e, 2));
      expect(regions.filter((name) => name === 'pinging')).toHaveLength(4);
      expect(regions.filter((name) => name === 'sending')).toHaveLength(2);
      expect(indices(trace, ev.UserLog).map((e) => `${text(e, 1)}=${text(e, 2)}`)).toEqual(['note=halfway']);
      const names = Array.from({ length: trace.goroutines.length }, (_, g) => entryName(trace, g));
      expect(names).toContain('p.blocked');
      expect(names.filter((name) => name === 'p.pinger')).toHaveLength(2);
    }
  });

  test('say that the disk is full, and can be tried again', async () => {
    const dir = tempDir();
    const program = writeProgram(
      dir,
      'p',
      `
export function* main(file) {
  const said = [];
  for (const to of ['/dev/full', file]) {
    try { yield* trace.start(to); yield* trace.stop(); said.push('fine'); } catch (error) { said.push(error.message); }
  }
  return said.join('; ');
}`,
    );
    const { value } = await run({ modules: [`file://${program}`], args: [join(dir, 'a')] }, { procs: 2 });
    expect(value).toBe('trace.start: /dev/full: no space left on device; fine');
    expect(readTrace(join(dir, 'a')).cut).toBeUndefined();
  });

  test('say what is wrong, and the program may go on', async () => {
    const dir = tempDir();
    const file = join(dir, 'a');
    const program = writeProgram(
      dir,
      'p',
      `
export function* main(file) {
  const said = [];
  const attempt = function* (op) { try { yield* op; } catch (error) { said.push(error.message); } };
  yield* trace.stop();
  yield* attempt(trace.start(file + '/no/such/place'));
  yield* trace.start(file);
  yield* attempt(trace.start(file));
  yield* trace.stop();
  return said.join('; ');
}`,
    );
    const { value } = await run({ modules: [`file://${program}`], args: [file] }, { procs: 2 });
    expect(value).toMatch(
      /^trace\.start: .*(no such|not a) directory; trace\.start: expected a run that is not traced/,
    );
    expect(readTrace(file).cut).toBeUndefined();
  });
});
