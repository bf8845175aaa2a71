// The goroutines of one P: those that live there, and those that were made there and wait for their first step.

import { fnBody } from '../g.js';
import { G, gAddress, gStatus, H, i32 } from '../memory.js';
import { reportRunnable, reportStarted } from '../report.js';
import { definition } from '../tracing/frames.js';
import { leaf } from '../tracing/kinds.js';
import { locate } from '../where.js';
import type { GoroutinesPart } from './part.js';

/**
 * The goroutines of P number `p`, none of which runs at the moment.
 * @param started the generator of G number k at k
 */
export function goroutinesOf(p: number, started: readonly (object | undefined)[]): GoroutinesPart {
  const living = reportStarted(started, locate).map((report) => {
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
