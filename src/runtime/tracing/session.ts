// Tracing session of one thread: makes its tracer, writes its chunks, and ends it.

import { field, type Offset, type PAddr } from '../memory/address.js';
import { H, P, pAddress } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { setTracer } from '../sched/hooks.js';
import { Collections } from './collections.js';
import { writeChunk } from './file.js';
import { withPauses } from './splice.js';
import { Tracer } from './tracer.js';

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
      this.error ??= writeChunk(this.#pp, chunk);
    });
    this.#collections = new Collections(origin);
    setTracer(this.tracer);
  }

  /** Writes a chunk with all records so far. Makes event-loop turns, so it is called between goroutines only. */
  async flush(): Promise<void> {
    const pauses = await this.#collections.take();
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
