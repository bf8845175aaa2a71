// Profiles as the threads hand them over: what each P has found, before it is put together (profile/).

/// <reference types="node" preserve="true" />

import type { HeapProfiler, Profiler } from 'node:inspector';
import type { TraceFrame } from '../../trace/writer.js';
import type { GoroutineReport } from '../run/findings.js';

/** What there is to profile, with its bit in H.PROFILES. */
export const profileBit = { cpu: 1, heap: 2, allocs: 4, block: 8, mutex: 16, goroutine: 32, threadcreate: 64 } as const;
export type ProfileKind = keyof typeof profileBit;
export const profileKinds = Object.keys(profileBit) as ProfileKind[];

/** What one P has to say to a profile. */
export type Part = CpuPart | HeapPart | WaitsPart | GoroutinesPart | ThreadPart | MissingPart;

/** That a P has nothing to say to a profile, although it should have. */
export interface MissingPart {
  readonly kind: 'missing';
  /** The profile. */
  readonly of: ProfileKind;
  readonly p: number;
  /** One line, without a full stop. */
  readonly why: string;
}

/** The part of a P that has nothing to say, and why: in words, or by what was thrown. */
export function missingPart(of: ProfileKind, p: number, why: unknown): MissingPart {
  return { kind: 'missing', of, p, why: why instanceof Error ? why.message : String(why) };
}

/** True if this is of the profile of this kind: something that a P has found, or that it is missing. */
export function isOf(part: Part, kind: ProfileKind): boolean {
  return part.kind === kind || (part.kind === 'missing' && part.of === kind);
}

/** Where the time went: what V8 found when it looked at the thread. */
export interface CpuPart {
  readonly kind: 'cpu';
  /** Number of the P. */
  readonly p: number;
  readonly profile: Profiler.Profile;
  readonly scripts: readonly ScriptFunctions[];
  /** Processor time that the thread has had meanwhile, if the system tells. */
  readonly cpuNs?: number;
}

/** Where the functions of a script are, from and to which character. */
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

/** How long goroutines waited: counted by where they began to wait, or by who let them. */
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
  /** Those that have not taken their first step come once for each body. */
  readonly goroutines: readonly (GoroutineReport & {
    /** The function of Go's library in which it waits, if it does. */
    readonly leaf?: string;
    /** The stack of the one that runs, leaf first. */
    readonly frames?: readonly TraceFrame[];
    readonly count: number;
  })[];
}

/** That the P has a thread. */
export interface ThreadPart {
  readonly kind: 'threadcreate';
  readonly p: number;
}
