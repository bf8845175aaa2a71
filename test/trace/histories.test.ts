// Histories: each goroutine's changes of activity, by any time.

import { parse, type Trace, TraceReader } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { Activities, activities } from '#src/trace/analysis/activity.js';
import {
  changedBy,
  type Histories,
  histories,
  isStart,
  lastBefore,
  lastEventAt,
  periodAt,
  periodOf,
  startsByP,
} from '#src/trace/analysis/histories.js';
import { partOf } from '#src/trace/part.js';
import { chunkedTrace } from '../programs/lib/chunkedtrace.js';
import { pxTrace } from '../programs/lib/pxtrace.js';
import { everything } from '../programs/lib/tracecases.js';
import { goProgramTrace, goProgramTraces } from '../programs/lib/tracesv2.js';
import { story } from '../support/story.js';

const traces: readonly (readonly [string, Trace])[] = [
  ['the story', parse(story().bytes)],
  ['one with every event', parse(everything('go 1.19 trace').bytes)],
  ['one of many goroutines', parse(pxTrace(2000, 3))],
  ...goProgramTraces().map((name) => [name, parse(goProgramTrace(name))] as const),
];

/** The rows as lists. */
const rowsOf = ({ first, event }: Histories) =>
  Array.from({ length: first.length - 1 }, (_, row) => [...event.subarray(first[row]!, first[row + 1]!)]);

/** The same, event by event. */
function changes(trace: Trace): number[][] {
  const doing = new Activities(trace);
  const rows = Array.from({ length: trace.goroutines.length }, (): number[] => []);
  for (let e = 0; e < trace.events.length; e++) if (doing.step(e)) rows[doing.g]!.push(e);
  return rows;
}

describe.each(traces)('the histories of %s', (_, trace) => {
  const { events, procs } = trace;

  test('are the changes that Activities sees, of it and of a part', () => {
    expect(rowsOf(histories(trace))).toEqual(changes(trace));
    const part = partOf(trace, trace.durationNs / 3, trace.durationNs / 2);
    expect(rowsOf(histories(part))).toEqual(changes(part));
  });

  test('are in two columns of 4 bytes', () => {
    const { first, event } = histories(trace);
    expect(first.byteLength).toBe(4 * (trace.goroutines.length + 1));
    expect(event.byteLength).toBeLessThanOrEqual(4 * events.length);
    expect(event.buffer.byteLength).toBe(event.byteLength);
  });

  test('have the starts on each P', () => {
    const rows = Array.from({ length: procs }, (): number[] => []);
    for (let e = 0; e < events.length; e++) if (isStart[events.type[e]!] === 1) rows[events.p[e]!]!.push(e);
    expect(rowsOf(startsByP(trace))).toEqual(rows);
  });

  test('find the period of every event', () => {
    const h = histories(trace);
    const doing = new Activities(trace);
    for (let e = 0; e < events.length; e++) {
      const isChange = doing.step(e);
      expect(changedBy(trace, e)).toBe(isChange ? doing.g : 0);
      if (!isChange) continue;
      const period = periodOf(trace, h, doing.g, e)!;
      expect([period.begin, period.activity, period.fromNs]).toEqual([e, doing.to, events.ts[e]]);
      if (period.end >= 0) expect(periodOf(trace, h, doing.g, period.end - 1)).toEqual(period);
      else expect(period.toNs).toBe(trace.durationNs);
    }
  });
});

test('a goroutine is found by time', () => {
  const trace = parse(story().bytes);
  const h = histories(trace);
  const doing = (ns: number) => activities[periodAt(trace, h, 2, ns)?.activity ?? 0];
  // Created at 20, starts at 100, waits for a value from 150 to 200, runs from 250 to 310 and from 330 to its end at 400.
  const expected = {
    20: 'runnable',
    99: 'runnable',
    100: 'execution',
    150: 'receive',
    249: 'runnable',
    309: 'execution',
  };
  for (const [ns, activity] of Object.entries({ ...expected, 310: 'runnable', 400: 'none' })) {
    expect([ns, doing(Number(ns))]).toEqual([ns, activity]);
  }
  expect(periodAt(trace, h, 2, 19)).toBe(undefined);
  expect(lastEventAt(trace.events, -1)).toBe(-1);
  expect(lastEventAt(trace.events, trace.durationNs)).toBe(trace.events.length - 1);
  expect(lastBefore(h, 2, 0)).toBe(-1);
  expect(lastBefore(h, 0, 100)).toBe(-1);
});

test('a trace that is still being read has the beginning of its histories', () => {
  const bytes = chunkedTrace(3, 2000, 400, 1);
  const whole = changes(parse(bytes));
  const reader = new TraceReader();
  let seen = 0;
  for (let at = 0; at < bytes.length; at += 4096) {
    reader.push(bytes.slice(at, at + 4096));
    const part = reader.soFar();
    if (part === undefined) continue;
    seen++;
    const rows = rowsOf(histories(part));
    expect(rows).toEqual(rows.map((row, g) => whole[g]!.slice(0, row.length)));
    expect(rows).toEqual(changes(part));
  }
  expect(seen).toBeGreaterThan(5);
});
