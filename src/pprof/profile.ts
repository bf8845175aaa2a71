// A pprof profile in memory: how much of what was found at which stacks. After profile.Profile in google/pprof.
//
// Where the file has 64-bit integers, this has numbers: exact up to 2 ** 53, which no sum of nanoseconds gets to. What does
// is a time since 1970, and an address of the kernel's: those are bigints if they have to be.

/** What the numbers of a sample count, and in what. */
export interface ValueType {
  readonly type: string;
  readonly unit: string;
}

/** A whole number; a bigint if a number cannot be it exactly. */
export type Word = number | bigint;

export interface Profile {
  readonly sampleTypes: readonly ValueType[];
  /** Which of the types a tool shows unless it is told otherwise; the last one, if this is left out. */
  readonly defaultSampleType?: string;
  readonly samples: readonly Sample[];
  /** A location's number in a sample is its place here; so it is with functions and mappings. */
  readonly locations: readonly Location[];
  readonly functions: readonly Func[];
  readonly mappings?: readonly Mapping[];
  readonly periodType?: ValueType;
  readonly period?: number;
  /** When the program began to be watched, in nanoseconds since 1970. */
  readonly timeNs?: Word;
  /** How long the program was watched, in nanoseconds. */
  readonly durationNs?: number;
  readonly comments?: readonly string[];
  /** Address of a page about the profile. */
  readonly docUrl?: string;
  /** Patterns of functions to leave out with all that they call, and of those to keep nevertheless. */
  readonly dropFrames?: string;
  readonly keepFrames?: string;
}

export interface Sample {
  /** Places in `locations`, leaf first. */
  readonly locations: readonly number[];
  /** One for each of `sampleTypes`. */
  readonly values: readonly number[];
  readonly labels?: Readonly<Record<string, readonly string[]>>;
  readonly numLabels?: Readonly<Record<string, readonly NumLabel[]>>;
}

export interface NumLabel {
  readonly value: number;
  /** '' where the file says none. */
  readonly unit: string;
}

export interface Location {
  readonly address: Word;
  /** Place in `mappings`. */
  readonly mapping?: number;
  /** More than one where calls were inlined: the innermost first, each called by the next. */
  readonly lines: readonly Line[];
  readonly folded?: boolean;
}

export interface Line {
  /** Place in `functions`. */
  readonly func: number;
  readonly line: number;
  readonly column?: number;
}

export interface Func {
  readonly name: string;
  /** As the linker has it; the same as `name` if this is left out. */
  readonly systemName?: string;
  readonly file: string;
  readonly startLine?: number;
}

/** A file that was mapped into the program's memory: the program itself, or a library. */
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

// FOLDED src/pprof/error.ts
// What is wrong with a profile, and where.

/** Characters of a message; what a file says of itself can be longer. */
const MAX_MESSAGE = 500;

/** A file that cannot be read as a profile, or a report that cannot be made of it. The message is one line. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';

  /** What is in `message` may come from a file: no character of it begins a line, or a command to the terminal. */
  constructor(message: string) {
    const line = message.replaceAll(
      /\p{Cc}|\p{Zl}|\p{Zp}/gu,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    super(line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE)}…` : line);
  }
}

/** A fault in the bytes at `offset` of the unpacked file. */
export function badProfile(offset: number, what: string): ProfileError {
  return new ProfileError(`offset 0x${offset.toString(16)} of the unpacked profile: ${what}`);
}
