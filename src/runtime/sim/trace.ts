// The trace of a simulated run: the same events by the same tracers (tracing/tracer.ts) as on threads, with the clocks of
// the virtual Ps. The garbage collections of this process are no part of the simulated one, so they are not in it.

import { reason } from '../../lib/systemerror.js';
import { ENDING, Writer } from '../../trace/writer.js';
import { field, type GAddr } from '../memory/address.js';
import { H, P } from '../memory/layout.js';
import { i32, isTraced } from '../memory/memory.js';
import { m } from '../sched/g.js';
import {
  closeTrace,
  discardTrace,
  type GCEvents,
  openOwnTrace,
  openTrace,
  traceFailure,
  writeChunk,
} from '../tracing/file.js';
import { Tracer } from '../tracing/tracer.js';
import type { Proc } from './proc.js';
import type { World } from './world.js';

/** A goroutine that waits for the trace to begin, in the file at `path`, or to end; it has left P `p`. */
export interface Change {
  readonly p: Proc;
  readonly gp: GAddr | 0;
  readonly path: string | undefined;
  readonly then: (error: unknown) => void;
}

export class SimTrace {
  /** The file of a trace of the whole run; undefined if the program begins it, or there is none. */
  readonly #path: string | undefined;
  #world: World | undefined;
  #error: Error | undefined;

  /** Opens the file of a trace of the whole run. @throws Error if it cannot be written */
  constructor(path: string | undefined) {
    this.#path = path;
    if (path === undefined) return;
    try {
      openTrace(path, i32);
    } catch (error) {
      throw traceFailure(this.#path, error);
    }
    i32[H.TRACING] = 1;
  }

  /** The run begins. */
  begin(world: World): void {
    this.#world = world;
    if (isTraced()) this.#beginEvents();
  }

  #beginEvents(): void {
    const world = this.#world!;
    for (const p of world.procs) {
      p.tracer = new Tracer(
        p.id,
        () => this.#now(p),
        (chunk) => {
          this.#error ??= writeChunk(p.pp, chunk, () => noCollections(p.clock));
        },
      );
    }
    world.enter(world.current);
  }

  /** The time of an event: writing it has a cost. */
  #now(p: Proc): number {
    const world = this.#world!;
    if (p !== world.current) return p.clock;
    world.spend(world.costs.event);
    return world.now();
  }

  /** The main goroutine is about to be made on the current P. */
  beginWorld(): void {
    const tracer = this.#world!.current.tracer;
    tracer?.gomaxprocs();
    tracer?.procStart();
  }

  /** Writes what the tracer of P `p` has. */
  flush(p: Proc): void {
    p.tracer?.flush();
  }

  /** Begins or ends the trace in the middle of the run, for the current P, while every P is between two goroutines. */
  change({ path, then }: Change): void {
    try {
      if (path === undefined) this.#stop();
      else this.#start(path);
    } catch (error) {
      then(error);
    }
  }

  #start(path: string): void {
    openOwnTrace(path);
    i32[H.TRACING]!++;
    this.#error = undefined;
    this.#beginEvents();
    this.#world!.current.tracer!.existing();
    this.beginWorld();
  }

  #stop(): void {
    if (!isTraced()) return;
    this.#end();
    if (this.#error) throw new Error(`trace.stop: ${reason(this.#error)}`, { cause: this.#error });
  }

  /** The run is over: writes what is missing. @throws Error if the file could not be written */
  finish(): void {
    if (!isTraced()) return;
    this.#abandon();
    this.#end();
    if (this.#error) throw traceFailure(this.#path, this.#error);
  }

  /** The run is over also for goroutines in the middle of a step, and for those that others run on top of. */
  #abandon(): void {
    const world = this.#world!;
    const last = world.current;
    for (const p of world.procs) {
      world.enter(p);
      m.curg = i32[field(p.pp, P.CURG)]!;
      p.tracer?.abandon();
    }
    world.enter(last);
    m.curg = 0;
  }

  #end(): void {
    const world = this.#world!;
    for (const p of world.procs) {
      this.flush(p);
      p.tracer = undefined;
    }
    world.enter(world.current);
    this.#error ??= writeChunk(world.current.pp, [ENDING]);
    closeTrace(i32);
  }

  /** Removes the file of a run that could not be begun. */
  discard(): void {
    discardTrace(this.#path, i32);
  }
}

/** What a chunk says of collections at this time: that there was none, to readers that read while the trace is written. */
function noCollections(time: number): GCEvents {
  const writer = new Writer(new Uint8Array(32));
  const until = Math.floor(time);
  writer.batch(-1, until);
  return { bytes: writer.buffer.subarray(0, writer.pos), until, count: 0 };
}
