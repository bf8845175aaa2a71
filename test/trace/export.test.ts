// A trace in other formats.

import { parse } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { chromeTrace } from '#src/trace/export/chrome.js';
import { csvColumns, csvTrace } from '#src/trace/export/csv.js';
import { dumpTrace } from '#src/trace/export/dump.js';
import { pxTrace } from '../programs/lib/pxtrace.js';
import { everything } from '../programs/lib/tracecases.js';
import { perfetto, PHASE as TYPE } from '../support/perfetto.js';
import { int } from '../support/protobuf.js';
import { story } from '../support/story.js';

const trace = parse(story().bytes, { keepOffsets: true });
const full = parse(everything('go 1.19 trace').bytes, { keepOffsets: true });

describe('a trace as text', () => {
  test('has a line an event, as go tool trace -d prints it', () => {
    const bytes = story().bytes;
    const lines = [...dumpTrace(parse(bytes, { keepOffsets: true }), bytes)].join('').split('\n');
    expect(lines.slice(0, 3)).toEqual([
      `0 GoCreate p=0 g=0 off=${trace.offsets!.events[0]} g=1 stack=1`,
      `10 ProcStart p=0 g=0 off=${trace.offsets!.events[1]} thread=1`,
      `10 GoStart p=0 g=1 off=${trace.offsets!.events[2]} g=1 seq=1`,
    ]);
    expect(lines.filter((line) => line.includes('GoSysExit'))).toEqual([
      expect.stringMatching(/^470 GoSysExit p=1000003 g=1 off=\d+ g=1 seq=4 ts=1470$/),
    ]);
    expect(lines).toHaveLength(26);
  });

  test('has texts, and CPU samples with numbers of 64 bits', () => {
    const bytes = everything('go 1.19 trace').bytes;
    const lines = [...dumpTrace(full, bytes)]
      .join('')
      .replaceAll(/^\d+ | off=\d+/gm, '')
      .split('\n');
    expect(lines).toContain('UserLog p=0 g=1 id=1 keyid=7 category=key message=a message');
    expect(lines).toContain('UserTaskCreate p=0 g=1 taskid=1 pid=0 typeid=5 name=task');
    expect(lines).toContain('GoStartLabel p=0 g=5 g=5 seq=1 labelid=8 label=GC (dedicated)');
    expect(lines).toContain('CPUSample p=-1 g=0 ts=0 p=18446744073709551615 g=0');
    expect(lines.filter((line) => line.includes('STWStart'))).toEqual([
      expect.stringMatching(/^GCSTWStart p=1 g=0 kindid=1 kind=sweep termination$/),
      expect.stringMatching(/^GCSTWStart p=1 g=0 kindid=0 kind=mark termination$/),
    ]);
  });
});

describe('a trace as CSV', () => {
  const rows = (of: typeof trace) => [...csvTrace(of)].join('').trimEnd().split('\n');

  test('has a line an event under the names of the columns', () => {
    const [head, ...lines] = rows(trace);
    expect(head).toBe(csvColumns.join(','));
    expect(lines).toHaveLength(trace.events.length);
    expect(lines).toContain('20,GoCreate,0,1,runtime.main,2,g=2,80,main.main /src/main.go:12,1');
    expect(lines).toContain(
      '150,GoBlockRecv,0,2,main.worker,,,50,runtime.chanrecv1 /go/chan.go:440;main.worker /src/main.go:22,1',
    );
    expect(lines).toContain('240,GoEnd,1,3,main.worker,,,,,2');
  });

  test('quotes what has commas, quotes or line breaks', () => {
    expect(rows(full)).toContainEqual(expect.stringContaining(',"taskid=1 pid=0 typeid=""task""",'));
  });

  test('has the CPU samples at their times', () => {
    expect(rows(full).filter((line) => line.includes('CPUSample'))).toHaveLength(full.samples.length);
  });
});

interface ChromeEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly tid: number;
  readonly dur?: number;
  readonly id?: number;
  readonly sf?: number;
  readonly args?: { readonly name?: string; readonly [part: string]: unknown };
}

