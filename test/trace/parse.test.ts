import { argOf, checkTrace, entryName, ev, eventInfo, fakeP, parse, type Trace } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { everything, wokenForNothing } from '../programs/lib/tracecases.js';
import { TraceFile } from '../programs/lib/tracefile.js';

/** The links as texts, one an event that has one. */
const links = ({ events, goroutines }: Trace): string[] => {
  const tell = (i: number) => `${eventInfo[events.type[i]!]!.name} ${goroutines.id[events.g[i]!]}@${events.ts[i]}`;
  return Array.from(events.link, (to, i) => (to < 0 ? '' : `${tell(i)} -> ${tell(to)}`)).filter((text) => text !== '');
};

const indexOf = ({ events }: Trace, type: number, nth = 0): number => {
  let left = nth;
  return events.type.findIndex((t) => t === type && left-- === 0);
};

describe('the model of a trace', () => {
  const trace = parse(everything().bytes);
  const { events, goroutines, strings } = trace;

  test('links each event to what ends what it begins', () => {
    expect(links(trace)).toEqual([
      'GoCreate 0@0 -> GoStart 1@14',
      'GoWaiting 2@2 -> GoUnblock 1@80',
      'GoStart 1@14 -> GoSysBlock 1@120',
      'UserTaskCreate 1@30 -> UserTaskEnd 1@217',
      'UserRegion 1@35 -> UserRegion 1@212',
      'GoCreate 1@50 -> GoStart 4@101',
      'GoCreate 1@60 -> GoStartLabel 5@232',
      'GoCreate 1@70 -> GoStart 6@247',
      'GoUnblock 1@80 -> GoStart 2@116',
      'MarkAssistStart 1@90 -> MarkAssistDone 1@100',
      'GoStart 4@101 -> GoBlockNet 4@111',
      'GoSysCall 1@110 -> GoSysExit 1@180',
      'GoBlockNet 4@111 -> GoUnblock 0@170',
      'GoStart 2@116 -> GoSleep 2@126',
      'GoSleep 2@126 -> GoUnblock 5@275',
      'GCStart 0@131 -> GCDone 0@160',
      'STWStart 0@136 -> STWDone 0@146',
      'SweepStart 0@151 -> SweepDone 0@156',
      'STWStart 0@157 -> STWDone 0@158',
      'GoUnblock 0@170 -> GoStart 4@175',
      'GoStart 4@175 -> GoBlockRecv 4@185',
      'GoSysExit 1@180 -> GoStart 1@197',
      'GoBlockRecv 4@185 -> GoUnblock 1@207',
      'GoStart 1@197 -> GoSched 1@227',
      'GoUnblock 1@207 -> GoStart 4@210',
      'GoStart 4@210 -> GoBlockSync 4@220',
      'GoSched 1@227 -> GoStart 1@280',
      'GoStartLabel 5@232 -> GoPreempt 5@242',
      'GoPreempt 5@242 -> GoStart 5@270',
      'GoStart 6@247 -> GoEnd 6@258',
      'UserRegion 6@248 -> GoEnd 6@258',
      'GoSysExit 3@260 -> GoStart 3@265',
      'GoStart 3@265 -> GoStop 3@270',
      'GoStart 5@270 -> GoBlockGC 5@280',
      'GoUnblock 5@275 -> GoStart 2@285',
      'GoStart 1@280 -> GoEnd 1@300',
      'GoStart 2@285 -> GoBlockSelect 2@290',
      'GoBlockSelect 2@290 -> GoUnblock 0@301',
    ]);
  });

  test('knows of each goroutine who made it, what it runs, when it started and ended', () => {
    expect([...goroutines.id]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([...goroutines.creator]).toEqual([0, 0, 0, 0, 1, 1, 1]);
    expect(Array.from(goroutines.id, (_, g) => entryName(trace, g))).toEqual([
      '',
      'main.main',
      ...new Array(5).fill('main.worker'),
    ]);
    const typeAt = (column: Int32Array) => Array.from(column, (i) => (i < 0 ? '-' : eventInfo[events.type[i]!]!.name));
    expect(typeAt(goroutines.created)).toEqual(['-', ...new Array(6).fill('GoCreate')]);
    expect(typeAt(goroutines.started)).toEqual([
      '-',
      'GoStart',
      'GoStart',
      'GoStart',
      'GoStart',
      'GoStartLabel',
      'GoStart',
    ]);
    expect(typeAt(goroutines.ended)).toEqual(['-', 'GoEnd', '-', 'GoStop', '-', '-', 'GoEnd']);
  });

  test('gives a first start the stack of the entry, and no other start one', () => {
    const starts = Array.from(events.type, (type, i) => (type === ev.GoStart ? i : -1)).filter((i) => i >= 0);
    for (const i of starts) {
      const g = events.g[i]!;
      expect(events.stack[i]).toBe(goroutines.started[g] === i ? goroutines.entry[g] : 0);
    }
  });

  test('has what no P did on rows of its own', () => {
    const pOf = (type: number, nth = 0) => events.p[indexOf(trace, type, nth)];
    expect(pOf(ev.GCStart)).toBe(fakeP.gc);
    expect(pOf(ev.GoSysExit)).toBe(fakeP.syscalls);
    // Goroutine 1 woke 2; then 4 came back from the network; 5 runs timers; the last one was on no P.
    expect(
      Array.from(events.type, (type, i) => (type === ev.GoUnblock ? events.p[i] : 0)).filter((p) => p !== 0),
    ).toEqual([fakeP.netpoll, fakeP.timers, -1]);
    expect(trace.procs).toBe(2);
  });

  test('has names and messages', () => {
    const task = indexOf(trace, ev.UserTaskCreate);
    expect(strings[argOf(events, task, 2)]).toBe('task');
    const log = indexOf(trace, ev.UserLog);
    expect(strings[argOf(events, log, 1)]).toBe('key');
    expect([log, log + 1].map((e) => strings[argOf(events, e, 2)])).toEqual(['a message', '']);
    expect(strings[argOf(events, indexOf(trace, ev.GoStartLabel))]).toBe('GC (dedicated)');
  });

  test('adds up', () => {
    expect(checkTrace(trace)).toEqual({ created: 6, ended: 3, alive: 3, starts: 12, leaves: 12, running: 0 });
    expect(trace.durationNs).toBe(events.ts.at(-1));
  });

  test('of a trace with CPU samples has them apart, by time, and counts time from the first of all', () => {
    const f = new TraceFile('go 1.19 trace').batch(0, 100).frequency(1e9).stack(7, [1, 0, 0, 1]);
    f.record(ev.GoCreate, 1, 5, 0, 0)
      .record(ev.CPUSample, 1, 150, 0, 5, 7)
      .record(ev.CPUSample, 1, 91, 2n ** 64n - 1n, 9, 0);
    f.record(ev.HeapAlloc, 1, 1);
    const { events, samples } = parse(f.bytes);
    expect([...events.ts]).toEqual([10, 13]);
    expect([[...samples.ts], [...samples.p], [...samples.g], [...samples.stack]]).toEqual([
      [0, 59],
      [-1, 0],
      [0, 1],
      [0, 1],
    ]);
  });
});

describe('wake-ups for nothing, which old traces mark', () => {
  const woken = (mark: boolean) => parse(wokenForNothing(mark).bytes);
  const blocks = (trace: Trace) => links(trace).filter((text) => text.startsWith('GoBlockSync'));

  test('are left out, so that there is one wait', () => {
    expect(blocks(woken(true))).toEqual(['GoBlockSync 2@10 -> GoUnblock 1@39']);
    expect(checkTrace(woken(true))).toMatchObject({ created: 2, ended: 2, starts: 4 });
  });

  test('are two waits where they are not marked', () => {
    expect(blocks(woken(false))).toEqual(['GoBlockSync 2@10 -> GoUnblock 1@20', 'GoBlockSync 2@29 -> GoUnblock 1@38']);
    expect(checkTrace(woken(false))).toMatchObject({ created: 2, ended: 2, starts: 6 });
  });
});
