// A trace in memory, as parse.ts makes it from a file: columns of numbers, in the order in which things happened, never
// changed. No object an event: a trace of a million goroutines has three million events.
//
// Absent is 0 where 0 means nothing (stacks, strings), and -1 where 0 is a number (links, Ps).

/** Ps that are none: rows for events that no P did (as Go's tool has them). */
export const fakeP = { timers: 1000001, netpoll: 1000002, syscalls: 1000003, gc: 1000004 } as const;

/** Events, one index an event, by time. Local forms are folded into the plain ones, and CPU samples stand apart. */
export interface Events {
  readonly length: number;
  /** ev.*. */
  readonly type: Uint8Array;
  /** Nanoseconds since the first event. Never decreases. */
  readonly ts: Float64Array;
  /** The P that it happened on; -1 without one; or one of fakeP. */
  readonly p: Int32Array;
  /** The goroutine that it is about, as an index of `goroutines`; 0 is the scheduler (g0). */
  readonly g: Uint32Array;
  /** Index of the stack, 0 without one. A goroutine's first GoStart has the stack of its entry. */
  readonly stack: Uint32Array;
  /**
   * Up to three arguments, as eventInfo names them; 0 where there are fewer. Goroutines are indices of `goroutines`,
   * texts indices of `strings`, stacks indices of `stacks`.
   */
  readonly args: readonly [Float64Array, Float64Array, Float64Array];
  /**
   * The event that ends what this one begins, -1 if none does: GoCreate -> first GoStart; GoStart -> what takes it off
   * the P; block -> GoUnblock; GoUnblock, GoSched, GoPreempt, GoSysExit -> GoStart; GoSysCall that blocked ->
   * GoSysExit; GCStart, STWStart, SweepStart, MarkAssistStart, UserTaskCreate, UserRegion (start) -> their end.
   */
  readonly link: Int32Array;
  /** Byte offset of the record in the file. */
  readonly offset: Float64Array;
}

/** Goroutines, by index; index 0 is g0. */
export interface Goroutines {
  readonly length: number;
  readonly id: Float64Array;
  /** Index of the GoCreate event, -1 for g0. */
  readonly created: Int32Array;
  /** Index of its creator. */
  readonly creator: Uint32Array;
  /** Stack of one frame: its entry function; 0 if unknown. */
  readonly entry: Uint32Array;
  /** Index of its first GoStart, -1 if it never started. */
  readonly started: Int32Array;
  /** Index of its GoEnd or GoStop, -1 if it was alive at the end. */
  readonly ended: Int32Array;
}

/** Where a stack is: frames `first[k]` to `first[k + 1]`, leaf first, as indices of `frames`. Stack 0 is empty. */
export interface Stacks {
  readonly length: number;
  readonly first: Uint32Array;
  readonly frame: Uint32Array;
}

/** Frames, one index for each program counter. */
export interface Frames {
  readonly length: number;
  readonly pc: Float64Array;
  /** Indices of `strings`. */
  readonly func: Uint32Array;
  readonly file: Uint32Array;
  readonly line: Uint32Array;
}

/** CPU samples (header 1.19 and later), by time. */
export interface CPUSamples {
  readonly length: number;
  readonly ts: Float64Array;
  readonly p: Int32Array;
  readonly g: Uint32Array;
  readonly stack: Uint32Array;
  /** Byte offset of the record in the file. */
  readonly offset: Float64Array;
}

export interface Trace {
  /** Minor version in the header: 11 for `go 1.11 trace`. */
  readonly version: number;
  readonly events: Events;
  readonly goroutines: Goroutines;
  readonly stacks: Stacks;
  readonly frames: Frames;
  readonly samples: CPUSamples;
  /** Texts; 0 is the empty one. */
  readonly strings: readonly string[];
  /** Messages of UserLog events, by event. */
  readonly messages: ReadonlyMap<number, string>;
  /** How many real Ps there are: one more than the highest number. */
  readonly procs: number;
  /** Time of the last event. */
  readonly durationNs: number;
  /** If the file was cut: where its last whole record ends, and how long the file is. */
  readonly cut: { readonly offset: number; readonly size: number } | undefined;
}

/** The function at the bottom of the goroutine's stack, which names it; '' if it is not known. */
export function entryName(trace: Trace, g: number): string {
  const stack = trace.goroutines.entry[g]!;
  const first = trace.stacks.first[stack]!;
  if (stack === 0 || first === trace.stacks.first[stack + 1]!) return '';
  return trace.strings[trace.frames.func[trace.stacks.frame[first]!]!]!;
}
