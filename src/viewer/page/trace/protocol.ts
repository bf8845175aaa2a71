// Messages between the page and its worker. The page asks, the worker answers; while it reads the trace, it also says how far it is.

import type { PathSummary, Piece } from '../../../trace/analysis/pathsummary.js';
import type { Ordering } from '../../timeline/analyses.js';
import type { GoroutineColumn } from '../../timeline/goroutinetable.js';
import type { LegendEntry } from '../../timeline/legend.js';
import type { PictureParts } from '../../timeline/overlay.js';
import type { RangeSums } from '../../timeline/rangesums.js';
import type { AlikeReport, Reasons } from '../../timeline/reasons.js';
import type { RowReport } from '../../timeline/rowreports.js';
import type { PlacedRow } from '../../timeline/rows.js';
import type { SpanInfo, SpanLine, Who } from '../../timeline/spans.js';
import type { Range } from '../../timeline/viewport.js';

/** Where the page takes a trace from. */
export type Place = { readonly url: string } | { readonly file: Blob };

/** What the page wants to see. */
export interface View {
  readonly range: Range;
  /** Size of the picture in device pixels, and device pixels of a CSS pixel. */
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  readonly isDark: boolean;
  /** Height of the rows that are above the picture, in CSS pixels. */
  readonly scrollTop: number;
  readonly toggled: readonly string[];
  readonly pinned: readonly string[];
  readonly hidden: readonly string[];
  readonly order: readonly string[];
  /** Number of the event that begins the selected span, -1 for none. */
  readonly selected: number;
  /** What does not match is dimmed; '' for no query. */
  readonly query: string;
  /** Which goroutines have rows, and in which order, see Ordering. */
  readonly sort: string;
  readonly find: string;
  readonly onlyMatches: boolean;
  readonly showsPath: boolean;
}

/** A picture of a view: its rows are the pinned ones, and then the others. */
export interface Picture extends PictureParts {
  readonly view: View;
  /** Pixels of the picture, row by row, as ImageData has them. */
  readonly pixels: ArrayBuffer;
  readonly legend: readonly LegendEntry[];
  /** Height of all rows that scroll, in CSS pixels, and number of rows. */
  readonly rowsHeight: number;
  readonly rowCount: number;
  /** Ids of the groups that are shown, in their order. */
  readonly groups: readonly string[];
  /** Number of events that it shows: more, while the trace is read. */
  readonly events: number;
  /** True if it was painted after all had been read: one of as many events may be from before. */
  readonly isWhole: boolean;
  /** Bytes of the indexes that there are after it. */
  readonly indexBytes: number;
}

/** How far reading is, and what is known of the trace. */
export interface Progress {
  /** Bytes that have been read, and how many there are; 0 if that is not known. */
  readonly read: number;
  readonly size: number;
  readonly events: number;
  readonly goroutines: number;
  readonly durationNs: number;
  readonly procs: number;
  /** Minor version in the header of the file, 0 if it is not known yet. */
  readonly version: number;
  /** Wall clock at the trace's beginning, in milliseconds since 1970; undefined if the trace has no clock. */
  readonly beganMs: number | undefined;
  /** Bytes of the columns of events, of the tables, and of the indexes. */
  readonly columnBytes: number;
  readonly tableBytes: number;
  readonly indexBytes: number;
  readonly isWhole: boolean;
}

/** A row that is perhaps not in the picture; its top counts from that of the first row. */
export type RowPlace = Pick<PlacedRow, 'key' | 'top' | 'height'>;

/** What a query finds. */
export interface Finding {
  readonly count: number;
  readonly totalNs: number;
  /** The longest, the longest first. */
  readonly longest: readonly SpanLine[];
  /** What is wrong with the query, in one line; '' for nothing. */
  readonly wrong: string;
}

/** Part of the table of goroutines. */
export interface GoroutineRows {
  /** Number of rows of the whole table. */
  readonly total: number;
  readonly columns: readonly GoroutineColumn[];
  /** Number of the first of these rows. */
  readonly from: number;
  readonly rows: readonly { readonly who: Who; readonly values: readonly number[] }[];
}

/** Sums of a range, see RangeSums: the first bodies, and how many more there are. */
export interface RangeReport extends Omit<RangeSums, 'top' | 'topNs'> {
  readonly moreBodies: number;
  readonly top: readonly { readonly who: Who; readonly ns: number }[];
}

/** The critical path: its sums, and its longest pieces. */
export interface PathReport {
  readonly summary: PathSummary;
  readonly longest: readonly Piece[];
}

/** Questions by name, with their answers. */
export interface Questions {
  /** Reads a trace. The answer says what is missing in it, in one line; '' if nothing is. */
  open(place: Place): string;
  picture(view: View, spare: ArrayBuffer | undefined): Picture | undefined;
  /** Says that the last picture is on the screen. */
  shown(): undefined;
  overview(width: number, height: number, isDark: boolean): ArrayBuffer | undefined;
  /** What a row shows at a time. */
  pick(key: string, ns: number): SpanInfo | undefined;
  /** The same of a row that is not of single goroutines. */
  report(key: string, ns: number): RowReport | undefined;
  /** The span that an event begins. */
  span(event: number, key: string): SpanInfo | undefined;
  /** Why the span that an event begins is as it is; spans of the same body and state. */
  reasons(event: number): Reasons | undefined;
  alike(event: number): AlikeReport | undefined;
  /** The next span (by is 1) or the one before (-1): along the chain of causes; of the same body and state; that matches a query. */
  step(event: number, by: 1 | -1): SpanLine | undefined;
  nextAlike(event: number, by: 1 | -1): SpanLine | undefined;
  nextMatch(query: string, event: number, by: 1 | -1): SpanLine | undefined;
  find(query: string): Finding;
  sums(range: Range): RangeReport | undefined;
  /** Goroutines from number `from` on, at most `count`, of the table that a view has. */
  goroutines(ordering: Ordering, from: number, count: number): GoroutineRows | undefined;
  path(): PathReport | undefined;
  /** The row below another one (by is 1), or above it (-1), among all that scroll, see Layout. */
  neighbour(view: View, key: string, by: 1 | -1, near: number): RowPlace | undefined;
  /** The spans of a row in a range, the first ones. */
  spansIn(key: string, range: Range, limit: number): readonly SpanLine[];
  /** The top of a row among all that scroll, and the height of all; undefined if it is not shown. */
  topOf(view: View, key: string): { readonly top: number; readonly height: number } | undefined;
}

export type Question = keyof Questions;

/** To the worker. */
export interface Asked {
  readonly id: number;
  readonly question: Question;
  readonly args: readonly unknown[];
}

/** From the worker. */
export type Told =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly progress: Progress };
