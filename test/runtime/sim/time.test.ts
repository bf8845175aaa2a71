// Virtual time: it passes by what is done, by as much as the machine says, and takes no real time.

import { scenes } from 'mandel/mandelbrot';
import { type Machine, type Program, Simulator } from 'mandel/run';
import { describe, expect, test } from 'vitest';
import { machineOf, machineWith, painting, written } from './subjects.js';

/** Runs a program on so many Ps of a machine. */
async function simulated(program: Program, machine: Machine, procs = 1, seed = 1) {
  const simulator = new Simulator(procs, { machine });
  try {
    const result = await simulator.run(program, { seed, audit: true });
    expect(result).toMatchObject({ status: 'ok', report: '' });
    return result;
  } finally {
    await simulator.close();
  }
}

const free = machineOf({});

describe('a sleep', () => {
  test('of an hour takes 3600 virtual seconds', async () => {
    const program = written('export function* main() { const t = now(); yield* sleep(hour); return now() - t; }');
    for (const procs of [1, 4]) {
      const { value, time } = await simulated(program, free, procs);
      expect({ value, real: time.real }).toEqual({ value: 3600e9, real: 3600 });
    }
  });

  test('costs no processor time but that of searching for work, and many take no longer than one', async () => {
    const program = written(`
export function* sleeper(wg) { yield* sleep(minute); wg.done(); }
export function* main() {
  const wg = new WaitGroup();
  wg.add(1000);
  for (let k = 0; k < 1000; k++) go(sleeper, wg);
  yield* wg.wait();
}`);
    const { time } = await simulated(program, free);
    expect(time).toEqual({ run: 60, real: 60, user: expect.closeTo(0, 4), sys: 0 });
  });
});

test('fields of shared structs are read and written in no time', async () => {
  const program = (times: number) =>
    written(
      `
export function* main(times) {
  const s = alloc(struct({ n: int, text: string }));
  const t = now();
  for (let k = 0; k < times; k++) {
    s.n = s.n + 1;
    s.text = s.text + 'x';
  }
  return now() - t;
}`,
      [times],
    );
  const [none, many] = [
    await simulated(program(0), machineWith({}), 2),
    await simulated(program(1000), machineWith({}), 2),
  ];
  expect(many.value).toBe(none.value);
});

describe('timers', () => {
  test('fire in the order of their times, however they were started', async () => {
    const program = written(`
export function* sleeper(d, c) { yield* sleep(d * second); yield* c.send(d); }
export function* main() {
  const c = chan(int);
  for (const d of [50, 3, 20, 70, 1, 60, 2]) go(sleeper, d, c);
  const fired = [];
  for (let k = 0; k < 7; k++) fired.push([yield* c.recv(), Math.round(now() / second)]);
  return fired;
}`);
    const each = [1, 2, 3, 20, 50, 60, 70].map((s) => [s, s]);
    for (const procs of [1, 2, 8]) expect((await simulated(program, free, procs)).value).toEqual(each);
  });

  test('tick on their grid, and a slow receiver misses ticks', async () => {
    const program = written(`
export function* main() {
  const t = new Ticker(10 * millisecond);
  const at = [];
  for (let k = 0; k < 3; k++) at.push(yield* t.c.recv());
  yield* sleep(35 * millisecond);
  for (let k = 0; k < 3; k++) at.push(yield* t.c.recv());
  t.stop();
  const late = yield* select([recv(t.c), recv(after(second))]);
  return [...at.map((ns) => ns / millisecond), late.index, now() / millisecond];
}`);
    expect((await simulated(program, free)).value).toEqual([10, 20, 30, 40, 70, 80, 1, 1080]);
  });

  test('wake the goroutines that wait for one ticker in the order in which they began to wait, one per tick', async () => {
    const program = written(`
export function* waits(t, k, c) { yield* sleep(k * millisecond); const at = yield* t.c.recv(); yield* c.send(100 * k + at / millisecond); }
export function* main() {
  const t = new Ticker(10 * millisecond), c = chan(int);
  for (const k of [3, 1, 4, 2]) go(waits, t, k, c);
  const got = [];
  for (let k = 0; k < 4; k++) got.push(yield* c.recv());
  return got;
}`);
    for (const procs of [1, 2, 8]) expect((await simulated(program, free, procs)).value).toEqual([110, 220, 330, 440]);
  });

  test('are reset from another P while goroutines wait, to earlier and to later', async () => {
    const program = written(`
export function* waits(t, c) { yield* c.send((yield* t.c.recv()) / millisecond); }
export function* main() {
  const t = new Ticker(100 * millisecond), c = chan(int, 3);
  for (let k = 0; k < 3; k++) go(waits, t, c);
  const ms = (at) => sleep(at * millisecond - now());
  yield* ms(50);
  t.reset(10 * millisecond); // the first tick comes at 60, and the next would come at 70
  yield* ms(65);
  t.reset(30 * millisecond); // it comes at 95
  return [yield* c.recv(), yield* c.recv(), yield* c.recv()];
}`);
    for (const procs of [1, 2, 8]) expect((await simulated(program, free, procs)).value).toEqual([60, 95, 125]);
  });

  test('that no goroutine waits for take no time, and a deadlock is at the time when the last goroutine parks', async () => {
    const simulator = new Simulator(2, { machine: free });
    try {
      const program = written(
        'export function* s(t) { yield* sleep(second); t.stop(); } export function* main() { const t = new Ticker(hour); go(s, t); yield* t.c.recv(); }',
      );
      const { status, time } = await simulator.run(program);
      expect([status, Math.round(time.run)]).toEqual(['deadlock', 1]);
    } finally {
      await simulator.close();
    }
  });

  test('of a stopped ticker hide no deadlock', async () => {
    const simulator = new Simulator(2, { machine: free });
    try {
      const program = written('export function* main() { new Ticker(hour).stop(); yield* select([]); }');
      expect((await simulator.run(program)).status).toBe('deadlock');
    } finally {
      await simulator.close();
    }
  });
});

