// The profiles of a run, seen from Node's main thread: a profile begins with the run, or when its program begins it; every P
// records its own part; and the parts come back by handshakes, or with the endings of the threads. The protocol of a handshake is
// in profiling/handshake.ts.
//
// A handshake always ends:
//
//   after        a P that has not answered
//   200 ms       computes for long: it is interrupted (interrupter.ts)
//   1 s          is given up: its part is missing. Not yet if its thread is still starting, or if it has begun the
//                handshake: to find out where a thousand goroutines are, for example, takes a second
//   10 s         is given up in any case
//
// When the run ends, a P in the middle of a goroutine is interrupted, and posts its parts as its last words.

import { field, type Words } from '../memory/address.js';
import { H, P, pAddress } from '../memory/layout.js';
import {
  type Answer,
  type HandshakeAct,
  handshakeAct,
  type Message,
  type ProfileRequest,
} from '../profiling/handshake.js';
import { isOf, missingPart, type Part, type ProfileKind, profileBit, profileKinds } from '../profiling/part.js';
import type { Ending } from '../run/ending.js';
import type { RawProfile, RunOptions } from '../run/options.js';
import type { Interrupter } from './interrupter.js';
import { wake } from './park.js';

/** Milliseconds that Ps get to reach a scheduling point, before they are interrupted. */
export const GRACE_MS = 200;
/** Milliseconds that an interrupted thread gets to answer, before it is given up. */
export const ANSWER_MS = 800;
/** Milliseconds from the beginning of a handshake after which every P is given up: far more than any answer takes. */
const LATE_MS = 10_000;

/** Why a P that has posted its last words has no part of a profile. */
const NOT_BEGUN = 'the run ended before its thread came to begin this profile';

/** A handshake that is under way. */
interface Handshake {
  readonly number: number;
  readonly act: HandshakeAct;
  readonly kind: ProfileKind;
  /** performance.now() when it began. */
  readonly since: number;
  readonly parts: Part[];
  /** Ps that have not answered. */
  readonly left: Set<number>;
  /** What was thrown on Ps that could not do what was asked. */
  readonly errors: Map<number, Error>;
  readonly resolve: (parts: Part[]) => void;
  readonly reject: (error: Error) => void;
  interrupter?: Interrupter;
  timer?: NodeJS.Timeout;
}

/** The handshakes of a run: one after the other. */
class Handshakes {
  readonly #words: Words;
  #current: Handshake | undefined;
  /** Resolved when the last handshake that was asked for is over. */
  #last: Promise<unknown> = Promise.resolve();
  #ended = false;
  /** Why a P has not begun a profile that other Ps have begun, by the profile and the P. */
  readonly #unbegun = new Map<string, unknown>();

  constructor(words: Words) {
    this.#words = words;
  }

  /**
   * Asks every P, which answers at its next scheduling point or where it is interrupted.
   * @param parts where the answers are put as they come
   * @returns all parts; of a P that has not answered, that it is missing
   * @throws Error if the run ends meanwhile, or no P can do it
   */
  ask(act: HandshakeAct, kind: ProfileKind, parts: Part[] = []): Promise<Part[]> {
    const asked = this.#last.then(() => this.#begin(act, kind, parts));
    this.#last = asked.catch(() => {});
    return asked;
  }

