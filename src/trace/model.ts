// A trace in memory: columns of numbers, one row per event in the order in which things happened. There is no object per
// event, because a trace of a million goroutines has three million events. What parse.ts returns is never changed.
//
// A missing value is 0 where 0 means nothing (stacks, strings) and -1 where 0 is a number (links, Ps).

/** Numbers of fake Ps, as in Go's tool: rows for events that happened on no P. Real Ps have lower numbers. */
export const fakeP = { timers: 1000001, netpoll: 1000002, syscalls: 1000003, gc: 1000004 } as const;

/**
 * The events by time; all columns are indexed by the event's number. The Local forms of format v1 have become the plain
 * ones, and CPU samples are in a table of their own.
 */
export interface Events {
  readonly length: number;
  /** Event type: a value of `ev` in event.ts. */
  readonly type: Uint8Array;
  /** Nanoseconds since the first event. Never decreases. */
  readonly ts: Float64Array;
  /** Number of the P that it happened on, -1 for none, or one of fakeP. */
  readonly p: Int32Array;
  /** Index in `goroutines` of the goroutine that the event is about; 0 is the scheduler (g0). */
  readonly g: Uint32Array;
  /** Index in `stacks`, 0 for none. A goroutine's first GoStart has the stack of its entry function. */
  readonly stack: Uint32Array;
  /**
   * Up to three arguments, which eventInfo names; 0 where there are fewer. A goroutine is an index in `goroutines`, a
   * text one in `strings`, a stack one in `stacks`; bytes, ids of tasks and threads are the numbers in the file.
   */
  readonly args: readonly [Float64Array, Float64Array, Float64Array];
  /**
   * Number of the event that ends what this one begins, -1 if none does:
   *
   *     GoCreate                                              first GoStart
   *     GoStart                                               the event with which it leaves its P
   *     an event of `waits`                                   GoUnblock
   *     GoUnblock, GoSched, GoPreempt, GoSysExit              GoStart
   *     GoSysCall that blocked                                GoSysExit
   *     GCStart, STWStart, SweepStart, MarkAssistStart        GCDone, STWDone, SweepDone, MarkAssistDone
   *     UserTaskCreate                                        UserTaskEnd
   *     UserRegion that begins a region                       UserRegion that ends it, or GoEnd
   */
  readonly link: Int32Array;
  /** Byte offset of the record in the file. */
  readonly offset: Float64Array;
}

/** The goroutines in the order of their creation; all columns are indexed by goroutine, and index 0 is g0. */
export interface Goroutines {
  readonly length: number;
  /** The number in the file, which is what Go shows. */
  readonly id: Float64Array;
  /** Number of its GoCreate event, -1 for g0. */
  readonly created: Int32Array;
  /** Index of the goroutine that created it. */
  readonly creator: Uint32Array;
  /** Index in `stacks` of a stack with one frame, its entry function; 0 if unknown. */
  readonly entry: Uint32Array;
  /** Number of its first GoStart event, -1 if it never started. */
  readonly started: Int32Array;
  /** Number of its GoEnd or GoStop event, -1 if it was alive at the end. */
  readonly ended: Int32Array;
}

/** The stacks: stack k is `frame[first[k]]` to `frame[first[k + 1] - 1]`, leaf first. Stack 0 is empty. */
export interface Stacks {
  readonly length: number;
  /** By stack, with one more at the end: its first index in `frame`. */
  readonly first: Uint32Array;
  /** Indices in `frames`. */
  readonly frame: Uint32Array;
}

/** The frames, one per place in the program; all columns are indexed by frame. */
export interface Frames {
  readonly length: number;
  /** Program counter. */
  readonly pc: Float64Array;
  /** Function: an index in `strings`. */
  readonly func: Uint32Array;
  /** File: an index in `strings`. */
  readonly file: Uint32Array;
  /** Line, from 1; 0 if unknown. */
  readonly line: Uint32Array;
}

/** CPU samples (header 1.19 and later) by time; all columns are indexed by sample. */
export interface CPUSamples {
  readonly length: number;
  /** Nanoseconds since the first event. */
  readonly ts: Float64Array;
  /** Number of the P, -1 for none. */
  readonly p: Int32Array;
  /** Index in `goroutines`, 0 if the trace does not have the goroutine. */
  readonly g: Uint32Array;
  /** Index in `stacks`. */
  readonly stack: Uint32Array;
  /** Byte offset of the record in the file. */
  readonly offset: Float64Array;
}

