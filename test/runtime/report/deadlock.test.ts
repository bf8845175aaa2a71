// All asleep: Go's fatal error, with every goroutine, its state, the object, since when and where; exit status 2.

import { describe, expect, test } from 'vitest';
import type { Ended } from '../../support/cli.js';
import { hostedCli } from '../../support/hosted.js';
import { writeProgram } from '../../support/program.js';
import { tempDir } from '../../support/tempdir.js';

async function runProgram(body: string, procs: number): Promise<Ended> {
  const cwd = tempDir();
  const ended = await hostedCli(['run', '-procs', String(procs), writeProgram(cwd, 'p', body)], { cwd });
  return { ...ended, stderr: ended.stderr.replaceAll(`${cwd}/`, '') };
}

interface Waiting {
  readonly goid: number;
  readonly state: string;
  /** Address of what it waits for. */
  readonly on: string;
  readonly body: string;
  readonly line: number;
  /** Which goroutines hold it: lockholders.test.ts has the other ways. */
  readonly held: string | undefined;
  readonly created: string | undefined;
}

/** The goroutines of a deadlock's report. @throws Error unless it is one, to the last character */
function parseReport(ended: Ended): Waiting[] {
  const [head, ...others] = ended.stderr.trimEnd().split('\n\n');
  const blocks = others.filter((block) => !block.startsWith('goroutine that waits for a lock that it holds itself: '));
  expect(head).toBe('fatal error: all goroutines are asleep - deadlock!');
  return blocks.map((block) => {
    const match =
      /^goroutine (\d+) \[(.*?)((?: 0x[0-9a-f]+)?), since \d+\.\d\ds\]:\n(\S+)\(\.\.\.\)\n\tp\.mjs:(\d+):\d+(?:\n(held .*))?(?:\n(created by .*))?$/.exec(
        block,
      );
    if (!match) throw new Error(`no goroutine of a deadlock:\n${block}`);
    const [, goid, state = '', on = '', body = '', line, held, created] = match;
    return { goid: Number(goid), state, on: on.trim(), body, line: Number(line), held, created };
  });
}

/** One goroutine for each way to wait. */
const everyState = `
export function* r(c) { yield* c.recv(); }
export function* s(c) { yield* c.send(1); }
export function* rr(c) { yield* c.range(() => {}); }
export function* nr() { yield* nilChan(int).recv(); }
export function* ns() { yield* nilChan(int).send(1); }
export function* none() { yield* select([]); }
export function* mu(m) { yield* m.lock(); }
export function* rl(m) { yield* m.rLock(); }
export function* wl(m) { yield* m.lock(); }
export function* cw(c) { yield* c.l.lock(); yield* c.wait(); }
export function* one(c) { yield* select([recv(c)]); }
export function* main() {
  const m = new Mutex();
  yield* m.lock();
  const w = new RWMutex();
  yield* w.lock();
  const x = new RWMutex();
  yield* x.rLock();
  const point = struct({ x: int, y: int });
  go(r, chan(int));
  go(s, chan(int));
  go(rr, chan(point));
  go(nr);
  go(ns);
  go(none);
  go(mu, m);
  go(rl, w);
  go(wl, x);
  go(cw, new Cond(new Mutex()));
  go(one, chan(string));
  const wg = new WaitGroup();
  wg.add(1);
  yield* wg.wait();
}`;

const expectedStates = [
  { body: 'p.main', line: 34, state: 'sync.WaitGroup.Wait on sync.WaitGroup' },
  { body: 'p.r', line: 2, state: 'chan receive on chan int' },
  { body: 'p.s', line: 3, state: 'chan send on chan int' },
  { body: 'p.rr', line: 4, state: 'chan receive on chan struct{x int;y int}' },
  { body: 'p.nr', line: 5, state: 'chan receive (nil chan)' },
  { body: 'p.ns', line: 6, state: 'chan send (nil chan)' },
  { body: 'p.none', line: 7, state: 'select (no cases)' },
  { body: 'p.mu', line: 8, state: 'sync.Mutex.Lock on sync.Mutex' },
  { body: 'p.rl', line: 9, state: 'sync.RWMutex.RLock on sync.RWMutex' },
  { body: 'p.wl', line: 10, state: 'sync.RWMutex.Lock on sync.RWMutex' },
  { body: 'p.cw', line: 11, state: 'sync.Cond.Wait on sync.Cond' },
  { body: 'p.one', line: 12, state: 'select on chan string' },
];

