// Analyses of a trace that are made when they are asked for, and kept: why, the critical path, sums of ranges, the table of
// goroutines, matches of queries. While the trace is read they are of the trace as it was then.

import { type CriticalPath, criticalPath } from '../../trace/analysis/criticalpath.js';
import { Why } from '../../trace/analysis/why.js';
import { type Alike, alikeSpans } from './alike.js';
import { Filter } from './filter.js';
import { type Direction, type GoroutineColumn, GoroutineTable } from './goroutinetable.js';
import { type Matches, matchSpans } from './matches.js';
import type { Timeline } from './model.js';
import { parseQuery, type State } from './query.js';
import { RangeSummer } from './rangesums.js';

/** How many kinds of spans are kept: those of the last spans that were looked at. */
const MOST_ALIKE = 8;

/** What a query finds, and the filter of the picture. */
export interface Found {
  readonly matches: Matches;
  readonly filter: Filter;
}

/** Which goroutines have rows, and in which order. */
export interface Ordering {
  /** A column, with a minus for the largest first; '' for the order of creation. */
  readonly sort: string;
  /** A part of the name of the body, or of the number; '' for all. */
  readonly find: string;
  /** True for those only that have a span which matches the query. */
  readonly onlyMatches: boolean;
  readonly query: string;
}

/** The analyses of one trace. */
export class Analyses {
  readonly #timeline: Timeline;
  /** Number of events that the analyses are of. */
  #length = -1;
  #isWhole = false;
  #why: Why | undefined;
  #path: CriticalPath | undefined;
  #ranges: RangeSummer | undefined;
  #table: GoroutineTable | undefined;
  #found: (Found & { readonly query: string }) | undefined;
  readonly #alike = new Map<string, Alike>();
  #ordered: { readonly of: string; readonly rows: Uint32Array } | undefined;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** Gives up what is of a trace that was shorter: at the end of reading, and when it is half as long again. */
  #refresh(e = 0): void {
    const { isWhole } = this.#timeline;
    const { length } = this.#timeline.indexes;
    const hasGrown = isWhole
      ? !this.#isWhole
      : length > 1.5 * this.#length || (e >= this.#length && length > this.#length);
    if (!hasGrown) return;
    this.#length = length;
    this.#isWhole = isWhole;
    this.#why = undefined;
    this.#path = undefined;
    this.#ranges = undefined;
    this.#table = undefined;
    this.#found = undefined;
    this.#ordered = undefined;
    this.#alike.clear();
  }

  /** Bytes of what is kept, besides the time line's own indexes. */
  get bytes(): number {
    const why = this.#why;
    const ofWhy = why === undefined ? [] : [why.starts.first, why.starts.event, why.wakes.first, why.wakes.event];
    const matches = [...this.#alike.values(), ...(this.#found === undefined ? [] : [this.#found])];
    const arrays = [
      ...ofWhy,
      ...(this.#path === undefined ? [] : Object.values(this.#path).filter(ArrayBuffer.isView)),
      ...matches.map((each) => each.matches.bits),
      ...(this.#ordered === undefined ? [] : [this.#ordered.rows]),
    ];
    const bytes = (this.#ranges?.bytes ?? 0) + (this.#table?.bytes ?? 0);
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, bytes);
  }

  /** Answers why, of the events up to `e` at least. */
  why(e = 0): Why {
    this.#refresh(e);
    this.#why ??= new Why(this.#timeline.trace, { histories: this.#timeline.historiesUpTo(e) });
    return this.#why;
  }

  get path(): CriticalPath {
    this.#refresh();
    this.#path ??= criticalPath(this.#timeline.trace, this.why());
    return this.#path;
  }

  get ranges(): RangeSummer {
    this.#refresh();
    this.#ranges ??= new RangeSummer(this.#timeline.trace, this.#timeline.indexes.moves);
    return this.#ranges;
  }

  get table(): GoroutineTable {
    this.#refresh();
    this.#table ??= new GoroutineTable(this.#timeline.trace, this.#timeline.indexes.moves);
    return this.#table;
  }

  /** What a query finds; undefined for one without terms. @throws QueryError */
  find(query: string): Found | undefined {
    this.#refresh();
    if (this.#found?.query === query) return this.#found;
    const parsed = parseQuery(query);
    if (parsed.terms.length === 0) return undefined;
    const matches = matchSpans(this.#timeline.trace, parsed);
    this.#found = { query, matches, filter: new Filter(this.#timeline, matches) };
    return this.#found;
  }

  /** What a query finds; undefined also for a text that is no query: find() says what is wrong with it. */
  tryToFind(query: string): Found | undefined {
    try {
      return this.find(query);
    } catch {
      return undefined;
    }
  }

  /** The spans of a body in a state. */
  alike(body: string, state: State): Alike {
    this.#refresh();
    const key = `${state} ${body}`;
    const known = this.#alike.get(key);
    if (known !== undefined) return known;
    const made = alikeSpans(this.#timeline.trace, body, state);
    if (this.#alike.size === MOST_ALIKE) this.#alike.delete(this.#alike.keys().next().value!);
    this.#alike.set(key, made);
    return made;
  }

  /** The goroutines in an order; undefined for all in that of their creation. */
  order(ordering: Ordering): Uint32Array | undefined {
    this.#refresh();
    const { sort, find, onlyMatches, query } = ordering;
    // For every picture: the table, of which a pass over all goroutines is a part, is made when it is needed.
    if (sort === '' && find === '' && !onlyMatches) return undefined;
    const { table } = this;
    const column = sort.replace(/^-/, '') as GoroutineColumn;
    const isSorted = sort !== '' && table.columns.includes(column);
    const found = onlyMatches ? this.tryToFind(query) : undefined;
    if (!isSorted && find === '' && found === undefined) return undefined;
    const of = JSON.stringify([isSorted ? sort : '', find, found === undefined ? '' : query]);
    if (this.#ordered?.of !== of) {
      const direction: Direction = sort.startsWith('-') ? 'descending' : 'ascending';
      const all = isSorted
        ? table.sortBy(column, direction)
        : Uint32Array.from({ length: table.length }, (_, k) => k + 1);
      const kept = table.filter({ text: find, matches: found?.matches });
      this.#ordered = { of, rows: table.rows(all, kept) };
    }
    return this.#ordered.rows;
  }
}
