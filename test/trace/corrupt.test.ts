import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ev, parse, TraceError, TraceReader } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { TraceFile } from '../programs/lib/tracefile.js';
import { goProgramTrace } from '../programs/lib/tracesv2.js';
import { dump, go119 } from '../support/go119.js';
import { tempDir } from '../support/tempdir.js';

/** Goroutine 1 runs on P 0 since 106, goroutine 2 waits; the next event is event 6. */
function begun(header = 'go 1.11 trace'): TraceFile {
  const f = new TraceFile(header).batch(0, 100).frequency(1e9);
  f.string(1, 'main.main').string(2, '/main.go').string(3, 'region').string(4, 'other');
  f.stack(1, [0x400001, 1, 2, 10]);
  f.record(ev.GoCreate, 1, 1, 1, 1).record(ev.GoCreate, 1, 2, 1, 1).record(ev.GoWaiting, 1, 2);
  return f.record(ev.ProcStart, 1, 0).record(ev.GoStart, 1, 1, 1).record(ev.Gomaxprocs, 1, 2, 1);
}

interface Row {
  readonly is: string;
  readonly header?: string;
  readonly break: (f: TraceFile) => unknown;
  readonly says: string | RegExp;
  /** What Go 1.19 makes of it, where that is another thing. */
  readonly go?: 'takes it';
}

