// A pprof profile in memory: how much of what was found at which stacks. After profile.Profile in google/pprof, with the
// parts that our profiles have.

/** What the numbers of a sample count, and in what. */
export interface ValueType {
  readonly type: string;
  readonly unit: string;
}

export interface Profile {
  readonly sampleTypes: readonly ValueType[];
  readonly samples: readonly Sample[];
  /** A location's number in a sample is its place here. */
  readonly locations: readonly Location[];
  readonly functions: readonly Func[];
  readonly periodType?: ValueType;
  readonly period?: number;
  /** How long the program was watched, in nanoseconds. */
  readonly durationNs?: number;
}

export interface Sample {
  /** Places in `locations`, leaf first. */
  readonly locations: readonly number[];
  /** One for each of `sampleTypes`. */
  readonly values: readonly number[];
}

export interface Location {
  readonly address: number;
  /** Place in `functions`. */
  readonly func: number;
  readonly line: number;
}

export interface Func {
  readonly name: string;
  readonly file: string;
}