describe.each([1, 4])('a deadlock on %d Ps', (procs) => {
  test('shows every goroutine with its state, object and line', async () => {
    const ended = await runProgram(everyState, procs);
    expect(ended).toMatchObject({ status: 2, signal: null, stdout: '' });
    const waiting = parseReport(ended);
    const order = (a: { body: string }, b: { body: string }) => (a.body < b.body ? -1 : 1);
    expect(waiting.map(({ body, line, state }) => ({ body, line, state })).sort(order)).toEqual(
      [...expectedStates].sort(order),
    );
    expect(waiting.map((w) => w.goid)).toEqual([...waiting.map((w) => w.goid)].sort((a, b) => a - b));
    expect(new Set(waiting.map((w) => w.goid)).size).toBe(waiting.length);
    for (const w of waiting) {
      expect(w.created).toBe(w.goid === 1 ? undefined : 'created by goroutine 1');
      expect(w.on === '').toBe(/nil chan|no cases/.test(w.state));
      expect(w.held !== undefined).toBe(/Mutex/.test(w.state));
    }
  });

  test('shows which goroutines wait for the same object', async () => {
    const ended = await runProgram(
      `
export function* r(c, wg) { yield* c.recv(); wg.done(); }
export function* main() {
  const a = chan(int);
  const b = chan(int);
  const wg = new WaitGroup();
  wg.add(3);
  go(r, a, wg);
  go(r, a, wg);
  go(r, b, wg);
  yield* wg.wait();
}`,
      procs,
    );
    const channels = parseReport(ended).flatMap((w) => (w.body === 'p.r' ? [w.on] : []));
    expect(channels).toHaveLength(3);
    expect(new Set(channels).size).toBe(2);
  });

  test('shows a select with all of its channels', async () => {
    const ended = await runProgram(
      'export function* main() { yield* select([recv(chan(int)), send(chan(bool), true)]); }',
      procs,
    );
    const [, on = ''] = /^goroutine 1 \[select on (.*), since \d+\.\d\ds\]:$/m.exec(ended.stderr) ?? [];
    expect(on.split(', ').sort()).toEqual([
      expect.stringMatching(/^chan bool 0x[0-9a-f]+$/),
      expect.stringMatching(/^chan int 0x[0-9a-f]+$/),
    ]);
    expect(ended.status).toBe(2);
  });

  test('is found when others have worked and gone before', async () => {
    const ended = await runProgram(
      `
export function plain(wg) { wg.done(); }
export function* parking(c, wg) { yield* c.recv(); wg.done(); }
export function* main() {
  const c = chan(int);
  const wg = new WaitGroup();
  wg.add(200);
  for (let i = 0; i < 100; i++) {
    go(plain, wg);
    go(parking, c, wg);
  }
  for (let i = 0; i < 100; i++) yield* c.send(i);
  yield* wg.wait();
  println('worked');
  yield* c.recv();
}`,
      procs,
    );
    expect(ended).toMatchObject({ status: 2, signal: null, stdout: 'worked\n' });
    expect(parseReport(ended)).toMatchObject([
      { goid: 1, state: 'chan receive on chan int', body: 'p.main', line: 15 },
    ]);
  });

  test('is found when the last timer has fired', async () => {
    const ended = await runProgram(
      `
export function* main() {
  const c = after(millisecond);
  yield* c.recv();
  const t = new Ticker(millisecond);
  yield* t.c.recv();
  t.stop();
  yield* sleep(millisecond);
  yield* c.recv();
}`,
      procs,
    );
    expect(ended.status).toBe(2);
    expect(parseReport(ended)).toMatchObject([{ goid: 1, state: 'chan receive on chan int', line: 9 }]);
  });

  // A timer counts only while it runs and a goroutine waits for its channel. None of these may take the hour that it is set to.
  test.each([
    { timer: 'a ticker', main: 'new Ticker(hour); yield* c.recv();' },
    {
      timer: 'one that ticks for ever',
      main: 'new Ticker(millisecond); yield* sleep(3 * millisecond); yield* c.recv();',
    },
    { timer: 'a timer', main: 'after(hour); yield* c.recv();' },
    { timer: 'a stopped ticker', main: 'const t = new Ticker(hour); t.stop(); yield* t.c.recv();' },
    {
      timer: 'a ticker that another goroutine stops',
      main: 'const t = new Ticker(hour); go(stops, t); yield* select([recv(t.c), recv(c)]);',
    },
    {
      timer: 'one that is stopped after it was reset',
      main: 'const t = new Ticker(hour); go(resets, t); yield* t.c.recv();',
    },
    {
      timer: 'one that a select has left',
      main: 'const t = new Ticker(hour); go(sends, c, 9); for (let k = 0; k < 9; k++) yield* select([recv(c), recv(t.c), recv(after(hour))]); yield* c.recv();',
    },
    {
      timer: 'one that has fired for one of two',
      main: 'const t = after(millisecond); go(waits, t); go(waits, t); yield* c.recv();',
    },
  ])('is found at once where no goroutine waits for $timer that could fire', async ({ main }) => {
    const body = `
export function* stops(t) { yield* sleep(2 * millisecond); t.stop(); }
export function* resets(t) { yield* sleep(2 * millisecond); t.reset(hour); yield* sleep(2 * millisecond); t.stop(); }
export function* sends(c, n) { for (let k = 0; k < n; k++) { if (k % 3 === 0) yield* sleep(millisecond); yield* c.send(k); } }
export function* waits(c) { yield* c.recv(); }
export function* main() { const c = chan(int); ${main} }`;
    const ended = await runProgram(body, procs);
    expect(ended).toMatchObject({ status: 2, signal: null });
    const waiting = parseReport(ended);
    expect(waiting[0]).toMatchObject({ goid: 1, line: 6 });
    expect(waiting).toHaveLength(main.includes('go(waits') ? 2 : 1);
  });

  test('is no deadlock while a goroutine sleeps', async () => {
    const ended = await runProgram(
      `
export function* later(c) { yield* sleep(50 * millisecond); yield* c.send(1); }
export function* main() {
  const c = chan(int);
  go(later, c);
  println(yield* c.recv());
}`,
      procs,
    );
    expect(ended).toMatchObject({ status: 0, stdout: '1\n', stderr: '' });
  });

  test('a mutex that is locked twice is one', async () => {
    const ended = await runProgram(
      'export function* main() {\n  const m = new Mutex();\n  yield* m.lock();\n  yield* m.lock();\n}',
      procs,
    );
    expect(ended.status).toBe(2);
    expect(parseReport(ended)).toMatchObject([{ goid: 1, state: 'sync.Mutex.Lock on sync.Mutex', line: 5 }]);
    expect(ended.stderr).toContain('holds itself: 1 -> 1\n');
  });
});
