import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argOf, checkTrace, ev, parse, readTrace, TraceError } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { pxTrace } from '../programs/lib/pxtrace.js';
import { everything } from '../programs/lib/tracecases.js';
import { TraceFile } from '../programs/lib/tracefile.js';
import { tempDir } from '../support/tempdir.js';

const messageOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof TraceError) return error.message;
    throw error;
  }
  return 'a trace';
};
const headed = (header: string) => Buffer.concat([Buffer.from(header, 'latin1'), everything().bytes.subarray(16)]);

describe('the header', () => {
  const notTrace = 'trace: not a Go execution trace:';
  const expected = `${notTrace} expected "go 1.11 trace" or the like at its beginning`;
  const versions = 'expected 1.7, 1.8, 1.9, 1.10, 1.11, 1.19, 1.21, 1.22, 1.23, 1.25 or 1.26';
  test.each([
    ['', 'trace: the file is empty'],
    ['g', `${notTrace} it ends within its header`],
    ['go 1.11 tra', `${notTrace} it ends within its header`],
    ['go 1.11 trace\0', `${notTrace} it ends within its header`],
    ['hello', expected],
    ['hello, this is a text', expected],
    ['\x89PNG\r\n\x1a\n and so on', expected],
    ['go 1.11 trace\0\0x', expected],
    ['go 2.11 trace\0\0\0', expected],
    ['go 1.22 trace\0\0\0', 'trace: the trace is empty: the file has no whole event'],
    ['go 1.26 trace\0\0\0', 'trace: the trace is empty: the file has no whole event'],
    [
      'go 1.27 trace\0\0\0',
      'trace: this is a "go 1.27 trace", which is newer than this program; traces of Go 1.7 to 1.26 can be read',
    ],
    [
      'go 1.5 trace\0\0\0\0',
      'trace: this is a "go 1.5 trace", whose stacks need the binary; traces of Go 1.7 to 1.26 can be read',
    ],
    ['go 1.12 trace\0\0\0', `trace: this is a "go 1.12 trace", which no Go wrote; ${versions}`],
    ['go 1.11 trace\0\0\0', 'trace: the trace is empty: the file has no whole event'],
  ])('%j is told in one line', (text, message) => {
    expect(messageOf(() => parse(Buffer.from(text, 'latin1')))).toBe(message);
  });

  test('of each version of the v1 format is read', () => {
    for (const minor of [11, 19, 21]) {
      expect(parse(headed(`go 1.${minor} trace\0\0\0`)).version).toBe(minor);
    }
  });

  test('decides on the types of records that may follow, and on their arguments', () => {
    const early = (minor: number) => {
      const f = new TraceFile(`go 1.${minor} trace`).batch(0, 1).frequency(1e9);
      return f.record(ev.STWStart, 1).record(ev.STWDone, 1).record(ev.SweepStart, 1, 0);
    };
    expect(parse(early(7).record(ev.SweepDone, 1).bytes).version).toBe(7);
    expect(parse(early(8).record(ev.SweepDone, 1).bytes).version).toBe(8);
    expect(parse(early(9).record(ev.SweepDone, 1, 10, 5).bytes).version).toBe(9);
    expect(messageOf(() => parse(early(10).bytes))).toMatch(/STWStart has 1 arguments, expected 2$/);
    expect(messageOf(() => parse(early(7).record(ev.MarkAssistDone, 1).bytes))).toMatch(/unknown event type 44$/);
    expect(messageOf(() => parse(early(9).log(1, 0, 0, 0, 'x').bytes))).toMatch(/unknown event type 48$/);
  });
});

