// Where goroutines start, and what that does to how long a run takes: in the simulator, by the rules of sched.ts.

import { type Machine, type Program, Simulator } from 'mandel/run';
import { describe, expect, test } from 'vitest';
import { machineWith, painting, written } from './subjects.js';

/** A machine whose Ps are up at once. */
const ready = machineWith({ boot: 0, bootMore: 0, bootP: 0 });
/** A machine whose clock is slow to read: a goroutine that waits by the clock needs fewer iterations of its loop. */
const coarse = machineWith({ boot: 0, bootMore: 0, bootP: 0, effect: 5000 });

async function simulated(program: Program, procs: number, machine: Machine = ready, seed = 1) {
  const simulator = new Simulator(procs, { machine });
  try {
    const result = await simulator.run(program, { seed, audit: true });
    expect(result).toMatchObject({ status: 'ok', report: '' });
    return { ...result.stats, real: result.time.real };
  } finally {
    await simulator.close();
  }
}

const computing = 'const computing = (ns) => { const until = now() + ns; while (now() < until); };';

describe('goroutines that talk to main, which computes for 20 ms after it has created them, stay with it', () => {
  test.each([
    [
      'a receiver',
      `
export function* receiver(c, n) { for (let i = 0; i < n; i++) yield* c.recv(); }
export function* main() {
  const c = chan(int);
  go(receiver, c, 3000);
  computing(20 * millisecond);
  for (let i = 0; i < 3000; i++) yield* c.send(i);
}`,
    ],
    [
      'two senders',
      `
export function* sender(c, n) { for (let i = 0; i < n; i++) yield* c.send(i); }
export function* main() {
  const c = chan(int);
  for (let k = 0; k < 2; k++) go(sender, c, 3000);
  computing(20 * millisecond);
  for (let i = 0; i < 6000; i++) yield* c.recv();
}`,
    ],
    [
      'a ring of three',
      `
export function* passer(from, to, n) { for (let i = 0; i < n; i++) yield* to.send(yield* from.recv()); }
export function* main() {
  const [a, b, c] = [chan(int), chan(int), chan(int)];
  go(passer, a, b, 3000);
  go(passer, b, c, 3000);
  computing(20 * millisecond);
  for (let i = 0; i < 3000; i++) { yield* a.send(i); yield* c.recv(); }
}`,
    ],
  ])('%s', async (_, source) => {
    const program = written(computing + source);
    for (const procs of [2, 4, 8]) expect(await simulated(program, procs)).toMatchObject({ steals: 0 });
  });
});

test('goroutines that compute for each value spread over the Ps', async () => {
  const program = written(`${computing}
export function* worker(c, wg) { yield* c.range(() => computing(200 * microsecond)); wg.done(); }
export function* main() {
  const c = chan(int), wg = new WaitGroup();
  wg.add(4);
  for (let k = 0; k < 4; k++) go(worker, c, wg);
  for (let i = 0; i < 500; i++) yield* c.send(i);
  c.close();
  yield* wg.wait();
}`);
  const [one, two] = [await simulated(program, 1, coarse), await simulated(program, 2, coarse)];
  expect(two.steals).toBeGreaterThan(0);
  expect(two.real).toBeLessThan(0.7 * one.real);
});

test('a goroutine that would compute is taken by an idle P while its creator computes', async () => {
  const program = written(`${computing}
export function* worker(done) { computing(100 * millisecond); yield* done.send(1); }
export function* main() {
  const done = chan(int);
  go(worker, done);
  computing(100 * millisecond);
  yield* done.recv();
}`);
  const [one, two] = [await simulated(program, 1, coarse), await simulated(program, 2, coarse)];
  expect(two).toMatchObject({ steals: 1 });
  expect(two.real).toBeLessThan(0.7 * one.real);
});

test('mode workers takes about as long on any number of Ps, with any seed', async () => {
  for (const workers of [1, 4, 8]) {
    const { program } = painting('workers', workers, 48);
    const times: number[] = [];
    for (const procs of [1, 2, 4, 9, 16]) times.push((await simulated(program, procs)).real);
    for (const [k, time] of times.entries()) if (k > 0) expect(time / times[k - 1]!).toBeLessThan(1.5);
    const seeds = await Promise.all([1, 2, 3].map((seed) => simulated(program, 4, ready, seed)));
    const reals = seeds.map(({ real }) => real);
    expect(Math.max(...reals) / Math.min(...reals)).toBeLessThan(1.1);
  }
});
