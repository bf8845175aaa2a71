// Who is there: the goroutines of one P, those that live there and those that were made there and wait for their first step;
// and its thread.

import { engine } from '../engine.js';
import { fnBody } from '../g.js';
import { G, gAddress, gStatus, H, i32 } from '../memory.js';
import { reportRunnable, reportStarted } from '../report.js';
import { definition } from '../tracing/frames.js';
import { leaf } from '../tracing/kinds.js';
import { locate } from '../where.js';
import type { GoroutinesPart, ThreadPart } from './part.js';
import type { Recorder } from './recorder.js';

/** The goroutines of P number `p`, none of which runs at the moment. */
function goroutinesOf(p: number): GoroutinesPart {
  const living = reportStarted(engine().goroutines, locate).map((report) => {
    const name = leaf[report.kind];
    return name === undefined ? { ...report, count: 1 } : { ...report, leaf: name, count: 1 };
  });
  return { kind: 'goroutine', p, goroutines: [...living, ...unstartedOf(p)] };
}

function unstartedOf(p: number): GoroutinesPart['goroutines'] {
  const byBody = new Map<number, { gp: number; count: number }>();
  const most = Math.min(i32[H.GNEXT]!, i32[H.GMAX]!);
  for (let index = 0; index < most; index++) {
    const gp = gAddress(index);
    if (i32[gp + G.STATUS] !== gStatus.runnable || i32[gp + G.HOME] !== -1 - p) continue;
    const body = fnBody(i32[gp + G.FN]!);
    const known = byBody.get(body);
    if (known) known.count++;
    else byBody.set(body, { gp, count: 1 });
  }
  return [...byBody].map(([body, { gp, count }]) => {
    const { file, line } = definition(body); // where it will begin
    return { ...reportRunnable(gp, `${file}:${line}:1`), count };
  });
}

/** Says who is on P number `p`, whenever it is asked. */
export function goroutineCensus(p: number): Recorder {
  const take = () => goroutinesOf(p);
  return { take, stop: take };
}

/** Says that P number `p` has a thread. */
export function threadCensus(p: number): Recorder {
  const take = (): ThreadPart => ({ kind: 'threadcreate', p });
  return { take, stop: take };
}