describe('tables', () => {
  const used = (define: (f: TraceFile) => unknown) => {
    const f = new TraceFile().batch(0, 1).record(ev.UserTaskCreate, 1, 1, 0, 9, 9);
    define(f.frequency(1e9));
    return parse(f.bytes);
  };

  test('may stand after their use, and their ids need not be dense', () => {
    const trace = used((f) => f.stack(9, [0x10, 7, 1e9, 3]).string(9, 'task').string(7, 'f').string(1e9, 'file'));
    const { frames, stacks, strings } = trace;
    expect(strings[argOf(trace.events, 0, 2)]).toBe('task');
    const frame = stacks.frame[stacks.first[trace.events.stack[0]!]!]!;
    expect([frames.pc, frames.func, frames.file, frames.line].map((column) => column[frame])).toEqual([
      0x10,
      strings.indexOf('f'),
      strings.indexOf('file'),
      3,
    ]);
  });

  test('an id that is never defined is the empty text, or no stack', () => {
    const trace = used(() => {});
    expect(trace.strings[argOf(trace.events, 0, 2)]).toBe('');
    expect(trace.events.stack[0]).toBe(0);
  });

  test('of two stacks with one id the last counts; a stack without frames or with the id 0 is none', () => {
    const trace = used((f) =>
      f.stack(9, [1, 0, 0, 1]).stack(9, [2, 0, 0, 1], [3, 0, 0, 1]).stack(9).stack(0, [4, 0, 0, 1]),
    );
    const stack = trace.events.stack[0]!;
    const frames = trace.stacks.frame.subarray(trace.stacks.first[stack], trace.stacks.first[stack + 1]);
    expect(Array.from(frames, (f) => trace.frames.pc[f])).toEqual([2, 3]);
  });

  test('a pc is one frame, unless it stands for two places', () => {
    const trace = used((f) => f.stack(1, [5, 0, 0, 1], [6, 0, 0, 1]).stack(2, [5, 0, 0, 1]).stack(3, [5, 0, 0, 2]));
    expect([...trace.frames.pc]).toEqual([5, 6, 5]);
    expect([...trace.stacks.frame]).toEqual([0, 1, 0, 2]);
  });

  test('texts are UTF-8', () => {
    expect(used((f) => f.string(9, 'Aufgabe für 世界')).strings).toContain('Aufgabe für 世界');
  });
});

describe('a file that is cut', () => {
  /** What a cut at each byte gives: the messages, and for each size that reads its events. */
  const cuts = (bytes: Uint8Array) => {
    const errors = new Set<string>();
    const events: number[] = [];
    const ends: number[] = [];
    for (let size = 17; size < bytes.length; size++) {
      const cut = bytes.subarray(0, size);
      const message = messageOf(() => {
        const trace = parse(cut);
        checkTrace(trace);
        events.push(trace.events.length);
        ends.push(trace.cut?.offset ?? size);
        if (trace.cut !== undefined) expect(trace.cut.size).toBe(size);
        expect(trace.cut?.offset ?? size).toBeLessThanOrEqual(size);
      });
      if (message !== 'a trace') errors.add(message);
    }
    return { errors: [...errors], events, ends };
  };

  test.each([
    ['every kind of record', everything().bytes],
    ['every kind of record, with CPU samples', everything('go 1.19 trace').bytes],
    ['a px trace on 2 Ps', pxTrace(30, 2)],
    ['a px trace on 4 Ps', pxTrace(30, 4)],
  ])('anywhere is read up to there: %s', (_, bytes) => {
    const { errors, events, ends } = cuts(bytes);
    expect(errors).toEqual(['trace: the trace is empty: the file has no whole event']);
    expect(events.length).toBeGreaterThan(bytes.length / 2);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(Math.max(...events)).toBeGreaterThanOrEqual(parse(bytes).events.length - 2);
  });

  test('within a record says where the last whole one ends', () => {
    const f = new TraceFile().batch(0, 1).frequency(1e9).record(ev.HeapAlloc, 1, 5);
    const end = f.length;
    const { bytes } = f.record(ev.HeapAlloc, 1, 1e9);
    expect(parse(bytes.subarray(0, bytes.length - 1)).cut).toEqual({ offset: end, size: bytes.length - 1 });
    expect(parse(bytes).cut).toBe(undefined);
  });

  test('before its frequency counts nanoseconds', () => {
    const { bytes } = new TraceFile().batch(0, 1).record(ev.HeapAlloc, 1, 5).record(ev.HeapAlloc, 500, 5);
    expect(parse(bytes)).toMatchObject({ durationNs: 500, cut: { offset: bytes.length, size: bytes.length } });
  });

  test('between two chunks has goroutines that still run, or that wait for what the file does not have', () => {
    const begun = () => {
      const f = new TraceFile().batch(0, 1).frequency(1e9).record(ev.GoCreate, 1, 1, 0, 0);
      return f.record(ev.ProcStart, 1, 0).record(ev.GoStart, 1, 1, 1);
    };
    const running = begun();
    expect(parse(running.bytes).cut).toEqual({ offset: running.length, size: running.length });
    // P 0 would have created goroutine 2, but that chunk was never written.
    const waiting = begun().batch(1, 10).record(ev.ProcStart, 1, 1).record(ev.GoStart, 1, 2, 1);
    const trace = parse(waiting.bytes);
    expect(trace.events.length).toBe(4);
    expect(trace.cut).toEqual({ offset: waiting.length, size: waiting.length });
    expect(parse(begun().record(ev.GoEnd, 1).bytes).cut).toBe(undefined);
  });

  test('ends where a range ends that another P had to begin', () => {
    const f = new TraceFile().batch(1, 5).frequency(1e9).record(ev.HeapAlloc, 1, 7);
    f.record(ev.GCDone, 10).record(ev.HeapAlloc, 1, 8);
    expect(messageOf(() => parse(f.bytes))).toMatch(/^trace: event 1 at offset 0x\w+: bogus GC end/);
    expect(parse(Buffer.concat([f.bytes, Buffer.from([ev.GoEnd | 0x40, 0x80])])).events.length).toBe(1);
  });
});

