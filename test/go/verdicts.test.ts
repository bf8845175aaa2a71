// What ends a run: deadlocks of every kind of waiting, exit and fatal errors, which no program can catch, and panics,
// which it can.

import { pathToFileURL } from 'node:url';
import { type RunResult, Runtime } from 'mandel/run';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';

/** A program that should have ended is interrupted after so many milliseconds. */
const HANG_MS = 20_000;

describe.each([1, 2])('on %i Ps', (procs) => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = new Runtime(procs);
  });
  afterAll(() => runtime.close());

  const run = (body: string): Promise<RunResult> => {
    const path = writeProgram(tempDir(), 'p', body);
    return runtime.run(pathToFileURL(path), { seed: 1, signal: AbortSignal.timeout(HANG_MS) });
  };

  test.each([
    ['a receive', 'yield* chan(int).recv();', /^goroutine 1 \[chan receive on chan int 0x[0-9a-f]+, since /m],
    ['a send', 'yield* chan(string, 0).send("x");', /^goroutine 1 \[chan send on chan string 0x/m],
    ['a send to a full buffer', 'const c = chan(int, 1); for (;;) yield* c.send(1);', /\[chan send on chan int/],
    ['a loop over a channel', 'yield* chan(int).range(() => {});', /\[chan receive on chan int/],
    ['a receive from nil', 'yield* nilChan(int).recv();', /\[chan receive \(nil chan\), since/],
    ['a send to nil', 'yield* nilChan(int).send(1);', /\[chan send \(nil chan\), since/],
    ['a loop over nil', 'yield* nilChan(int).range(() => {});', /\[chan receive \(nil chan\), since/],
    [
      'a select',
      'yield* select([recv(chan(int)), send(chan(bool), true)]);',
      /\[select on chan \w+ 0x\w+, chan \w+ 0x/,
    ],
    ['a select of nil', 'yield* select([recv(nilChan(int))]);', /\[select \(no cases\), since/],
    ['a select without cases', 'yield* select([]);', /\[select \(no cases\), since/],
    [
      'a wait',
      'const wg = new WaitGroup(); wg.add(1); yield* wg.wait();',
      /\[sync.WaitGroup.Wait on sync.WaitGroup 0x/,
    ],
    ['a lock', 'const mu = new Mutex(); for (;;) yield* mu.lock();', /\[sync.Mutex.Lock on sync.Mutex 0x/],
    [
      'a writer',
      'const mu = new RWMutex(); mu.tryRLock(); yield* mu.lock();',
      /\[sync.RWMutex.Lock on sync.RWMutex 0x/,
    ],
    [
      'a reader',
      'const mu = new RWMutex(); mu.tryLock(); yield* mu.rLock();',
      /\[sync.RWMutex.RLock on sync.RWMutex 0x/,
    ],
    [
      'a condition',
      'const c = new Cond(new Mutex()); yield* c.l.lock(); yield* c.wait();',
      /\[sync.Cond.Wait on sync.Cond 0x/,
    ],
    [
      'a ticker that was stopped',
      'const t = new Ticker(millisecond); yield* t.c.recv(); t.stop(); for (;;) yield* t.c.recv();',
      /\[chan receive on chan int/,
    ],
    ['a ticker that never ticked', 'const t = new Ticker(hour); t.stop(); yield* t.c.recv();', /\[chan receive/],
    [
      'a timer that has fired',
      'const c = after(millisecond); yield* sleep(millisecond); for (;;) yield* c.recv();',
      /\[chan receive/,
    ],
  ])('%s that nobody answers is a deadlock', async (_, statements, waits) => {
    const { status, exitCode, report } = await run(`export function* main() { ${statements} }`);
    expect([status, exitCode]).toEqual(['deadlock', 2]);
    expect(report).toMatch(/^fatal error: all goroutines are asleep - deadlock!\n\n/);
    expect(report).toMatch(waits);
    expect(report).toContain('p.main(...)\n\t');
  });

  test('a deadlock shows every goroutine', async () => {
    const { report } = await run(`
export function* main() { const wg = new WaitGroup(); wg.add(3); for (let k = 0; k < 3; k++) go(child, k, wg); yield* wg.wait(); }
export function* child(k, wg) { if (k === 1) return wg.done(); yield* chan(int, k).recv(); }`);
    expect(report.match(/^goroutine \d+ \[[^,]*/gm)).toHaveLength(3);
    expect(report.match(/^p\.child\(\.\.\.\)$/gm)).toHaveLength(2);
    expect(report.match(/^created by goroutine 1$/gm)).toHaveLength(2);
  });

  test.each([
    ['unlock of a free mutex', 'new Mutex().unlock();', 'sync: unlock of unlocked mutex'],
    ['unlock of a free RWMutex', 'new RWMutex().unlock();', 'sync: Unlock of unlocked RWMutex'],
    ['rUnlock of a free RWMutex', 'new RWMutex().rUnlock();', 'sync: RUnlock of unlocked RWMutex'],
  ])('%s is fatal, whatever the program catches', async (_, fault, text) => {
    for (const then of ['yield* sleep(hour);', 'for (;;) yield* gosched();', 'return 5;', 'yield* chan(int).recv();']) {
      const caught = await run(`export function* main() { try { ${fault} } catch { } ${then} }`);
      expect(caught).toMatchObject({ status: 'panic', exitCode: 2, value: undefined });
      expect(caught.report).toMatch(new RegExp(`^fatal error: ${text}\n\ngoroutine 1 `));
    }
  });

  test('exit ends the run with its status, whatever the program catches and the others do', async () => {
    for (const code of [0, 3, 255]) {
      const ended = await run(`
export function* main() { for (let k = 0; k < 4; k++) go(child, k); yield* chan(int).recv(); }
export function* child(k) { if (k < 3) for (;;) yield* gosched(); try { exit(${code}); } catch { } yield* sleep(hour); }`);
      expect(ended).toMatchObject({ status: 'ok', exitCode: code, report: '' });
    }
  });

  test.each(['catch { } return 5;', 'finally { return 5; }', 'catch { } yield* chan(int).recv();'])(
    'exit counts in main, too, and before %j',
    async (then) => {
      const ended = await run(`export function* main() { try { exit(3); } ${then} }`);
      expect(ended).toMatchObject({ status: 'ok', exitCode: 3, value: undefined });
    },
  );

  test('exit counts in a goroutine that never parks, while its creator catches everything', async () => {
    const ended = await run(`
export function* main() { for (;;) { try { go(child); } catch { } yield* gosched(); } }
export function child() { exit(4); }`);
    expect(ended).toMatchObject({ status: 'ok', exitCode: 4, report: '' });
  });

  test('a panic in another goroutine ends the run, whatever main catches', async () => {
    const ended = await run(`
export function* main() { const c = chan(int); try { go(child, c); for (;;) yield* c.recv(); } catch { } }
export function* child(c) { yield* c.send(1); panic('too much'); }`);
    expect(ended).toMatchObject({ status: 'panic', exitCode: 2 });
    expect(ended.report).toMatch(/^panic: too much\n\ngoroutine \d+ \[running\]:\n(.*\n)*?p\.child\(\.\.\.\)\n/);
  });

  test('a panic that is caught is over', async () => {
    const ended = await run(`
export function* main() {
  const c = chan(int); c.close();
  try { yield* c.send(1); } catch (error) { return [error instanceof Panic, error.message]; }
}`);
    expect(ended).toMatchObject({ status: 'ok', value: [true, 'send on closed channel'] });
  });

  test('main returns, and the others are cut short', async () => {
    const ended = await run(`
export function* main() { for (let k = 0; k < 6; k++) go(child, k); yield* gosched(); return 'over'; }
export function* child(k) { if (k % 3 === 0) for (;;) yield* gosched(); if (k % 3 === 1) yield* sleep(hour); yield* chan(int).recv(); }`);
    expect(ended).toMatchObject({ status: 'ok', value: 'over', report: '' });
  });
});
