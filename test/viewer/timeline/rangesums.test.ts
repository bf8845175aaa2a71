// Sums of ranges: those of the whole trace are its summary's, those of adjacent ranges add up, and any are what a computation span by
// span gives.

import { join } from 'node:path';
import { parse, readTrace, type Trace, totals } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { Rng } from '#src/lib/rng.js';
import { Activities, activities, FIRST_WAIT, NONE } from '#src/trace/analysis/activity.js';
import { utilization } from '#src/trace/analysis/parallelism.js';
import { entryName } from '#src/trace/model.js';
import { partOf } from '#src/trace/part.js';
import { movesOf } from '#src/viewer/timeline/moves.js';
import { MOST, RangeSummer, type RangeSums } from '#src/viewer/timeline/rangesums.js';
import { pxTrace } from '../../programs/lib/pxtrace.js';
import { hostedCli } from '../../support/hosted.js';
import { someTraces } from '../../support/sometraces.js';
import { story } from '../../support/story.js';
import { tempDir } from '../../support/tempdir.js';

const traces = someTraces();

const sum = (column: Iterable<number>) => [...column].reduce((all, ns) => all + ns, 0);
const nsOf = (s: RangeSums, name: (typeof activities)[number]) => s.activityNs[activities.indexOf(name)]!;

/** A period of a goroutine; `p` is the P that it executes on. */
interface Period {
  readonly g: number;
  readonly activity: number;
  readonly p: number;
  readonly fromNs: number;
  readonly toNs: number;
}

function periodsOf(trace: Trace): Period[] {
  const { events, goroutines, durationNs } = trace;
  const doing = new Activities(trace);
  const since = new Float64Array(goroutines.length);
  const on = new Int32Array(goroutines.length).fill(-1);
  const periods: Period[] = [];
  const isOnP = (activity: number) => ['execution', 'calling'].includes(activities[activity]!);
  const add = (g: number, activity: number, toNs: number) => {
    const p = isOnP(activity) ? on[g]! : -1;
    if (activity !== NONE) periods.push({ g, activity, p, fromNs: since[g]!, toNs });
  };
  for (let e = 0; e < events.length; e++) {
    if (!doing.step(e)) continue;
    add(doing.g, doing.from, events.ts[e]!);
    if (!isOnP(doing.from)) on[doing.g] = events.p[e]!;
    since[doing.g] = events.ts[e]!;
  }
  for (let g = 1; g < goroutines.length; g++) add(g, doing.current[g]!, durationNs);
  return periods;
}

/** The sums of a range, span by span. */
function plainly(trace: Trace, periods: readonly Period[], fromNs: number, toNs: number) {
  const byBody = new Map<string, number>();
  const byP = new Map<string, number>();
  const byG = new Map<number, number>();
  const add = <K>(map: Map<K, number>, key: K, ns: number) => map.set(key, (map.get(key) ?? 0) + ns);
  for (const { g, activity, p, ...period } of periods) {
    const ns = Math.min(period.toNs, toNs) - Math.max(period.fromNs, fromNs);
    if (ns <= 0) continue;
    add(byBody, `${entryName(trace, g)} ${activities[activity]}`, ns);
    if (p >= 0) add(byP, `${p} ${activities[activity]}`, ns);
    if (activities[activity] === 'execution') add(byG, g, ns);
  }
  const longest = [...byG].sort(([a, x], [b, y]) => y - x || a - b).slice(0, MOST);
  return { byBody, byP, longest };
}

function asMaps({ bodies, procs, top, topNs }: RangeSums): ReturnType<typeof plainly> {
  const entries = bodies.flatMap(({ body, activityNs }) =>
    Array.from(activityNs, (ns, k) => [`${body} ${activities[k]}`, ns] as const).filter(([, ns]) => ns > 0),
  );
  const ofP = (column: Float64Array, name: string) =>
    Array.from(column, (ns, p) => [`${p} ${name}`, ns] as const).filter(([, ns]) => ns > 0);
  return {
    byBody: new Map(entries),
    byP: new Map([...ofP(procs.executionNs, 'execution'), ...ofP(procs.callingNs, 'calling')]),
    longest: Array.from(top, (g, k) => [g, topNs[k]!]),
  };
}

