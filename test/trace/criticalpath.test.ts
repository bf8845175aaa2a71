// The critical path: of traces by hand, where it is known, and that its pieces tile every trace.

import { parse, type Trace, TraceReader } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { type CriticalPath, criticalPath, pieceAt, pieceKinds } from '#src/trace/analysis/criticalpath.js';
import { histories, startsByP } from '#src/trace/analysis/histories.js';
import { longestPieces, pathSummary, pieceOf } from '#src/trace/analysis/pathsummary.js';
import { partOf } from '#src/trace/part.js';
import { chunkedTrace } from '../programs/lib/chunkedtrace.js';
import { goTrace, goTraceNames } from '../programs/lib/gotraces.js';
import { pxTrace } from '../programs/lib/pxtrace.js';
import { everything, wokenForNothing } from '../programs/lib/tracecases.js';
import { corpus, damaged } from '../programs/lib/tracefuzz.js';
import { corpus as corpus2, damaged as damaged2 } from '../programs/lib/tracefuzz2.js';
import { goProgramTrace, goProgramTraces } from '../programs/lib/tracesv2.js';
import { eventTrace } from '../support/eventtrace.js';
import { knownPaths } from '../support/knownpaths.js';
import { modeRuns, modeTrace } from '../support/modetraces.js';
import { story } from '../support/story.js';

/** A path as lines: `10-20 main execution P0`. */
function lines(trace: Trace, path: CriticalPath): string[] {
  return Array.from({ length: path.length }, (_, k) => {
    const { fromNs, toNs, body, kind, p } = pieceOf(trace, path, k);
    return [`${fromNs}-${toNs}`, body || '-', kind, ...(p < 0 ? [] : [`P${p}`])].join(' ');
  });
}

describe('the critical path of', () => {
  test.each(knownPaths)('$is', ({ events, path, version }) => {
    const trace = eventTrace(events, version);
    const expected = path
      .trim()
      .split('\n')
      .map((line) => line.trim());
    expect(lines(trace, criticalPath(trace))).toEqual(expected);
  });

  test('the story', () => {
    const trace = parse(story().bytes);
    const path = criticalPath(trace);
    expect(lines(trace, path)).toEqual([
      '0-10 runtime.main wake-up P0',
      '10-30 runtime.main execution P0', // makes worker 3
      '30-40 main.worker wake-up P1',
      '40-240 main.worker execution P1', // wakes worker 2 at 200, which gets its P
      '240-250 main.worker scheduling P1',
      '250-300 main.worker execution P1',
      '300-320 runtime.main wake-up P0',
      '320-430 runtime.main execution P0',
      '430-470 runtime.main syscall',
      '470-485 runtime.main wake-up P0',
      '485-500 runtime.main execution P0',
    ]);
    expect(pathSummary(trace, path)).toEqual({
      durationNs: 500,
      pieces: 11,
      handoffNs: 65,
      handoffs: 5,
      rows: [
        { body: 'main.worker', kind: 'execution', ns: 250, count: 2 },
        { body: 'runtime.main', kind: 'execution', ns: 145, count: 3 },
        { body: 'runtime.main', kind: 'wake-up', ns: 45, count: 3 },
        { body: 'runtime.main', kind: 'syscall', ns: 40, count: 1 },
        { body: 'main.worker', kind: 'scheduling', ns: 10, count: 1 },
        { body: 'main.worker', kind: 'wake-up', ns: 10, count: 1 },
      ],
    });
    expect(longestPieces(trace, path, 2)).toMatchObject([
      { fromNs: 40, toNs: 240, at: '', p: 1 },
      { fromNs: 320, toNs: 430, at: '', p: 0 },
    ]);
  });
});