/** What is wrong with the bytes, the order, or what may happen. These tables only grow. */
const illegal: readonly Row[] = [
  // The bytes.
  { is: 'an unknown type', break: (f) => f.byte(50), says: /^trace: offset 0x\w+: unknown event type 50$/ },
  { is: 'type 0', break: (f) => f.byte(0), says: /unknown event type 0$/ },
  {
    is: 'a CPU sample before 1.19',
    break: (f) => f.record(ev.CPUSample, 1, 1, 0, 0, 1),
    says: /unknown event type 49$/,
  },
  { is: 'too few arguments', break: (f) => f.record(ev.GoStart, 1, 1), says: /GoStart has 2 arguments, expected 3$/ },
  { is: 'too many arguments', break: (f) => f.record(ev.GoEnd, 1, 1), says: /GoEnd has 2 arguments, expected 1$/ },
  {
    is: 'an argument across the end of its record',
    break: (f) => f.raw([ev.GoCreate | 0xc0, 4, 1, 3, 1, 0x81, 1]),
    says: /the arguments of GoCreate do not end at its length of 4 bytes$/,
  },
  {
    is: 'a number of eleven bytes',
    break: (f) => f.raw([ev.GoEnd, ...new Array(10).fill(0x80), 1]),
    says: /a number of more than ten bytes$/,
  },
  { is: 'a string without id', break: (f) => f.string(0, 'x'), says: /a string has the id 0/ },
  { is: 'an id for two strings', break: (f) => f.string(1, 'x'), says: /a second string with the id 1$/ },
  { is: 'an empty string', break: (f) => f.string(9, ''), says: /string 9 has no bytes$/ },
  {
    is: 'a string of a million and one bytes',
    break: (f) => f.string(9, 'x'.repeat(1_000_001)),
    says: /string 9 is 1000001 bytes long, more than 1000000$/,
  },
  {
    is: 'a message of a million and one bytes',
    break: (f) => f.log(1, 0, 1, 1, 'x'.repeat(1_000_001)),
    says: /a message is 1000001 bytes long, more than 1000000$/,
  },
  {
    is: 'a stack of 1001 frames',
    break: (f) => f.stack(2, ...Array.from({ length: 1001 }, () => [1, 1, 2, 1] as const)),
    says: /a Stack of 1001 frames, more than 1000$/,
  },
  {
    is: 'a stack that claims 10^9 frames',
    break: (f) => f.record(ev.Stack, 2, 1e9, 1, 1, 2, 1),
    says: /a Stack of 1000000000 frames, more than 1000$/,
  },
  {
    is: 'a stack with a frame less than it says',
    break: (f) => f.record(ev.Stack, 2, 2, 1, 1, 2, 1),
    says: /Stack has 6 arguments, expected 10$/,
  },
  { is: 'a frequency of 0', break: (f) => f.frequency(0), says: /the Frequency is 0 ticks per second$/ },
  {
    is: 'a P among the fake ones',
    break: (f) => f.batch(1_000_001, 200).record(ev.HeapAlloc, 1, 1),
    says: /a Batch of P 1000001: expected -1 or less than 1000000$/,
    go: 'takes it',
  },
  {
    is: 'a time above 2^53',
    break: (f) => f.record(ev.HeapAlloc, 2n ** 53n, 1),
    says: /HeapAlloc is later than 2\^53 ticks$/,
    go: 'takes it',
  },
  // One order.
  {
    is: 'a wrong sequence number',
    break: (f) => f.record(ev.GoUnblock, 1, 2, 3, 1),
    says: /^trace: event 6 at offset 0x\w+: no consistent ordering of events possible \(GoUnblock of goroutine 2 on P 0\)$/,
  },
  {
    is: 'a goroutine id for the second time',
    break: (f) => f.record(ev.GoCreate, 1, 2, 1, 1),
    says: /no consistent ordering of events possible \(GoCreate of goroutine 2 on P 0\)$/,
  },
  {
    is: 'a goroutine that is woken and does not wait',
    break: (f) => f.record(ev.GoCreate, 1, 3, 1, 1).record(ev.GoUnblock, 1, 3, 1, 1),
    says: /no consistent ordering of events possible \(GoUnblock of goroutine 3/,
  },
  {
    is: 'a goroutine that was never created',
    break: (f) => f.record(ev.GoBlock, 1, 1).record(ev.GoStart, 1, 77, 1),
    says: /no consistent ordering of events possible \(GoStart of goroutine 77/,
  },
  {
    is: 'a block without a goroutine',
    break: (f) => f.record(ev.GoBlock, 1, 1).record(ev.GoBlock, 1, 1),
    says: /no consistent ordering of events possible \(GoBlock of goroutine 0/,
  },
  {
    is: 'a GC out of order',
    break: (f) => f.record(ev.GCStart, 1, 1, 1),
    says: /no consistent ordering of events possible \(GCStart on P 0\)$/,
  },
  {
    is: 'an effect before its cause',
    break: (f) =>
      f.record(ev.GoUnblock, 100, 2, 2, 1).batch(1, 150).record(ev.ProcStart, 1, 1).record(ev.GoStart, 1, 2, 3),
    says: /time stamps out of order \(GoStart of goroutine 2 on P 1\)$/,
  },
  {
    is: 'batches of a P in the wrong order',
    break: (f) => f.record(ev.HeapAlloc, 100, 1).batch(0, 150).record(ev.HeapAlloc, 1, 1),
    says: /time stamps out of order \(HeapAlloc on P 0\)$/,
  },
  {
    is: 'a system call that returns and was never made',
    break: (f) => f.record(ev.GoSysExit, 10, 2, 2, 110),
    says: /stray syscall exit/,
  },
  {
    is: 'a system call that returns before it blocked',
    break: (f) =>
      f
        .record(ev.GoSysCall, 10, 1)
        .record(ev.GoSysBlock, 10)
        .record(ev.GoSysExit, 10, 1, 2, 120)
        .record(ev.GoStart, 1, 1, 3),
    says: /time stamps out of order \(a system call returns before it blocked\)$/,
  },
  // What may happen.
  {
    is: 'two goroutines on a P',
    break: (f) => f.record(ev.GoUnblock, 1, 2, 2, 1).record(ev.GoStart, 1, 2, 3),
    says: /^trace: event 7 at offset 0x\w+: GoStart on P 0: g 2 starts while g 1 still runs on the P$/,
  },
  {
    is: 'a P that is started twice',
    break: (f) => f.record(ev.ProcStart, 1, 1),
    says: /ProcStart on P 0: the P is started already$/,
  },
  {
    is: 'a P that is stopped twice',
    break: (f) => f.record(ev.GoBlock, 1, 1).record(ev.ProcStop, 1).record(ev.ProcStop, 1),
    says: /ProcStop on P 0: the P is not started$/,
  },
  {
    is: 'a P that is stopped with a goroutine on it',
    break: (f) => f.record(ev.ProcStop, 1),
    says: /ProcStop on P 0: g 1 still runs on the P$/,
  },
  {
    is: 'an end without a goroutine',
    break: (f) => f.record(ev.GoBlock, 1, 1).record(ev.GoEnd, 1),
    says: /GoEnd on P 0: no goroutine runs on the P$/,
  },
];

/** What is wrong with what begins and ends. */
const unpaired: readonly Row[] = [
  {
    is: 'a GC within a GC',
    break: (f) => f.record(ev.GCStart, 1, 0, 1).record(ev.GCStart, 1, 1, 1),
    says: /previous GC is not ended before a new one$/,
  },
  { is: 'the end of no GC', break: (f) => f.record(ev.GCDone, 1), says: /bogus GC end/ },
  {
    is: 'a stopped world that is stopped',
    break: (f) => f.record(ev.STWStart, 1, 0).record(ev.STWStart, 1, 1),
    says: /previous STW is not ended before a new one$/,
  },
  { is: 'the end of no stopped world', break: (f) => f.record(ev.STWDone, 1), says: /bogus STW end/ },
  {
    is: 'an unknown kind of STW',
    break: (f) => f.record(ev.STWStart, 1, 2),
    says: /unknown STW kind 2, expected 0 to 1$/,
  },
  {
    is: 'a sweep within a sweep',
    break: (f) => f.record(ev.SweepStart, 1, 1).record(ev.SweepStart, 1, 1),
    says: /previous sweeping of P 0 is not ended before a new one$/,
  },
  { is: 'the end of no sweep', break: (f) => f.record(ev.SweepDone, 1, 0, 0), says: /bogus sweeping end/ },
  {
    is: 'an assist within an assist',
    break: (f) => f.record(ev.MarkAssistStart, 1, 1).record(ev.MarkAssistStart, 1, 1),
    says: /previous mark assist is not ended before a new one$/,
  },
  {
    is: 'a task with the id of an open one',
    break: (f) => f.record(ev.UserTaskCreate, 1, 5, 0, 3, 1).record(ev.UserTaskCreate, 1, 5, 0, 3, 1),
    says: /task id conflicts: task 5 is open already$/,
  },
  {
    is: 'a region that ends with another name',
    break: (f) => f.record(ev.UserRegion, 1, 0, 0, 3, 1).record(ev.UserRegion, 1, 0, 1, 4, 1),
    says: /misuse of region/,
  },
  {
    is: 'a region that ends in another task',
    break: (f) => f.record(ev.UserRegion, 1, 0, 0, 3, 1).record(ev.UserRegion, 1, 9, 1, 3, 1),
    says: /misuse of region/,
  },
  {
    is: 'a region that neither starts nor ends',
    break: (f) => f.record(ev.UserRegion, 1, 0, 2, 3, 1),
    says: /invalid user region mode 2, expected 0 or 1$/,
  },
];

/** In a trace that ends with a goroutine that runs, an end that is missing may have been cut off. */
const stopped = (row: Row): Row => ({
  ...row,
  break: (f) => {
    row.break(f);
    f.record(ev.GoSched, 1, 1);
  },
});
const rows = [...illegal, ...unpaired.map(stopped)];

function broken(row: Row): Uint8Array {
  const f = begun(row.header);
  row.break(f);
  return f.bytes;
}

function errorOf(bytes: Uint8Array): TraceError | undefined {
  try {
    parse(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof TraceError) return error;
    throw error;
  }
}

describe('a corrupt trace', () => {
  test.each(rows)('with $is says so, and where', (row) => {
    const bytes = broken(row);
    const error = errorOf(bytes);
    expect(error?.message).toMatch(row.says);
    expect(error?.message).toContain(`offset 0x${error?.offset.toString(16)}`);
    expect(error!.offset).toBeLessThan(bytes.length);
  });

  test('that is not corrupt is none', () => {
    expect(errorOf(begun().bytes)).toBe(undefined);
  });

  test('is refused by Go 1.19 as well', (context) => {
    const go = go119(context);
    const path = join(tempDir(), 'trace');
    for (const row of rows) {
      writeFileSync(path, broken(row));
      const verdict = typeof dump(go, path) === 'string' ? 'refuses it' : 'takes it';
      expect(verdict, row.is).toBe(row.go ?? 'refuses it');
    }
  });
});

describe('two traces in one file', () => {
  const traces = {
    'go 1.11 trace': begun().bytes,
    'go 1.22 trace': goProgramTrace('notes-1.22-p4.trace'),
    'go 1.25 trace': goProgramTrace('recorder-1.25-p4.trace'),
    'go 1.26 trace': goProgramTrace('timers-1.26-p4.trace'),
  };
  const pairs = Object.keys(traces).flatMap((a) => Object.keys(traces).map((b) => ({ a, b })));

  test.each(pairs as { a: keyof typeof traces; b: keyof typeof traces }[])(
    '$a, $b: says where the second begins',
    ({ a, b }) => {
      const at = traces[a].length;
      const bytes = Buffer.concat([traces[a], traces[b]]);
      const says =
        `trace: expected one trace, got a second one ("${b}") at byte ${at}; ` +
        `head -c ${at} and tail -c +${at + 1} take them apart`;
      expect(errorOf(bytes)?.message).toBe(says);
      for (const size of [1, 100, at, at + 1, at + 15]) {
        const read = () => {
          const reader = new TraceReader();
          for (let from = 0; from < bytes.length; from += size) reader.push(bytes.subarray(from, from + size));
          reader.end();
        };
        expect(read).toThrow(says);
      }
    },
  );

  test('are not seen where a text is like a header', () => {
    const { bytes } = begun().string(9, 'go 1.26 trace').log(1, 0, 3, 1, 'go 1.26 trace');
    expect(errorOf(bytes)).toBe(undefined);
    expect(errorOf(Buffer.concat([bytes, Buffer.from('go 1.')]))?.message).not.toMatch(/second/);
  });
});
