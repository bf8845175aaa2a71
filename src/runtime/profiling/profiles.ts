// The profiles of one P that are under way.

import type { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { goroutineCensus, threadCensus } from './census.js';
import { CpuRecorder } from './cpu.js';
import { HeapRecorder } from './heap.js';
import { missingPart, type Part, type ProfileKind } from './part.js';
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
  /** Above 0 in the middle of a method. */
  #depth = 0;

  /** @param id number of the P */
  constructor(id: number) {
    this.#id = id;
  }

  /** True in the middle of a method: what interrupts it there must not call another. */
  get busy(): boolean {
    return this.#depth > 0;
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
    this.#alone(() => this.#recorders.set(kind, this.#begin(kind)));
  }

  /** What a profile has found so far; undefined if it is not under way, or cannot say. */
  take(kind: ProfileKind): Part | undefined {
    const recorder = this.#recorders.get(kind);
    return this.#alone(() =>
      recorder === undefined && momentary.includes(kind) ? this.#begin(kind).take() : recorder?.take(),
    );
  }

  /** Ends a profile: what it has found; undefined if it was not under way. */
  stop(kind: ProfileKind): Part | undefined {
    const recorder = this.#recorders.get(kind);
    this.#recorders.delete(kind);
    return this.#alone(() => recorder?.stop());
  }

  /** Ends all that are under way. One that fails does not take the others with it: its part says why. */
  close(): Part[] {
    return this.#alone(() => {
      const parts = [...this.#recorders.keys()].flatMap((kind): Part | [] => {
        try {
          return this.stop(kind) ?? [];
        } catch (error) {
          return missingPart(kind, this.#id, error);
        }
      });
      this.#session?.disconnect();
      this.#session = undefined;
      return parts;
    });
  }

  #alone<T>(act: () => T): T {
    this.#depth++;
    try {
      return act();
    } finally {
      this.#depth--;
    }
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
