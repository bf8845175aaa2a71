// Exports of traces of format v2: slices nest, and add up to the times of the analyses; no event is missing.

import { argNames, argOf, ev, eventName, parse, type Trace } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { Activities, activities } from '#src/trace/analysis/activity.js';
import { chromeTrace } from '#src/trace/export/chrome.js';
import { csvColumns, csvTrace } from '#src/trace/export/csv.js';
import { partOf } from '#src/trace/part.js';
import { goProgramTrace, goProgramTraces } from '../../programs/lib/tracesv2.js';
import { PHASE, perfetto } from '../../support/perfetto.js';

/** All committed traces, and the second half of one. */
const traces: readonly (readonly [string, Trace])[] = [
  ...goProgramTraces().map((name) => [name, parse(goProgramTrace(name))] as const),
  ...['web-1.26-p8.trace', 'cgo-2ms-1.26-p2.trace'].map((name) => {
    const trace = parse(goProgramTrace(name));
    return [`half of ${name}`, partOf(trace, Math.floor(trace.durationNs / 2), trace.durationNs)] as const;
  }),
];

/** Nanoseconds by goroutine number, for goroutines on a P, and for those in a system call on it. */
interface Times {
  readonly onP: Readonly<Record<number, number>>;
  readonly calling: number;
}

/** The times by the activities. Of a goroutine of C whose number comes twice the sum. */
function timesOf(trace: Trace): Times {
  const { events, goroutines, durationNs } = trace;
  const doing = new Activities(trace);
  const since = new Float64Array(goroutines.length);
  const onP: Record<number, number> = {};
  let calling = 0;
  const add = (g: number, activity: number, now: number) => {
    const ns = now - since[g]!;
    since[g] = now;
    const name = activities[activity]!;
    if (name === 'calling') calling += ns;
    if ((name === 'execution' || name === 'calling') && ns > 0) {
      onP[goroutines.id[g]!] = (onP[goroutines.id[g]!] ?? 0) + ns;
    }
  };
  for (let e = 0; e < events.length; e++) {
    if (doing.step(e)) add(doing.g, doing.from, events.ts[e]!);
  }
  for (let g = 1; g < goroutines.length; g++) add(g, doing.current[g]!, durationNs);
  return { onP, calling };
}

interface Slice {
  readonly name: string;
  readonly row: number | string | undefined;
  readonly from: number;
  readonly to: number;
  readonly g?: number | undefined;
  readonly thread?: number | undefined;
}

function sums(slices: readonly Slice[]): Times {
  const onP: Record<number, number> = {};
  let calling = 0;
  for (const { name, from, to, g } of slices) {
    if (name === 'syscall') calling += to - from;
    if (g !== undefined && to > from) onP[g] = (onP[g] ?? 0) + to - from;
  }
  return { onP, calling };
}

interface ChromeEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly tid: number;
  readonly dur: number;
  readonly args?: { readonly g?: number; readonly thread?: number };
}

function chrome(trace: Trace): readonly ChromeEvent[] {
  return (JSON.parse([...chromeTrace(trace)].join('')) as { traceEvents: readonly ChromeEvent[] }).traceEvents;
}

describe('a Go trace as Chrome JSON', () => {
  test.each(traces)('of %s has slices that nest, and add up', (_, trace) => {
    const events = chrome(trace);
    const ns = (us: number) => Math.round(us * 1000);
    const slices = events
      .filter(({ ph }) => ph === 'X')
      .map(({ name, ts, dur, tid, args }) => {
        return { name, row: tid, from: ns(ts), to: ns(ts + dur), g: args?.g, thread: args?.thread };
      });
    expect(overlaps(slices)).toEqual([]);
    expect(sums(slices)).toEqual(timesOf(trace));
    for (const { g, thread } of slices) if (g !== undefined) expect(trace.threads.slice(1)).toContain(thread);
    const named = new Set(events.filter(({ name }) => name === 'thread_name').map(({ tid }) => tid));
    expect(events.filter(({ ph, tid }) => ph !== 'C' && ph !== 'M' && !named.has(tid))).toEqual([]);
  });
});