/** Requires that a path tiles its trace, and that its pieces are what they say. */
function isPath(trace: Trace): void {
  const path = criticalPath(trace);
  const { length, fromNs, kind, g, p, begin, end } = path;
  const { events, durationNs } = trace;
  const { ts } = events;
  let sum = 0n;
  for (let k = 0; k < length; k++) {
    const fault = (what: string) => new Error(`piece ${k} of ${length}, ${pieceKinds[kind[k]!]}: ${what}`);
    if (!(fromNs[k]! < fromNs[k + 1]!)) throw fault('it takes no time');
    if (fromNs[k] !== (begin[k]! < 0 ? 0 : ts[begin[k]!])) throw fault('it does not begin with its event');
    if (fromNs[k + 1] !== (end[k]! < 0 ? durationNs : ts[end[k]!])) throw fault('it does not end with its event');
    if (g[k]! >= trace.goroutines.length || p[k]! >= trace.procs) throw fault('its goroutine or its P does not exist');
    if (begin[k]! < 0 && k > 0) throw fault('it begins with the trace');
    sum += BigInt(fromNs[k + 1]!) - BigInt(fromNs[k]!);
  }
  expect([length === 0 ? 0 : fromNs[0], fromNs[length], Number(sum)]).toEqual([0, durationNs, durationNs]);
  const { rows, handoffNs } = pathSummary(trace, path);
  expect(rows.reduce((all, { ns }) => all + ns, 0)).toBe(durationNs);
  expect(
    rows.filter(({ kind }) => kind === 'wake-up' || kind === 'scheduling').reduce((all, { ns }) => all + ns, 0),
  ).toBe(handoffNs);
}

const traces: readonly (readonly [string, () => Trace | Promise<Trace>])[] = [
  ['the story', () => parse(story().bytes)],
  ['one with every event', () => parse(everything('go 1.19 trace').bytes)],
  ['one with a wake-up for nothing', () => parse(wokenForNothing(true).bytes)],
  ['many goroutines', () => parse(pxTrace(2000, 3))],
  ['one with collections', () => parse(chunkedTrace(3, 2000, 400, 1))],
  ...goTraceNames().map((name) => [name, () => parse(goTrace(name))] as const),
  ...goProgramTraces().map((name) => [name, () => parse(goProgramTrace(name))] as const),
  ...modeRuns.map(
    ([name, engine, procs]) => [`${name} on ${procs} Ps, ${engine}`, () => modeTrace(name, engine, procs)] as const,
  ),
];

describe('the pieces sum to the duration', () => {
  test.each(traces)('of %s, and of parts of it', async (_, read) => {
    const trace = await read();
    isPath(trace);
    for (const [from, to] of [
      [0, 0.5],
      [0.3, 0.8],
      [0.5, 1],
      [0.77, 0.78],
    ] as const) {
      const part = partOf(trace, Math.floor(trace.durationNs * from), Math.ceil(trace.durationNs * to));
      if (part.events.length > 0) isPath(part);
    }
  });

  test('of a trace that is still being read', () => {
    const bytes = chunkedTrace(3, 2000, 400, 1);
    const reader = new TraceReader();
    let seen = 0;
    for (let at = 0; at < bytes.length; at += 1000) {
      reader.push(bytes.slice(at, at + 1000));
      const part = reader.soFar();
      if (part === undefined) continue;
      seen++;
      isPath(part);
    }
    expect(seen).toBeGreaterThan(20);
  });

  test('of whatever can be read of damaged files', () => {
    let read = 0;
    for (const [files, damage] of [
      [corpus(), damaged],
      [corpus2(), damaged2],
    ] as const) {
      const small = files.filter((bytes) => bytes.length < 4000);
      for (let seed = 0; seed < 3000; seed++) {
        let trace: Trace;
        try {
          trace = parse(damage(small, seed));
        } catch {
          continue;
        }
        read++;
        try {
          isPath(trace);
        } catch (error) {
          throw new Error(`seed ${seed}`, { cause: error });
        }
      }
    }
    expect(read).toBeGreaterThan(500);
  });
});

test('a piece is found by time', () => {
  const path = criticalPath(parse(story().bytes));
  // The first begins at 0 and ends at 10; the last begins at 485.
  expect([-1, 0, 9, 10, 484, 485, 500, 501].map((ns) => pieceAt(path, ns))).toEqual([-1, 0, 0, 1, 9, 10, 10, -1]);
});

test('indexes that exist are used, and the longest pieces are the longest', () => {
  const trace = parse(pxTrace(2000, 3));
  const path = criticalPath(trace);
  expect(criticalPath(trace, { histories: histories(trace), starts: startsByP(trace) })).toEqual(path);
  const lengths = Array.from({ length: path.length }, (_, k) => path.fromNs[k + 1]! - path.fromNs[k]!);
  const longest = longestPieces(trace, path, 7).map(({ fromNs, toNs }) => toNs - fromNs);
  expect(longest).toEqual(lengths.sort((a, b) => b - a).slice(0, 7));
});
