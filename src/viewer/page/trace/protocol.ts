// Messages between the page and its worker. The page asks, the worker answers; while it reads the trace, it also says how far it is.

import type { Arrow } from '../../timeline/arrows.js';
import type { LabelledRow, SpanText } from '../../timeline/picture.js';
import type { SpanInfo } from '../../timeline/spans.js';
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
}

/** A picture of a view. */
export interface Picture {
  readonly view: View;
  /** Pixels of the picture, row by row, as ImageData has them. */
  readonly pixels: ArrayBuffer;
  /** The rows, the pinned ones first; their tops are CSS pixels from the top of the picture. */
  readonly rows: readonly LabelledRow[];
  readonly texts: readonly SpanText[];
  readonly arrows: readonly Arrow[];
  /** Height of all rows that scroll and of the pinned ones, and number of rows, in CSS pixels. */
  readonly rowsHeight: number;
  readonly pinnedHeight: number;
  readonly rowCount: number;
  /** Number of events that it shows: more, while the trace is read. */
  readonly events: number;
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
  /** What the reader of the page has to know: the file is cut, a server broke off; '' for nothing. */
  readonly warning: string;
}

/** Questions by name, with their answers. */
export interface Questions {
  open(place: Place): undefined;
  picture(view: View, spare: ArrayBuffer | undefined): Picture | undefined;
  overview(width: number, height: number, isDark: boolean): ArrayBuffer | undefined;
  /** What a row shows at a time. */
  pick(key: string, ns: number): SpanInfo | undefined;
  /** The span that an event begins. */
  span(event: number, key: string): SpanInfo | undefined;
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
