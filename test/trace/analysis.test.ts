// The analyses, on a trace whose every figure is known.

import { ev, parse } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import type { Distribution } from '#src/lib/distribution.js';
import { blocking, longestWaits, type ProfileKind, waitsByReason, whereabouts } from '#src/trace/analysis/blocking.js';
import { counts } from '#src/trace/analysis/counts.js';
import { goroutineBodies } from '#src/trace/analysis/goroutines.js';
import { concurrency, threadUse, utilization } from '#src/trace/analysis/parallelism.js';
import { annotations, collections } from '#src/trace/analysis/ranges.js';
import { difference, summarize } from '#src/trace/analysis/summary.js';
import { goTrace, goTraceNames } from '../programs/lib/gotraces.js';
import { everything } from '../programs/lib/tracecases.js';
import { TraceFile } from '../programs/lib/tracefile.js';
import { at, story } from '../support/story.js';

const trace = parse(story().bytes);

/** n, total, min, p50, p95, p99, max. */
type Figures = readonly [number, number, number, number, number, number, number];
const figures = (d: Distribution): Figures => [d.n, d.total, d.min, d.p50, d.p95, d.p99, d.max];
const one = (value: number): Figures => [1, value, value, value, value, value, value];

describe('the goroutines of a body', () => {
  const [worker, main] = goroutineBodies(trace);
  const spent = (body: typeof main) =>
    Object.fromEntries(body!.spent.map((s) => [s.activity, { all: figures(s.perGoroutine), each: figures(s.each) }]));

  test('executed and waited as long as each of them did, and each time', () => {
    expect(worker).toMatchObject({ name: 'main.worker', goroutines: 2, started: 2, ended: 2, system: false });
    expect(figures(worker!.life)).toEqual([2, 590, 210, 210, 380, 380, 380]);
    expect(spent(worker)).toEqual({
      execution: { all: [2, 380, 180, 180, 200, 200, 200], each: [4, 380, 50, 60, 200, 200, 200] },
      runnable: { all: [2, 160, 10, 10, 150, 150, 150], each: [4, 160, 10, 20, 80, 80, 80] },
      receive: { all: [2, 50, 0, 0, 50, 50, 50], each: one(50) },
    });
  });

  test('do what they do until the end of the trace', () => {
    const cut = parse(story().bytes.subarray(0, -2)); // without the end of worker 2, which ran from 330
    const [cutWorker] = goroutineBodies(cut);
    expect(cutWorker).toMatchObject({ name: 'main.worker', ended: 1 });
    expect(cutWorker!.spent.find((s) => s.activity === 'execution')?.each).toMatchObject({
      n: 4,
      total: 480,
      max: 200,
    });
    expect(utilization(cut)[1]).toMatchObject({ runningNs: 430 });
    expect(concurrency(cut, 5).running.totalNs).toBe(695);
  });

  test('have single times, if they are one', () => {
    expect(main).toMatchObject({ name: 'runtime.main', goroutines: 1, started: 1, ended: 0, system: false });
    expect(figures(main!.life)).toEqual(one(500));
    expect(spent(main)).toEqual({
      execution: { all: one(215), each: [3, 215, 15, 90, 110, 110, 110] },
      runnable: { all: one(45), each: [3, 45, 10, 15, 20, 20, 20] },
      sync: { all: one(200), each: one(200) },
      syscall: { all: one(40), each: one(40) },
    });
  });

  test('that waited since before the trace did not wait for a P', () => {
    const waiting = goroutineBodies(
      parse(
        story([
          [410, ev.GoCreate, 4, at.workerEntry, 0],
          [420, ev.GoWaiting, 4],
        ]).bytes,
      ),
    );
    expect(waiting[0]).toMatchObject({ name: 'main.worker', goroutines: 3, started: 2 });
    expect(waiting[0]!.spent.find((s) => s.activity === 'before')?.each.total).toBe(90);
    expect(waiting[0]!.spent.find((s) => s.activity === 'runnable')?.each.total).toBe(160);
  });

  test.each([
    ['a trace with everything', () => everything().bytes],
    ...goTraceNames().map((name) => [name, () => goTrace(name)] as const),
  ] as const)('did something all their life, in %s', (_, bytes) => {
    for (const { name, life, spent: parts } of goroutineBodies(parse(bytes()))) {
      expect(
        parts.reduce((sum, s) => sum + s.each.total, 0),
        name,
      ).toBeCloseTo(life.total, 0);
      for (const s of parts) expect(s.perGoroutine.total).toBeCloseTo(s.each.total, 0);
    }
  });
});

