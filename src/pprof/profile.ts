// A pprof profile in memory, and the error of a file or report that is not possible. After profile.Profile in google/pprof.
//
// 64-bit integers of the file are numbers here: exact up to 2 ** 53, which is 104 days in nanoseconds. Times since 1970 and
// addresses in the kernel are larger, so these may be bigints.

/** The meaning of a sample's value: `cpu` in `nanoseconds`. */
export interface ValueType {
  readonly type: string;
  readonly unit: string;
}

/** An integer; a bigint if a number would not be exact. */
export type Word = number | bigint;

/** A profile. References to locations, functions and mappings are indices of the arrays here. */
export interface Profile {
  readonly sampleTypes: readonly ValueType[];
  /** Name of the type that tools show by default; without it, the last one. */
  readonly defaultSampleType?: string;
  readonly samples: readonly Sample[];
  readonly locations: readonly Location[];
  readonly functions: readonly Func[];
  readonly mappings?: readonly Mapping[];
  readonly periodType?: ValueType;
  /** Number of events between two samples, in the unit of periodType. */
  readonly period?: number;
  /** Begin of profiling, in nanoseconds since 1970. */
  readonly timeNs?: Word;
  /** Duration of profiling, in nanoseconds. */
  readonly durationNs?: number;
  readonly comments?: readonly string[];
  /** URL of a page about the profile. */
  readonly docUrl?: string;
  /** Pattern of functions that are cut off with all their callees, and of exceptions from it. */
  readonly dropFrames?: string;
  readonly keepFrames?: string;
}

/** A stack, and its values. */
export interface Sample {
  /** Indices in `locations`, leaf first. */
  readonly locations: readonly number[];
  /** One for each of `sampleTypes`, in its unit. */
  readonly values: readonly number[];
  readonly labels?: Readonly<Record<string, readonly string[]>>;
  readonly numLabels?: Readonly<Record<string, readonly NumLabel[]>>;
}

/** A value of a numeric label. */
export interface NumLabel {
  readonly value: number;
  /** '' if the file has none. */
  readonly unit: string;
}

/** A place in the machine code. */
export interface Location {
  readonly address: Word;
  /** Index in `mappings`. */
  readonly mapping?: number;
  /** More than one line where calls were inlined: the innermost first, each called by the next. */
  readonly lines: readonly Line[];
  /** True if several functions share the address, of which only some are listed. */
  readonly folded?: boolean;
}

/** A line of the source. */
export interface Line {
  /** Index in `functions`. */
  readonly func: number;
  /** From 1; 0 if unknown. */
  readonly line: number;
  readonly column?: number;
}

/** A function of the program. */
export interface Func {
  readonly name: string;
  /** The linker's name; without it, the same as `name`. */
  readonly systemName?: string;
  readonly file: string;
  readonly startLine?: number;
}

/** A file that was mapped into the program's memory: the program itself, or a library. Addresses are in bytes. */
export interface Mapping {
  readonly start: Word;
  readonly limit: Word;
  readonly offset: Word;
  readonly file: string;
  readonly buildId: string;
  readonly hasFunctions: boolean;
  readonly hasFilenames: boolean;
  readonly hasLineNumbers: boolean;
  readonly hasInlineFrames: boolean;
}

/** Longest message in characters: texts of a file can be longer. */
const MAX_MESSAGE = 500;

/** A file that cannot be read as a profile, or a report that cannot be made from one. The message is one line. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';

  /** Parts of `message` may come from a file, so control characters and line breaks are escaped. */
  constructor(message: string) {
    const line = message.replaceAll(
      /\p{Cc}|\p{Zl}|\p{Zp}/gu,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    super(line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE)}…` : line);
  }
}

/** The error for a fault in the bytes at `offset` of the unpacked file. */
export function badProfile(offset: number, what: string): ProfileError {
  return new ProfileError(`offset 0x${offset.toString(16)} of the unpacked profile: ${what}`);
}
