// Spans that are alike: of goroutines with the same body, in the same activity. A span is usual or not compared to these.

import { Column, type Distribution, distribution } from '../../lib/distribution.js';
import type { Trace } from '../../trace/model.js';
import { type Matches, matchSpans } from './matches.js';
import type { Query, State } from './query.js';

/** Spans of one body in one activity. */
export interface Alike {
  readonly query: Query;
  readonly matches: Matches;
  /** Of their durations in nanoseconds. */
  readonly durations: Distribution;
}

/** The query for the spans of a body in a state. */
function alikeQuery(body: string, state: State): Query {
  return {
    terms: [
      { key: 'body', text: body, isWhole: true, isNegated: false },
      { key: 'state', states: [state], isNegated: false },
    ],
  };
}

/** Finds the spans of a body in a state, in one pass over the events. */
export function alikeSpans(trace: Trace, body: string, state: State): Alike {
  const query = alikeQuery(body, state);
  const ns = new Column();
  const matches = matchSpans(trace, query, (_, duration) => ns.push(duration));
  return { query, matches, durations: distribution(ns.values()) };
}
