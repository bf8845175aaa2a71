// The critical path: of traces by hand, where it is known, and that its pieces tile every trace.

import { parse, type Trace } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { type CriticalPath, criticalPath, pieceKinds } from '#src/trace/analysis/criticalpath.js';
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
import { modeRuns, modeTrace } from '../support/modetraces.js';
import { story } from '../support/story.js';

/** A path as lines: `10-20 main execution P0`. */
function lines(trace: Trace, path: CriticalPath): string[] {
  return Array.from({ length: path.length }, (_, k) => {
    const { fromNs, toNs, body, kind, p } = pieceOf(trace, path, k);
    return [`${fromNs}-${toNs}`, body || '-', kind, ...(p < 0 ? [] : [`P${p}`])].join(' ');
  });
}

interface Known {
  readonly is: string;
  readonly version?: number;
  readonly events: string;
  readonly path: string;
}

const known: readonly Known[] = [
  {
    is: 'one goroutine',
    events: `
      0   P0 -    GoCreate main
      10  P0 main GoStart
      100 P0 main GoEnd`,
    path: `
      0-10 main wake-up P0
      10-100 main execution P0`,
  },
  {
    is: 'a goroutine on another P, which wakes main: what main did meanwhile is off the path',
    events: `
      0   P0 -    GoCreate main
      10  P0 main GoStart
      20  P0 main GoCreate a
      30  P0 main GoBlockRecv
      40  P1 a    GoStart
      90  P1 a    GoUnblock main
      95  P0 main GoStart
      100 P1 a    GoEnd
      120 P0 main GoEnd`,
    path: `
      0-10 main wake-up P0
      10-20 main execution P0
      20-40 a wake-up P1
      40-90 a execution P1
      90-95 main wake-up P0
      95-120 main execution P0`,
  },
  {
    is: 'the same on one P: each waits for the P, not for its waker',
    events: `
      0   P0 -    GoCreate main
      10  P0 main GoStart
      20  P0 main GoCreate a
      30  P0 main GoBlockRecv
      32  P0 a    GoStart
      60  P0 a    GoUnblock main
      80  P0 a    GoEnd
      85  P0 main GoStart
      100 P0 main GoEnd`,
    path: `
      0-10 main wake-up P0
      10-30 main execution P0
      30-32 a scheduling P0
      32-80 a execution P0
      80-85 main scheduling P0
      85-100 main execution P0`,
  },
  {
    is: 'two workers, of which the slow one is on the path, and none of the fast one',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate slow
      12  P0 main GoCreate fast
      15  P1 slow GoStart
      18  P2 fast GoStart
      20  P0 main GoBlockSync
      50  P2 fast GoEnd
      90  P1 slow GoUnblock main
      91  P1 slow GoEnd
      94  P0 main GoStart
      99  P0 main GoEnd`,
    path: `
      0-10 main execution P0
      10-15 slow wake-up P1
      15-90 slow execution P1
      90-94 main wake-up P0
      94-99 main execution P0`,
  },
  {
    is: 'a yield after which nothing else runs',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      40  P0 main GoSched
      45  P0 main GoStart
      60  P0 main GoEnd`,
    path: `
      0-40 main execution P0
      40-45 main scheduling P0
      45-60 main execution P0`,
  },
  {
    is: 'a preemption by another goroutine, which is on the path then',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate a
      40  P0 main GoPreempt
      41  P0 a    GoStart
      70  P0 a    GoEnd
      72  P0 main GoStart
      80  P0 main GoEnd`,
    path: `
      0-40 main execution P0
      40-41 a scheduling P0
      41-70 a execution P0
      70-72 main scheduling P0
      72-80 main execution P0`,
  },
  {
    is: 'a goroutine that was preempted on one P and starts on another one that was busy for longer',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      5   P0 main GoCreate a
      8   P1 a    GoStart
      30  P0 main GoPreempt
      50  P1 a    GoEnd
      55  P1 main GoStart
      70  P1 main GoEnd`,
    path: `
      0-5 main execution P0
      5-8 a wake-up P1
      8-50 a execution P1
      50-55 main scheduling P1
      55-70 main execution P1`,
  },
  {
    is: 'a sleep',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      20  P0 main GoSleep
      70  P0 -    GoUnblock main
      75  P0 main GoStart
      90  P0 main GoEnd`,
    path: `
      0-20 main execution P0
      20-70 main sleep
      70-75 main wake-up P0
      75-90 main execution P0`,
  },
  {
    is: 'a sleep that ends while another goroutine runs, in whose name the timer fires',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate a
      20  P0 main GoSleep
      25  P0 a    GoStart
      70  P0 a    GoUnblock main
      75  P1 main GoStart
      80  P0 a    GoEnd
      90  P1 main GoEnd`,
    path: `
      0-20 main execution P0
      20-70 main sleep
      70-75 main wake-up P1
      75-90 main execution P1`,
  },
  {
    is: 'a wait for the network, ended on no P, and a P that is busy then',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate a
      20  P0 main GoBlockNet
      25  P0 a    GoStart
      50  -  -    GoUnblock main
      60  P0 a    GoEnd
      61  P0 main GoStart
      65  P0 main GoBlockNet
      75  -  -    GoUnblock main
      80  P0 main GoStart
      85  P0 main GoEnd`,
    path: `
      0-20 main execution P0
      20-25 a scheduling P0
      25-60 a execution P0
      60-61 main scheduling P0
      61-65 main execution P0
      65-75 main network
      75-80 main wake-up P0
      80-85 main execution P0`,
  },
  {
    is: 'a connection that another goroutine closes',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate a
      20  P0 main GoBlockNet
      25  P1 a    GoStart
      50  P1 a    GoUnblock main
      55  P0 main GoStart
      60  P0 main GoEnd`,
    path: `
      0-10 main execution P0
      10-25 a wake-up P1
      25-50 a execution P1
      50-55 main wake-up P0
      55-60 main execution P0`,
  },
  {
    is: 'a system call that loses its P, in format v1',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoSysCall
      30  P0 main GoSysBlock
      80  P0 main GoSysExit
      85  P0 main GoStart
      99  P0 main GoEnd`,
    path: `
      0-30 main execution P0
      30-80 main syscall
      80-85 main wake-up P0
      85-99 main execution P0`,
  },
  {
    is: 'system calls in format v2: one keeps its P, and one loses it to a goroutine',
    version: 26,
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoSysCall
      30  P0 main GoSyscallEnd
      35  P0 main GoCreate a
      40  P0 main GoSysCall
      50  P0 main GoSysBlock
      52  P0 a    GoStart
      60  -  main GoSysExit
      70  P0 a    GoEnd
      72  P0 main GoStart
      80  P0 main GoEnd`,
    path: `
      0-10 main execution P0
      10-30 main syscall P0
      30-40 main execution P0
      40-50 main syscall P0
      50-52 a scheduling P0
      52-70 a execution P0
      70-72 main scheduling P0
      72-80 main execution P0`,
  },
  {
    is: 'a waker that is in a system call with its P, in format v2',
    version: 26,
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate a
      20  P0 main GoBlockRecv
      25  P1 a    GoStart
      30  P1 a    GoSysCall
      50  P1 a    GoUnblock main
      55  P0 main GoStart
      60  P0 main GoEnd`,
    path: `
      0-10 main execution P0
      10-25 a wake-up P1
      25-30 a execution P1
      30-50 a syscall P1
      50-55 main wake-up P0
      55-60 main execution P0`,
  },
  {
    is: 'goroutines that still run when main ends, and the tear-down',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate a
      15  P1 a    GoStart
      50  P0 main GoEnd
      90  P1 a    GoEnd`,
    path: `
      0-50 main execution P0
      50-90 - after`,
  },
  {
    is: 'main waits at the end: the goroutine with the last event is the end, and not one that just runs',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate a
      12  P0 main GoCreate b
      15  P1 a    GoStart
      18  P2 b    GoStart
      20  P0 main GoBlockRecv
      60  P1 a    GoCreate c`,
    path: `
      0-10 main execution P0
      10-15 a wake-up P1
      15-60 a execution P1`,
  },
  {
    is: 'all goroutines wait at the end',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate a
      20  P0 main GoBlockRecv
      25  P0 a    GoStart
      40  P0 a    GoBlockRecv
      60  P0 -    HeapAlloc`,
    path: `
      0-20 main execution P0
      20-25 a scheduling P0
      25-40 a execution P0
      40-60 - after`,
  },
  {
    is: 'a wait since before the trace, which no goroutine ends',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoWaiting
      40  -  -    GoUnblock main
      45  P0 main GoStart
      60  P0 main GoEnd`,
    path: `
      0-40 main before
      40-45 main wake-up P0
      45-60 main execution P0`,
  },
  {
    is: 'a goroutine that the scheduler makes for a timer: the P did something else before',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      20  P0 main GoBlockRecv
      50  P0 -    GoCreate a
      52  P0 a    GoStart
      60  P0 a    GoUnblock main
      65  P1 main GoStart
      70  P1 main GoEnd`,
    path: `
      0-20 main execution P0
      20-50 a unknown P0
      50-52 a wake-up P0
      52-60 a execution P0
      60-65 main wake-up P1
      65-70 main execution P1`,
  },
  {
    is: 'a goroutine of a thread of C, which is there before anything else',
    version: 26,
    events: `
      0   P0 -    GoCreate other
      30  -  -    GoCreateSyscall main
      40  -  main GoSysExit
      45  P0 main GoStart
      60  P0 main GoSysCall
      65  P0 main GoSysBlock
      70  -  main GoDestroySyscall`,
    path: `
      0-30 - before
      30-40 main syscall
      40-45 main wake-up P0
      45-60 main execution P0
      60-65 main syscall P0
      65-70 - after`,
  },
  {
    is: 'a wait for the collector, which ends it in the name of no goroutine',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      20  P0 main GoBlockGC
      70  P0 -    GoUnblock main
      75  P0 main GoStart
      90  P0 main GoEnd`,
    path: `
      0-20 main execution P0
      20-70 main gc
      70-75 main wake-up P0
      75-90 main execution P0`,
  },
  {
    is: 'a convoy for a lock: all holders are on the path',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      5   P0 main GoCreate a
      6   P0 main GoCreate b
      8   P1 a    GoStart
      9   P2 b    GoStart
      10  P0 main GoBlockSync
      12  P2 b    GoBlockSync
      40  P1 a    GoUnblock b
      43  P2 b    GoStart
      60  P1 a    GoEnd
      70  P2 b    GoUnblock main
      72  P0 main GoStart
      80  P0 main GoEnd`,
    path: `
      0-5 main execution P0
      5-8 a wake-up P1
      8-40 a execution P1
      40-43 b wake-up P2
      43-70 b execution P2
      70-72 main wake-up P0
      72-80 main execution P0`,
  },
];

describe('the critical path of', () => {
  test.each(known)('$is', ({ events, path, version }) => {
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

test('indexes that exist are used, and the longest pieces are the longest', () => {
  const trace = parse(pxTrace(2000, 3));
  const path = criticalPath(trace);
  expect(criticalPath(trace, { histories: histories(trace), starts: startsByP(trace) })).toEqual(path);
  const lengths = Array.from({ length: path.length }, (_, k) => path.fromNs[k + 1]! - path.fromNs[k]!);
  const longest = longestPieces(trace, path, 7).map(({ fromNs, toNs }) => toNs - fromNs);
  expect(longest).toEqual(lengths.sort((a, b) => b - a).slice(0, 7));
});
