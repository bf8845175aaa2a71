// A critical path is one: in the simulator, where a program's pieces of work can be made shorter one at a time, the run becomes
// shorter if the piece was on the path, and does not if it was not.

import { join } from 'node:path';
import { machines } from 'mandel/machines';
import { run } from 'mandel/run';
import { argOf, ev, readTrace, type Trace } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { criticalPath, pieceKinds } from '#src/trace/analysis/criticalpath.js';
import { writeProgram } from '../support/program.js';
import { tempDir } from '../support/tempdir.js';

/** A machine on which an iteration takes a nanosecond, Ps wake soon, and nothing takes random times. */
const machine = {
  ...machines[0]!,
  costs: {
    ...machines[0]!.costs,
    iteration: 1,
    switch: 0,
    event: 0,
    steal: 0,
    bootP: 0,
    bootMore: 0,
    notify: 500,
    wake: 900,
  },
};

/** A program whose goroutines call `work(k)`, which takes the k-th of these times. */
interface Shape {
  readonly is: string;
  readonly procs: number;
  /** In microseconds. */
  readonly times: readonly number[];
  readonly body: string;
}

const shapes: readonly Shape[] = [
  {
    is: 'a pipeline of three stages',
    procs: 4,
    // By item: what each stage takes.
    times: [30, 50, 20, 30, 80, 25, 30, 60, 25, 90, 40, 20],
    body: `
export function* source(gate, to, n) {
  yield* settle(gate);
  for (let k = 0; k < n; k++) { work(3 * k); yield* to.send(k); }
  to.close();
}
export function* middle(gate, from, to) {
  yield* settle(gate);
  for (;;) {
    const [k, ok] = yield* from.recv2();
    if (!ok) break;
    work(3 * k + 1);
    yield* to.send(k);
  }
  to.close();
}
export function* main(n) {
  const gate = chan(int), a = chan(int), b = chan(int);
  go(source, gate, a, n / 3);
  go(middle, gate, a, b);
  yield* begin(gate);
  for (;;) {
    const [k, ok] = yield* b.recv2();
    if (!ok) return;
    work(3 * k + 2);
  }
}`,
  },
  {
    // They are joined by a channel. In the simulator a plain call, such as done() of a WaitGroup, may be recorded before one of
    // another P that is earlier, and then the trace has the wrong waker (runtime/sim/order.ts).
    is: 'a fork of uneven workers, and their join',
    procs: 4,
    times: [20, 80, 150, 60, 40],
    body: `
export function* worker(gate, k, done) { yield* settle(gate); work(k); yield* done.send(k); }
export function* main(n) {
  const gate = chan(int), done = chan(int, n);
  for (let k = 1; k < n - 1; k++) go(worker, gate, k, done);
  yield* begin(gate, () => work(0));
  for (let k = 1; k < n - 1; k++) yield* done.recv();
  work(n - 1);
}`,
  },
  {
    is: 'a convoy for a Mutex',
    procs: 4,
    // By goroutine: outside of the lock, and with it.
    times: [10, 50, 40, 55, 30, 60, 140, 70],
    body: `
export function* worker(gate, k, mu, wg) {
  yield* settle(gate);
  work(2 * k);
  yield* mu.lock();
  work(2 * k + 1);
  mu.unlock();
  wg.done();
}
export function* main(n) {
  const gate = chan(int), mu = new Mutex(), wg = new WaitGroup();
  wg.add(n / 2);
  for (let k = 0; k < n / 2; k++) go(worker, gate, k, mu, wg);
  yield* begin(gate);
  yield* wg.wait();
}`,
  },
  {
    is: 'a producer and a consumer with a buffer',
    procs: 2,
    times: [20, 90, 25, 80, 20, 70, 300, 30, 150, 20, 30, 85],
    body: `
export function* producer(gate, c, n) {
  yield* settle(gate);
  for (let k = 0; k < n; k++) { work(2 * k); yield* c.send(k); }
  c.close();
}
export function* main(n) {
  const gate = chan(int), c = chan(int, 2);
  go(producer, gate, c, n / 2);
  yield* begin(gate);
  for (;;) {
    const [k, ok] = yield* c.recv2();
    if (!ok) return;
    work(2 * k + 1);
  }
}`,
  },
  {
    is: 'more goroutines than Ps, which yield to each other',
    procs: 2,
    // By round: what each of five goroutines takes.
    times: [40, 90, 45, 60, 35, 70, 50, 65, 55, 45],
    body: `
export function* worker(gate, k, n, wg) {
  yield* settle(gate);
  for (; k < n; k += 5) { work(k); yield* gosched(); }
  wg.done();
}
export function* main(n) {
  const gate = chan(int), wg = new WaitGroup();
  wg.add(5);
  for (let k = 0; k < 5; k++) go(worker, gate, k, n, wg);
  yield* begin(gate);
  yield* wg.wait();
}`,
  },
];

