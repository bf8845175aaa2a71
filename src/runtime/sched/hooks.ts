// Hooks of a thread: variables that are undefined in a plain run, and set where the run is traced, profiled, simulated or
// listened to. The scheduler and the channels read them, so what they cost a plain run is one look at a variable, and nothing
// of what sets them is loaded. This module imports types only.

import type { GAddr, ObjectAddr } from '../memory/address.js';
import type { Tracer } from '../tracing/tracer.js';
import type { WaitReason, WakeReason } from './reason.js';

/** The order of virtual time, where one thread runs several Ps (sim/). On threads there is none. */
export interface Pace {
  /** True if the goroutine that has just left its thread is in the middle of an operation: it still has its P. */
  readonly postponed: boolean;
  /**
   * A `yield*` is about to do something to the object at `on` (0 if to none). True if others have to go first: then the
   * generator is answered with an unfinished iterator, and the operation begins again when the G has the thread back.
   */
  early(on: ObjectAddr | 0): boolean;
  /** A plain call is about to change the object at `on`, or to read it: others who are earlier go first, before this returns. */
  effect(on: ObjectAddr | 0): void;
  /** The running goroutine is about to read or write a field of a shared struct, which no lock of the runtime's protects now. */
  access(write: boolean): void;
}

export let pace: Pace | undefined;

/** Sets the pace of this thread, or removes it. */
export function setPace(next: Pace | undefined): void {
  pace = next;
}

/** The block and mutex profiles of this thread: they measure how long goroutines wait. */
export interface Waits {
  /** The running goroutine is about to wait, and nothing can have made it runnable yet. */
  block(reason: WaitReason, on: ObjectAddr | 0): void;
  /** The running goroutine, or the scheduler, makes the waiting `gp` runnable, which is in no run queue yet. */
  unblock(gp: GAddr, reason: WakeReason): void;
}

export let waits: Waits | undefined;

/** Sets what measures waits on this thread, or removes it. */
export function setWaits(next: Waits | undefined): void {
  waits = next;
}

export let tracer: Tracer | undefined;

/** Sets the tracer of this thread, or removes it. */
export function setTracer(next: Tracer | undefined): void {
  tracer = next;
}

/** Receives what a program writes to a file descriptor, instead of the file. */
export type Sink = (fd: number, text: string) => void;

export let sink: Sink | undefined;

/** Sets what receives the output of programs on this thread; undefined for the files themselves. */
export function setSink(next: Sink | undefined): void {
  sink = next;
}
