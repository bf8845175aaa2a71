// Goroutine and thread profiles of one P: the goroutines that live on the P, those that were created there and have not taken
// their first step, and the P's thread.

import { field, type GAddr } from '../memory/address.js';
import { G, gStatus, H } from '../memory/layout.js';
import { gAddress, gIndex, i32 } from '../memory/memory.js';
import { locate, reportRunnable, reportRunning, reportStarted } from '../report/report.js';
import { engine } from '../sched/engine.js';
import { fnBody, m } from '../sched/g.js';
import { callSites, definition, framesOf } from '../tracing/frames.js';
import { leaf } from '../tracing/kinds.js';
import type { GoroutinesPart, Recorder, ThreadPart } from './part.js';

/** A goroutine, or all goroutines of one body that have not taken their first step. */
type Counted = GoroutinesPart['goroutines'][number];

/** The goroutines of P number `p`. None of them runs, unless this thread is interrupted (interruption.ts). */
function goroutinesOf(p: number): GoroutinesPart {
  return { kind: 'goroutine', p, goroutines: goroutinesHere((home) => home === -1 - p) };
}

/**
 * The goroutines that live on this thread, and those that have not taken their first step.
 * @param ours true for the values of G.HOME of the latter that count as this thread's
 */
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

/** The goroutine that is interrupted, with its stack. */
function running(gp: GAddr): Counted {
  const sites = callSites();
  // The text that the inspector evaluates has an empty file name. Its frame lies between the frames of this runtime, which it
  // calls, and those of the goroutine.
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
    const { file, line } = definition(body); // where its first step will begin
    return { ...reportRunnable(gp, `${file}:${line}:1`), count };
  });
}

/** Makes the goroutine profile of P number `p`, anew each time it is read. */
export function recordGoroutines(p: number): Recorder {
  const take = () => goroutinesOf(p);
  return { take, stop: take };
}

/** Makes the thread profile of P number `p`: that the P has a thread. */
export function recordThread(p: number): Recorder {
  const take = (): ThreadPart => ({ kind: 'threadcreate', p });
  return { take, stop: take };
}
