// Loop work: what an M does between two goroutines that needs its event loop. M.run awaits `perform` whenever M.#schedule has
// found something of this:
//
//   it is asked for by                         what the M does
//   HANDSHAKE, which is a new number           begins, reports or ends a profile, and answers (profiling/handshake.ts)
//   STW, if another P stops the world          writes its chunk of the trace, waits (stw.ts), begins or ends its tracing
//   a goroutine of this P that waits for the   stops the world, begins or ends the trace, makes the goroutine runnable
//   trace to begin or to end (changeTrace)
//   the tracer, which is full                  writes its chunk of the trace
//
// A chunk goes from the M to the file like this (tracing/session.ts, tracing/file.ts):
//
//   1  the tracer has 256 KiB: M.#schedule returns when the goroutine leaves its P
//   2  two event-loop turns, in which Node reports the garbage collections up to now
//   3  the size of the heaps is the last event of the chunk; the collections are put where they belong in it
//   4  TRACE_LOCK; TRACE_WRITING = 1; all bytes of the chunk, and GC events; TRACE_SIZE grows; TRACEPOS = 0; TRACE_WRITING = 0; unlock
//
// The thread may be ended after each step. Before 4 the chunk is still in the trace area, TRACEPOS bytes long, and Node's main
// thread writes it; in 4 the file is cut back to TRACE_SIZE first (tracefile.ts).

import { field, type GAddr } from '../memory/address.js';
import { H, P, pAddress } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { INTERRUPTED } from '../profiling/handshake.js';
import type { Part } from '../profiling/part.js';
import { readyNext } from '../sched/runq.js';
import { standStill, startTheWorld, stopTheWorld } from './stw.js';
import type { Tracing } from './tracing.js';

/** The trace is to begin, in the file at `path`, or to end. */
interface TraceChange {
  /** The goroutine that waits for it; 0 if none does. */
  readonly gp: GAddr | 0;
  readonly path: string | undefined;
  readonly then: (error: unknown) => void;
}

export class LoopWork {
  readonly #id: number;
  readonly #origin: number;
  #tracing: Tracing | undefined;
  /** H.HANDSHAKE of the last handshake that was answered. */
  #handshake = 0;
  #change: TraceChange | undefined;

  /**
   * @param id number of the P
   * @param origin what to add to performance.now(), in nanoseconds, to get the time since the start of the run
   */
  constructor(id: number, origin: number) {
    this.#id = id;
    this.#origin = origin;
  }

  /** True if a goroutine of this P waits for the trace to begin or to end. */
  get changesTrace(): boolean {
    return this.#change !== undefined;
  }

  /** Has the next `perform` change the trace, and make the goroutine that waits for it runnable. */
  changeTrace(change: TraceChange): void {
    this.#change = change;
  }

  /** True if Node's main thread waits for an answer of this P. */
  get hasHandshake(): boolean {
    return Atomics.load(i32, H.HANDSHAKE) !== this.#handshake;
  }

  /** Does all that is asked for. */
  async perform(): Promise<void> {
    if (this.hasHandshake) this.#handshake = (await this.#profiling()).answerHandshake();
    if (Atomics.load(i32, H.STW) !== 0) {
      await this.#tracing?.flush();
      standStill();
      await this.followTrace();
    } else if (this.#change === undefined) {
      await this.#tracing?.flush();
    } else if (stopTheWorld(this.#id)) {
      const change = this.#change;
      this.#change = undefined;
      await this.#apply(change);
      startTheWorld();
      if (change.gp !== 0) readyNext(pAddress(this.#id), change.gp);
    }
  }

  async #apply({ path, then }: TraceChange): Promise<void> {
    try {
      this.#tracing ??= await this.#newTracing();
      if (path === undefined) await this.#tracing.stop();
      else this.#tracing.start(path);
    } catch (error) {
      then(error);
    }
  }

  /** Begins or ends the tracing of this thread, if the run's has begun or ended. */
  async followTrace(): Promise<void> {
    if (this.#tracing === undefined && i32[H.TRACING] === 0) return;
    this.#tracing ??= await this.#newTracing();
    this.#tracing.follow();
  }

  /** Begins the profiles that the run has from its beginning. */
  async followProfiles(): Promise<void> {
    if (i32[H.PROFILES] !== 0) (await this.#profiling()).startOfRun();
    // A program that can begin profiles itself has loaded what records them as well.
    else if (Symbol.for(INTERRUPTED) in globalThis) this.#noteRecords();
  }

  /** Ends the profiles of this thread. @returns what they have found */
  async closeProfiles(): Promise<Part[]> {
    return i32[H.PROFILES] === 0 && i32[H.HANDSHAKE] === 0 ? [] : (await this.#profiling()).closeOwn();
  }

  /** The main goroutine is about to be made: begins the trace of a run that is traced from its start. */
  beginTrace(): void {
    this.#tracing?.begin();
  }

  /** Writes the rest of the trace. @returns why that failed, if it did */
  async close(): Promise<Error | undefined> {
    return this.#tracing?.close();
  }

  /** What records profiles: loaded when it is wanted, since most runs are not profiled. */
  async #profiling(): Promise<typeof import('../profiling/interruption.js')> {
    const loaded = await import('../profiling/interruption.js');
    this.#noteRecords();
    return loaded;
  }

  #noteRecords(): void {
    i32[field(pAddress(this.#id), P.RECORDS)] ||= 1;
  }

  async #newTracing(): Promise<Tracing> {
    const { Tracing } = await import('./tracing.js'); // most runs are not traced
    return new Tracing(this.#id, this.#origin);
  }
}
