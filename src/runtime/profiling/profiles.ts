// The profiles of one P that are under way.

import type { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { engine } from '../engine.js';
import { setWaits, waits } from '../waits.js';
import { CpuProfile } from './cpu.js';
import { goroutinesOf } from './goroutines.js';
import { HeapProfile } from './heap.js';
import { type Part, type ProfileKind, profileBit, profileKinds } from './part.js';
import { WaitTable } from './waits.js';

export class Profiles {
  readonly #id: number;
  #session: Session | undefined;
  #cpu: CpuProfile | undefined;
  #heap: HeapProfile | undefined;
  #waits: WaitTable | undefined;
  /** Those that are under way: a bit for each (profileBit). */
  #on = 0;

  /** @param id number of the P */
  constructor(id: number) {
    this.#id = id;
  }

  /** Begins a profile, unless it is under way. */
  start(kind: ProfileKind): void {
    if (this.has(kind)) return;
    this.#on |= profileBit[kind];
    if (kind === 'cpu') this.#cpu = new CpuProfile(this.#inspector());
    else if (kind === 'heap' || kind === 'allocs') {
      this.#heap?.stop(this.#id); // V8 has one of the two
      this.#on = (this.#on & ~profileBit[kind === 'heap' ? 'allocs' : 'heap']) | profileBit[kind];
      this.#heap = new HeapProfile(this.#inspector(), kind);
    } else if (kind === 'block' || kind === 'mutex') {
      this.#waits ??= new WaitTable(this.#id);
      if (waits === undefined) setWaits(this.#waits);
    }
  }

  /** What a profile has found so far; undefined if it is not under way. */
  take(kind: ProfileKind): Part | undefined {
    if (kind === 'goroutine') return goroutinesOf(this.#id, engine().goroutines);
    if (kind === 'threadcreate') return { kind, p: this.#id };
    if (!this.has(kind) || kind === 'cpu') return undefined;
    if (kind === 'block' || kind === 'mutex') return this.#waits!.take(kind);
    return this.#heap!.take(this.#id);
  }

  /** Ends a profile: what it has found; undefined if it was not under way. */
  stop(kind: ProfileKind): Part | undefined {
    if (!this.has(kind)) return undefined;
    const part = kind === 'cpu' ? this.#cpu!.stop(this.#id) : this.take(kind);
    this.#on &= ~profileBit[kind];
    if (kind === 'heap' || kind === 'allocs') {
      this.#heap!.stop(this.#id);
      this.#heap = undefined;
    } else if (this.#waits !== undefined && !this.has('block') && !this.has('mutex')) {
      setWaits(undefined);
      this.#waits = undefined;
    }
    return part;
  }

  /** Ends all that are under way. */
  close(): Part[] {
    const parts = profileKinds.flatMap((kind) => this.stop(kind) ?? []);
    this.#session?.disconnect();
    this.#session = undefined;
    return parts;
  }

  /** True if a profile is under way. */
  has(kind: ProfileKind): boolean {
    return (this.#on & profileBit[kind]) !== 0;
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
