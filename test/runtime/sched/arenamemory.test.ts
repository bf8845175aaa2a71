// Arenas: thousands of requests take as much memory as a few hundred. That the objects in it are not mixed up is checked
// by the program itself (test/programs/go_arena.ts), and on every engine by conformance.test.ts.

import { pathToFileURL } from 'node:url';
import { Runtime, run, Simulator } from 'mandel/run';
import { describe, expect, test } from 'vitest';
import { writeProgram } from '../../support/program.js';
import { tempDir } from '../../support/tempdir.js';

const requests = String(new URL('../../../dist/test/programs/go_arena.js', import.meta.url));
const AT_ONCE = 4;
/** What threads keep of free blocks depends on who was last; a few chunks of 256 KiB more or less. */
const SLACK = 2 ** 20;

const program = (body: string) => String(pathToFileURL(writeProgram(tempDir(), 'p', body)));

describe.each([
  ['threads', 1, 20_000],
  ['threads', 2, 6_000],
  ['sim', 3, 2_000],
] as const)('on %s with %i Ps', (engine, procs, n) => {
  test(`${n} requests take the memory of 400`, async () => {
    const runtime = engine === 'sim' ? new Simulator(procs) : new Runtime(procs);
    try {
      const memory: number[] = [];
      for (const count of [400, n]) {
        const { status, report, stats } = await runtime.run(
          { modules: [requests], args: [count, AT_ONCE] },
          { seed: 3 },
        );
        expect(status + report).toBe('ok');
        memory.push(stats.memory);
      }
      expect(memory[1]).toBeLessThanOrEqual(memory[0]! + SLACK);
    } finally {
      await runtime.close();
    }
  });
});

describe('an arena', () => {
  test('is not kept by timers for which no goroutine waits, and these send nothing into it', async () => {
    const body = `
export function* main() {
  const c = chan(int);
  for (let k = 0; k < 50; k++) goArena(leaves, c);
  for (let k = 0; k < 50; k++) yield* c.recv();
  for (let k = 0; k < 400; k++) goArena(makes, c); // where the objects of those would be, if it were given back
  for (let k = 0; k < 400; k++) yield* c.recv();
}
export function* leaves(c) { after(50 * millisecond); new Ticker(50 * millisecond).stop(); yield* c.send(1); }
export function* makes(c) {
  const mine = [chan(int, 1), chan(int, 1), chan(int, 1)];
  yield* sleep(100 * millisecond); // the timers fire
  if (mine.some((mine) => len(mine) !== 0)) panic('a channel into which nobody has sent has something');
  yield* c.send(1);
}`;
    for (const procs of [1, 2]) {
      const { status, report } = await run(program(body), { procs, seed: 1 });
      expect(status + report).toBe('ok');
    }
  });

  test('is kept by a goroutine outside of it that waits for its timer', async () => {
    const body = `
export function* main() {
  const cs = chan(chanOf(int)), c = chan(int), wg = new WaitGroup();
  wg.add(100);
  for (let k = 0; k < 50; k++) { goArena(makes, cs, wg); go(waits, yield* cs.recv(), k, c); }
  yield* wg.wait(); // the goroutines of the arenas have ended
  for (let k = 0; k < 400; k++) goArena(fills, c); // where the timers would be, if they were given back
  for (let k = 0; k < 450; k++) yield* c.recv();
}
export function* makes(cs, wg) { yield* cs.send(after(second)); yield* sleep(second / 4); wg.done(); wg.done(); }
export function* waits(t, k, c) {
  const s = yield* k % 2 === 0 ? t.recv() : select([recv(t), recv(after(hour))]);
  if (k % 2 === 0 ? s < second : s.index !== 0) panic('a tick of ' + s);
  yield* c.send(1);
}
export function* fills(c) {
  const mine = [chan(int, 1), chan(int, 1), chan(int, 1)];
  yield* sleep(2 * second); // the timers fire
  if (mine.some((mine) => len(mine) !== 0)) panic('a channel into which nobody has sent has something');
  yield* c.send(1);
}`;
    for (const procs of [1, 3]) {
      const { status, report } = await run(program(body), { engine: 'sim', procs, seed: 1 });
      expect(status + report).toBe('ok');
    }
  });

  test('is one of 4095: one more is fatal', async () => {
    const body = `
export function* main() { const c = chan(int); for (let k = 0; k < 4095; k++) goArena(waits, c); yield* gosched(); goArena(waits, c); }
export function* waits(c) { yield* c.recv(); }`;
    const { status, report } = await run(program(body), { procs: 1 });
    expect(status).toBe('panic');
    expect(report).toMatch(/^fatal error: too many arenas: a run has 4095 at once, and all of them have goroutines\n/);
  });

  test('is given back if its goroutine cannot be made', async () => {
    const body = `
export function* main() {
  for (let k = 0; k < 5000; k++) { try { goArena(takes, () => {}); } catch {} }
  yield* gosched();
}
export function* takes(f) { yield* gosched(); }`;
    const { status, report } = await run(program(body), { procs: 1 });
    expect(status + report).toBe('ok');
  });
});

test('handles of what lives are the same after so many arenas that threads have dropped those of what does not', async () => {
  const body = `
export function* main(n) {
  const c = chan(int), box = chan(chanOf(int), 1), wg = new WaitGroup();
  yield* box.send(c);
  for (let k = 0; k < n; k += 100) {
    wg.add(100);
    for (let j = 0; j < 100; j++) goArena(request, wg);
    yield* wg.wait();
    if ((yield* box.recv()) !== c) panic('another handle of the channel, after ' + k);
    yield* box.send(c);
  }
}
export function request(wg) { go(child, wg, new Mutex()); }
export function child(wg, mu) { if (!(mu instanceof Mutex)) panic('no mutex'); wg.done(); }`;
  const { status, report } = await run({ modules: [program(body)], args: [600_000] }, { procs: 2, seed: 1 });
  expect(status + report).toBe('ok');
});
