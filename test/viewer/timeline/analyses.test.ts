// Analyses that are made when they are asked for: what they say of a trace, and that they are made anew when it has grown.

import { describe, expect, test } from 'vitest';
import { activities, RUNNABLE } from '#src/trace/analysis/activity.js';
import { criticalPath } from '#src/trace/analysis/criticalpath.js';
import { Why } from '#src/trace/analysis/why.js';
import type { Trace } from '#src/trace/model.js';
import { parse, TraceReader } from '#src/trace/parse.js';
import { alikeSpans } from '#src/viewer/timeline/alike.js';
import { Analyses } from '#src/viewer/timeline/analyses.js';
import { matchSpans, nextMatch } from '#src/viewer/timeline/matches.js';
import { Timeline } from '#src/viewer/timeline/model.js';
import { litPieces } from '#src/viewer/timeline/pathrows.js';
import { parseQuery } from '#src/viewer/timeline/query.js';
import { alikeOf, reasonsOf } from '#src/viewer/timeline/reasons.js';
import type { PlacedRow } from '#src/viewer/timeline/rows.js';
import { chunkedTrace } from '../../programs/lib/chunkedtrace.js';
import { pxTrace } from '../../programs/lib/pxtrace.js';
import { goProgramTrace } from '../../programs/lib/tracesv2.js';
import { modeTrace } from '../../support/modetraces.js';

const crowd = () => parse(goProgramTrace('crowd-1.26-p4.trace'));

function timelineOf(trace: Trace): Timeline {
  const timeline = new Timeline(trace);
  timeline.take(trace);
  timeline.finish();
  return timeline;
}

/** The events that begin a match, in order. */
function matching({ bits }: { readonly bits: Uint8Array }): number[] {
  return [...Array(8 * bits.length).keys()].filter((e) => ((bits[e >> 3]! >> (e & 7)) & 1) === 1);
}

describe('the next match', () => {
  test.each(['state:runnable', 'body:main dur>1us', 'g:1'])(
    'of %s goes through all of them, in both directions',
    (text) => {
      const found = matchSpans(crowd(), parseQuery(text));
      const all = matching(found);
      expect(all).toHaveLength(found.count);
      const forward: number[] = [];
      for (let e = nextMatch(found, -1, 1), n = 0; n < all.length; e = nextMatch(found, e, 1), n++) forward.push(e);
      expect(forward).toEqual(all);
      // After the last one comes the first one, and the other way round.
      expect(nextMatch(found, all.at(-1)!, 1)).toBe(all[0]);
      expect(nextMatch(found, all[0]!, -1)).toBe(all.at(-1));
      expect(nextMatch(found, -1, -1)).toBe(all.at(-1));
    },
  );

  test('of nothing is none', () => {
    expect(nextMatch(matchSpans(crowd(), parseQuery('body:=nothing')), 5, 1)).toBe(-1);
  });
});

describe('spans that are alike', () => {
  test('are those of the query, with the distribution of their durations', () => {
    const trace = crowd();
    const { matches, durations } = alikeSpans(trace, 'main.main', 'execution');
    const found = matchSpans(trace, parseQuery('body:=main.main state:execution'));
    expect(matches.bits).toEqual(found.bits);
    expect([durations.n, durations.total]).toEqual([found.count, found.totalNs]);
    expect(durations.max).toBe(found.longestNs[0]);
    expect(found.count).toBeGreaterThan(1);
    const sorted = [...found.longestNs].sort((a, b) => a - b); // all of them: there are at most as many as are kept
    expect(found.count).toBe(sorted.length);
    expect(durations.p50).toBe(sorted[Math.ceil(sorted.length / 2) - 1]);
  });

  test('are found from a span of theirs', () => {
    const timeline = timelineOf(crowd());
    const analyses = new Analyses(timeline);
    const { query, matches } = alikeOf(
      timeline,
      analyses,
      nextMatch(analyses.find('body:main.main.func1 state:runnable')!.matches, -1, 1),
    )!;
    expect(query.terms).toMatchObject([{ text: 'main.main.func1' }, { states: ['runnable'] }]);
    expect(matches.count).toBeGreaterThan(900);
    // The same object each time.
    expect(analyses.alike('main.main.func1', 'runnable').matches).toBe(matches);
  });
});

describe('reasons', () => {
  test('say of every span what Why says of it', () => {
    const timeline = timelineOf(crowd());
    const analyses = new Analyses(timeline);
    const { trace, indexes } = timeline;
    const why = new Why(trace);
    let waits = 0;
    let slices = 0;
    for (let e = 0; e < trace.events.length; e++) {
      const told = reasonsOf(timeline, analyses, e);
      expect(told === undefined).toBe(indexes.moves[e] === 0);
      if (told === undefined) continue;
      const period = why.period(e)!;
      const { wait, runnable, readied } = why.of(period);
      expect(told.wait?.ended?.event).toBe(wait?.ended?.event);
      expect(told.runnable?.p).toBe(runnable?.p);
      expect(told.runnable?.meanwhile.count).toBe(runnable?.meanwhile.length);
      expect(told.readied?.runnableNs).toBe(readied?.runnableNs);
      expect(told.back?.event).toBe(why.back(period)?.to.begin);
      expect(told.forward?.event).toBe(why.forward(period)?.to.begin);
      if (wait !== undefined) waits++;
      const { slice } = told;
      if (slice === undefined) continue;
      slices++;
      expect(slice.fromNs).toBeLessThanOrEqual(period.fromNs);
      expect(slice.toNs).toBeGreaterThanOrEqual(period.toNs);
      if (slice.calls === 0) expect(slice.selfNs).toBe(period.toNs - period.fromNs);
      else expect(slice.selfNs).toBeLessThan(slice.toNs - slice.fromNs + 1);
    }
    expect(waits).toBeGreaterThan(0);
    expect(slices).toBeGreaterThan(1000);
  });
});

