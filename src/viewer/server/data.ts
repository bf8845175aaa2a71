// Answers of the server to the pages, as types that both use.

import type { ColouredFunc, FlameFrame } from '../../pprof/flame.js';

/** Behind `data/about` of a profile. */
export interface About {
  /** The file's name. */
  readonly title: string;
  /** Names of sample types, as -sample_index takes them. */
  readonly samples: readonly string[];
  /** The sample type that is shown unless a request has another one. */
  readonly sample: string;
  /** The filters of the command line. */
  readonly focus: string;
  readonly ignore: string;
}

/** Behind `data/flame`. */
export interface FlameData {
  readonly funcs: readonly NamedFunc[];
  /** Columns with one number per frame: a profile may have a hundred thousand frames. */
  readonly frames: { readonly [K in keyof FlameFrame]: readonly number[] };
  readonly losses: boolean;
  /** Texts of values; `valueText` and `selfText` are indexes into it, one per frame. */
  readonly words: readonly string[];
  readonly valueText: readonly number[];
  readonly selfText: readonly number[];
  /** Lines about the profile: its type, when and how long it was taken. */
  readonly labels: readonly string[];
}

/** A function, with a short name for narrow frames. */
export interface NamedFunc extends ColouredFunc {
  readonly short: string;
}

/** Behind `data/mark`: the functions whose names match, and how much of the profile is in or below them. */
export interface MarkData {
  /** Indexes in `funcs` of the flame graph. */
  readonly funcs: readonly number[];
  readonly names: readonly string[];
  readonly text: string;
}

/** Behind `data/top`, in the order of `sort`. */
export interface TopData {
  readonly rows: readonly TopRow[];
  /** The number of rows that are not sent. */
  readonly more: number;
  readonly labels: readonly string[];
}

/** Values as the report has them. */
export interface TopRow {
  readonly name: string;
  readonly inline: string;
  readonly flat: string;
  readonly flatPercent: string;
  readonly sumPercent: string;
  readonly cum: string;
  readonly cumPercent: string;
}

/** Behind `data/graph`. */
export interface GraphData {
  readonly svg: string;
}

/** Behind `data/peek`. */
export interface PeekData {
  readonly text: string;
}

/** Behind `data/source`. */
export interface SourceData {
  readonly listings: readonly ListingData[];
  /** The number of functions that are not sent. */
  readonly more: number;
}

/** A function's lines in one of its files. */
export interface ListingData {
  readonly name: string;
  /** '' if the profile does not say. */
  readonly file: string;
  readonly flat: string;
  readonly cum: string;
  readonly cumPercent: string;
  /** Why there are no lines, or ''. */
  readonly error: string;
  readonly lines: readonly LineData[];
}

export interface LineData {
  readonly line: number;
  readonly text: string;
  /** '' where nothing was found. */
  readonly flat: string;
  readonly cum: string;
  /** The part of the total that was found in this line and its callees, from 0 to 1. */
  readonly part: number;
}

/** Behind `data/about` of a trace. */
export interface TraceAbout {
  /** The file's name; '' if the page has to ask for a file. `data/trace` has the bytes, as they stand in the file. */
  readonly title: string;
  /** What was named on the command line: a path, an address, or `-`. */
  readonly source: string;
  /** Bytes of the trace, packed if it is; 0 if that is not known yet. */
  readonly size: number;
  /** Why not all of it came, in a few words. */
  readonly broken?: string;
}