/** Times of a trace: any, and exactly those of events. */
function* times(trace: Trace, rng: Rng): Generator<number, never> {
  for (;;) {
    yield Math.floor((rng.next() / 2 ** 32) * trace.durationNs);
    yield trace.events.ts[rng.below(trace.events.length)]!;
  }
}

/** Number of goroutines that execute in a part of a trace; its events at time 0 say what was there. */
function executing(part: Trace): number {
  const { ts, length } = part.events;
  const doing = new Activities(part);
  const executed = new Set<number>();
  const EXECUTION = activities.indexOf('execution');
  let e = 0;
  for (; e < length && ts[e] === 0; e++) doing.step(e);
  for (const [g, activity] of doing.current.entries()) if (activity === EXECUTION) executed.add(g);
  for (; e < length; e++) if (doing.step(e) && doing.to === EXECUTION) executed.add(doing.g);
  return executed.size;
}

const RANGES = 8;

/** Requires of random ranges that they have the sums of their spans, and the figures of the part of the trace. */
function expectRanges(name: string, trace: Trace, summer: RangeSummer, seed: number): void {
  const periods = periodsOf(trace);
  const at = times(trace, new Rng(seed));
  const ps = utilization(trace).length;
  for (let k = 0; k < RANGES; k++) {
    const [from, to] = [at.next().value, at.next().value].sort((a, b) => a - b) as [number, number];
    const sums = summer.sums(from, to);
    const what = `${name}, seed ${seed}, from ${from} to ${to}`;
    expect([what, asMaps(sums)]).toEqual([what, plainly(trace, periods, from, to)]);
    for (const { activityNs, totalNs } of sums.bodies) expect(totalNs, what).toBe(sum(activityNs));
    const { executionNs, callingNs, idleNs } = sums.procs;
    expect(sum(executionNs) + sum(callingNs) + sum(idleNs), what).toBe((to - from) * ps);
    expect(Math.min(0, ...idleNs), what).toBe(0);
    if (from === to) continue;
    const part = partOf(trace, from, to);
    const whole = totals(part);
    expect(nsOf(sums, 'execution') + nsOf(sums, 'calling'), what).toBe(whole.runningNs);
    expect(nsOf(sums, 'runnable'), what).toBe(whole.runnableNs);
    expect(sum(sums.activityNs.subarray(FIRST_WAIT)), what).toBe(whole.blockedNs);
    expect(sums.alive, what).toBe(part.goroutines.length - 1);
    expect(sums.executed, what).toBe(executing(part));
  }
}