/** Slices that begin within another one of their row and end after it. */
function overlaps(slices: readonly Slice[]): readonly (readonly Slice[])[] {
  const open = new Map<Slice['row'], Slice[]>();
  const found: Slice[][] = [];
  for (const slice of [...slices].sort((a, b) => a.from - b.from || b.to - a.to)) {
    const around = open.get(slice.row) ?? [];
    open.set(slice.row, around);
    while (around.length > 0 && around.at(-1)!.to <= slice.from) around.pop();
    if (around.length > 0 && around.at(-1)!.to < slice.to) found.push([around.at(-1)!, slice]);
    around.push(slice);
  }
  return found;
}

describe('a Go trace for Perfetto', () => {
  test.each(traces)('of %s has slices that nest, and add up', (_, trace) => {
    const { events } = perfetto(trace);
    const open = new Map<string, Slice[]>();
    const slices: Slice[] = [];
    let last = 0;
    for (const { ts, type, name, track, g, thread, until } of events) {
      expect(ts).toBeGreaterThanOrEqual(last);
      expect(track).toBeDefined();
      last = ts;
      const around = open.get(track!) ?? [];
      open.set(track!, around);
      if (type === PHASE.begin) around.push({ name, row: track, from: ts, to: trace.durationNs, g, thread });
      if (type !== PHASE.end) continue;
      const ended = around.pop()!;
      // A goroutine's slice ends with a reason, and no other slice does.
      if (/^Proc/.test(track!)) expect([ended.name, ended.g === undefined]).toEqual([ended.name, until === undefined]);
      slices.push({ ...ended, to: ts });
    }
    for (const around of open.values()) slices.push(...around);
    const onProcs = slices.filter(({ row }) => /^Proc/.test(String(row)));
    expect(sums(onProcs)).toEqual(timesOf(trace));
    for (const { g, thread } of onProcs) if (g !== undefined) expect(trace.threads.slice(1)).toContain(thread);
  });

  test.each(traces)('of %s has flows with two ends', (_, trace) => {
    const { events } = perfetto(trace);
    const begun = events.flatMap(({ flows }) => flows);
    expect(new Set(begun).size).toBe(begun.length);
    expect(events.flatMap(({ ends }) => ends).sort((a, b) => a - b)).toEqual(begun.sort((a, b) => a - b));
  });
});

/** The rows of a CSV text, each a record by the names of its columns. */
function csvRows(text: string): readonly Readonly<Record<string, string>>[] {
  const lines = text.match(/(?:"(?:[^"]|"")*"|[^"\n])*\n/g)!;
  const cells = lines.map((line) =>
    Array.from(line.matchAll(/("(?:[^"]|"")*"|[^",\n]*)[,\n]/g), ([, cell]) =>
      cell!.startsWith('"') ? cell!.slice(1, -1).replaceAll('""', '"') : cell!,
    ),
  );
  return cells.slice(1).map((row) => {
    expect(row).toHaveLength(csvColumns.length);
    return Object.fromEntries(row.map((cell, k) => [csvColumns[k]!, cell]));
  });
}

describe('a Go trace as CSV', () => {
  test.each(traces)('of %s has a row for each event with its arguments', (_, trace) => {
    const { events, samples, threads, strings } = trace;
    const rows = csvRows([...csvTrace(trace)].join(''));
    expect(rows.filter((row) => row.event === 'CPUSample')).toHaveLength(samples.length);
    const own = rows.filter((row) => row.event !== 'CPUSample');
    expect(own).toHaveLength(events.length);
    for (const [e, { ns, event, args, thread, p }] of own.entries()) {
      const type = events.type[e]!;
      expect(event).toBe(eventName(type));
      expect([Number(ns), Number(p)]).toEqual([events.ts[e], events.p[e]]);
      expect(thread).toBe(events.m[e] === 0 ? '' : String(threads[events.m[e]!]));
      const names = argNames[type] ?? [];
      for (const name of names) if (name !== 'reason') expect(args).toContain(`${name}=`);
      const text = strings[argOf(events, e)]!;
      if (names[0] === 'reason' && text !== '') expect(args).toBe(`reason=${JSON.stringify(text)}`);
      if (type === ev.STWStart) expect(args).toBe(`kind=${JSON.stringify(text)}`);
    }
  });
});
