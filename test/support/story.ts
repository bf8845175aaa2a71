// A trace by hand, small enough to know every figure: main and two workers on two Ps, in 500 ns.
//
//   P 0  main 10-100 (waits for the workers), worker 2 100-150 (waits for a value), main 320-430 (a long call) and 485-500
//   P 1  worker 3 40-240 (stolen; wakes 2 at 200), worker 2 250-310 (wakes main at 300; is preempted) and 330-400

import { ev } from 'mandel/trace';
import { TraceFile } from '../programs/lib/tracefile.js';

/** Where the trace begins: nothing but differences to it counts. */
const BASE = 1000;

/** Stacks of the story. */
export const at = { mainEntry: 1, workerEntry: 2, goStatement: 3, receive: 4, wait: 5 } as const;

/** What happens on a P: times from the beginning of the trace, types, arguments; a stack comes last. */
type Row = readonly [time: number, type: number, ...args: number[]];

const p0: readonly Row[] = [
  [0, ev.GoCreate, 1, at.mainEntry, 0],
  [10, ev.ProcStart, 1],
  [10, ev.GoStart, 1, 1],
  [10, ev.Gomaxprocs, 2, 0],
  [20, ev.GoCreate, 2, at.workerEntry, at.goStatement],
  [30, ev.GoCreate, 3, at.workerEntry, at.goStatement],
  [100, ev.GoBlockSync, at.wait],
  [100, ev.GoStart, 2, 1],
  [150, ev.GoBlockRecv, at.receive],
  [320, ev.GoStart, 1, 3],
  [420, ev.GoSysCall, at.wait],
  [430, ev.GoSysBlock],
  [480, ev.GoSysExit, 1, 4, BASE + 470],
  [485, ev.GoStart, 1, 5],
  [490, ev.HeapAlloc, 4096],
  [500, ev.GoSched, 0],
];
const p1: readonly Row[] = [
  [25, ev.ProcStart, 2],
  [40, ev.GoStart, 3, 1],
  [200, ev.GoUnblock, 2, 2, at.wait],
  [240, ev.GoEnd],
  [250, ev.GoStart, 2, 3],
  [300, ev.GoUnblock, 1, 2, at.receive],
  [310, ev.GoPreempt, 0],
  [330, ev.GoStart, 2, 4],
  [400, ev.GoEnd],
];

/** The file, with what `more` adds on P 1 after it. */
export function story(more: readonly Row[] = [], header = 'go 1.11 trace'): TraceFile {
  const f = new TraceFile(header).batch(0, BASE).frequency(1_000_000_000);
  const texts = [
    'runtime.main',
    '/src/main.go',
    'main.worker',
    'main.main',
    'runtime.chanrecv1',
    '/go/chan.go',
    'a task',
    'a "region"',
  ];
  for (const [k, text] of texts.entries()) f.string(k + 1, text);
  f.stack(at.mainEntry, [0x1001, 1, 2, 1]).stack(at.workerEntry, [0x2001, 3, 2, 20]);
  f.stack(at.goStatement, [0x1011, 4, 2, 12]).stack(at.receive, [0x3001, 5, 6, 440], [0x2011, 3, 2, 22]);
  f.stack(at.wait, [0x1021, 4, 2, 15]);
  add(f, p0);
  f.batch(1, BASE);
  add(f, [...p1, ...more]);
  return f;
}

function add(f: TraceFile, rows: readonly Row[]): void {
  let last = 0;
  for (const [time, type, ...args] of rows) {
    f.record(type, time - last, ...args);
    last = time;
  }
}
