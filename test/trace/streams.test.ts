import { checkTrace, ev, eventInfo, fakeP, parse, type Trace } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { Rng } from '#src/lib/rng.js';
import { pxTrace } from '../programs/lib/pxtrace.js';
import { TraceFile } from '../programs/lib/tracefile.js';

/** The events as texts: time, P, goroutine, name. */
const told = ({ events, goroutines }: Trace) =>
  Array.from(events.type, (type, i) => {
    return `${events.ts[i]} p${events.p[i]} g${goroutines.id[events.g[i]!]} ${eventInfo[type]!.name}`;
  });

describe('the order of the events', () => {
  test('is by time where nothing else says, whatever the order of the batches', () => {
    const f = new TraceFile().batch(3, 100).frequency(1e9).record(ev.HeapAlloc, 5, 1).record(ev.HeapAlloc, 20, 1);
    f.batch(1, 90).record(ev.HeapAlloc, 20, 1).batch(3, 200).record(ev.HeapGoal, 1, 1);
    f.batch(1, 195)
      .record(ev.HeapGoal, 1, 1)
      .batch(7, 1)
      .batch(2n ** 64n - 1n, 101)
      .record(ev.HeapGoal, 1, 1);
    expect(told(parse(f.bytes))).toEqual([
      '0 p-1 g0 HeapGoal',
      '3 p3 g0 HeapAlloc',
      '8 p1 g0 HeapAlloc',
      '23 p3 g0 HeapAlloc',
      '94 p1 g0 HeapGoal',
      '99 p3 g0 HeapGoal',
    ]);
  });

  test('at the same time is that of the sequence numbers', () => {
    const f = new TraceFile();
    // One goroutine over three Ps, all at time 101; the Ps stand in the file against the order.
    f.batch(2, 100).frequency(1e9).record(ev.GoStart, 1, 1, 3).record(ev.GoEnd, 0);
    f.batch(1, 100).record(ev.GoStart, 1, 1, 2).record(ev.GoPreempt, 0, 0);
    f.batch(0, 100).record(ev.GoCreate, 1, 1, 0, 0).record(ev.GoStart, 0, 1, 1).record(ev.GoSched, 0, 0);
    expect(told(parse(f.bytes))).toEqual([
      '0 p0 g0 GoCreate',
      '0 p0 g1 GoStart',
      '0 p0 g1 GoSched',
      '0 p1 g1 GoStart',
      '0 p1 g1 GoPreempt',
      '0 p2 g1 GoStart',
      '0 p2 g1 GoEnd',
    ]);
  });

  test('takes Local forms for the plain ones', () => {
    const f = new TraceFile().batch(0, 100).frequency(1e9).string(1, 'x').stack(4, [1, 1, 1, 1]);
    f.record(ev.GoCreate, 1, 1, 0, 0).record(ev.GoCreate, 1, 2, 0, 0).record(ev.GoWaiting, 1, 2);
    f.record(ev.GoStartLocal, 1, 1).record(ev.GoUnblockLocal, 1, 2, 4).record(ev.GoSysCall, 1, 0);
    f.record(ev.GoSysBlock, 1).record(ev.GoSysExitLocal, 1, 1, 104).record(ev.GoStartLocal, 1, 2);
    f.record(ev.GoEnd, 1);
    const trace = parse(f.bytes);
    expect(told(trace).slice(3)).toEqual([
      '3 p0 g1 GoStart',
      '4 p0 g1 GoUnblock',
      '5 p0 g1 GoSysCall',
      '6 p0 g1 GoSysBlock',
      `7 p${fakeP.syscalls} g1 GoSysExit`,
      '8 p0 g2 GoStart',
      '9 p0 g2 GoEnd',
    ]);
    expect(trace.events.stack[4]).toBe(1);
  });

  test('has collections one after the other', () => {
    const f = new TraceFile().batch(1, 100).frequency(1e9).record(ev.GCStart, 51, 1, 0).record(ev.GCDone, 1);
    f.batch(0, 100).record(ev.GCStart, 1, 0, 0).record(ev.GCDone, 49);
    expect(told(parse(f.bytes))).toEqual([
      `0 p${fakeP.gc} g0 GCStart`,
      '49 p0 g0 GCDone',
      `50 p${fakeP.gc} g0 GCStart`,
      '51 p1 g0 GCDone',
    ]);
  });

  test('moves the end of a system call to when it was, behind what happened at that time', () => {
    const f = new TraceFile()
      .batch(0, 100)
      .frequency(1e9)
      .record(ev.GoCreate, 1, 1, 0, 0)
      .record(ev.GoCreate, 0, 2, 0, 0);
    f.record(ev.GoInSyscall, 0, 2).record(ev.GoStart, 1, 1, 1).record(ev.GoSysCall, 1, 0).record(ev.GoSysBlock, 1);
    f.record(ev.HeapAlloc, 6, 1).record(ev.HeapAlloc, 10, 2);
    f.record(ev.GoSysExit, 10, 1, 2, 110)
      .record(ev.GoSysExit, 1, 2, 2, 108)
      .record(ev.GoStart, 1, 1, 3)
      .record(ev.GoEnd, 1);
    const trace = parse(f.bytes);
    expect(told(trace)).toEqual([
      '0 p0 g0 GoCreate',
      '0 p0 g0 GoCreate',
      '0 p0 g2 GoInSyscall',
      '1 p0 g1 GoStart',
      '2 p0 g1 GoSysCall',
      '3 p0 g1 GoSysBlock',
      `7 p${fakeP.syscalls} g2 GoSysExit`,
      '9 p0 g0 HeapAlloc',
      `9 p${fakeP.syscalls} g1 GoSysExit`,
      '19 p0 g0 HeapAlloc',
      '31 p0 g1 GoStart',
      '32 p0 g1 GoEnd',
    ]);
    expect(checkTrace(trace)).toEqual({ created: 2, ended: 1, alive: 1, starts: 2, leaves: 2, running: 0 });
  });

  test('counts nanoseconds by the frequency, from the first event, as Go rounds them', () => {
    const f = new TraceFile().batch(0, 1000).frequency(3e9).record(ev.HeapAlloc, 1, 1);
    f.record(ev.HeapAlloc, 1, 1).record(ev.HeapAlloc, 1, 1).record(ev.HeapAlloc, 1, 1).record(ev.HeapAlloc, 3e9, 1);
    expect([...parse(f.bytes).events.ts]).toEqual([0, 0, 0, 1, 1e9 + 1]);
  });

  test('is found among a thousand Ps, each of which waits for the one before', () => {
    const n = 1000;
    const rng = new Rng(1);
    const ps = Array.from({ length: n }, (_, p) => p);
    for (let k = n - 1; k > 0; k--) {
      const other = rng.below(k + 1);
      [ps[k], ps[other]] = [ps[other]!, ps[k]!];
    }
    const f = new TraceFile().batch(n, 1).frequency(1e9).record(ev.GoCreate, 1, 1, 0, 0);
    for (const p of ps) {
      f.batch(p, 10)
        .record(ev.GoStart, 0, 1, p + 1)
        .record(ev.GoPreempt, 0, 0);
      f.record(ev.GoStart, 0, 1, n + p + 1).record(ev.GoPreempt, 0, 0);
    }
    const { events } = parse(f.bytes);
    expect([...events.p].slice(1)).toEqual([...ps.keys(), ...ps.keys()].flatMap((p) => [p, p]));
  });

  test('of a px trace has every goroutine once, whatever the number of Ps', () => {
    for (const procs of [1, 2, 3, 8]) {
      const trace = parse(pxTrace(1000, procs));
      expect(trace.procs).toBe(procs);
      expect(trace.cut).toBe(undefined);
      expect(checkTrace(trace)).toEqual({
        created: 1001,
        ended: 1001,
        alive: 0,
        starts: 1005,
        leaves: 1005,
        running: 0,
      });
      expect([...trace.goroutines.id]).toEqual(Array.from({ length: 1002 }, (_, id) => id));
    }
  });

  test('does not care how large the ids of goroutines are', () => {
    const ids = [3, 2 ** 40, 1e15, 2 ** 31, 2 ** 32 + 3];
    const f = new TraceFile().batch(0, 1).frequency(1e9);
    for (const id of ids) f.record(ev.GoCreate, 1, id, 0, 0);
    for (const id of ids) f.record(ev.GoStart, 1, id, 1).record(ev.GoEnd, 1);
    const { goroutines, events } = parse(f.bytes);
    expect([...goroutines.id]).toEqual([0, ...ids]);
    expect([...goroutines.started].slice(1)).toEqual([5, 7, 9, 11, 13]);
    expect([...events.g]).toEqual([0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  });
});
