// Summaries of traces of format v2, against what Go 1.26 prints of each event: goprograms.test.ts proves that our dump is the same.

import { parse, totals } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { threadUse } from '#src/trace/analysis/parallelism.js';
import { difference, summarize } from '#src/trace/analysis/summary.js';
import { partOf } from '#src/trace/part.js';
import { goProgramTrace, goProgramTraces, parsed } from '../../programs/lib/tracesv2.js';
import { story } from '../../support/story.js';

/** Numbers and times of what has a name, the name first. */
class Sums {
  readonly #sums = new Map<string, { count: number; totalNs: number; longestNs: number }>();

  add(name: string, ns: number): void {
    const { count, totalNs, longestNs } = this.#sums.get(name) ?? { count: 0, totalNs: 0, longestNs: 0 };
    this.#sums.set(name, { count: count + 1, totalNs: totalNs + ns, longestNs: Math.max(longestNs, ns) });
  }

  sorted(): readonly unknown[] {
    return [...this.#sums].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** The ranges and the waits of a trace, by the lines that Go prints. What is open at the end ends with the last Sync. */
function printed(name: string): { ranges: readonly unknown[]; reasons: readonly unknown[]; forever: number } {
  const lines = parsed(goProgramTrace(name)).text.split('\n');
  const [ranges, reasons] = [new Sums(), new Sums()];
  const open = new Map<string, number>();
  const waiting = new Map<string, { readonly reason: string; readonly since: number }>();
  let [first, last, forever] = [0, 0, 0];
  for (const line of lines) {
    const time = / Time=(\d+)/.exec(line);
    if (time === null) continue;
    last = Number(time[1]);
    if (first === 0) first = last;
    range(/ Range(Begin|Active|End) Time=\d+ Name="(.*?)" Scope=(\S+)/.exec(line));
    transition(/ GoID=(\d+) \w+->(\w+) Reason="(.*?)"/.exec(line));
  }
  for (const key of open.keys()) range(['', 'End', ...key.split('|')]);
  for (const g of waiting.keys()) transition(['', g, 'NotExist', '']);
  return { ranges: ranges.sorted(), reasons: reasons.sorted(), forever };

  function range(match: readonly string[] | null): void {
    if (match === null) return;
    const key = `${match[2]}|${match[3]}`;
    if (match[1] !== 'End') {
      if (!open.has(key)) open.set(key, match[1] === 'Active' ? first : last);
      return;
    }
    ranges.add(match[2]!, last - open.get(key)!);
    open.delete(key);
  }

  function transition(match: readonly string[] | null): void {
    if (match === null) return;
    const [, g, to, reason] = match as [string, string, string, string];
    const wait = waiting.get(g);
    if (wait !== undefined && to === 'Waiting') return; // the status of a later generation
    if (wait !== undefined) reasons.add(wait.reason, last - wait.since);
    waiting.delete(g);
    if (to !== 'Waiting' || reason === '') return; // it waits since before, or is the body of a coroutine
    if (reason === 'forever') forever++;
    else waiting.set(g, { reason, since: last });
  }
}

describe('the summary of a trace of Go', () => {
  test.each(goProgramTraces())('%s has the ranges and the reasons of waits that Go shows', (name) => {
    const summary = summarize(parse(goProgramTrace(name)), 1);
    const ranges = new Map(summary.collections!.ranges.map(({ name: range, ...sum }) => [range, sum]));
    const go = printed(name);
    expect([...ranges].sort(([a], [b]) => (a < b ? -1 : 1))).toEqual(go.ranges);
    const byReason = new Map<string, { count: number; totalNs: number; longestNs: number }>();
    for (const { reason, activity, count, totalNs, longestNs } of summary.reasons) {
      if (reason === '' || activity === 'none') continue;
      const sum = byReason.get(reason) ?? { count: 0, totalNs: 0, longestNs: 0 };
      byReason.set(reason, {
        count: sum.count + count,
        totalNs: sum.totalNs + totalNs,
        longestNs: Math.max(sum.longestNs, longestNs),
      });
    }
    expect([...byReason].sort(([a], [b]) => (a < b ? -1 : 1))).toEqual(go.reasons);
    expect(summary.reasons.reduce((n, r) => n + (r.reason === 'forever' ? r.count : 0), 0)).toBe(go.forever);
  });

  test.each(goProgramTraces())('%s has reasons for all time that goroutines waited, and threads for all Ps', (name) => {
    const trace = parse(goProgramTrace(name));
    const { reasons, procs } = summarize(trace, 1);
    const waited = reasons.reduce((sum, { activity, totalNs }) => sum + (activity === 'none' ? 0 : totalNs), 0);
    const { blockedNs, runningNs } = totals(trace);
    expect(waited).toBe(blockedNs);
    const withP = threadUse(trace).reduce((sum, thread) => sum + thread.withPNs, 0);
    expect(withP).toBeGreaterThanOrEqual(runningNs);
    expect(withP).toBeLessThanOrEqual(procs.length * trace.durationNs);
  });

  test('counts what it begins with, and what is not read', () => {
    const of = (name: string) => summarize(parse(goProgramTrace(name)), 1);
    expect(of('cgo-2ms-1.26-p2.trace')).toMatchObject({ existing: 6, generations: [1, 2, 3], samples: 0 });
    expect(of('heap-profile-1.24-p4.trace')).toMatchObject({ existing: 10, generations: [1], samples: 1 });
    expect(of('coroutines-allocfree-1.23-p2.trace').experimental).toEqual({ batches: 2, events: 283 });
    expect(of('notes-1.26-p2.trace').experimental).toEqual({ batches: 0, events: 0 });
  });

  test('of a part says which goroutines were there at its beginning', () => {
    const trace = parse(goProgramTrace('web-1.26-p8.trace'));
    const half = partOf(trace, trace.durationNs / 2, trace.durationNs);
    const { existing, counts } = summarize(half, 1);
    expect(existing).toBeGreaterThan(summarize(trace, 1).existing);
    expect(existing).toBeLessThanOrEqual(counts.goroutines);
  });
});

describe('the difference of two traces of Go', () => {
  const of = (name: string) => summarize(parse(goProgramTrace(name)), 1);
  const figure = (figures: ReturnType<typeof difference>['figures'], what: string) =>
    figures.find((f) => f.what === what);

  test('has the time in system calls, if both tell it', () => {
    const { figures } = difference(of('syscalls-1.22-p2.trace'), of('syscalls-1.26-p4.trace'));
    const calling = figure(figures, 'running: calling')!;
    expect(calling.a).toBeGreaterThan(0);
    expect(calling.b).toBeGreaterThan(0);
  });

  test('of the two formats counts system calls as execution, and main as one body', () => {
    const [v1, v2] = [summarize(parse(story().bytes), 1), of('syscalls-1.26-p4.trace')];
    const { figures, bodies } = difference(v1, v2);
    expect(figure(figures, 'running: calling')).toBeUndefined();
    expect(figure(figures, 'running')).toMatchObject({ a: 595, b: v2.concurrency.running.totalNs });
    const names = bodies.map(({ name }) => name);
    expect(names).not.toContain('runtime.main');
    expect(bodies.find(({ name }) => name === 'main.main')!.goroutines).toMatchObject({ a: 1, b: 1 });
    expect(bodies.find(({ name }) => name === 'main.main')!.execution.a).toBe(215);
    expect(bodies.reduce((sum, { execution }) => sum + execution.b, 0)).toBe(v2.concurrency.running.totalNs);
  });
});