describe('sums of ranges', () => {
  test.each(traces)('of %s are those of its spans', (name, trace) => {
    expectRanges(name, trace, new RangeSummer(trace), 5);
    expectRanges(name, trace, new RangeSummer(trace, movesOf(trace)), 6);
  });

  test.each(traces)('of all of %s are its summary', (_, trace) => {
    const sums = new RangeSummer(trace).sums(0, trace.durationNs);
    const whole = totals(trace);
    expect(nsOf(sums, 'execution') + nsOf(sums, 'calling')).toBe(whole.runningNs);
    expect(nsOf(sums, 'runnable')).toBe(whole.runnableNs);
    for (const name of activities.slice(FIRST_WAIT)) expect(nsOf(sums, name)).toBe(whole.waitsNs[name] ?? 0);
    const { executionNs, callingNs, idleNs } = sums.procs;
    const use = utilization(trace);
    expect(Array.from(executionNs, (ns, p) => ns + callingNs[p]!)).toEqual(use.map(({ runningNs }) => runningNs));
    expect([...idleNs]).toEqual(use.map(({ runningNs }) => trace.durationNs - runningNs));
    expect(sums.alive).toBeLessThanOrEqual(trace.goroutines.length - 1);
    const [, ...bodies] = sums.bodies.map(({ activityNs }) => activityNs[activities.indexOf('execution')]!);
    expect([...bodies].sort((a, b) => b - a)).toEqual(bodies);
  });

  test.each(traces)('of adjacent ranges of %s add up', (_, trace) => {
    const summer = new RangeSummer(trace);
    const at = times(trace, new Rng(7));
    const cuts = [0, ...Array.from({ length: 9 }, () => at.next().value), trace.durationNs].sort((a, b) => a - b);
    const parts = cuts.slice(1).map((to, k) => summer.sums(cuts[k]!, to));
    const whole = summer.sums(0, trace.durationNs);
    for (const [k] of activities.entries()) expect(sum(parts.map((s) => s.activityNs[k]!))).toBe(whole.activityNs[k]);
    for (const [p, ns] of whole.procs.idleNs.entries()) expect(sum(parts.map((s) => s.procs.idleNs[p]!))).toBe(ns);
  });

  test.each(['px', 'workers'])('of mode %s are those of its spans, with many checkpoints', async (mode) => {
    const file = join(tempDir(), 'trace.out');
    const flags = ['-engine', 'sim', '-procs', '3', '-workers', '3', '-mode', mode, '-h', '100', '-w', '100'];
    const more = ['-trace', file, '-o', join(tempDir(), 'out.png')];
    const { status, stderr } = await hostedCli([...flags, ...more], { cwd: tempDir() });
    expect(status, stderr).toBe(0);
    const trace = readTrace(file);
    expect(trace.events.length).toBeGreaterThan(3 * 8192);
    expectRanges(mode, trace, new RangeSummer(trace), 8);
  });

  test('are cut to the trace, and empty if the range is', () => {
    const summer = new RangeSummer(parse(story().bytes));
    expect(summer.sums(-10, 1e9)).toEqual(summer.sums(0, 500));
    const none = summer.sums(300, 200);
    expect([none.fromNs, none.toNs, sum(none.activityNs), none.bodies.length]).toEqual([300, 300, 0, 0]);
  });

  test('have the figures of the story', () => {
    const { bodies, procs, alive, executed, top, topNs } = new RangeSummer(parse(story().bytes)).sums(200, 300);
    // Worker 3 runs 200-240 on P 1, worker 2 250-300; main waits.
    expect(Object.fromEntries(bodies.map(({ body, activityNs }) => [body, sum(activityNs)]))).toEqual({
      'main.worker': 40 + 50 + 50,
      'runtime.main': 100,
    });
    expect([...procs.executionNs, ...procs.idleNs]).toEqual([0, 90, 100, 10]);
    expect([alive, executed, [...top], [...topNs]]).toEqual([3, 2, [2, 3], [50, 40]]);
  });

  test('take at most two bytes per event, however many bodies there are', () => {
    const trace = parse(pxTrace(30_000, 4));
    const many = withBodies(trace, 500);
    for (const of of [trace, many]) {
      expect(new RangeSummer(of).bytes / of.events.length).toBeLessThan(2);
      expect(new RangeSummer(of, movesOf(of)).bytes / of.events.length).toBeLessThan(1);
    }
    expect(new RangeSummer(many).sums(0, many.durationNs).bodies).toHaveLength(500);
    expectRanges('500 bodies', many, new RangeSummer(many), 9);
  });
});

/** The same trace, but for its tables: its goroutines have the bodies `body 0` to `body n - 1` in turn. */
function withBodies(trace: Trace, n: number): Trace {
  const column = (value: (k: number) => number, length = n + 1) => Uint32Array.from({ length }, (_, k) => value(k));
  return {
    ...trace,
    events: { ...trace.events, stack: new Uint32Array(trace.events.length) },
    goroutines: { ...trace.goroutines, entry: column((g) => (g === 0 ? 0 : 1 + (g % n)), trace.goroutines.length) },
    stacks: { length: n + 1, first: column((k) => Math.max(0, k - 1), n + 2), frame: column((k) => k, n) },
    frames: {
      length: n,
      pc: new Float64Array(n),
      func: column((k) => k + 1),
      file: column(() => 0),
      line: column(() => 0),
    },
    strings: ['', ...Array.from({ length: n }, (_, k) => `body ${k}`)],
  };
}
