// The trace of a run on threads, seen from one M: begins and ends with the run, or when a goroutine asks for it. All
// other Ms stand still at that moment (stw.ts), so what is written about goroutines that are there already is true.

import { closeSync } from 'node:fs';
import { reason } from '../../lib/reason.js';
import { ENDING } from '../../trace/writer.js';
import { H, pAddress } from '../memory/layout.js';
import { i32, isTraced } from '../memory/memory.js';
import { collectionsChunk } from '../tracing/collections.js';
import { openOwnTrace, writeChunk } from '../tracing/file.js';
import { Session } from '../tracing/session.js';

export class Tracing {
  readonly #id: number;
  readonly #origin: number;
  #session: Session | undefined;
  /** H.TRACING when the session began. */
  #generation = 0;
  #error: Error | undefined;

  /**
   * @param id number of this P
   * @param origin what to add to performance.now(), in nanoseconds, to get the time since the start of the run
   */
  constructor(id: number, origin: number) {
    this.#id = id;
    this.#origin = origin;
  }

  /** Why the trace could not be written, if that showed here first. */
  get error(): Error | undefined {
    return this.#error ?? this.#session?.error;
  }

  /** Does what the run asks for: begins or ends the tracing of this thread. Between goroutines. */
  follow(): void {
    const generation = Atomics.load(i32, H.TRACING);
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#drop();
    if (!isTraced()) return;
    this.#error = undefined; // of a trace before this one
    this.#session = new Session(this.#id, this.#origin);
  }

  #drop(): void {
    this.#error ??= this.#session?.error;
    this.#session?.end();
    this.#session = undefined;
  }

  /** Begins the trace of a run that is traced from its start. By the P that will have the main goroutine. */
  begin(): void {
    this.#session?.tracer.gomaxprocs();
    this.#session?.tracer.procStart();
    this.#session?.heap();
  }

  /** Writes what there is. The thread's event loop turns meanwhile. */
  async flush(): Promise<void> {
    await this.#session?.flush();
  }

  /**
   * Begins a trace while the run is under way, and the world stands still.
   * @throws Error if it is traced already, or the file cannot be written
   */
  start(path: string): void {
    openOwnTrace(path);
    Atomics.add(i32, H.TRACING, 1);
    this.follow();
    this.#session!.tracer.existing();
    this.begin();
  }

  /** Ends a trace while the world stands still; the others have written what they had. @throws Error if the file failed */
  async stop(): Promise<void> {
    if (!isTraced()) return;
    await this.flush();
    Atomics.add(i32, H.TRACING, 1);
    const error = this.error ?? writeChunk(pAddress(this.#id), [collectionsChunk(i32), ENDING]);
    this.follow();
    closeSync(i32[H.TRACE_FD]!);
    if (error) throw new Error(`trace.stop: ${reason(error)}`, { cause: error });
    if (i32[H.TRACE_FAILED] === 1) throw new Error('trace.stop: another P could not write its part of the trace');
  }

  /** Writes the rest at the end of the run, and says why that failed, if it did so here. */
  async close(): Promise<Error | undefined> {
    await this.flush();
    this.#drop();
    return this.#error;
  }
}