/** Runs a shape with these times in nanoseconds. */
async function traced({ procs, body }: Shape, times: readonly number[]): Promise<Trace> {
  const dir = tempDir();
  const file = join(dir, 'trace.out');
  const program = `
const times = ${JSON.stringify(times)};
function work(k) {
  const region = trace.startRegion('work ' + k);
  charge(workload.iteration, times[k]);
  region.end();
}
// A goroutine stays on the P where it begins. While the first P computes, the others take its new goroutines, which wait then.
function* settle(gate) { yield* sleep(millisecond); yield* gate.recv(); }
function* begin(gate, first = () => {}) {
  charge(workload.iteration, 30e6);
  yield* sleep(30 * millisecond);
  first();
  gate.close();
}
${body}`;
  const modules = [`file://${writeProgram(dir, 'p', program)}`];
  const { status } = await run(
    { modules, args: [times.length] },
    { engine: 'sim', machine, procs, seed: 1, trace: file },
  );
  expect(status).toBe('ok');
  return readTrace(file);
}

/** By piece of work: how much of it is on the path. */
function shares(trace: Trace, pieces: number): number[] {
  const { events, strings } = trace;
  const { type, ts, g, link, length } = events;
  const path = criticalPath(trace);
  const shares = new Array<number>(pieces).fill(0);
  for (let e = 0; e < length; e++) {
    if (type[e] !== ev.UserRegion || argOf(events, e, 1) !== 0) continue;
    const k = Number(strings[argOf(events, e, 2)]!.replace('work ', ''));
    const [from, to] = [ts[e]!, ts[link[e]!]!];
    for (let n = 0; n < path.length; n++) {
      if (path.g[n] !== g[e] || pieceKinds[path.kind[n]!] !== 'execution') continue;
      const ns = Math.min(to, path.fromNs[n + 1]!) - Math.max(from, path.fromNs[n]!);
      if (ns > 0) shares[k]! += ns / (to - from);
    }
  }
  return shares;
}

describe('in the simulator, the critical path', () => {
  test.each(shapes)('of $is is what the run waits for', async (shape) => {
    const times = shape.times.map((us) => us * 1000);
    const base = await traced(shape, times);
    const onPath = shares(base, times.length);
    const effects = await Promise.all(times.map((_, k) => effectOf(k)));
    const kinds = onPath.map((share) => (share > 0.999 ? 'on it' : share === 0 ? 'off it' : 'in part'));
    const expected = kinds.map((kind) => [kind, kind === 'on it' ? 'shorter' : 'not shorter']);
    expect(kinds.map((kind, k) => [kind, effects[k]])).toEqual(expected);
    for (const kind of ['on it', 'off it']) expect(kinds.filter((other) => other === kind).length).toBeGreaterThan(1);

    /** What becomes of the run if a piece takes 10 % less. */
    async function effectOf(k: number): Promise<string> {
      const cut = times[k]! / 10;
      const { durationNs } = await traced(shape, times.with(k, times[k]! - cut));
      if (durationNs >= base.durationNs) return 'not shorter';
      return base.durationNs - durationNs > 0.9 * cut ? 'shorter' : 'a little shorter';
    }
  });
});