describe('the Ps', () => {
  test('ran goroutines for so long', () => {
    expect(utilization(trace)).toEqual([
      { p: 0, runningNs: 265, share: 0.53, switches: 4 },
      { p: 1, runningNs: 330, share: 0.66, switches: 3 },
    ]);
  });

  test('are there even if nothing ran on them', () => {
    const four = utilization(parse(story([[410, ev.Gomaxprocs, 4, 0]]).bytes));
    expect(four.slice(2)).toEqual([
      { p: 2, runningNs: 0, share: 0, switches: 0 },
      { p: 3, runningNs: 0, share: 0, switches: 0 },
    ]);
  });
});

describe('over time', () => {
  const over = concurrency(trace, 5);

  test('so many goroutines ran', () => {
    expect(Array.from(over.running.spans)).toEqual([1.5, 1.5, 0.9, 1.6, 0.45]);
    expect(over.running).toMatchObject({ mean: 1.19, max: 2, totalNs: 595 });
    expect(over.runningAtOnceNs).toEqual([85, 235, 180]);
  });

  test('so many waited for a P, and so many for something else', () => {
    expect(over.runnable).toMatchObject({ mean: 0.41, max: 2, totalNs: 205 });
    expect(over.waiting).toMatchObject({ mean: 0.58, max: 2, totalNs: 290 });
  });
});

describe('the longest waits', () => {
  test('are known with who ended them', () => {
    const waits = longestWaits(trace, 2, () => true);
    expect(waits).toMatchObject([
      { g: 1, activity: 'sync', startNs: 100, durationNs: 200 },
      { g: 2, activity: 'receive', startNs: 150, durationNs: 50 },
    ]);
    const { g, ts, stack } = trace.events;
    expect(waits.map(({ ended }) => [g[ended], ts[ended]])).toEqual([
      [2, 300],
      [3, 200],
    ]);
    expect(waits.map(({ from }) => whereabouts(trace, stack[from]!))).toEqual([
      'main.main main.go:15',
      'main.worker main.go:22',
    ]);
  });

  test('are those of the goroutines that count', () => {
    expect(longestWaits(trace, 5, (g) => g !== 2)).toMatchObject([
      { activity: 'sync', durationNs: 200 },
      { activity: 'syscall', durationNs: 40, startNs: 430 },
    ]);
  });

  test('may last to the end of the trace', () => {
    const stuck = parse(
      story([
        [410, ev.GoCreate, 4, at.workerEntry, 0],
        [412, ev.GoStart, 4, 1],
        [415, ev.GoBlockSend, at.wait],
      ]).bytes,
    );
    expect(longestWaits(stuck, 5, (g) => g === 4)).toMatchObject([{ activity: 'send', durationNs: 85, ended: -1 }]);
  });
});

describe('the waits by reason', () => {
  const stuck = parse(
    story([
      [410, ev.GoCreate, 4, at.workerEntry, 0],
      [412, ev.GoStart, 4, 1],
      [415, ev.GoStop, at.wait],
    ]).bytes,
  );

  test('are summed, those for ever until the end of the trace', () => {
    expect(waitsByReason(stuck, () => true)).toEqual([
      { reason: '', activity: 'sync', system: false, count: 1, totalNs: 200, longestNs: 200 },
      { reason: 'forever', activity: 'none', system: false, count: 1, totalNs: 85, longestNs: 85 },
      { reason: '', activity: 'receive', system: false, count: 1, totalNs: 50, longestNs: 50 },
      { reason: '', activity: 'syscall', system: false, count: 1, totalNs: 40, longestNs: 40 },
    ]);
  });

  test('are told apart by whose they are', () => {
    expect(waitsByReason(trace, (g) => g !== 2).map(({ activity, system }) => [activity, system])).toEqual([
      ['sync', false],
      ['receive', true],
      ['syscall', false],
    ]);
  });
});

describe('the threads', () => {
  test('had Ps for so long', () => {
    expect(threadUse(parse(story([[450, ev.ProcStop]]).bytes))).toEqual([
      { m: 1, withPNs: 490, starts: 1 },
      { m: 2, withPNs: 425, starts: 1 },
    ]);
  });
});

describe('the beginning of a trace', () => {
  test('says which goroutines were there', () => {
    expect(summarize(trace, 1)).toMatchObject({ existing: 1, generations: [], samples: 0 });
    expect(summarize(parse(everything('go 1.19 trace').bytes), 1)).toMatchObject({ existing: 3, samples: 2 });
    const ours = new TraceFile()
      .batch(0, 1)
      .frequency(1e9)
      .record(ev.Gomaxprocs, 1, 2, 0)
      .record(ev.GoCreate, 1, 1, 0, 0);
    expect(summarize(parse(ours.bytes), 1)).toMatchObject({ existing: 0 });
  });
});