  #begin(act: HandshakeAct, kind: ProfileKind, parts: Part[]): Promise<Part[]> {
    const words = this.#words;
    return new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(noRun());
        return;
      }
      words[H.HANDSHAKE_ACT] = handshakeAct[act];
      words[H.HANDSHAKE_KIND] = profileBit[kind];
      const number = Atomics.add(words, H.HANDSHAKE, 1) + 1; // pairs with the load in LoopWork.hasHandshake
      const left = new Set(Array.from({ length: words[H.NPROCS]! }, (_, id) => id));
      const since = performance.now();
      const handshake: Handshake = { number, act, kind, since, parts, left, errors: new Map(), resolve, reject };
      this.#current = handshake;
      for (const id of left) {
        Atomics.store(words, field(pAddress(id), P.PREEMPT), 1); // pairs with the exchange in M.#takeRequest
        wake(pAddress(id), undefined, words);
      }
      handshake.timer = setTimeout(() => void this.#interrupt(handshake), GRACE_MS);
    });
  }

  async #interrupt(handshake: Handshake): Promise<void> {
    const { Interrupter } = await import('./interrupter.js'); // most Ps answer in time
    if (this.#current !== handshake) return;
    handshake.interrupter = new Interrupter();
    handshake.timer = setTimeout(() => this.#giveUp(handshake), ANSWER_MS);
  }

  /** Gives up the Ps that have not answered; later those whose thread is starting, and those that have begun. */
  #giveUp(handshake: Handshake): void {
    const words = this.#words;
    const late = performance.now() - handshake.since > LATE_MS;
    for (const id of [...handshake.left]) {
      const up = words[field(pAddress(id), P.UP)] === 1;
      const begun = words[field(pAddress(id), P.RECORDS)] === handshake.number + 1;
      if (!late && (!up || begun)) continue;
      const silent = up ? handshake.interrupter!.why(words, id) : 'its thread has not come up';
      const why = begun ? `its thread takes longer than ${LATE_MS / 1000} s` : silent;
      this.#settle(handshake, id, missingPart(handshake.kind, id, why));
    }
    if (handshake.left.size > 0) handshake.timer = setTimeout(() => this.#giveUp(handshake), ANSWER_MS);
  }

  /** Receives the answer of a P. */
  receive({ handshake: number, p, part, error }: Answer): void {
    const handshake = this.#current;
    if (handshake?.number !== number) return;
    if (error !== undefined) handshake.errors.set(p, new Error(error));
    this.#settle(handshake, p, error === undefined ? part : missingPart(handshake.kind, p, error));
  }

  /** P `p` has answered with this part, or without one, or has been given up. */
  #settle(handshake: Handshake, p: number, part: Part | undefined): void {
    if (!handshake.left.delete(p)) return;
    const { act, kind, parts, errors } = handshake;
    const key = `${kind} ${p}`;
    const unbegun = this.#unbegun.get(key);
    if (act === 'start') {
      if (part?.kind === 'missing') this.#unbegun.set(key, part.why);
      else this.#unbegun.delete(key);
    } else if (part !== undefined) parts.push(part);
    else if (unbegun !== undefined) parts.push(missingPart(kind, p, unbegun));
    if (handshake.left.size > 0) return;
    this.#close(handshake);
    const [error] = errors.values();
    if (error !== undefined && errors.size === this.#words[H.NPROCS]) handshake.reject(error);
    else handshake.resolve(parts);
  }

  #close(handshake: Handshake): void {
    clearTimeout(handshake.timer);
    handshake.interrupter?.end();
    this.#current = undefined;
  }

  /** The run has ended: no P answers any more. */
  end(): void {
    this.#ended = true;
    const handshake = this.#current;
    if (handshake === undefined) return;
    this.#close(handshake);
    handshake.reject(noRun());
  }
}

function noRun(): Error {
  return new Error('runtime: expected a run that is under way, but it has ended');
}

/** A profile that is being made. */
interface Making {
  readonly kind: ProfileKind;
  readonly path: string;
  readonly quiet: boolean;
  readonly parts: Part[];
  /** When it began: milliseconds since 1970, and on the clock of this thread. */
  readonly date: number;
  readonly began: number;
}

export class RunProfiles {
  readonly handshakes: Handshakes;
  readonly #words: Words;
  readonly #onProfile: (profile: RawProfile) => void | Promise<void>;
  readonly #making: Making[] = [];
  /** Complete profiles that onProfile is still busy with. */
  readonly #delivering: Promise<unknown>[] = [];
  /** Parts of Ps that were interrupted when the run had ended. */
  readonly #lastWords = new Map<number, readonly Part[]>();
  #interrupter: Interrupter | undefined;