describe('what a small file claims', () => {
  const most = 2n ** 64n - 1n;

  test('is taken for what it is: numbers, and no reason to make room', () => {
    const f = new TraceFile().batch(999_999, 1).frequency(1e9).record(ev.Gomaxprocs, 1, 1e9, 0);
    f.record(ev.HeapGoal, 1, most)
      .record(ev.GoCreate, 1, 2n ** 60n, 1e9, 1e9)
      .stack(most, [most, most, most, most]);
    f.record(ev.UserTaskCreate, 1, most, 2n ** 63n, most, most).string(most, 'x');
    const trace = parse(f.bytes);
    expect(checkTrace(trace)).toMatchObject({ created: 1, alive: 1 });
    expect([trace.procs, trace.stacks.length, trace.frames.length, trace.strings.length]).toEqual([1e6, 2, 1, 2]);
    expect(argOf(trace.events, 0)).toBe(1e9);
  });

  test('10,000 Ps that all wait for one goroutine do not take the square of that', () => {
    const f = new TraceFile().batch(0, 1).frequency(1e9).record(ev.GoCreate, 1, 1, 0, 0);
    for (let p = 1; p <= 10_000; p++) f.batch(p, 5).record(ev.GoUnblock, 1, 1, 1e6 + p, 0);
    f.batch(0, 6);
    for (let k = 0; k < 50_000; k++) f.record(ev.GoStartLocal, 1, 1).record(ev.GoSched, 0, 0);
    expect(messageOf(() => parse(f.bytes))).toMatch(/^trace: event 100001 .*no consistent ordering of events possible/);
  });
});

describe('readTrace', () => {
  test('reads a file by its path', () => {
    const path = join(tempDir(), 'trace.out');
    writeFileSync(path, everything().bytes);
    expect(readTrace(path).events.length).toBe(66);
  });

  test('names the file in one line when it cannot', () => {
    const dir = tempDir();
    const path = join(dir, 'trace.out');
    expect(messageOf(() => readTrace(path))).toBe(`trace: ${path}: no such file`);
    mkdirSync(path);
    expect(messageOf(() => readTrace(path))).toBe(`trace: ${path}: expected a trace, got a directory`);
    writeFileSync(join(dir, 'x'), 'x');
    expect(messageOf(() => readTrace(join(dir, 'x')))).toMatch(/^trace: .*x: not a Go execution trace: .+$/);
  });
});
