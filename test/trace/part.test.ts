// Parts of a trace: what goroutines do before and after a time adds up to what they do in all.

import { parse, type Trace, totals } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { counts } from '#src/trace/analysis/counts.js';
import { partOf } from '#src/trace/part.js';
import { everything } from '../programs/lib/tracecases.js';
import { goProgramTrace, goProgramTraces } from '../programs/lib/tracesv2.js';
import { story } from '../support/story.js';

const traces: readonly (readonly [string, Trace])[] = [
  ['the story', parse(story().bytes)],
  ['one with every event', parse(everything('go 1.19 trace').bytes)],
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
});
