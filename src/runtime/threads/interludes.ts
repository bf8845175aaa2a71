// What an M does between two goroutines that takes its event loop: writing what there is of the trace, beginning or ending
// the trace, standing still while another M does, and errands (profiling/errand.ts).

import { field, type GAddr } from '../memory/address.js';
import { H, P, pAddress } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { INTERRUPTED } from '../profiling/errand.js';
import type { Part } from '../profiling/part.js';
import { readyNext } from '../sched/runq.js';
import { standStill, startTheWorld, stopTheWorld } from './stw.js';
import type { Tracing } from './tracing.js';

/** The trace is to begin, in the file at `path`, or to end. */
interface Change {
  /** The goroutine that waits for it; 0 if none does. */
  readonly gp: GAddr | 0;
  readonly path: string | undefined;
  readonly then: (error: unknown) => void;
}

export class Interludes {
  readonly #id: number;
  readonly #origin: number;
  #tracing: Tracing | undefined;
  /** H.ERRAND of the last errand that was run. */
  #errand = 0;
  #change: Change | undefined;

  /**
   * @param id number of the P
   * @param origin what to add to performance.now(), in nanoseconds, to get the time since the start of the run
   */
  constructor(id: number, origin: number) {
    this.#id = id;
    this.#origin = origin;
  }

  /** True if a goroutine of this P waits for one. */
  get due(): boolean {
    return this.#change !== undefined;
  }

  /** The next one changes the trace, and lets the goroutine go on. */
  change(change: Change): void {
    this.#change = change;
  }

  /** True if Node's main thread has an errand for this P. */
  get called(): boolean {
    return Atomics.load(i32, H.ERRAND) !== this.#errand;
  }

  /** Does what there is to do. */
  async play(): Promise<void> {
    if (this.called) this.#errand = (await this.#profiling()).runErrand();
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

  async #apply({ path, then }: Change): Promise<void> {
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
    // A program that can begin profiles itself has loaded it as well.
    else if (Symbol.for(INTERRUPTED) in globalThis) this.#records();
  }

  /** Ends the profiles of this thread: what they have found. */
  async closeProfiles(): Promise<Part[]> {
    return i32[H.PROFILES] === 0 && i32[H.ERRAND] === 0 ? [] : (await this.#profiling()).closeOwn();
  }

  /** The main goroutine is about to be made: begins the trace of a run that is traced from its start. */
  beginTrace(): void {
    this.#tracing?.begin();
  }

  /** Writes the rest of the trace, and says why that failed. */
  async close(): Promise<Error | undefined> {
    return this.#tracing?.close();
  }

  /** Most runs are not profiled. */
  async #profiling(): Promise<typeof import('./profiling.js')> {
    const loaded = await import('./profiling.js');
    this.#records();
    return loaded;
  }

  #records(): void {
    i32[field(pAddress(this.#id), P.RECORDS)] ||= 1;
  }

  async #newTracing(): Promise<Tracing> {
    const { Tracing } = await import('./tracing.js'); // most runs are not traced
    return new Tracing(this.#id, this.#origin);
  }
}