describe('a trace as Chrome JSON', () => {
  const { traceEvents, stackFrames, displayTimeUnit } = JSON.parse([...chromeTrace(trace)].join('')) as {
    readonly traceEvents: readonly ChromeEvent[];
    readonly stackFrames: Readonly<Record<string, { readonly name: string; readonly parent?: number }>>;
    readonly displayTimeUnit: string;
  };
  const of = (ph: string) => traceEvents.filter((e) => e.ph === ph);

  test('has a slice for each time that a goroutine ran', () => {
    expect(displayTimeUnit).toBe('ns');
    const slices = of('X').map(({ name, tid, ts, dur }) => [name, tid, ts, dur]);
    expect(slices).toEqual([
      ['G1 runtime.main', 0, 0.01, 0.09],
      ['G3 main.worker', 1, 0.04, 0.2],
      ['G2 main.worker', 0, 0.1, 0.05],
      ['G2 main.worker', 1, 0.25, 0.06],
      ['G1 runtime.main', 0, 0.32, 0.11],
      ['G2 main.worker', 1, 0.33, 0.07],
      ['G1 runtime.main', 0, 0.485, 0.015],
    ]);
  });

  test('has an arrow from each cause to its effect', () => {
    const arrows = of('s').map((start) => {
      const end = of('t').find((e) => e.id === start.id);
      return [start.name, start.ts, start.tid, end?.ts, end?.tid];
    });
    expect(arrows).toEqual([
      ['go', 0, 0, 0.01, 0],
      ['go', 0.02, 0, 0.1, 0],
      ['go', 0.03, 0, 0.04, 1],
      ['unblock', 0.2, 1, 0.25, 1],
      ['unblock', 0.3, 1, 0.32, 0],
      ['sysexit', 0.47, 1000003, 0.485, 0],
    ]);
  });

  test('has stacks, counters and rows', () => {
    const syscall = of('I').find((e) => e.name === 'syscall');
    expect(stackFrames[syscall!.sf!]).toEqual({ name: 'main.main:15' });
    const heap = of('C').filter((e) => e.name === 'Heap');
    expect(heap).toMatchObject([{ ts: 0.49, args: { Allocated: 4096, NextGC: 0 } }]);
    expect(of('M').map((e) => e.args?.name)).toEqual(
      expect.arrayContaining(['PROCS', 'STATS', 'GC', 'Network', 'Timers', 'Syscalls', 'Proc 0', 'Proc 1']),
    );
  });

  test('of a trace with everything is JSON', () => {
    const names = (JSON.parse([...chromeTrace(full)].join('')) as { traceEvents: ChromeEvent[] }).traceEvents;
    expect(names.map((e) => e.name)).toEqual(
      expect.arrayContaining([
        'MARK ASSIST',
        'SWEEP',
        'STW (sweep termination)',
        'key=a message',
        'CPU profile sample',
      ]),
    );
  });
});

describe('a trace for Perfetto', () => {
  const { packets, events } = perfetto(trace);

  test('has a slice on the track of the P for each time that a goroutine ran', () => {
    const begun = events.filter((e) => e.type === TYPE.begin).map(({ ts, name, track }) => [ts, name, track]);
    expect(begun).toEqual([
      [10, 'runtime.main', 'Proc 0'],
      [40, 'main.worker', 'Proc 1'],
      [100, 'main.worker', 'Proc 0'],
      [250, 'main.worker', 'Proc 1'],
      [320, 'runtime.main', 'Proc 0'],
      [330, 'main.worker', 'Proc 1'],
      [485, 'runtime.main', 'Proc 0'],
    ]);
    expect(events.filter((e) => e.type === TYPE.end).map(({ ts, track }) => [ts, track])).toEqual([
      [100, 'Proc 0'],
      [150, 'Proc 0'],
      [240, 'Proc 1'],
      [310, 'Proc 1'],
      [400, 'Proc 1'],
      [430, 'Proc 0'],
      [500, 'Proc 0'],
    ]);
  });

  test('has a flow from each cause to its effect', () => {
    const flows = events.flatMap((from) =>
      from.flows.map((id) => {
        const to = events.find((e) => e.ends.includes(id));
        return [from.name, from.ts, from.track, to?.ts, to?.track];
      }),
    );
    expect(flows).toEqual([
      ['go', 0, 'Proc 0', 10, 'Proc 0'],
      ['go', 20, 'Proc 0', 100, 'Proc 0'],
      ['go', 30, 'Proc 0', 40, 'Proc 1'],
      ['unblock', 200, 'Proc 1', 250, 'Proc 1'],
      ['unblock', 300, 'Proc 1', 320, 'Proc 0'],
      ['sysexit', 470, 'Syscalls', 485, 'Proc 0'],
    ]);
  });

  test('is one sequence, whose first packet clears what was interned', () => {
    expect(packets.map((packet) => int(packet, 10))).toEqual(packets.map(() => 1));
    expect(packets.map((packet) => int(packet, 13) === 1).indexOf(true)).toBe(0);
  });

  test.each([
    { name: 'the story', of: trace },
    { name: 'a trace with everything', of: full },
    { name: 'a px trace', of: parse(pxTrace(3000, 3)) },
  ])('has its times in order, a track for each event, and ends no slice that did not begin, in $name', ({ of }) => {
    const depth = new Map<string, number>();
    let last = 0;
    for (const { ts, type, track } of perfetto(of).events) {
      expect(ts).toBeGreaterThanOrEqual(last);
      last = ts;
      expect(track).toBeDefined();
      const now = (depth.get(track!) ?? 0) + (type === TYPE.begin ? 1 : type === TYPE.end ? -1 : 0);
      expect(now).toBeGreaterThanOrEqual(0);
      depth.set(track!, now);
    }
  });

  test('says a counter when it changes', () => {
    const running = perfetto(trace).events.filter((e) => e.type === TYPE.counter && e.track === 'Goroutines: Running');
    expect(running).toHaveLength(new Set(running.map(({ ts }) => ts)).size + 1); // at 100 it falls and rises
  });
});