describe('the order of goroutines', () => {
  const all = { sort: '', find: '', onlyMatches: false, query: '' };

  test('is that of the table, filtered', () => {
    const analyses = new Analyses(timelineOf(crowd()));
    const { table } = analyses;
    expect(analyses.order(all)).toBeUndefined();
    expect(analyses.order({ ...all, sort: '-life' })).toEqual(table.sortBy('life', 'descending'));
    expect(analyses.order({ ...all, sort: 'nothing' })).toBeUndefined();
    const found = analyses.order({ ...all, find: 'main.main.func1' })!;
    expect([...found].every((g) => table.bodyOf(g).includes('main.main.func1'))).toBe(true);
    expect(found).toHaveLength(1000);
    // Goroutines with a match of the query; a text that is no query filters nothing.
    const busy = analyses.order({ ...all, onlyMatches: true, query: 'g:1 state:running' })!;
    expect([...busy].map((g) => table.value('id', g))).toEqual([1]);
    expect(analyses.order({ ...all, onlyMatches: true, query: 'state:nonsense' })).toBeUndefined();
    expect(() => analyses.find('state:nonsense')).toThrow('state: expected one of');
  });
});

describe('analyses of a trace that grows', () => {
  test('are of the whole trace when it is read', () => {
    const bytes = chunkedTrace(2, 1000, 400, 3);
    const reader = new TraceReader();
    reader.push(bytes.subarray(0, bytes.length / 2));
    const early = reader.soFar()!;
    const timeline = new Timeline(early);
    timeline.take(early);
    const analyses = new Analyses(timeline);
    const before = analyses.find('state:running')!.matches.count;
    expect(before).toBeGreaterThan(0);
    reader.push(bytes.subarray(bytes.length / 2));
    const trace = reader.end();
    timeline.take(trace);
    timeline.finish();
    expect(analyses.find('state:running')!.matches).toEqual(matchSpans(parse(bytes), parseQuery('state:running')));
    expect(analyses.path.fromNs.slice(0, analyses.path.length + 1)).toEqual(
      criticalPath(parse(bytes)).fromNs.slice(0, analyses.path.length + 1),
    );
    // Of an event that is later than what the analyses were made of as well.
    const last = matching(analyses.find('state:running')!.matches).at(-1)!;
    expect(activities[analyses.why(last).period(last)!.activity]).toBe('execution');
    expect(RUNNABLE).toBe(activities.indexOf('runnable'));
  });
});

test('the bytes of analyses are those that have been asked for', () => {
  const analyses = new Analyses(timelineOf(crowd()));
  expect(analyses.bytes).toBe(0);
  let before = 0;
  const steps: (() => unknown)[] = [
    () => analyses.why(),
    () => analyses.path,
    () => analyses.ranges,
    () => analyses.find('g:1'),
    () => analyses.order({ sort: '-life', find: '', onlyMatches: false, query: '' }),
    () => analyses.alike('main.main', 'execution'),
  ];
  for (const step of steps) {
    step();
    expect(analyses.bytes).toBeGreaterThan(before);
    before = analyses.bytes;
  }
});

describe('the critical path in the picture', () => {
  const row = (kind: PlacedRow['kind'], n: number): PlacedRow => ({
    kind,
    n,
    key: `${kind}${n}`,
    top: 0,
    height: 20,
    depth: 0,
    isOpen: undefined,
  });

  test('is on the rows of its Ps and goroutines, in pieces that pixels can tell apart', async () => {
    const trace = await modeTrace('workers', 'sim', 3);
    const path = criticalPath(trace);
    const rows = [row('body', 0), ...[0, 1, 2].map((p) => row('proc', p)), row('goroutine', 1)];
    const range = { fromNs: 0, toNs: trace.durationNs };
    // At one pixel for each nanosecond nothing is left out.
    const exact = litPieces(path, rows, range, trace.durationNs * 2);
    const onPs = exact.filter(({ row: place }) => place <= 3);
    let sum = 0;
    for (let k = 0; k < path.length; k++) if (path.p[k]! >= 0) sum += path.fromNs[k + 1]! - path.fromNs[k]!;
    expect(onPs.reduce((ns, { fromNs, toNs }) => ns + toNs - fromNs, 0)).toBe(sum);
    // Otherwise there are at most as many pieces on a row as half pixels.
    const coarse = litPieces(path, rows, range, 100);
    expect(coarse.length).toBeLessThan(exact.length);
    for (const place of rows.keys()) {
      const own = coarse.filter(({ row: of }) => of === place).sort((a, b) => a.fromNs - b.fromNs);
      expect(own.length).toBeLessThanOrEqual(200);
      for (const [k, { fromNs }] of own.entries()) if (k > 0) expect(fromNs).toBeGreaterThan(own[k - 1]!.toNs);
    }
  });

  test('is that of the part that is shown', () => {
    const trace = parse(pxTrace(500, 3));
    const path = criticalPath(trace);
    const range = { fromNs: trace.durationNs / 2, toNs: trace.durationNs / 2 + 1000 };
    for (const { fromNs, toNs } of litPieces(
      path,
      [0, 1, 2].map((p) => row('proc', p)),
      range,
      1000,
    )) {
      expect(fromNs).toBeLessThanOrEqual(range.toNs);
      expect(toNs).toBeGreaterThanOrEqual(range.fromNs);
    }
  });
});
