// Whatever the reader takes for a trace, the viewer's questions about it have answers: damage it at random, with seeds.

import { parse, type Trace, TraceError } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { GoroutineTable } from '#src/viewer/timeline/goroutinetable.js';
import { matchSpans } from '#src/viewer/timeline/matches.js';
import { parseQuery } from '#src/viewer/timeline/query.js';
import { RangeSummer } from '#src/viewer/timeline/rangesums.js';
import { TraceFile } from '../../programs/lib/tracefile.js';
import { corpus, damaged } from '../../programs/lib/tracefuzz.js';
import { story } from '../../support/story.js';

const SEEDS = 400;
const queries = [
  '',
  'state:runnable dur>1ns body:main woke:main',
  '-p:0 -g:1 main reason:a object:b at:c from:0 to:1s',
];

function ask(trace: Trace): void {
  for (const text of queries) expect(matchSpans(trace, parseQuery(text)).totalNs).toBeGreaterThanOrEqual(0);
  const table = new GoroutineTable(trace);
  for (const column of table.columns) {
    expect(table.sortBy(column, 'descending')).toHaveLength(table.length);
    for (let g = 1; g <= table.length; g++) expect(table.value(column, g)).not.toBeNaN();
  }
  const summer = new RangeSummer(trace);
  const { activityNs, procs } = summer.sums(0, trace.durationNs);
  const halves = [summer.sums(0, trace.durationNs / 2), summer.sums(trace.durationNs / 2, trace.durationNs)];
  for (const [k, ns] of activityNs.entries()) expect(halves[0]!.activityNs[k]! + halves[1]!.activityNs[k]!).toBe(ns);
  for (const ns of procs.idleNs) expect(ns).toBeGreaterThanOrEqual(0);
}

describe('queries, tables and sums of ranges', () => {
  test(`have answers for what of ${SEEDS} damaged files is a trace`, () => {
    const files = corpus();
    let traces = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      try {
        ask(parse(damaged(files, seed)));
        traces++;
      } catch (error) {
        if (!(error instanceof TraceError)) throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    expect(traces).toBeGreaterThan(SEEDS / 10);
  });

  test('have answers for a file that claims a million Ps', () => {
    const trace = parse(new TraceFile().raw(story().bytes.subarray(16)).batch(999_999, 2000).record(5, 1, 7).bytes);
    const { idleNs } = new RangeSummer(trace).sums(0, trace.durationNs).procs;
    expect(idleNs).toHaveLength(1_000_000);
    expect(idleNs.at(-1)).toBe(trace.durationNs);
  });
});