/** A trace: its events, and the tables that they refer to. */
export interface Trace {
  /** Minor version in the header: 11 for `go 1.11 trace`. */
  readonly version: number;
  readonly events: Events;
  readonly goroutines: Goroutines;
  readonly stacks: Stacks;
  readonly frames: Frames;
  readonly samples: CPUSamples;
  /** The texts; index 0 is the empty one. */
  readonly strings: readonly string[];
  /** Messages of UserLog events, by the event's number. */
  readonly messages: ReadonlyMap<number, string>;
  /** Number of real Ps: one more than the highest number of a P. */
  readonly procs: number;
  /** Time of the last event, in nanoseconds. */
  readonly durationNs: number;
  /** If the file is truncated: the offset at which its last whole record ends, and the size of the file, in bytes. */
  readonly cut: { readonly offset: number; readonly size: number } | undefined;
}

/** The entry function of a goroutine, which names it; '' if it is not known. */
export function entryName(trace: Trace, g: number): string {
  const stack = trace.goroutines.entry[g]!;
  const first = trace.stacks.first[stack]!;
  if (stack === 0 || first === trace.stacks.first[stack + 1]!) return '';
  return trace.strings[trace.frames.func[trace.stacks.frame[first]!]!]!;
}

/** Columns of events while a trace is read: what `Events` shows, but writable. */
export class Columns implements Events {
  length = 0;
  type: Uint8Array;
  ts: Float64Array;
  p: Int32Array;
  g: Uint32Array;
  stack: Uint32Array;
  args: [Float64Array, Float64Array, Float64Array];
  link: Int32Array;
  offset: Float64Array;

  /** Makes room for `capacity` events, none of which is in use yet. */
  constructor(capacity: number) {
    this.type = new Uint8Array(capacity);
    this.ts = new Float64Array(capacity);
    this.p = new Int32Array(capacity);
    this.g = new Uint32Array(capacity);
    this.stack = new Uint32Array(capacity);
    this.args = [new Float64Array(capacity), new Float64Array(capacity), new Float64Array(capacity)];
    this.link = new Int32Array(capacity).fill(-1);
    this.offset = new Float64Array(capacity);
  }

  /** Makes event `order[i]` event number i, and drops those that `order` does not have. Must precede the links. */
  rearrange(order: Int32Array): void {
    const n = order.length;
    // Column by column, so that only one old column exists beside the new ones at a time.
    const of = <T extends Uint8Array | Int32Array | Uint32Array | Float64Array>(from: T, to: T): T => {
      for (let i = 0; i < n; i++) to[i] = from[order[i]!]!;
      return to;
    };
    this.type = of(this.type, new Uint8Array(n));
    this.ts = of(this.ts, new Float64Array(n));
    this.p = of(this.p, new Int32Array(n));
    this.g = of(this.g, new Uint32Array(n));
    this.stack = of(this.stack, new Uint32Array(n));
    for (const k of [0, 1, 2] as const) this.args[k] = of(this.args[k], new Float64Array(n));
    this.offset = of(this.offset, new Float64Array(n));
    this.link = this.link.subarray(0, n);
    this.length = n;
  }

  /** Keeps the first `n` events. */
  truncate(n: number): void {
    this.type = this.type.subarray(0, n);
    this.ts = this.ts.subarray(0, n);
    this.p = this.p.subarray(0, n);
    this.g = this.g.subarray(0, n);
    this.stack = this.stack.subarray(0, n);
    this.args = [this.args[0].subarray(0, n), this.args[1].subarray(0, n), this.args[2].subarray(0, n)];
    this.link = this.link.subarray(0, n);
    this.offset = this.offset.subarray(0, n);
    this.length = n;
  }
}

/** What the passes of one format family make of the bytes of a file: what is left to do is the same for all of them. */
export interface Decoded {
  /** In one order, times in nanoseconds, without links; not yet checked. */
  readonly events: Columns;
  /** Number of each goroutine in the file, by index; index 0 is g0. */
  readonly ids: Float64Array;
  readonly samples: CPUSamples;
  readonly stacks: Stacks;
  readonly frames: Frames;
  readonly strings: readonly string[];
  readonly procs: number;
  /** Byte offset at which the last whole record ends. */
  readonly end: number;
  /** True if the file is truncated: events at its end may be missing. */
  readonly isShort: boolean;
  /** The message of the UserLog whose record is at this byte offset. */
  messageAt(offset: number): string;
}
