// The trace of a run on threads, seen from one M: begins and ends with the run, or when a goroutine asks for it. Then the world
// is stopped (stw.ts), so what the trace says of the goroutines that exist already is true.

import { closeSync } from 'node:fs';
import { reason } from '../../lib/systemerror.js';
import { ENDING } from '../../trace/writer.js';
import { field, type Offset, type PAddr } from '../memory/address.js';
import { H, P, pAddress } from '../memory/layout.js';
import { i32, isTraced } from '../memory/memory.js';
import { setTracer } from '../sched/hooks.js';
import { Collections, certainCollections, lastCollections } from '../tracing/collections.js';
import { openOwnTrace, writeChunk } from '../tracing/file.js';
import { withPauses } from '../tracing/splice.js';
import { Tracer } from '../tracing/tracer.js';

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

  /** Why the trace could not be written, if it failed here first. */
  get error(): Error | undefined {
    return this.#error ?? this.#session?.error;
  }

  /** Begins or ends the tracing of this thread, if the run's has begun or ended. Between goroutines. */
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

  /** Writes what the tracer has. Takes two event-loop turns. */
  async flush(): Promise<void> {
    await this.#session?.flush();
  }

  /**
   * Begins a trace in the middle of a run, while the world is stopped.
   * @throws Error if it is traced already, or the file cannot be written
   */
  start(path: string): void {
    openOwnTrace(path);
    Atomics.add(i32, H.TRACING, 1);
    this.follow();
    this.#session!.tracer.existing();
    this.begin();
  }

  /** Ends a trace while the world is stopped; the other Ps have written their chunks. @throws Error if writing failed */
  async stop(): Promise<void> {
    if (!isTraced()) return;
    await this.flush();
    Atomics.add(i32, H.TRACING, 1);
    const error = this.error ?? writeChunk(pAddress(this.#id), [lastCollections(i32), ENDING]);
    this.follow();
    closeSync(i32[H.TRACE_FD]!);
    if (error) throw new Error(`trace.stop: ${reason(error)}`, { cause: error });
    if (i32[H.TRACE_FAILED] === 1) throw new Error('trace.stop: another P could not write its part of the trace');
  }

  /** Writes the rest at the end of the run. @returns why writing failed, if it did so here */
  async close(): Promise<Error | undefined> {
    await this.flush();
    this.#drop();
    return this.#error;
  }
}

export class Session {
  readonly tracer: Tracer;
  readonly #pp: PAddr;
  readonly #collections: Collections;
  /** Why writing the file failed, if it failed on this thread first. */
  error: Error | undefined;

  /**
   * Begins the tracing of this thread.
   * @param id number of its P
   * @param origin what to add to performance.now(), in nanoseconds, to get the time since the start of the run
   */
  constructor(id: number, origin: number) {
    this.#pp = pAddress(id);
    const clock = performance; // the global is a getter, which costs as much as reading the clock
    const now = () => clock.now() * 1e6 + origin;
    this.tracer = new Tracer(id, now, (chunk) => {
      this.error ??= writeChunk(this.#pp, chunk, certainCollections);
    });
    this.#collections = new Collections(origin);
    setTracer(this.tracer);
  }

  /** Writes a chunk with all records so far. Makes event-loop turns, so it is called between goroutines only. */
  async flush(): Promise<void> {
    const pauses = await this.#collections.take(this.#pp);
    this.heap();
    this.tracer.flush((chunk, marks) => withPauses(chunk, marks, pauses));
    this.tracer.waited();
  }

  /** Notes the sizes of the heaps. */
  heap(): void {
    const { heapUsed, heapTotal } = process.memoryUsage();
    i32[field(this.#pp, P.HEAP)] = Math.floor(heapUsed / 1024);
    i32[field(this.#pp, P.HEAPGOAL)] = Math.floor(heapTotal / 1024);
    this.tracer.heap(sum(P.HEAP), sum(P.HEAPGOAL));
  }

  /** Ends the tracing of this thread, whose chunks have been written. */
  end(): void {
    this.#collections.close();
    i32[field(this.#pp, P.TRACEPOS)] = 0; // Node's main thread has nothing left to write
    setTracer(undefined);
  }
}

/** Sum over all threads, in bytes, of a word that counts KiB. */
function sum(word: Offset<'P'>): number {
  let total = 0;
  for (let id = 0; id < i32[H.NPROCS]!; id++) total += i32[field(pAddress(id), word)]! * 1024;
  return total;
}
