// Profiles of this thread's P that are under way: begun with the run, by a handshake, or by a goroutine. And the handshakes
// that begin, read and end them, as this thread answers them.

import type { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { field } from '../memory/address.js';
import { H, P, pId } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { m } from '../sched/g.js';
import { type Answer, type ErrandAct, errand, type Message } from './errand.js';
import { recordGoroutines, recordThread } from './goroutineprofile.js';
import { missingPart, type Part, type ProfileKind, profileBit, profileKinds, type Recorder } from './part.js';
import { CpuRecorder, HeapRecorder } from './sampling.js';
import { WaitsRecorder } from './waits.js';

/** Functions that begin to record on P number `p`; `session` is the thread's own inspector. */
const recorders: Readonly<Record<ProfileKind, (p: number, session: () => Session) => Recorder>> = {
  cpu: (p, session) => new CpuRecorder(p, session()),
  heap: (p, session) => new HeapRecorder(p, session(), 'heap'),
  allocs: (p, session) => new HeapRecorder(p, session(), 'allocs'),
  block: (p) => new WaitsRecorder(p, 'block'),
  mutex: (p) => new WaitsRecorder(p, 'mutex'),
  goroutine: recordGoroutines,
  threadcreate: recordThread,
};

/** Profiles that exclude each other: V8 has one heap sampler per thread. */
const exclusive: Readonly<Partial<Record<ProfileKind, ProfileKind>>> = { heap: 'allocs', allocs: 'heap' };
/** Profiles that show a moment, and can be taken without being under way. */
const momentary: readonly ProfileKind[] = ['goroutine', 'threadcreate'];

/** The profiles of one P. */
class Profiles {
  readonly #id: number;
  #session: Session | undefined;
  readonly #recorders = new Map<ProfileKind, Recorder>();
  /** Above 0 while a method runs. */
  #depth = 0;

  /** @param id number of the P */
  constructor(id: number) {
    this.#id = id;
  }

  /** True while a method runs: an interruption at that moment must not call another. */
  get busy(): boolean {
    return this.#depth > 0;
  }

  /** True if a profile of this kind is under way. */
  has(kind: ProfileKind): boolean {
    return this.#recorders.has(kind);
  }

  /** Begins a profile, unless it is under way. */
  start(kind: ProfileKind): void {
    if (this.has(kind)) return;
    const other = exclusive[kind];
    if (other !== undefined) this.stop(other);
    this.#whileBusy(() => this.#recorders.set(kind, this.#begin(kind)));
  }

  /** What a profile has found so far; undefined if it is not under way, or can be read at its end only. */
  take(kind: ProfileKind): Part | undefined {
    const recorder = this.#recorders.get(kind);
    return this.#whileBusy(() =>
      recorder === undefined && momentary.includes(kind) ? this.#begin(kind).take() : recorder?.take(),
    );
  }

  /** Ends a profile and returns what it has found; undefined if it was not under way. */
  stop(kind: ProfileKind): Part | undefined {
    const recorder = this.#recorders.get(kind);
    this.#recorders.delete(kind);
    return this.#whileBusy(() => recorder?.stop());
  }

  /** Ends all profiles. If one fails, its part says why, and the others are ended as well. */
  close(): Part[] {
    return this.#whileBusy(() => {
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

  #whileBusy<T>(act: () => T): T {
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

/** The profiles of this thread's P in the run that is under way. */
let own: Profiles | undefined;
/** H.ERRAND of the last handshake that this thread has begun to answer. */
let begun = 0;

/** The profiles of this thread's P. */
export function ownProfiles(): Profiles {
  own ??= new Profiles(pId(m.pp));
  return own;
}

/** Begins a profile on this thread, and notes in the shared memory that the run has this profile. */
export function startOwn(kind: ProfileKind): void {
  Atomics.or(i32, H.PROFILES, profileBit[kind]); // read when the run has ended, by every thread (Interludes.closeProfiles)
  ownProfiles().start(kind);
}

/** Begins the profiles that the run has from its beginning. */
export function startOfRun(): void {
  for (const kind of profileKinds) {
    if ((i32[H.PROFILES]! & profileBit[kind]) !== 0) ownProfiles().start(kind);
  }
}

/** Sends a message to Node's main thread, which receives it at once: sending needs no event loop on this thread. */
export function tell(message: Message): void {
  parentPort!.postMessage(message);
}

/** True while this thread is in a method of its profiles. */
export function atProfiles(): boolean {
  return own?.busy === true;
}

/** Ends all profiles of this thread, at the end of the run. */
export function closeOwn(): Part[] {
  const parts = own?.close() ?? [];
  own = undefined;
  begun = 0;
  return parts;
}

/** Answers the handshake that is under way, unless this thread has done so already. @returns its number */
export function runErrand(): number {
  const number = Atomics.load(i32, H.ERRAND); // pairs with the addition in Errands.#send
  if (number === begun) return number;
  const missed = number - begun > 1;
  // Both words before the work: an interruption of this function finds the handshake begun, and so does Node's main thread,
  // which then waits longer for the answer.
  begun = number;
  i32[field(m.pp, P.RECORDS)] = number + 1;
  const answer: Answer = { mandel: 'errand', errand: number, p: pId(m.pp) };
  try {
    const part = act(missed);
    tell(part === undefined ? answer : { ...answer, part });
  } catch (error) {
    tell({ ...answer, error: error instanceof Error ? error.message : String(error) });
  }
  return number;
}

/** @param missed true if this thread has not seen the handshake before this one, which may have ended such a profile */
function act(missed: boolean): Part | undefined {
  const what = (Object.keys(errand) as ErrandAct[]).find((name) => errand[name] === i32[H.ERRAND_ACT])!;
  const kind = profileKinds.find((name) => profileBit[name] === i32[H.ERRAND_KIND])!;
  if (what !== 'start') return ownProfiles()[what](kind);
  if (missed) ownProfiles().stop(kind);
  startOwn(kind);
  return undefined;
}