describe('the counts', () => {
  test('are those of the events', () => {
    expect(counts(trace)).toEqual({
      events: 25,
      goroutines: 3,
      ended: 2,
      switches: 7,
      parks: 2,
      yields: 1,
      preemptions: 1,
      syscalls: 1,
      steals: 1,
    });
  });
});

describe('a blocking profile', () => {
  test.each<{ kind: ProfileKind; waits: readonly (readonly [stack: number, count: number, delayNs: number])[] }>([
    { kind: 'net', waits: [] },
    {
      kind: 'sync',
      waits: [
        [at.wait, 1, 200],
        [at.receive, 1, 50],
      ],
    },
    { kind: 'syscall', waits: [[at.wait, 1, 50]] },
    {
      kind: 'sched',
      waits: [
        [at.goStatement, 2, 90],
        [at.wait, 1, 50],
        [at.receive, 1, 20],
      ],
    },
  ])('$kind has Go’s definition', ({ kind, waits }) => {
    expect(blocking(trace, kind)).toEqual(waits.map(([stack, count, delayNs]) => ({ stack, count, delayNs })));
  });
});

describe('annotations and collections', () => {
  test('are counted by name', () => {
    const annotated = parse(
      story([
        [410, ev.GoCreate, 4, at.workerEntry, 0],
        [411, ev.GoStart, 4, 1],
        [412, ev.UserTaskCreate, 7, 0, 7, at.wait],
        [415, ev.UserRegion, 7, 0, 8, at.wait],
        [420, ev.UserRegion, 0, 0, 8, at.wait],
        [440, ev.UserRegion, 0, 1, 8, at.wait],
        [442, ev.UserTaskEnd, 7, at.wait],
        [450, ev.UserTaskCreate, 8, 0, 7, at.wait],
      ]).bytes,
    );
    const { tasks, regions, logs } = annotations(annotated);
    expect(tasks).toMatchObject([{ name: 'a task', count: 2, duration: { n: 1, total: 30 } }]);
    expect(regions).toMatchObject([{ name: 'a "region"', count: 2, duration: { n: 1, total: 20 } }]);
    expect(logs).toBe(0);
  });

  test('collections are summed', () => {
    const collected = parse(
      story([
        [410, ev.GCStart, 0, 0],
        [415, ev.STWStart, 1],
        [420, ev.STWDone],
        [450, ev.GCDone],
        [460, ev.HeapAlloc, 1_000],
      ]).bytes,
    );
    expect(collections(collected)).toEqual({
      cycles: 1,
      activeNs: 40,
      share: 0.08,
      stoppedNs: 5,
      assistNs: 0,
      maxHeap: 4096,
      ranges: [
        { name: 'GC concurrent mark phase', count: 1, totalNs: 40, longestNs: 40 },
        { name: 'stop-the-world (sweep termination)', count: 1, totalNs: 5, longestNs: 5 },
      ],
    });
  });

  test('a trace without any has none', () => {
    expect(annotations(trace)).toEqual({ tasks: [], regions: [], logs: 0 });
    expect(collections(parse(story().bytes))).toMatchObject({ cycles: 0, maxHeap: 4096 });
  });
});

describe('the difference of two traces', () => {
  const longer = parse(
    story([
      [410, ev.GoCreate, 4, at.workerEntry, at.goStatement],
      [420, ev.GoStart, 4, 1],
      [480, ev.GoEnd],
    ]).bytes,
  );
  const { figures: all, bodies } = difference(summarize(trace, 1), summarize(longer, 1));
  const figure = (what: string) => all.find((f) => f.what === what);

  test('is what one spends more than the other', () => {
    expect(figure('running')).toEqual({ what: 'running', unit: 'ns', a: 595, b: 655, change: 60, relative: 60 / 595 });
    expect(figure('runnable')).toMatchObject({ a: 205, b: 215, change: 10 });
    expect(figure('blocked: receive')).toMatchObject({ a: 50, b: 50, change: 0, relative: 0 });
    expect(figure('idle P time')).toMatchObject({ a: 405, b: 345, change: -60 });
    expect(figure('events')).toMatchObject({ a: 25, b: 28, change: 3 });
    expect(figure('goroutines')).toMatchObject({ a: 3, b: 4 });
  });

  test('names the bodies that changed most first', () => {
    expect(bodies.map(({ name }) => name)).toEqual(['main.worker', 'runtime.main']);
    expect(bodies[0]).toMatchObject({
      execution: { a: 380, b: 440 },
      runnable: { change: 10 },
      blocked: { change: 0 },
    });
  });

  test('of a trace and itself is nothing', () => {
    const same = difference(summarize(trace, 1), summarize(trace, 1));
    expect(same.figures.map((f) => f.change)).toEqual(same.figures.map(() => 0));
  });
});
