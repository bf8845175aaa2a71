// What the server tells the page of a profile: types alone, so that both sides agree.

import type { ColouredFunc, FlameFrame } from '../../pprof/flame.js';

/** Behind `data/about`. */
export interface About {
  /** The file's name. */
  readonly title: string;
  /** Names of sample types, as -sample_index takes them. */
  readonly samples: readonly string[];
  /** The one that is shown unless another is asked for. */
  readonly sample: string;
  /** The filters of the command line. */
  readonly focus: string;
  readonly ignore: string;
}

/** Behind `data/flame`. */
export interface FlameData {
  readonly funcs: readonly NamedFunc[];
  /** Columns, a number a frame: a profile may have a hundred thousand of them. */
  readonly frames: { readonly [K in keyof FlameFrame]: readonly number[] };
  readonly losses: boolean;
  /** What a frame's value and own value are in words: places in `words`. */
  readonly words: readonly string[];
  readonly valueText: readonly number[];
  readonly selfText: readonly number[];
  /** Lines about the profile: its type, when and how long it was taken. */
  readonly labels: readonly string[];
}

/** A function, and its name where there is little room. */
export interface NamedFunc extends ColouredFunc {
  readonly short: string;
}

/** Behind `data/mark`: the functions whose names match, and how much of the profile is in or below them. */
export interface MarkData {
  /** Places in `funcs` of the flame graph. */
  readonly funcs: readonly number[];
  readonly names: readonly string[];
  readonly text: string;
}

/** Behind `data/top`, in the order of `sort`. */
export interface TopData {
  readonly rows: readonly TopRow[];
  /** Rows that are not shown. */
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
  /** Functions that are not shown. */
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
  /** How much of the total was found here and in what is called, from 0 to 1. */
  readonly part: number;
}
