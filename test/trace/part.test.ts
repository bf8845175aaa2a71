// Parts of a trace: what goroutines do before and after a time adds up to what they do in all.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkTrace, ev, parse, readTrace, type Trace, totals } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { Rng } from '#src/lib/rng.js';
import { blocking, profileKinds } from '#src/trace/analysis/blocking.js';
import { counts } from '#src/trace/analysis/counts.js';
import { partOf } from '#src/trace/part.js';
import { goTrace, goTraceNames } from '../programs/lib/gotraces.js';
import { pxTrace } from '../programs/lib/pxtrace.js';
import { everything } from '../programs/lib/tracecases.js';
import { goProgramTrace, goProgramTraces } from '../programs/lib/tracesv2.js';
import { activityTimes } from '../support/activitytimes.js';
import { hostedCli } from '../support/hosted.js';
import { story } from '../support/story.js';
import { tempDir } from '../support/tempdir.js';

const traces: readonly (readonly [string, Trace])[] = [
  ['the story', parse(story().bytes)],
  ['one with every event', parse(everything('go 1.19 trace').bytes)],
  ['one of many goroutines', parse(pxTrace(2000, 3))],
  ...goTraceNames()
    .filter((name) => /_1_(7|19)_/.test(name))
    .map((name) => [name, parse(goTrace(name))] as const),
  ...goProgramTraces().map((name) => [name, parse(goProgramTrace(name))] as const),
];

describe('a part of a trace', () => {
  test.each(traces)('and the rest of %s add up', (_, trace) => {
    const whole = totals(trace);
    for (const share of [0.1, 0.37, 0.5, 0.93]) {
      const at = Math.floor(trace.durationNs * share);
      const [a, b] = [totals(partOf(trace, 0, at)), totals(partOf(trace, at, trace.durationNs))];
      expect(a.runningNs + b.runningNs).toBe(whole.runningNs);
      expect(a.runnableNs + b.runnableNs).toBe(whole.runnableNs);
      expect(a.blockedNs + b.blockedNs).toBe(whole.blockedNs);
    }
  });

  test.each(traces)('of %s may be all of it', (_, trace) => {
    const all = partOf(trace, 0, trace.durationNs);
    expect(totals(all)).toEqual(totals(trace));
    expect(counts(all).ended).toBe(counts(trace).ended);
    expect(all.goroutines.length).toBe(trace.goroutines.length);
  });

  test('has the kinds and the stacks of waits that began before', () => {
    const trace = parse(goProgramTrace('web-1.26-p8.trace'));
    const at = Math.floor(trace.durationNs / 2);
    const waits = totals(partOf(trace, at, trace.durationNs)).waitsNs;
    expect(Object.keys(waits)).toEqual(expect.arrayContaining(['select', 'network', 'sync']));
  });

  test('says how many Ps there are, and how large the heap is', () => {
    const trace = parse(goProgramTrace('heap-1.26-p4.trace'));
    const part = partOf(trace, trace.durationNs - 1000, trace.durationNs);
    expect([...part.events.type]).toEqual(expect.arrayContaining([ev.Gomaxprocs, ev.HeapAlloc, ev.HeapGoal]));
  });

  test('counts no wait that began before as one that begins', () => {
    const trace = parse(goProgramTrace('channels-1.26-p4.trace'));
    for (const at of [0.2, 0.5, 0.8].map((share) => Math.floor(trace.durationNs * share))) {
      const [a, b] = [counts(partOf(trace, 0, at)), counts(partOf(trace, at, trace.durationNs))];
      expect(a.parks + b.parks).toBe(counts(trace).parks);
    }
  });
});

/** Random parts of each trace. */
const PARTS = 8;

/** Requires of random parts that they are legal, and that each goroutine does in them what it does in the trace at that time. */
function expectParts(name: string, trace: Trace, seed: number): void {
  const rng = new Rng(seed);
  // At any time, or exactly at that of an event.
  const time = () =>
    rng.below(2) === 0
      ? Math.floor((rng.next() / 2 ** 32) * trace.durationNs)
      : trace.events.ts[rng.below(trace.events.length)]!;
  for (let k = 0; k < PARTS; k++) {
    const [from, to] = [time(), time()].sort((a, b) => a - b) as [number, number];
    if (from === to) continue;
    const what = `${name}, seed ${seed}, from ${from} to ${to}`;
    const part = partOf(trace, from, to);
    expect(() => checkTrace(part), what).not.toThrow();
    expect([what, activityTimes(part, 0, to - from)]).toEqual([what, activityTimes(trace, from, to)]);
    expect(part.samples.length, what).toBe(trace.samples.ts.filter((ns) => ns >= from && ns <= to).length);
    for (const kind of profileKinds)
      expect(
        blocking(part, kind).every(({ delayNs }) => delayNs > 0),
        what,
      ).toBe(true);
  }
}

describe('random parts', () => {
  test.each(traces)('of %s are legal, and say what the trace says of that time', (name, trace) => {
    expectParts(name, trace, 16);
  });

  test.each([
    ['kitchen', 'examples/kitchen'],
    ['sieve', 'test/programs/sieve1'],
  ])('of what the simulator makes of %s are, too', async (name, program) => {
    const file = join(tempDir(), 'trace.out');
    const path = fileURLToPath(new URL(`../../dist/${program}.js`, import.meta.url));
    const flags = ['-engine', 'sim', '-procs', '3', '-trace', file];
    const { status, stderr } = await hostedCli(['run', ...flags, path], { cwd: tempDir() });
    expect(status, stderr).toBe(0);
    expectParts(name, readTrace(file), 17);
  });
});
