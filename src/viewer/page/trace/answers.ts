// Answers of the worker to what the panel asks, as data that messages can have.

import type { Period } from '../../../trace/analysis/histories.js';
import { longestPieces, pathSummary } from '../../../trace/analysis/pathsummary.js';
import type { Analyses, Ordering } from '../../timeline/analyses.js';
import { nextMatch } from '../../timeline/matches.js';
import type { Timeline } from '../../timeline/model.js';
import { queryText } from '../../timeline/query.js';
import { type AlikeReport, alikeOf } from '../../timeline/reasons.js';
import { lineOf, type SpanLine, whoIs } from '../../timeline/spans.js';
import type { Range } from '../../timeline/viewport.js';
import type { Finding, GoroutineRows, PathReport, RangeReport } from './protocol.js';

/** The trace that is shown, and its analyses. */
export interface Shown {
  readonly timeline: Timeline;
  readonly analyses: Analyses;
}

/** Lines of a list that are told: what a reader scrolls through. */
const MOST_LINES = 200;
const MOST_PIECES = 100;
const MOST_BODIES = 100;

function line({ timeline }: Shown, period: Period | undefined): SpanLine | undefined {
  return period && lineOf(timeline, period);
}

function lineFrom(of: Shown, event: number): SpanLine | undefined {
  return line(of, event < 0 ? undefined : of.analyses.why(event).period(event));
}

export function alikeReport({ timeline, analyses }: Shown, event: number): AlikeReport | undefined {
  const alike = alikeOf(timeline, analyses, event);
  return alike && { query: queryText(alike.query), durations: alike.durations };
}

/** A step along the chain of causes. */
export function stepOf(of: Shown, event: number, by: 1 | -1): SpanLine | undefined {
  const why = of.analyses.why(event);
  const period = why.period(event);
  return line(of, period && (by < 0 ? why.back(period) : why.forward(period))?.to);
}

export function nextAlike(of: Shown, event: number, by: 1 | -1): SpanLine | undefined {
  const alike = alikeOf(of.timeline, of.analyses, event);
  return alike && lineFrom(of, nextMatch(alike.matches, event, by));
}

export function nextMatchOf(of: Shown, query: string, event: number, by: 1 | -1): SpanLine | undefined {
  const found = of.analyses.tryToFind(query);
  return found && lineFrom(of, nextMatch(found.matches, event, by));
}

export function findingOf(of: Shown, query: string): Finding {
  const nothing: Finding = { count: 0, totalNs: 0, longest: [], wrong: '' };
  try {
    const found = of.analyses.find(query);
    if (found === undefined) return nothing;
    const { count, totalNs, longest } = found.matches;
    const lines = [...longest.subarray(0, MOST_LINES)].flatMap((event) => lineFrom(of, event) ?? []);
    return { count, totalNs, longest: lines, wrong: '' };
  } catch (error) {
    return { ...nothing, wrong: (error as Error).message };
  }
}

export function goroutineRows(of: Shown, ordering: Ordering, from: number, count: number): GoroutineRows {
  const { table } = of.analyses;
  const order = of.analyses.order(ordering);
  const { columns } = table;
  const total = order?.length ?? table.length;
  const rows: GoroutineRows['rows'][number][] = [];
  for (let place = from; place < Math.min(total, from + count); place++) {
    const g = order?.[place] ?? place + 1;
    rows.push({ who: whoIs(of.timeline.trace, g), values: columns.map((column) => table.value(column, g)) });
  }
  return { total, columns, from, rows };
}

export function rangeReport({ timeline, analyses }: Shown, { fromNs, toNs }: Range): RangeReport {
  const { top, topNs, bodies, ...sums } = analyses.ranges.sums(fromNs, toNs);
  return {
    ...sums,
    bodies: bodies.slice(0, MOST_BODIES),
    moreBodies: Math.max(0, bodies.length - MOST_BODIES),
    top: [...top].map((g, k) => ({ who: whoIs(timeline.trace, g), ns: topNs[k]! })),
  };
}

export function pathReport({ timeline, analyses }: Shown): PathReport | undefined {
  if (!timeline.isWhole) return undefined;
  const { path } = analyses;
  return { summary: pathSummary(timeline.trace, path), longest: longestPieces(timeline.trace, path, MOST_PIECES) };
}
