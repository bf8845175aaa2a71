// Parts of profiles: what each P has found, as its thread sends it, before profile/ makes one profile of all parts.

/// <reference types="node" preserve="true" />

import type { HeapProfiler, Profiler } from 'node:inspector';
import type { TraceFrame } from '../../trace/writer.js';
import type { GoroutineReport } from '../run/findings.js';

/** The kinds of profiles, each with its bit in H.PROFILES. */
export const profileBit = { cpu: 1, heap: 2, allocs: 4, block: 8, mutex: 16, goroutine: 32, threadcreate: 64 } as const;
export type ProfileKind = keyof typeof profileBit;
export const profileKinds = Object.keys(profileBit) as ProfileKind[];

/** What one P contributes to a profile. */
export type Part = CpuPart | HeapPart | WaitsPart | GoroutinesPart | ThreadPart | MissingPart;

/** A part that should be there and is missing. */
export interface MissingPart {
  readonly kind: 'missing';
  /** The profile. */
  readonly of: ProfileKind;
  readonly p: number;
  /** One line, without a full stop. */
  readonly why: string;
}

/** The part of a P whose part is missing. @param why in words, or what was thrown */
export function missingPart(of: ProfileKind, p: number, why: unknown): MissingPart {
  return { kind: 'missing', of, p, why: why instanceof Error ? why.message : String(why) };
}

/** True if a part belongs to the profile of this kind, also if it says that the part is missing. */
export function isOf(part: Part, kind: ProfileKind): boolean {
  return part.kind === kind || (part.kind === 'missing' && part.of === kind);
}

/** Where the time went: the samples that V8 has taken of the thread. */
export interface CpuPart {
  readonly kind: 'cpu';
  /** Number of the P. */
  readonly p: number;
  readonly profile: Profiler.Profile;
  readonly scripts: readonly ScriptFunctions[];
  /** Processor time that the thread has used meanwhile, in nanoseconds, if the system tells. */
  readonly cpuNs?: number;
}

/** Where the functions of a script are: offsets of their first character, and of the one after the last. */
export interface ScriptFunctions {
  readonly url: string;
  readonly functions: readonly { readonly name: string; readonly start: number; readonly end: number }[];
}

/** Bytes from one sample of the heap to the next, on average: Go's MemProfileRate. */
export const MEM_PROFILE_RATE = 512 * 1024;

/** What was allocated on the thread's heap: all of it, or what is still alive. */
export interface HeapPart {
  readonly kind: 'heap' | 'allocs';
  readonly p: number;
  readonly profile: HeapProfiler.SamplingHeapProfile;
}

/** How long goroutines waited: counted where they began to wait (block), or where they were made runnable (mutex). */
export interface WaitsPart {
  readonly kind: 'block' | 'mutex';
  readonly p: number;
  /** The stacks that this P has numbered. */
  readonly stacks: readonly { readonly stack: number; readonly frames: readonly TraceFrame[] }[];
  /** What this P has counted; `p` is the P that has numbered the stack. */
  readonly counts: readonly {
    readonly p: number;
    readonly stack: number;
    readonly count: number;
    readonly delayNs: number;
  }[];
}

/** The goroutines that live on the P. */
export interface GoroutinesPart {
  readonly kind: 'goroutine';
  readonly p: number;
  /** Goroutines that have not taken their first step appear once per body. */
  readonly goroutines: readonly (GoroutineReport & {
    /** The function of Go's library in which the goroutine waits; undefined if it does not wait. */
    readonly leaf?: string;
    /** The stack, leaf first, if the goroutine runs. */
    readonly frames?: readonly TraceFrame[];
    readonly count: number;
  })[];
}

/** The P has a thread. */
export interface ThreadPart {
  readonly kind: 'threadcreate';
  readonly p: number;
}

/** A profile of one P while it is under way. */
export interface Recorder {
  /** What has been found so far; undefined if that is known at the end only. */
  take(): Part | undefined;
  /** Ends the profile, and returns what it has found. */
  stop(): Part;
}