  /** The memory has been laid out, and the threads have not begun. */
  constructor(words: Words, { profiles = {}, onProfile }: RunOptions) {
    this.handshakes = new Handshakes(words);
    this.#words = words;
    this.#onProfile = onProfile ?? (() => {});
    words[H.PROFILED] = onProfile === undefined ? 0 : 1;
    for (const kind of profileKinds) {
      const path = profiles[kind];
      if (path === undefined) continue;
      words[H.PROFILES]! |= profileBit[kind];
      this.#begin(kind, path, true);
    }
  }

  /** True if a profile is being made. */
  get any(): boolean {
    return this.#making.length > 0;
  }

  #begin(kind: ProfileKind, path: string, quiet: boolean): void {
    this.#making.push({ kind, path, quiet, parts: [], date: Date.now(), began: performance.now() });
  }

  /** Receives what a thread has posted. */
  receive(message: Message): void {
    if (message.mandel === 'handshake') this.handshakes.receive(message);
    else if (message.mandel === 'last words') this.#lastWords.set(message.p, message.parts);
    else if (message.act === 'start') {
      this.#begin(message.kind, message.path, message.quiet);
      this.handshakes.ask('start', message.kind).catch(() => {}); // the run has ended before the other Ps could
    } else this.#stop(message);
  }

  #stop({ kind, part }: ProfileRequest): void {
    const making = this.#making.find((m) => m.kind === kind);
    if (making === undefined) return;
    if (part) making.parts.push(part);
    const delivered = this.handshakes.ask('stop', kind, making.parts).then(
      () => this.#deliver(making),
      () => {}, // the run has ended: the parts of the Ps that have not answered come with their endings
    );
    delivered.catch(() => {}); // finish() throws it
    this.#delivering.push(delivered);
  }

  /** Delivers a complete profile. */
  #deliver(making: Making): void | Promise<void> {
    this.#making.splice(this.#making.indexOf(making), 1);
    const { kind, path, quiet, date, began } = making;
    const found = new Set(making.parts.filter((part) => part.kind === kind).map(({ p }) => p));
    const parts = making.parts.filter((part) => part.kind === kind || !found.has(part.p));
    const durationNs = Math.round((performance.now() - began) * 1e6);
    return this.#onProfile({ kind, path, quiet, parts, timeNs: date * 1e6, durationNs });
  }

  /** The run has ended, and some Ps have not noticed: asks those for their last words, until endInterruption() is called. */
  async interrupt(): Promise<void> {
    const { Interrupter } = await import('./interrupter.js'); // most goroutines yield
    this.#interrupter = new Interrupter();
  }

  /** True if this P was interrupted, and has posted its last words. */
  hasLastWords(p: number): boolean {
    return this.#lastWords.has(p);
  }

  endInterruption(): void {
    this.#interrupter?.end();
  }

  /**
   * The run has ended: delivers the profiles that are still being made.
   * @param stuck Ps that never noticed the end
   * @throws Error if a profile cannot be written
   */
  async finish(endings: readonly Ending[], stuck: readonly number[]): Promise<void> {
    this.handshakes.end();
    await Promise.all(this.#delivering);
    const parts = [...endings.map((ending) => ending.parts ?? []), ...this.#lastWords.values()].flat();
    for (const making of [...this.#making]) {
      const { kind } = making;
      making.parts.push(...parts.filter((part) => isOf(part, kind)));
      for (const p of stuck) {
        if (making.parts.some((part) => part.p === p)) continue;
        const reported = this.hasLastWords(p) || endings.some(({ id }) => id === p);
        making.parts.push(missingPart(kind, p, reported ? NOT_BEGUN : this.#interrupter!.why(this.#words, p)));
      }
      await this.#deliver(making);
    }
  }
}
