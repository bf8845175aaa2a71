// Engine: the interface between what a program sees (go/) and what runs it, which is worker threads or the simulator. Channels,
// locks and timers are written once, against this file; an engine decides what time it is, where a goroutine runs, and which P
// is woken for it. One thread has one engine, for one run at a time.

import { field, field64, type GAddr, type ObjectAddr, type PAddr } from '../memory/address.js';
import { COLD, G, gStatus, H, P } from '../memory/layout.js';
import { f64, gColdAddress, i32 } from '../memory/memory.js';
import { holdArena } from './arena.js';
import { writeArgs } from './args.js';
import { type Body, bodyName, bodyNumber, bodyParks } from './bodies.js';
import { freeG, getg, goidOf, m, mayPark, newG, packFn } from './g.js';
import { pace, tracer, waits } from './hooks.js';
import type { WaitReason, WakeReason } from './reason.js';
import type { Timers } from './timers.js';

export { by, type WaitReason, type WakeReason, wait } from './reason.js';

export interface Engine {
  /** Nanoseconds since the start of the run. Never runs backwards. */
  now(): number;
  /** The same in the middle of an operation: in virtual time, other Ps do not run before this returns, as they do for now(). */
  nanotime(): number;
  /** A whole number from 0 to n-1, from the run's seed. */
  random(n: number): number;
  /** Queues a new G on the P that runs now, and wakes an idle P for it. */
  submit(gp: GAddr): void;
  /** Queues a G that was waiting, and wakes its P if that sleeps. */
  ready(gp: GAddr): void;
  /** Puts the running G behind the others of its P. */
  yieldG(gp: GAddr): void;
  /** The timers of the P that runs now: they fire on it, between goroutines, at times that are those of nanotime. */
  readonly timers: Timers;
  /** A timer for which a goroutine of the P at `pp` waits has been reset or stopped: that P reads again when it is due. */
  retime(pp: PAddr): void;
  /** The generators of the goroutines that live on this thread, by G number. */
  readonly goroutines: readonly (object | undefined)[];
  /**
   * Begins the trace of the run in the file at `path`, or ends it if that is undefined, as soon as the running G has left
   * its thread and every P stands still.
   * @param then is told what went wrong, before the G goes on
   * @param gp the running G, if it waits for that: it is runnable and in no queue, and goes on afterwards; else 0
   */
  trace(path: string | undefined, then: (error: unknown) => void, gp: GAddr | 0): void;
}

let current: Engine | undefined;

/** The engine of this thread. @throws Error outside of a run */
export function engine(): Engine {
  if (current === undefined) {
    throw new Error(
      'go: expected to be called by a goroutine, but no run is under way on this thread; use run() or `mandel run`',
    );
  }
  return current;
}

/** Sets the engine of this thread, or removes it. */
export function setEngine(engine: Engine | undefined): void {
  current = engine;
}

/**
 * Marks the running G as waiting. To be called when the G is sure to wait, and before any other thread can find it in a wait
 * queue; the iterator then answers with an unfinished result. No thread resumes the G in between: only this one can run it.
 * @param on the object that it waits for, 0 if there is none
 */
export function gopark(reason: WaitReason, on: ObjectAddr | 0): void {
  const gp = getg();
  const cold = gColdAddress(gp);
  i32[field(cold, COLD.WAITREASON)] = reason;
  i32[field(cold, COLD.WAITON)] = on;
  i32[field(cold, COLD.WAITSINCE)] = i32[H.CLOCK]!;
  i32[field(gp, G.STATUS)] = gStatus.waiting;
  i32[field(m.pp, P.NPARKS)]!++;
  if (tracer !== undefined) tracer.block(reason, on);
  if (waits !== undefined) waits.block(reason, on);
}

/** Makes a waiting G runnable. The caller has removed it from its wait queue, so no other thread can. */
export function goready(gp: GAddr, reason: WakeReason): void {
  if (tracer !== undefined) tracer.unblock(gp, reason);
  if (waits !== undefined) waits.unblock(gp, reason);
  i32[field(gp, G.STATUS)] = gStatus.runnable;
  engine().ready(gp);
}

/**
 * Creates a goroutine that runs `body(...args)`. Never parks.
 * @param arena its arena: that of its creator, if not a new one that counts it already
 */
export function newproc(body: Body, args: readonly unknown[], arena: number = m.arena): void {
  const e = engine();
  pace?.effect(0);
  const number = bodyNumber(body);
  const parks = bodyParks(number);
  const gp = newG();
  i32[field(gp, G.FN)] = packFn(number, args.length, parks, arena);
  try {
    writeArgs(gp, bodyName(number), args);
  } catch (error) {
    freeG(gp);
    throw error;
  }
  if (m.arena !== 0 && arena === m.arena) holdArena(arena);
  if (mayPark(gp)) {
    const cold = gColdAddress(gp);
    i32[field(cold, COLD.CREATED)] = i32[H.CLOCK]!;
    i32[field(cold, COLD.SEEN)] = 0;
    f64[field64(cold, COLD.PARENT)] = m.curg === 0 ? 0 : goidOf(getg());
  }
  i32[field(m.pp, P.NCREATED)]!++;
  if (tracer !== undefined) tracer.create(gp);
  e.submit(gp);
}
