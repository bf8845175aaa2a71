// The profiles of one P that are under way.

import type { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { goroutineCensus, threadCensus } from './census.js';
import { CpuRecorder } from './cpu.js';
import { HeapRecorder } from './heap.js';
import type { Part, ProfileKind } from './part.js';
import type { Recorder } from './recorder.js';
import { WaitsRecorder } from './waits.js';

/** What begins to record on P number `p`; `session` is the thread's own inspector. */
const recorders: Readonly<Record<ProfileKind, (p: number, session: () => Session) => Recorder>> = {
  cpu: (p, session) => new CpuRecorder(p, session()),
  heap: (p, session) => new HeapRecorder(p, session(), 'heap'),
  allocs: (p, session) => new HeapRecorder(p, session(), 'allocs'),
  block: (p) => new WaitsRecorder(p, 'block'),
  mutex: (p) => new WaitsRecorder(p, 'mutex'),
  goroutine: goroutineCensus,
  threadcreate: threadCensus,
};

/** Of each of these V8 has one at a time. */
const exclusive: Readonly<Partial<Record<ProfileKind, ProfileKind>>> = { heap: 'allocs', allocs: 'heap' };
/** What there is to say of these is true at the moment, whether they are under way or not. */
const momentary: readonly ProfileKind[] = ['goroutine', 'threadcreate'];

export class Profiles {
  readonly #id: number;
  #session: Session | undefined;
  readonly #recorders = new Map<ProfileKind, Recorder>();

  /** @param id number of the P */
  constructor(id: number) {
    this.#id = id;
  }

  /** True if a profile is under way. */
  has(kind: ProfileKind): boolean {
    return this.#recorders.has(kind);
  }

  /** Begins a profile, unless it is under way. */
  start(kind: ProfileKind): void {
    if (this.has(kind)) return;
    const other = exclusive[kind];
    if (other !== undefined) this.stop(other);
    this.#recorders.set(kind, this.#begin(kind));
  }

  /** What a profile has found so far; undefined if it is not under way, or cannot say. */
  take(kind: ProfileKind): Part | undefined {
    const recorder = this.#recorders.get(kind);
    return recorder === undefined && momentary.includes(kind) ? this.#begin(kind).take() : recorder?.take();
  }

  /** Ends a profile: what it has found; undefined if it was not under way. */
  stop(kind: ProfileKind): Part | undefined {
    const recorder = this.#recorders.get(kind);
    this.#recorders.delete(kind);
    return recorder?.stop();
  }

  /** Ends all that are under way. */
  close(): Part[] {
    const parts = [...this.#recorders.keys()].flatMap((kind) => this.stop(kind) ?? []);
    this.#session?.disconnect();
    this.#session = undefined;
    return parts;
  }

  #begin(kind: ProfileKind): Recorder {
    return recorders[kind](this.#id, () => this.#inspector());
  }

  #inspector(): Session {
    if (this.#session === undefined) {
      const inspector = createRequire(import.meta.url)('node:inspector') as typeof import('node:inspector');
      this.#session = new inspector.Session();
      this.#session.connect();
    }
    return this.#session;
  }
}