describe('what is done', () => {
  /** Iterations of the kernel's loop for a picture of the workshop's scene, as the lesson has the loop. */
  function iterations(side: number): number {
    const n = 1000;
    let count = 0;
    for (let x = 0; x < side; x++) {
      for (let y = 0; y < side; y++) {
        const cr = (2 * x) / n - 1.5;
        const ci = (2 * y) / n - 1;
        let [zr, zi, tr, ti] = [0, 0, 0, 0];
        for (let i = 0; i < n && tr + ti <= 4; i++, count++) {
          zi = 2 * zr * zi + ci;
          zr = tr - ti + cr;
          tr = zr * zr;
          ti = zi * zi;
        }
      }
    }
    return count;
  }
  const side = 40;

  test.each([1, 7])('costs what the machine says: iterations of the loop at %d ns', async (iteration) => {
    expect(scenes[0]!.name).toBe('workshop');
    for (const name of ['seq', 'workers']) {
      const { time } = await simulated(painting(name, 1, side).program, machineOf({ iteration }));
      expect(time.user).toBeCloseTo((iterations(side) * iteration) / 1e9, 12);
      expect(time.real).toBeCloseTo(time.user, 12);
    }
  });

  test('is shared by the Ps', async () => {
    const machine = machineOf({ iteration: 1 });
    const { time: one } = await simulated(painting('px', 1, side).program, machine, 1);
    const { time: two } = await simulated(painting('px', 1, side).program, machine, 2);
    expect(two.user).toBeGreaterThanOrEqual(one.user); // a P that searches for work has its core
    expect(two.real).toBeLessThan(one.real * 0.55);
  });

  test('takes half as long on a machine that is twice as fast', async () => {
    const price = { switch: 80, park: 40, send: 20, receive: 30, operation: 10, iteration: 2 };
    const half = Object.fromEntries(Object.entries(price).map(([cost, ns]) => [cost, ns / 2]));
    const { program } = painting('workers', 1, side);
    const { time: slow } = await simulated(program, machineOf(price));
    const { time: fast } = await simulated(program, machineOf(half));
    expect(slow.real).toBeGreaterThan(0);
    expect(fast.real).toBeCloseTo(slow.real / 2, 12);
  });

  // Two goroutines on one P that send each other a value: the counters times the costs are the time.
  test('adds up: a ping-pong is its creates, sends, receives, parks and operations', async () => {
    const rounds = 100;
    const program = written(
      `
export function* player(a, b, n) { for (let k = 0; k < n; k++) { yield* a.recv(); yield* b.send(k); } }
export function* main(n) {
  const a = chan(int), b = chan(int);
  go(player, a, b, n);
  for (let k = 0; k < n; k++) { yield* a.send(k); yield* b.recv(); }
}`,
      [rounds],
    );
    const prices = { create: 1e9, send: 1e6, receive: 1e3, park: 1 };
    const { stats, time } = await simulated(program, machineOf(prices));
    expect(stats).toMatchObject({ goroutines: 2, sends: 2 * rounds, receives: 2 * rounds });
    const { create, send, receive, park } = prices;
    const sum = 2 * create + 2 * rounds * (send + receive) + stats.parks * park;
    expect(Math.round(time.user * 1e9)).toBe(sum);
    // Each yield* has its cost, too.
    const { time: operations } = await simulated(program, machineOf({ operation: 1000 }));
    expect(Math.round(operations.user * 1e9)).toBe(4 * rounds * 1000);
  });

  test('at the beginning and at the end of the process is in the time, too', async () => {
    const program = written('export function main() {}');
    const { time } = await simulated(program, machineOf({ boot: 5e8, exit: 25e7, bootUser: 2e8, bootSys: 1e8 }));
    expect(time).toEqual({ run: 0, real: 0.75, user: 0.2, sys: 0.1 });
  });
});

test('more Ps than there is work for change no answer and cost no time', async () => {
  const { program } = painting('row', 1, 16);
  const machine = machineWith({ bootP: 0, cores: 2000, crowding: 1 });
  const { time: some } = await simulated(program, machine, 16);
  const { time: many } = await simulated(program, machine, 1024);
  expect(many.real).toBeLessThan(some.real * 1.5);
});
