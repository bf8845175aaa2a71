// A trace in memory: columns of numbers, one row per event in the order in which things happened. There is no object per
// event, because a trace of a million goroutines has three million events. What has been read is never changed.
//
// A missing value is 0 where 0 means nothing (stacks, strings) and -1 where 0 is a number (links, Ps).

import { ev, isWide, waits } from './event.js';

/** Numbers of fake Ps, as in Go's tool: rows for events that happened on no P. Real Ps have lower numbers. */
export const fakeP = { timers: 1000001, netpoll: 1000002, syscalls: 1000003, gc: 1000004 } as const;

/**
 * The events by time; all columns are indexed by the event's number, and take 31 bytes an event. The Local forms of format v1
 * have become the plain ones, and CPU samples are in a table of their own.
 */
export interface Events {
  readonly length: number;
  /** Event type: a value of `ev` in event.ts. */
  readonly type: Uint8Array;
  /** Nanoseconds since the first event. Never decreases. */
  readonly ts: Float64Array;
  /** Number of the P that it happened on, -1 for none, or one of fakeP. */
  readonly p: Int32Array;
  /** Index in `threads` of the thread that it happened on, 0 for none or unknown. */
  readonly m: Uint16Array;
  /** Index in `goroutines` of the goroutine that the event is about; 0 is the scheduler (g0). */
  readonly g: Uint32Array;
  /** Index in `stacks`, 0 for none. A goroutine's first GoStart has the stack of its entry function. */
  readonly stack: Uint32Array;
  /**
   * The argument, 0 for none: a goroutine (GoCreate, GoUnblock), a text (the label of GoStartLabel, the reason of a wait), a
   * small number; of a GoInSyscall or GoSysCall at the beginning of format v2, the nanoseconds until the file says that it is so. For the types of `wideArgs` in event.ts, whose arguments are large numbers or several: the index in
   * `numbers` of the first.
   */
  readonly arg: Uint32Array;
  /** Arguments of the types of `wideArgs`: bytes, ids of tasks, indices of texts. */
  readonly numbers: Float64Array;
  /**
   * Number of the event that ends what this one begins, -1 if none does:
   *
   *     GoCreate                                              first GoStart
   *     GoStart                                               the event with which it leaves its P
   *     an event of `waits`                                   GoUnblock
   *     GoUnblock, GoSched, GoPreempt, GoSysExit              GoStart
   *     GoSysCall that blocked                                GoSysExit
   *     GoSysCall that kept its P (format v2)                 GoSyscallEnd
   *     GCStart, STWStart, SweepStart, MarkAssistStart        GCDone, STWDone, SweepDone, MarkAssistDone
   *     UserTaskCreate                                        UserTaskEnd
   *     UserRegion that begins a region                       UserRegion that ends it, or GoEnd
   */
  readonly link: Int32Array;
}

/** Argument `k` of event `e`, as `argNames` in event.ts numbers them. */
export function argOf({ type, arg, numbers }: Events, e: number, k = 0): number {
  return isWide[type[e]!] === 1 ? numbers[arg[e]! + k]! : arg[e]!;
}

/** By event type: 1 if a part of a trace (part.ts) may begin with it, on no P, for a goroutine that waits since before. */
const isKept = new Uint8Array(64);
for (const type of [...waits, ev.GoSysBlock, ev.GoSysCall]) isKept[type] = 1;

/** True if event `e` says what a goroutine waits for since before the part of a trace that the events are. */
export function isKeptWait({ type, ts, p }: Events, e: number): boolean {
  return p[e] === -1 && ts[e] === 0 && isKept[type[e]!] === 1;
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
  /** Index in `threads` of the trace, 0 for none or unknown. */
  readonly m: Uint16Array;
  /** Index in `stacks`. */
  readonly stack: Uint32Array;
}

/** A part of a trace of format v2, about a second, with tables of its own in the file. */
export interface Generation {
  /** Its number in the file; a flight recorder's first one is rarely 1. */
  readonly number: number;
  /** Number of its first event. */
  readonly first: number;
  /** One moment on two clocks (header 1.25 and later): nanoseconds since the first event, and since 1970. */
  readonly clock: { readonly traceNs: number; readonly wallNs: bigint } | undefined;
}

/** Byte offsets of records in the file, for the text dump of format v1. */
export interface Offsets {
  /** By event. */
  readonly events: Float64Array;
  /** By CPU sample. */
  readonly samples: Float64Array;
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
  /** Numbers of the threads of the operating system, by index; index 0 is none. */
  readonly threads: readonly number[];
  /** The texts; index 0 is the empty one. */
  readonly strings: readonly string[];
  /** Format v2 only. */
  readonly generations: readonly Generation[];
  /** Batches and events of experiments of Go's runtime (`GODEBUG=traceallocfree=1`) in the file: their contents are not read. */
  readonly experimental: { readonly batches: number; readonly events: number };
  /** Number of real Ps: one more than the highest number of a P. */
  readonly procs: number;
  /** Time of the last event, in nanoseconds. */
  readonly durationNs: number;
  /** If the file is truncated: the offset at which its last whole record ends, and the size of the file, in bytes. */
  readonly cut: { readonly offset: number; readonly size: number } | undefined;
  /** Only if they were asked for, of format v1. */
  readonly offsets: Offsets | undefined;
}

/** The entry function of a goroutine, which names it; '' if it is not known. */
export function entryName(trace: Trace, g: number): string {
  return stackName(trace, trace.goroutines.entry[g]!);
}

/** The function of the innermost frame of a stack; '' if it has none. */
export function stackName(trace: Trace, stack: number): string {
  const first = trace.stacks.first[stack]!;
  if (stack === 0 || first === trace.stacks.first[stack + 1]!) return '';
  return trace.strings[trace.frames.func[trace.stacks.frame[first]!]!]!;
}

/** Bytes of a string in memory besides its characters. */
const STRING_BYTES = 16;

/** Bytes that a trace takes in memory: those in use of its columns and tables, and roughly of its texts, at one per character. */
export function bytesOf({ events, goroutines, stacks, frames, samples, threads, strings, offsets }: Trace): number {
  let bytes = 8 * threads.length;
  for (const table of [events, goroutines, stacks, frames, samples, offsets ?? {}]) {
    for (const column of Object.values(table)) if (ArrayBuffer.isView(column)) bytes += column.byteLength;
  }
  for (const text of strings) bytes += STRING_BYTES + text.length;
  return bytes;
}
