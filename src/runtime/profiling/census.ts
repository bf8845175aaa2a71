// Who is there: the goroutines of one P, those that live there and those that were made there and wait for their first step;
// and its thread.

import { field, type GAddr } from '../memory/address.js';
import { G, gStatus, H } from '../memory/layout.js';
import { gAddress, gIndex, i32 } from '../memory/memory.js';
import { reportRunnable, reportRunning, reportStarted } from '../report/report.js';
import { locate } from '../report/suspended.js';
import { engine } from '../sched/engine.js';
import { fnBody, m } from '../sched/g.js';
import { callSites, definition, framesOf } from '../tracing/frames.js';
import { leaf } from '../tracing/kinds.js';
import type { GoroutinesPart, ThreadPart } from './part.js';
import type { Recorder } from './recorder.js';

/** What is said of a goroutine. */
type Counted = GoroutinesPart['goroutines'][number];

/** The goroutines of P number `p`. None of them runs, unless it is interrupted (interrupted.ts). */
function goroutinesOf(p: number): GoroutinesPart {
  return { kind: 'goroutine', p, goroutines: goroutinesHere((home) => home === -1 - p) };
}

/** The goroutines that live on this thread, and those that have not begun whose G.HOME is `ours`. */
export function goroutinesHere(ours: (home: number) => boolean): Counted[] {
  const { curg } = m;
  const runs = curg !== 0 && i32[field(curg, G.STATUS)] !== gStatus.dead;
  const { goroutines } = engine();
  const suspended = curg === 0 ? goroutines : goroutines.map((each, k) => (k === gIndex(curg) ? undefined : each));
  const living = reportStarted(suspended, locate).map((report) => {
    const name = leaf[report.kind];
    return name === undefined ? { ...report, count: 1 } : { ...report, leaf: name, count: 1 };
  });
  return [...(runs ? [running(curg)] : []), ...living, ...unstarted(ours)];
}

/** The goroutine that this interrupts, with its stack. */
function running(gp: GAddr): Counted {
  const sites = callSites();
  // What the inspector has evaluated has a file name that is empty, and is between what it calls and what it interrupts.
  const interruption = sites.findIndex((site) => site.getFileName() === '');
  const frames = framesOf(sites.slice(interruption + 1), fnBody(i32[field(gp, G.FN)]!), 0);
  return { ...reportRunning(gp, frames), frames, count: 1 };
}

function unstarted(ours: (home: number) => boolean): Counted[] {
  const byBody = new Map<number, { gp: GAddr; count: number }>();
  const most = Math.min(i32[H.GNEXT]!, i32[H.GMAX]!);
  for (let index = 0; index < most; index++) {
    const gp = gAddress(index);
    if (i32[field(gp, G.STATUS)] !== gStatus.runnable || !ours(i32[field(gp, G.HOME)]!)) continue;
    const body = fnBody(i32[field(gp, G.FN)]!);
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
